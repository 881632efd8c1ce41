"""Requests: who may ask for what, who decides it, what that changes, and what has changed meanwhile."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_modelreg.core.discussion.records import ToldRequest
from jupyter_modelreg.core.discussion.review import metric_differences
from jupyter_modelreg.core.discussion.states import open_for
from jupyter_modelreg.core.entities.versions import Metric
from jupyter_modelreg.core.errors import (
    InvalidInput,
    InvalidState,
    NotFound,
    PermissionDenied,
    PolicyRefused,
    RegistryError,
)
from jupyter_modelreg.core.history.sentences import text_of
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.testing.store_records import model, version
from tests.support.contexts import context_of
from tests.support.database import sql
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def shared(registry: Registry, as_: As) -> Registry:
    """Ana's: ben may load iris, cleo and cara manage it, dora knows what there is, eve knows nothing."""
    for _ in range(3):
        registry.versions.register(SOURCE, "iris", check_source=False)
    registry.aliases.set("iris", "Champion", 1)
    registry.models.create(FRAUD)
    registry.grants.grant(["EXECUTE"], "iris", ["ben"])
    registry.grants.grant(["MANAGE"], "iris", ["cleo", "cara"])
    registry.grants.grant(["BROWSE"], "registry", ["dora"])
    return close(registry)


def pointed(registry: Registry) -> int | None:
    return registry.models.get("iris").aliases.get("Champion")


def test_an_alias_is_asked_for_and_approved(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion", reason="better")
    assert (asked.kind, asked.on, asked.reference, asked.wish, asked.author, asked.reason, asked.state) == (
        "alias", "model", "iris/2", "@Champion → 2", "ben", "better", "open"
    )  # fmt: skip
    assert (asked.seen, list(asked.stale), asked.possible, asked.actions) == ({"version": 1}, [], True, ("cancel",))
    assert pointed(shared) == 1
    [waiting] = as_("cleo").requests.list(scope="to_me")
    assert (waiting.id, waiting.actions) == (asked.id, ("approve", "reject"))
    done = as_("cleo").requests.approve(asked.id)
    assert (done.state, done.decided_by, done.decision_reason, done.actions) == ("approved", "cleo", None, ())
    assert pointed(shared) == 2
    moved, approved = shared.history.list()[-2:]
    assert (moved.action, moved.actor, moved.reason, moved.after) == ("alias.moved", "cleo", "better", {"Champion": 2})
    assert (approved.action, approved.reason, approved.version) == ("request.approved", None, 2)
    assert moved.unit == approved.unit
    assert as_("cleo").requests.list(scope="to_me") == []
    assert [each.state for each in as_("ben").requests.list(scope="mine", state=None)] == ["approved"]


def test_undo_takes_back_both_and_again_does_both(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    as_("cleo").requests.approve(asked.id, reason="fine")
    undone = as_("cleo").history.undo()
    assert (pointed(shared), shared.requests.get(asked.id).state) == (1, "open")
    as_("cleo").history.undo(undone.unit)
    again = shared.requests.get(asked.id)
    assert (pointed(shared), again.state, again.decided_by, again.decision_reason) == (2, "approved", "cleo", "fine")
    as_("cara").history.undo(shared.history.list()[-1].seq)
    as_("cara").requests.approve(asked.id)
    assert (pointed(shared), shared.requests.get(asked.id).decided_by) == (2, "cara")
    assert list(rebuilt_differences(context_of(shared))) == []


def test_nobody_decides_their_own(shared: Registry, as_: As) -> None:
    own = as_("cleo").requests.alias("iris/2", "Champion")
    assert own.actions == ("cancel",)
    for decide in (lambda r: r.requests.approve(own.id), lambda r: r.requests.reject(own.id, reason="no")):
        with pytest.raises(PermissionDenied, match=f"request {own.id} is cleo's own, and nobody can"):
            decide(as_("cleo"))
    mine = shared.requests.alias("iris/3", "Champion")
    with pytest.raises(PermissionDenied, match="is ana's own"):
        shared.acting_as("cleo").requests.approve(mine.id)
    as_("cara").requests.approve(own.id)
    assert pointed(shared) == 2


def test_in_an_open_registry_too(registry: Registry, as_: As) -> None:
    registry.versions.register(SOURCE, "iris", check_source=False)
    asked = registry.requests.alias("iris/1", "Champion")
    with pytest.raises(PermissionDenied, match="nobody can approve theirs"):
        registry.requests.approve(asked.id)
    with pytest.raises(PermissionDenied, match="only they can cancel it"):
        as_("ben").requests.cancel(asked.id)
    assert as_("ben").requests.approve(asked.id).state == "approved"


def test_who_could_not_do_it_cannot_approve_it(shared: Registry, as_: As) -> None:
    asked = as_("cleo").requests.alias("iris/2", "Champion")
    last = shared.history.last()
    assert as_("ben").requests.get(asked.id).actions == ()
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on model iris"):
        as_("ben").requests.approve(asked.id)
    for actor in ("dora", "eve"):
        assert as_(actor).requests.list(state=None) == []
        for call in (
            lambda r: r.requests.approve(asked.id),
            lambda r: r.requests.reject(asked.id, reason="x"),
            lambda r: r.requests.cancel(asked.id),
            lambda r: r.requests.get(asked.id),
            lambda r: r.requests.review(asked.id),
        ):
            with pytest.raises(NotFound, match=f"no request {asked.id}"):
                call(as_(actor))
    with pytest.raises((PermissionDenied, NotFound)):
        as_("dora").requests.alias("iris/2", "Champion")
    assert (shared.history.last(), pointed(shared)) == (last, 1)


def test_it_is_rejected_with_a_reason_or_cancelled(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    for reason in (None, " "):
        with pytest.raises(InvalidInput, match="wants to know why"):
            as_("cleo").requests.reject(asked.id, reason=reason)
    done = as_("cleo").requests.reject(asked.id, reason="recall")
    assert (done.state, done.decided_by, done.decision_reason, pointed(shared)) == ("rejected", "cleo", "recall", 1)
    for verb in (
        lambda: as_("cara").requests.approve(asked.id),
        lambda: as_("cara").requests.reject(asked.id, reason="x"),
        lambda: as_("ben").requests.cancel(asked.id),
    ):
        with pytest.raises(InvalidState, match=f"request {asked.id} was rejected by cleo already"):
            verb()
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE"):
        as_("ben").history.undo(shared.history.list()[-1].seq)
    again = as_("ben").requests.alias("iris/2", "Champion")
    assert as_("ben").requests.cancel(again.id, reason="never mind").state == "cancelled"
    as_("ben").history.undo()
    assert shared.requests.get(again.id).state == "open"
    as_("ben").history.undo(again.id)
    with pytest.raises(NotFound):
        shared.requests.get(again.id)


def test_it_expires(shared: Registry, as_: As) -> None:
    with pytest.raises(InvalidInput, match="expires some time after"):
        as_("ben").requests.alias("iris/2", "Champion", expires_in=0)
    asked = as_("ben").requests.alias("iris/2", "Champion", expires_in=86_400_000)
    later = context_of(shared, actor="cleo", clock=lambda: asked.expires_at or 0)
    assert asked.expires_at == asked.created_at + 86_400_000
    cleo = Registry(later)
    assert cleo.requests.list() == []
    assert [each.id for each in cleo.requests.list(state="expired")] == [asked.id]
    assert (cleo.requests.get(asked.id).state, cleo.requests.get(asked.id).actions) == ("expired", ())
    with pytest.raises(InvalidState, match=f"request {asked.id} expired at"):
        cleo.requests.approve(asked.id)
    ben = Registry(context_of(shared, actor="ben", clock=lambda: asked.expires_at or 0))
    assert ben.requests.alias("iris/2", "Champion").state == "open"
    assert as_("cleo").requests.get(asked.id).state == "open"  # by the clock of today


@pytest.mark.parametrize(
    ("call", "error", "said"),
    [
        (lambda r: r.alias("iris/1", "Champion"), InvalidState, "iris@Champion points at 1 already"),
        (lambda r: r.alias("iris@Champion", "Champion"), InvalidState, "points at 1 already"),
        (lambda r: r.alias("iris/9", "Champion"), NotFound, "no version iris/9"),
        (lambda r: r.alias("iris", "Champion"), InvalidInput, "needs a version"),
        (lambda r: r.alias("iris/1-2", "Best"), InvalidInput, "names 2 versions"),
        (lambda r: r.alias("iris/2", "latest"), InvalidInput, "latest"),
        (lambda r: r.stage("iris/1", "None"), InvalidState, "iris/1 is in stage None already"),
        (lambda r: r.stage("iris/1", "Live"), InvalidInput, "Live"),
        (lambda r: r.access(["EXECUTE"], "iris"), InvalidState, "ben has EXECUTE on model iris already"),
        (lambda r: r.access(["EXECUT"], "iris"), InvalidInput, "did you mean EXECUTE"),
        (lambda r: r.access([], "iris"), InvalidInput, "name at least one privilege"),
        (lambda r: r.access(["USE SCHEMA"], "iris"), InvalidInput, "means nothing on a model"),
        (lambda r: r.access(["EXECUTE"], FRAUD), NotFound, f"no model {FRAUD}"),
    ],
)
def test_what_cannot_be_asked_for(
    shared: Registry, as_: As, call: Callable[[object], object], error: type[RegistryError], said: str
) -> None:
    before = shared.history.last()
    with pytest.raises(error) as refused:
        call(as_("ben").requests)
    assert said in refused.value.message
    assert shared.history.last() == before


def test_a_governed_model_has_no_stage_to_ask_for(registry: Registry, tmp_path: Path) -> None:
    from tests.support.plain_models import plain_model

    plain_model(tmp_path / "model", 10)
    registry.versions.register(str(tmp_path / "model"), FRAUD)
    with pytest.raises(PolicyRefused, match="those have no stages"):
        registry.requests.stage(f"{FRAUD}/1", "Production")


def test_nobody_asks_twice_for_the_same(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    with pytest.raises(InvalidState, match=f"you have asked for that already: request {asked.id}"):
        as_("ben").requests.alias("iris/2", "Champion")
    as_("ben").requests.alias("iris/3", "Champion")
    as_("cleo").requests.alias("iris/2", "Champion")
    dora = as_("dora").requests.access(["EXECUTE", "APPLY TAG"], "iris")
    with pytest.raises(InvalidState, match=f"request {dora.id}"):
        as_("dora").requests.access(["APPLY_TAG", "execute"], "iris")
    as_("dora").requests.access(["EXECUTE"], "iris")


def test_a_stage_is_asked_for(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.stage("iris/2", "production")
    assert (asked.wish, asked.seen) == ("stage Production", {"stage": "None"})
    shared.versions.transition("iris", 2, "Staging")
    stale = as_("cleo").requests.get(asked.id)
    assert list(stale.stale) == ["iris/2 was in stage None when it was asked, and is in Staging now"]
    with pytest.raises(InvalidState, match="is stale"):
        as_("cleo").requests.approve(asked.id)
    as_("cleo").requests.approve(asked.id, anyway=True)
    assert shared.versions.get("iris/2").stage == "Production"
    assert shared.models.get("iris").latest["Production"] == 2
    as_("cleo").history.undo()
    assert (shared.versions.get("iris/2").stage, shared.requests.get(asked.id).state) == ("Staging", "open")


def test_access_is_asked_for_and_granted(shared: Registry, as_: As) -> None:
    asked = as_("dora").requests.access(["EXECUTE"], FRAUD, reason="audit")
    assert (asked.on, asked.name, asked.privileges, asked.seen) == ("model", FRAUD, ["EXECUTE"], {"privileges": []})
    assert [each.id for each in as_("dora").requests.list(scope="mine")] == [asked.id]
    assert as_("ben").requests.list() == as_("cleo").requests.list() == []
    assert [each.id for each in shared.requests.list(scope="to_me")] == [asked.id]
    shared.requests.approve(asked.id)
    assert shared.grants.list(FRAUD)[0].privileges == ["EXECUTE"]
    granted, approved = shared.history.list()[-2:]
    assert (granted.action, granted.reason, approved.action) == ("grant.changed", "audit", "request.approved")
    shared.history.undo()
    assert (shared.grants.list(FRAUD), shared.requests.get(asked.id).state) == ([], "open")
    shared.grants.grant(["EXECUTE"], FRAUD, ["dora"])
    with pytest.raises(InvalidState, match=f"dora has EXECUTE on model {FRAUD} already"):
        shared.requests.approve(asked.id)
    assert shared.requests.get(asked.id).actions == ("reject",)


@pytest.mark.parametrize("on", ["prod", "prod.ml_team", "registry"])
def test_access_to_what_is_above_models(shared: Registry, as_: As, on: str) -> None:
    shared.grants.grant(["MANAGE", "USE CATALOG"], "prod", ["carl"])
    asked = as_("dora").requests.access(["EXECUTE", "BROWSE"], on)
    assert ("carl" if on != "registry" else "ana") in _deciders(shared, as_, asked)
    shared.requests.approve(asked.id)
    assert "EXECUTE" in next(each for each in shared.grants.list(on) if each.principal == "dora").privileges
    assert shared.maintenance.verify(rebuild=True).sound
    shared.history.undo()
    assert list(rebuilt_differences(context_of(shared))) == []


def _deciders(shared: Registry, as_: As, asked: ToldRequest) -> list[str]:
    people = {"ana": shared, **{each: as_(each) for each in ("ben", "cleo", "carl", "dora", "eve")}}
    return [name for name, of in people.items() if [each.id for each in of.requests.list(scope="to_me")] == [asked.id]]


def test_asking_does_not_tell_what_is_hidden(shared: Registry, as_: As) -> None:
    for actor, hidden, none in (("eve", FRAUD, "prod.ml_team.froud"), ("eve", "prod", "prot"), ("ben", "prod", "prot")):
        told = []
        for name in (hidden, none):
            with pytest.raises(NotFound) as refused:
                as_(actor).requests.access(["EXECUTE"], name)
            told.append(str(refused.value).replace(name, "NAME"))
        assert told[0] == told[1]


def test_events_on_access_are_for_who_asked_and_who_grants(shared: Registry, as_: As) -> None:
    asked = as_("dora").requests.access(["EXECUTE"], "iris")
    as_("cleo").requests.reject(asked.id, reason="no")
    seen = {
        actor: [each.action for each in as_(actor).history.list() if each.action.startswith("request.")]
        for actor in ("cleo", "ben", "dora", "eve")
    }
    both = ["request.created", "request.rejected"]
    assert seen == {"cleo": both, "ben": [], "dora": ["request.created"], "eve": []}
    assert as_("dora").requests.get(asked.id).decision_reason == "no"


def test_a_refusal_offers_to_ask(shared: Registry, as_: As) -> None:
    with pytest.raises(PermissionDenied) as refused:
        as_("ben").tags.set("iris", {"a": "b"})
    assert refused.value.hint == (
        'ask ana to run: grant "APPLY TAG" on model iris to ben; or ask here: request access "APPLY TAG" on model iris'
    )
    assert as_("ben").requests.access(["APPLY TAG"], "iris").state == "open"


def test_a_stale_request_says_so(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    shared.aliases.set("iris", "Champion", 3)
    [found] = as_("cleo").requests.list()
    assert list(found.stale) == ["iris@Champion pointed at 1 when it was asked, and points at 3 now"]
    assert (found.possible, found.actions) == (True, ("approve", "reject"))
    with pytest.raises(InvalidState, match="points at 3 now") as refused:
        as_("cleo").requests.approve(asked.id)
    assert f"approve {asked.id} --anyway" in str(refused.value.hint)
    shared.aliases.remove("iris", "Champion")
    assert "points at none now" in as_("cleo").requests.get(asked.id).stale[0]
    assert as_("cleo").requests.approve(asked.id, anyway=True).state == "approved"
    assert pointed(shared) == 2


@pytest.mark.parametrize("anyway", [False, True])
def test_what_cannot_be_done_any_more_is_not_approved(shared: Registry, as_: As, anyway: bool) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    shared.aliases.set("iris", "Champion", 2)
    with pytest.raises(InvalidState, match="asks for what cannot be done: iris@Champion points at 2 already"):
        as_("cleo").requests.approve(asked.id, anyway=anyway)
    shared.aliases.set("iris", "Champion", 1)
    shared.versions.delete("iris/2", force=True)
    with pytest.raises(InvalidState, match="iris/2 is not there any more"):
        as_("cleo").requests.approve(asked.id, anyway=anyway)
    assert as_("cleo").requests.get(asked.id).actions == ("reject",)
    shared.trash.restore("iris/2")
    shared.models.delete("iris", force=True)
    with pytest.raises(InvalidState, match="iris, which is not there any more"):
        shared.requests.approve(asked.id, anyway=anyway)
    shared.trash.restore("iris")
    assert as_("cleo").requests.approve(asked.id).state == "approved"


def test_a_review_says_what_there_is_to_know(registry: Registry, as_: As) -> None:
    for _ in range(2):
        registry.versions.register(SOURCE, "iris", check_source=False)
    registry.aliases.set("iris", "Champion", 1)
    asked = as_("ben").requests.alias("iris/2", "Champion")
    registry.tags.set("iris/2", {"validated": "no"})
    registry.comments.add("iris/2", "hm")
    registry.aliases.set("iris", "Champion", 2)
    registry.aliases.set("iris", "Champion", 1)
    found = registry.requests.review(asked.id)
    assert (found.request.id, found.present) == (asked.id, 1)
    told = [text_of(each.sentence) for each in found.since]
    assert told == ["@Champion 2 → 1", "@Champion 1 → 2", "tagged validated=no"]
    assert registry.requests.review(asked.id).metrics == []


def test_metrics_of_both_versions_are_side_by_side() -> None:
    iris = model(1, "iris")
    ours = (Metric(key="auc", value=0.7, timestamp=1, step=1), Metric(key="auc", value=0.9, timestamp=2, step=2))
    asked = version(12, iris, 2, metrics=(*ours[::-1], Metric(key="f1", value=0.5, timestamp=1)))
    present = version(
        11, iris, 1, metrics=(Metric(key="auc", value=0.8, timestamp=9), Metric(key="old", value=1.0, timestamp=9))
    )
    told = [(each.key, each.asked, each.present) for each in metric_differences(asked, present)]
    assert told == [("auc", 0.9, 0.8), ("f1", 0.5, None), ("old", None, 1.0)]
    assert [(each.key, each.present) for each in metric_differences(asked, None)] == [("auc", None), ("f1", None)]
    assert metric_differences(None, None) == []


def test_open_requests_hold_what_they_are_about(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    as_("dora").requests.access(["EXECUTE"], "iris")
    now = shared.history.list()[-1].time
    with context_of(shared).store.read() as tx:
        model = tx.models.get("iris")
        assert model is not None
        assert [each.id for each in open_for(tx, now, [model.id])] == [asked.id]
        assert [each.id for each in open_for(tx, now, [model.id, 0])] == [asked.id]
        assert open_for(tx, now, [0, 1 << 40]) == []
    as_("ben").requests.cancel(asked.id)
    with context_of(shared).store.read() as tx:
        assert open_for(tx, now, [model.id]) == []


def test_it_goes_with_its_model(shared: Registry, as_: As, tmp_path: Path) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    access = as_("dora").requests.access(["EXECUTE"], "prod")
    shared.models.rename("iris", "flower", force=True)
    assert shared.requests.get(asked.id).reference == "flower/2"
    shared.maintenance.backup(tmp_path / "b.zip")
    shared.requests.reject(access.id, reason="no")
    shared.maintenance.restore(tmp_path / "b.zip", force=True)
    assert [each.id for each in shared.requests.list()] == [access.id, asked.id]
    shared.versions.delete("flower/2", force=True)
    shared.trash.purge(force=True)
    assert [each.id for each in shared.requests.list()] == [access.id]
    assert shared.maintenance.verify(rebuild=True).sound
    shared.models.delete(FRAUD)
    shared.schemas.delete("prod.ml_team")
    shared.catalogs.delete("prod")
    gone = shared.requests.get(access.id)
    assert (gone.name, list(gone.stale), gone.actions) == ("prod", ["prod is not there any more"], ())
    assert shared.maintenance.verify(rebuild=True).sound


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE requests SET state = 'approved', decided_by = 'eve'",
        "DELETE FROM requests",
        "UPDATE requests SET seen = '{}'",
    ],
)
def test_what_was_altered_by_hand_is_put_right(shared: Registry, registry_path: Path, as_: As, statement: str) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    access = as_("dora").requests.access(["EXECUTE"], "prod")
    before = shared.requests.list()
    sql(registry_path, statement)
    found = {each.message.split(" ")[2] for each in shared.maintenance.verify(rebuild=True).findings}
    assert found == {str(asked.id), str(access.id)}
    assert shared.maintenance.repair(rebuild=True).sound
    assert shared.requests.list() == before


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_asked_and_decided_the_log_gives_the_tables_and_undo_what_was_before(
    shared: Registry, as_: As, seed: int
) -> None:
    chosen = random.Random(seed)
    before: list[tuple[int, object]] = []
    people = {"ana": shared, **{each: as_(each) for each in ("ben", "cleo", "cara", "dora")}}
    for _ in range(40):
        registry = people[chosen.choice(list(people))]
        was, last = _state(shared), shared.history.last()
        try:
            _something(registry, chosen)
        except RegistryError:
            assert _state(shared) == was
        now = shared.history.last()
        if now is not None and now != last:
            before.append((now.seq, was))
    assert len(before) > 10
    assert list(rebuilt_differences(context_of(shared))) == []
    for seq, was in reversed(before):
        shared.history.undo(seq)
        assert _state(shared) == was
    assert shared.requests.list(state=None) == []
    assert list(rebuilt_differences(context_of(shared))) == []


def _something(registry: Registry, chosen: random.Random) -> None:
    there = [each.id for each in registry.requests.list()]
    number, do = chosen.randint(1, 3), chosen.randrange(8)
    if do < 2 or not there:
        registry.requests.alias(f"iris/{number}", chosen.choice(["Champion", "Shadow"]))
    elif do == 2:
        registry.requests.stage(f"iris/{number}", chosen.choice(["Production", "Staging"]))
    elif do == 3:
        privileges, on = chosen.choice(["EXECUTE", "APPLY TAG"]), chosen.choice(["iris", FRAUD, "prod", "registry"])
        registry.requests.access([privileges], on)
    elif do == 4:
        registry.requests.reject(chosen.choice(there), reason="no")
    elif do == 5:
        registry.requests.cancel(chosen.choice(there))
    else:
        registry.requests.approve(chosen.choice(there), anyway=chosen.random() < 0.5)


def _state(registry: Registry) -> object:
    asked = registry.requests.list(state=None)
    return (
        [(each.id, each.state, each.decided_by, each.decided_at, each.decision_reason) for each in asked],
        registry.models.get("iris").aliases,
        [each.stage for each in registry.versions.list("iris")],
        registry.grants.list(),
    )


def test_how_many_wait_is_counted_as_they_are_listed(shared: Registry, as_: As) -> None:
    people = ("ana", "ben", "cleo", "cara", "dora", "eve")
    assert {name: as_(name).requests.count() for name in people} == dict.fromkeys(people, 0)
    first = as_("ben").requests.alias("iris/2", "Champion")
    as_("cleo").requests.alias("iris/3", "Champion")
    as_("dora").requests.access(["EXECUTE"], "iris")
    as_("ben").requests.alias("iris/3", "Challenger", expires_in=1)
    counted = {name: as_(name).requests.count() for name in people}
    assert counted == {"ana": 3, "ben": 0, "cleo": 2, "cara": 3, "dora": 0, "eve": 0}
    assert counted == {name: len(as_(name).requests.list(scope="to_me")) for name in people}
    as_("cara").requests.reject(first.id, reason="no")
    assert as_("cleo").requests.count() == 1


def test_what_is_decided_is_listed_by_itself(shared: Registry, as_: As) -> None:
    gone = as_("ben").requests.alias("iris/3", "Late", expires_in=1)
    asked = as_("ben").requests.alias("iris/2", "Champion")
    as_("ben").requests.alias("iris/3", "Champion")
    as_("cleo").requests.approve(asked.id)
    closed = as_("ben").requests.list(scope="mine", state="closed")
    assert [(each.id, each.state) for each in closed] == [(asked.id, "approved"), (gone.id, "expired")]
    assert [each.id for each in as_("ben").requests.list("iris/2", state="closed", limit=1)] == [asked.id]


def test_a_review_says_who_decides_and_why_others_may_not(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    own, able = as_("ben").requests.review(asked.id), as_("cleo").requests.review(asked.id)
    assert own.refusals == {
        "approve": f"request {asked.id} is ben's own, and nobody can approve theirs",
        "reject": f"request {asked.id} is ben's own, and nobody can reject theirs",
    }
    assert able.refusals == {"cancel": f"request {asked.id} is ben's, and only they can cancel it"}
    [who] = own.deciders
    assert (who.count, who.group, who.policy, list(who.people), list(who.approved)) == (1, None, None, ["ana"], [])
    shared.grants.grant(["EXECUTE"], "iris", ["reader"], new=True)
    lacks = as_("reader").requests.review(asked.id).refusals
    assert lacks["approve"] == lacks["reject"]
    assert lacks["approve"].startswith("reader lacks MANAGE on model iris")
    shared.aliases.set("iris", "Champion", 2)
    assert as_("cleo").requests.review(asked.id).refusals["approve"].endswith("iris@Champion points at 2 already")


def test_a_review_of_what_is_decided_compares_with_what_stood_there(shared: Registry, as_: As) -> None:
    asked = as_("ben").requests.alias("iris/2", "Champion")
    before = as_("cleo").requests.review(asked.id)
    assert (before.present, before.compared) == (1, 1)
    as_("cleo").requests.approve(asked.id)
    after = as_("ben").requests.review(asked.id)
    assert (after.present, after.compared, dict(after.refusals)) == (2, 1, {})


def test_a_review_of_access_says_what_that_would_allow(shared: Registry, as_: As) -> None:
    asked = as_("dora").requests.access(["EXECUTE", "APPLY TAG"], "iris")
    assert dict(shared.requests.review(asked.id).allows) == {
        "APPLY TAG": "set and remove tags, and read what is known of the model",
        "EXECUTE": "load the model, and read what is known of it",
    }
