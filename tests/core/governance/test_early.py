"""What a registration lacks whatever is in its files is said before they are fetched."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from jupyter_modelreg.core.errors import PermissionDenied, PolicyRefused, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.shared import As, as_, close

__all__ = ["as_"]

# Where nobody can fetch anything from: to be told that is to have tried.
NOWHERE = "/nowhere/model"


@pytest.mark.parametrize(
    ("rule", "parameters", "alias", "said"),
    [
        ("required-description", {}, None, "it has no description"),
        ("required-reason", {}, None, "it comes without a reason"),
        ("required-tags", {"tags": ["owner"]}, None, "it lacks the tag owner"),
        ("allowed-principals", {"principals": ["ben"]}, None, "ben"),
        ("approvals", {"count": ["1"], "group": ["risk"]}, "Champion", "it has no approval by the group risk"),
    ],
)
def test_what_a_policy_asks_of_the_request(
    registry: Registry, rule: str, parameters: dict[str, list[str]], alias: str | None, said: str
) -> None:
    registry.models.create(FRAUD)
    registry.groups.create("risk", ["ben", "cleo"])
    registry.policies.add("asks", rule, "prod", parameters, alias=alias, when="alias" if alias else "registration")
    before = registry.history.last()
    for name in (FRAUD, "prod.ml_team.new"):
        with pytest.raises(PolicyRefused, match=said):
            registry.versions.register(NOWHERE, name, aliases=[alias] if alias else [])
    with pytest.raises(SourceUnavailable):
        registry.versions.register(NOWHERE, "other.ml_team.new", aliases=[alias] if alias else [])
    assert registry.history.last() == before


@pytest.mark.parametrize("parameters", [{"tags": ["owner"]}, {"tags": ["owner=ana"]}])
def test_what_is_met_by_the_request_is_met(registry: Registry, parameters: dict[str, list[str]]) -> None:
    registry.policies.add("owned", "required-tags", "registry", parameters)
    registry.policies.add("described", "required-description", "registry")
    with pytest.raises(SourceUnavailable):
        registry.versions.register(NOWHERE, FRAUD, tags={"owner": "ana"}, description="The first.")


def test_what_takes_the_files_is_asked_afterwards(registry: Registry) -> None:
    registry.models.create(FRAUD)
    registry.policies.add("good", "filter", "prod", {"expression": ["metrics.auc > 0.9"]})
    registry.policies.add("ours", "flavors", "prod", {"allowed": ["sklearn"]})
    with pytest.raises(SourceUnavailable):
        registry.versions.register(NOWHERE, FRAUD)


@pytest.mark.parametrize(
    "call",
    [
        lambda r: r.versions.register(NOWHERE, FRAUD),
        lambda r: r.versions.register(NOWHERE, FRAUD, tags={"stage": "prod"}),
    ],
)
def test_who_may_not_register_hears_that_first(registry: Registry, as_: As, call: Callable[[Registry], object]) -> None:
    registry.models.create(FRAUD)
    close(registry)
    registry.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["ben"])
    with pytest.raises(PermissionDenied, match="ben lacks CREATE MODEL VERSION"):
        call(as_("ben"))


def test_a_governed_tag_is_refused_first(registry: Registry) -> None:
    registry.models.create(FRAUD)
    registry.tag_policies.create("stage", ["dev"])
    with pytest.raises(PolicyRefused, match="stage"):
        registry.versions.register(NOWHERE, FRAUD, tags={"stage": "prod"})
