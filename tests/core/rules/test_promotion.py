"""Where a model is promoted to."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.promotion import promotion_target


@pytest.mark.parametrize(
    ("name", "catalogs", "target"),
    [
        ("staging.risk.fraud", ["dev", "prod", "staging"], "prod.risk.fraud"),
        ("dev.risk.fraud", ["dev", "prod", "staging"], "staging.risk.fraud"),
        ("dev.risk.fraud", ["dev", "prod"], "prod.risk.fraud"),
        ("dev.risk.fraud", ["dev", "production", "qa"], "qa.risk.fraud"),
        ("Staging.risk.fraud", ["Staging", "PROD"], "PROD.risk.fraud"),
        ("staging.risk.fraud", ["production", "prod"], "prod.risk.fraud"),
        ("prod.risk.fraud", ["dev", "prod", "staging"], None),
        ("staging.risk.fraud", ["dev", "staging"], None),
        ("team.risk.fraud", ["prod", "team"], None),
        ("fraud", ["prod"], None),
        ("dev.fraud", ["prod"], None),
    ],
)
def test_the_next_stage_there_is(name: str, catalogs: list[str], target: str | None) -> None:
    assert promotion_target(name, catalogs) == target


def test_a_registry_knows_its_catalogs(registry: Registry) -> None:
    registry.models.create("staging.risk.fraud")
    assert registry.models.promotion_target("staging.risk.fraud") is None
    registry.catalogs.create("prod")
    assert registry.models.promotion_target("staging.risk.fraud") == "prod.risk.fraud"
