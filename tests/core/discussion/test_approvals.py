"""Approvals that policies ask for: whose count, how many it takes, and what undoing one does."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.errors import InvalidState, PermissionDenied, PolicyRefused
from jupyter_modelreg.core.history.sentences import text_of
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def shared(registry: Registry, as_: As) -> Registry:
    """Ana's: two of the leads cleo, dora, ed and fay, who may only look, approve each @Champion of iris."""
    registry.grants.grant(["CREATE MODEL"], "registry", ["fay"])
    for actor in ("ana", "ben", "fay"):
        as_(actor).versions.register(SOURCE, "iris", check_source=False)
    registry.aliases.set("iris", "Champion", 1)
    registry.groups.create("leads", ["cleo", "dora", "ed", "fay"])
    registry.grants.grant(["EXECUTE"], "iris", ["leads", "ben"])
    registry.policies.add("pair", "approvals", "iris", {"count": ["2"], "group": ["leads"]}, alias="Champion")
    return close(registry)


def pointed(registry: Registry) -> int | None:
    return registry.models.get("iris").aliases.get("Champion")


def test_the_last_approval_that_it_takes_moves_the_alias(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion", reason="better")
    first = as_("cleo").requests.approve(asked.id, reason="fine")
    assert (first.state, list(first.approvals), first.actions, pointed(shared)) == ("open", ["cleo"], ("reject",), 1)
    with pytest.raises(InvalidState, match="cleo has approved request"):
        as_("cleo").requests.approve(asked.id)
    second = as_("dora").requests.approve(asked.id)
    assert (second.state, second.decided_by, pointed(shared)) == ("approved", "dora", 2)
    assert shared.maintenance.verify(rebuild=True).sound


def test_whoever_manages_the_model_cannot_approve_in_their_place(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    assert shared.requests.get(asked.id).actions == ("reject",)
    with pytest.raises(PermissionDenied, match="policy pair of model iris asks the group leads, and ana is not"):
        shared.requests.approve(asked.id)
    with pytest.raises(PolicyRefused, match="none of 2 approvals by the group leads"):
        shared.aliases.set("iris", "Champion", 2)
    assert pointed(shared) == 1


def test_neither_who_asks_nor_who_made_the_version_counts(shared: Registry, as_: As) -> None:
    own = as_("cleo").requests.alias("iris/2", "Champion")
    with pytest.raises(PermissionDenied, match="cleo's own"):
        as_("cleo").requests.approve(own.id)
    of_fay = as_("ben").requests.alias("iris/3", "Champion")
    with pytest.raises(PermissionDenied, match="fay has registered the version"):
        as_("fay").requests.approve(of_fay.id)
    as_("ed").requests.approve(own.id)
    as_("fay").requests.approve(own.id)
    assert pointed(shared) == 2


def test_an_approval_is_taken_back_and_given_again_by_who_gave_it(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    cleo = as_("cleo")
    cleo.requests.approve(asked.id)
    cleo.history.undo()
    assert list(shared.requests.get(asked.id).approvals) == []
    told = [text_of(each.sentence) for each in shared.history.told("iris", actions=["request"])]
    assert told[0].startswith(f"took back that somebody approved request {asked.id}")
    cleo.history.undo(shared.history.recent("iris")[0].seq)
    assert list(shared.requests.get(asked.id).approvals) == ["cleo"]
    as_("dora").requests.approve(asked.id)
    assert pointed(shared) == 2
    assert shared.maintenance.verify(rebuild=True).sound


def test_any_of_them_may_reject(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    assert as_("dora").requests.reject(asked.id, reason="recall").state == "rejected"


def test_a_review_says_what_each_policy_says(shared: Registry, as_: As) -> None:
    shared.policies.add("described", "required-description", "iris", alias="Champion")
    asked = as_("ben").requests.alias("iris/2", "Champion")
    as_("cleo").requests.approve(asked.id)
    results = {each.policy.name: (each.met, each.lacks) for each in shared.requests.review(asked.id).policies}
    assert results == {
        "described": (False, "has no description"),
        "pair": (False, "has 1 of 2 approvals by the group leads"),
    }


def test_taking_back_a_move_that_took_approval_takes_approval(registry: Registry, as_: As) -> None:
    """By somebody who is asked for it: not who asked for the move, nor who has nothing to do with it."""
    for _ in range(2):
        registry.versions.register(SOURCE, "iris", check_source=False)
    registry.aliases.set("iris", "Champion", 1)
    registry.groups.create("leads", ["ben", "cleo", "cara"])
    registry.policies.add("one", "approvals", "iris", {"count": ["1"], "group": ["leads"]}, alias="Champion")
    asked = as_("ben").requests.alias("iris/2", "Champion")
    as_("cleo").requests.approve(asked.id)
    moved = registry.history.last()
    assert moved is not None
    for who in ("ana", "ben", "dora"):
        with pytest.raises(PolicyRefused, match="it has no approval by the group leads"):
            as_(who).history.undo(moved.seq)
    assert registry.models.get("iris").aliases == {"Champion": 2}
    as_("cara").history.undo(moved.seq)
    assert registry.models.get("iris").aliases == {"Champion": 1}
    assert registry.requests.get(asked.id).state == "open"
    again = registry.history.last()
    assert again is not None
    with pytest.raises(PolicyRefused):
        registry.history.undo(again.seq)
    as_("cleo").history.undo(again.seq)
    assert registry.models.get("iris").aliases == {"Champion": 2}
    assert registry.maintenance.verify(rebuild=True).findings == []


def test_taking_back_a_move_that_took_two_takes_two(registry: Registry, as_: As) -> None:
    for _ in range(2):
        registry.versions.register(SOURCE, "iris", check_source=False)
    registry.aliases.set("iris", "Champion", 1)
    registry.groups.create("leads", ["ben", "cleo"])
    registry.policies.add("two", "approvals", "iris", {"count": ["2"], "group": ["leads"]}, alias="Champion")
    asked = registry.requests.alias("iris/2", "Champion")
    for who in ("ben", "cleo"):
        as_(who).requests.approve(asked.id)
    with pytest.raises(PolicyRefused, match="it has 1 of 2 approvals by the group leads"):
        as_("cleo").history.undo()


class TestUnderAnotherName:
    """Who acts as somebody else has their rights, and stays one person."""

    @pytest.fixture
    def led(self, registry: Registry) -> Registry:
        """Ana's, who is in the group that approves, and so is ben."""
        for _ in range(2):
            registry.versions.register(SOURCE, "iris", check_source=False)
        registry.aliases.set("iris", "Champion", 1)
        return registry

    def test_nobody_approves_what_they_asked_for_as_somebody_else(self, led: Registry, as_: As) -> None:
        led.groups.create("leads", ["ana", "ben", "cleo"])
        led.policies.add("one", "approvals", "iris", {"count": ["1"], "group": ["leads"]}, alias="Champion")
        as_("dora").versions.register(SOURCE, "iris", check_source=False)
        asked = led.acting_as("ben").requests.alias("iris/3", "Champion")
        assert asked.author == "ben"
        for who in (led, led.acting_as("cleo")):
            with pytest.raises(PermissionDenied, match="ana has asked for it"):
                who.requests.approve(asked.id)
            assert who.requests.get(asked.id).actions == ("reject",)
        assert as_("cleo").requests.approve(asked.id).state == "approved"

    def test_nor_as_somebody_else_what_they_asked_for(self, led: Registry, as_: As) -> None:
        as_("ben").comments.add("iris", "hello")
        asked = led.requests.alias("iris/2", "Champion")
        with pytest.raises(PermissionDenied, match="ana's own"):
            led.acting_as("ben").requests.approve(asked.id)
        assert led.acting_as("ben").requests.get(asked.id).actions == ()

    def test_one_person_approves_once(self, led: Registry, as_: As) -> None:
        led.groups.create("leads", ["ana", "ben", "cleo"])
        led.policies.add("two", "approvals", "iris", {"count": ["2"], "group": ["leads"]}, alias="Champion")
        as_("dora").versions.register(SOURCE, "iris", check_source=False)
        for first, second in ((led.acting_as("ben"), led), (led, led.acting_as("ben"))):
            asked = as_("dora").requests.alias("iris/3", "Champion")
            assert first.requests.approve(asked.id).state == "open"
            with pytest.raises(InvalidState, match="has approved"):
                second.requests.approve(asked.id)
            assert second.requests.get(asked.id).actions == ("reject",)
            as_("dora").requests.cancel(asked.id)

    def test_who_registered_as_somebody_else_is_an_author(self, led: Registry, as_: As) -> None:
        led.groups.create("leads", ["ana", "ben", "cleo"])
        led.policies.add("one", "approvals", "iris", {"count": ["1"], "group": ["leads"]}, alias="Champion")
        led.acting_as("ben").versions.register(SOURCE, "iris", check_source=False)
        asked = as_("dora").requests.alias("iris/3", "Champion")
        for who in (led, as_("ben"), led.acting_as("cleo")):
            with pytest.raises(PermissionDenied, match="has registered the version"):
                who.requests.approve(asked.id)
        assert as_("cleo").requests.approve(asked.id).state == "approved"
