"""Verifying a model, a schema or a catalog alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import folder_of
from tests.support.database import sql
from tests.support.names import FRAUD


def damage(registry: Registry, reference: str) -> None:
    """One file of a version is not what it was; versions it shares that with keep theirs."""
    file = folder_of(registry, reference) / "MLmodel"
    file.parent.chmod(0o755)
    file.unlink()
    file.write_text("other")


@pytest.mark.parametrize("name", ["prod", "prod.ml_team", FRAUD, f"models:/{FRAUD}"])
def test_all_of_it_is_looked_at_and_nothing_else(stocked: Registry, name: str) -> None:
    damage(stocked, "dev.ml_team.fraud/1")
    found = stocked.maintenance.verify(name)
    assert found.sound
    assert (found.models, found.versions, found.compared) == (1, 3, 1)
    assert found.bytes == sum(
        entry.size for number in (1, 2, 2) for entry in stocked.versions.files(f"{FRAUD}/{number}")
    )
    assert found.events == stocked.history.last().seq  # type: ignore[union-attr]
    assert [each.subject for each in stocked.maintenance.verify("dev").findings] == ["dev.ml_team.fraud/1"]


def test_every_row_of_it_is_held_against_the_log(stocked: Registry, registry_path: Path) -> None:
    stocked.catalogs.describe("prod", "serving")
    for change in (
        "UPDATE catalogs SET description = 'other' WHERE name = 'prod'",
        "UPDATE schemas SET owner = 'eve' WHERE name = 'prod.ml_team'",
        "UPDATE versions SET description = 'other' WHERE version = 2",
    ):
        sql(registry_path, change)
    assert sorted(each.subject for each in stocked.maintenance.verify("prod").findings) == [
        "prod",
        "prod.ml_team",
        f"{FRAUD}/2",
    ]
    assert [each.subject for each in stocked.maintenance.verify(FRAUD).findings] == [f"{FRAUD}/2"]
    assert [each.subject for each in stocked.maintenance.verify("dev").findings] == []


def test_short_names_and_what_cannot_be_verified_alone(stocked: Registry) -> None:
    assert stocked.maintenance.verify("fraud", namespace="prod.ml_team").models == 1
    with pytest.raises(InvalidInput, match="names versions"):
        stocked.maintenance.verify(f"{FRAUD}/1")
    with pytest.raises(NotFound):
        stocked.maintenance.verify("nothing")
