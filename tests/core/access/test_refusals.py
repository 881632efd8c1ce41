"""What may not be done to something, told before it is tried."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.access.needs import NEEDS, offered
from jupyter_modelreg.core.access.privileges import LEVELS
from jupyter_modelreg.core.access.records import Refusal
from jupyter_modelreg.core.errors import NotFound, PermissionDenied
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]
PLACES = ["registry", "prod", "prod.ml_team", FRAUD, "iris"]


@pytest.fixture
def shared(registry: Registry) -> Registry:
    """A registry of ana's with a governed and a workspace model, of which ben may do little, and cleo less."""
    registry.models.create(FRAUD)
    registry.versions.register(SOURCE, "iris", check_source=False)
    registry.grants.grant(["USE CATALOG", "USE SCHEMA"], "prod", ["ben"])
    registry.grants.grant(["EXECUTE", "APPLY TAG"], FRAUD, ["ben"])
    registry.grants.grant(["BROWSE"], "registry", ["cleo"])
    return close(registry)


def _by_operation(refusals: list[Refusal]) -> dict[str, Refusal]:
    return {operation: each for each in refusals for operation in each.operations}


def test_every_operation_is_offered_somewhere() -> None:
    assert set(NEEDS) == {each for level in LEVELS for each in offered(level)}
    assert "aliases.set" not in offered("schema")
    assert [level for level in LEVELS if "models.create" in offered(level)] == ["registry", "schema"]


@pytest.mark.parametrize("place", PLACES)
def test_whoever_owns_everything_is_refused_nothing(shared: Registry, registry: Registry, place: str) -> None:
    assert list(shared.grants.refusals(place)) == []
    assert list(registry.grants.refusals(place)) == []


def test_everybody_is_refused_nothing_where_all_is_open(registry: Registry, as_: As) -> None:
    registry.models.create(FRAUD)
    assert list(as_("ben").grants.refusals(FRAUD)) == []


def test_what_is_refused_and_why(shared: Registry, as_: As) -> None:
    refusals = list(as_("ben").grants.refusals(FRAUD))
    assert [(each.privilege, each.kind, each.name) for each in refusals] == [
        ("MANAGE", "model", FRAUD),
        ("CREATE MODEL VERSION", "model", FRAUD),
    ]
    found = _by_operation(refusals)
    assert {"aliases.set", "models.rename", "grants.grant", "versions.register"} <= set(found)
    assert found.keys().isdisjoint({"tags.edit", "versions.load", "versions.copy", "comments.add", "requests.alias"})
    with pytest.raises(PermissionDenied) as refused:
        as_("ben").aliases.set(FRAUD, "Champion", 1)
    assert (found["aliases.set"].message, found["aliases.set"].hint) == (refused.value.message, refused.value.hint)


def test_what_is_missing_further_up_is_named_there(shared: Registry, as_: As) -> None:
    shared.grants.grant(["ALL PRIVILEGES", "MANAGE"], FRAUD, ["dora"])
    shared.grants.grant(["BROWSE"], "prod", ["dora"])
    [refusal] = as_("dora").grants.refusals(FRAUD)
    assert (refusal.privilege, refusal.kind, refusal.name) == ("USE CATALOG", "catalog", "prod")
    assert set(refusal.operations) == set(offered("model")) - {"requests.access", "requests.cancel"}


def test_who_may_only_browse_may_ask_for_access(shared: Registry, as_: As) -> None:
    found = _by_operation(list(as_("cleo").grants.refusals("iris")))
    assert set(offered("model")) - set(found) == {"requests.access", "requests.cancel"}
    assert found["comments.add"].privilege == "EXECUTE"


def test_what_is_hidden_is_not_there(shared: Registry, as_: As) -> None:
    with pytest.raises(NotFound):
        as_("dora").grants.refusals(FRAUD)


def test_they_follow_what_is_granted(shared: Registry, as_: As) -> None:
    assert "aliases.set" in _by_operation(list(as_("ben").grants.refusals("prod.ml_team.fraud")))
    shared.groups.create("owners", ["ben"])
    shared.grants.transfer(FRAUD, "owners")
    assert list(as_("ben").grants.refusals(FRAUD)) == []
    assert _by_operation(list(as_("ben").grants.refusals("registry")))["groups.create"].privilege == "MANAGE"


def test_they_are_those_of_whom_one_acts_as(shared: Registry) -> None:
    assert "aliases.set" in _by_operation(list(shared.acting_as("ben").grants.refusals(FRAUD)))
