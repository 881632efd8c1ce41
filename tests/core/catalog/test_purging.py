"""Purging thousands of versions goes piece by piece."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.bulk_unit import bulk_work
from jupyter_modelreg.core.catalog import trash
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of

MANY = 2500


def fill(context: Context, model_id: int, model: str) -> None:
    with bulk_work(context, "exchange.import_from", None) as work:
        for number in range(1, MANY + 1):
            values = {"model_id": model_id, "name": model, "version": number, "source": "s3://bucket/model"}
            work.gather_created(Version(id=work.next_id(), **values, **work.stamp))  # type: ignore[arg-type]


def test_every_piece_is_a_unit_of_its_own(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    model, kept = registry.models.create("fraud"), registry.models.create("churn")
    fill(context_of(registry), model.id, "fraud")
    registry.versions.register("s3://bucket/model", "churn", check_source=False)
    registry.versions.register("s3://bucket/model", "churn", check_source=False)
    registry.versions.delete("churn/1")
    registry.models.delete("fraud")
    units: list[str] = []

    def counted(context: Context, action: str, reason: str | None, *, dry_run: bool = False):  # type: ignore[no-untyped-def]
        units.append(action)
        return bulk_work(context, action, reason, dry_run=dry_run)

    monkeypatch.setattr(trash, "bulk_work", counted)
    assert registry.trash.purge(reason="spring").versions == MANY + 1
    assert len(units) == 3 + 1  # three pieces of versions, and the model
    assert [version.reference for version in registry.versions.search()] == ["churn/2"]
    assert registry.models.get("churn").id == kept.id
    assert registry.history.broken_at() is None
    purged = [event for event in registry.history.list() if event.action == "version.purged"]
    assert len(purged) == MANY + 1
    assert {event.reason for event in purged} == {"spring"}
    assert registry.maintenance.verify().sound
    assert registry.trash.purge().versions == 0


def test_the_trash_is_counted_as_it_is_listed(registry: Registry) -> None:
    assert registry.trash.count() == 0
    for name in ("churn", "fraud"):
        for _ in range(3):
            registry.versions.register("s3://bucket/model", name, check_source=False)
        registry.versions.delete(f"{name}/1")
    registry.models.delete("fraud")
    assert registry.trash.count() == len(registry.trash.list()) == 2
    registry.trash.restore("fraud")
    assert registry.trash.count() == len(registry.trash.list()) == 2
