"""How much catalogs, schemas and models are said to hold."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry


def test_counts_are_of_what_was_asked_about(registry: Registry) -> None:
    for name in ("prod.risk.fraud", "prod.risk.churn", "prod.marketing.uplift", "dev.lab.x", "iris"):
        registry.models.create(name)
    registry.models.create("greet", tags={PROMPT_TAG: "true"})
    registry.models.create("prod.risk.ask", tags={PROMPT_TAG: "true"})
    registry.schemas.create("prod.bare")
    for source in ("s3://a/1", "s3://a/2", "s3://a/3"):
        registry.versions.register(source, "iris", check_source=False)
    registry.versions.delete("iris/2")
    registry.models.delete("dev.lab.x")
    found = registry.counts(["prod", "dev", "nowhere"], ["prod.risk", "prod.bare"], ["iris", "prod.risk.fraud", "no"])
    assert found.catalogs == {"prod": 3, "dev": 0}
    assert found.schemas == {"prod.risk": 2, "prod.bare": 0}
    assert found.models == {"iris": 2, "prod.risk.fraud": 0}
    assert (found.workspace, found.prompts) == (1, 2)
    status = registry.status()
    assert (status.governed_models, status.workspace_models, status.prompts) == (3, 1, 2)


def test_more_names_than_a_tree_can_show_are_refused(registry: Registry) -> None:
    with pytest.raises(InvalidInput, match="more than 1,000 names"):
        registry.counts(models=[f"m{each}" for each in range(1001)])
