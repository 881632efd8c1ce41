"""Comments: who may say what about which model, what becomes of it, and what the log has of it."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from jupyter_modelreg.core.discussion.records import Comment
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, PermissionDenied, RegistryError
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.database import sql
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]


@pytest.fixture
def iris(registry: Registry) -> Registry:
    """Ana's registry with iris, of which there are three versions."""
    for _ in range(3):
        registry.versions.register(SOURCE, "iris", check_source=False)
    registry.aliases.set("iris", "Champion", 2)
    registry.models.create(FRAUD)
    return registry


@pytest.fixture
def shared(iris: Registry, as_: As) -> Registry:
    """The same, closed: ben may load iris, cleo manages it, dora only knows that it is there, eve knows nothing."""
    iris.grants.grant(["EXECUTE"], "iris", ["ben"])
    iris.grants.grant(["MANAGE"], "iris", ["cleo"])
    iris.grants.grant(["BROWSE"], "registry", ["dora"])
    return close(iris)


def texts(registry: Registry, reference: str | None = None) -> list[tuple[str, str]]:
    return [(each.reference, each.text) for each in registry.comments.list(reference)]


def test_what_is_said_is_kept_as_it_was_typed(iris: Registry, as_: As) -> None:
    text = "  **é \U0001f600**\n\n<script>alert(1)</script> \" ' \\ % {y}\t"
    made = as_("ben").comments.add("iris/3", text)
    assert (made.model, made.version, made.author, made.text, made.edited) == ("iris", 3, "ben", text, False)
    last = iris.history.last()
    assert last is not None
    assert made.id == last.seq
    assert (last.action, last.subject, last.name, last.version, last.after) == (
        "comment.created", "model", "iris", 3, {"text": text}
    )  # fmt: skip
    iris.comments.add("iris", "about all of it")
    iris.comments.add("iris@Champion", "live")
    iris.comments.add("iris/latest", "new")
    expected = [("iris/3", text), ("iris", "about all of it"), ("iris/2", "live"), ("iris/3", "new")]
    assert texts(iris, "iris") == texts(iris) == expected
    assert texts(iris, "iris/3") == [("iris/3", text), ("iris/3", "new")]
    assert texts(iris, "iris/1") == []
    assert [each.text for each in iris.comments.list(limit=2)] == ["live", "new"]
    assert iris.comments.get(made.id).text == text


@pytest.mark.parametrize(
    ("reference", "text", "error", "said"),
    [
        ("iris", "", InvalidInput, "a comment says something"),
        ("iris", " \n\t", InvalidInput, "a comment says something"),
        ("iris", "x" * 65_536, InvalidInput, "65,536 characters long"),
        ("iris", "\ud800", InvalidInput, "half a character"),
        ("iris/1-3", "x", InvalidInput, "names 3 versions, and this takes one"),
        ("iris/9", "x", NotFound, "no version iris/9"),
        ("iris@Nobody", "x", NotFound, "has no alias"),
        ("irs", "x", NotFound, "no model irs"),
        ("prod.ml_team", "x", NotFound, "no model prod.ml_team"),
    ],
)
def test_what_cannot_be_said(iris: Registry, reference: str, text: str, error: type[RegistryError], said: str) -> None:
    before = iris.history.last()
    with pytest.raises(error) as refused:
        iris.comments.add(reference, text)
    assert said in refused.value.message
    assert iris.history.last() == before
    assert len(iris.comments.add("iris", "x" * 65_535).text) == 65_535


def test_it_is_said_otherwise(iris: Registry, as_: As) -> None:
    made = as_("ben").comments.add("iris", "good")
    edited = as_("ben").comments.edit(made.id, "better, @ana")
    assert (edited.id, edited.text, edited.mentions, edited.author) == (made.id, "better, @ana", ["ana"], "ben")
    assert iris.comments.get(made.id).text == "better, @ana"
    before = iris.history.last()
    as_("ben").comments.edit(made.id, "better, @ana")
    assert iris.history.last() == before
    for text in ("", "x" * 65_536):
        with pytest.raises(InvalidInput):
            as_("ben").comments.edit(made.id, text)
    with pytest.raises(PermissionDenied, match=f"comment {made.id} is ben's, and only its author edits it"):
        iris.comments.edit(made.id, "hers")
    with pytest.raises(NotFound, match="no comment 9999"):
        iris.comments.edit(9999, "x")


def test_who_may_do_what(shared: Registry, as_: As) -> None:
    made = as_("ben").comments.add("iris/1", "good")
    assert made.actions == ["edit", "delete"]
    assert as_("cleo").comments.get(made.id).actions == ["delete"]
    with pytest.raises(PermissionDenied, match="dora lacks EXECUTE on model iris: dora has BROWSE there"):
        as_("dora").comments.add("iris", "x")
    for actor in ("dora", "eve"):
        for ask in (
            lambda r: r.comments.edit(made.id, "x"),
            lambda r: r.comments.delete(made.id),
            lambda r: r.comments.get(made.id),
            lambda r: r.comments.list("iris/1"),
            lambda r: r.comments.add("iris/1", "x"),
        ):
            # Who may browse knows that the model is there, and is told that its versions are not theirs to see.
            with pytest.raises(NotFound if actor == "eve" else (NotFound, PermissionDenied)):
                ask(as_(actor))
        assert as_(actor).comments.list() == []
    hidden, none = (str(_refusal(as_("eve"), name)) for name in ("iris", "iria"))
    assert hidden == none.replace("iria", "iris")
    other = as_("cleo").comments.add("iris", "mine")
    assert as_("ben").comments.get(other.id).actions == []
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on model iris"):
        as_("ben").comments.delete(other.id)
    assert as_("cleo").comments.delete(made.id).text == "good"
    assert texts(shared, "iris") == [("iris", "mine")]


def _refusal(registry: Registry, name: str) -> RegistryError:
    with pytest.raises(NotFound) as refused:
        registry.comments.add(name, "x")
    return refused.value


def test_whoever_may_not_read_it_any_more_cannot_change_it(shared: Registry, as_: As) -> None:
    made = as_("ben").comments.add("iris", "good")
    shared.grants.revoke(["EXECUTE"], "iris", ["ben"])
    with pytest.raises(NotFound):
        as_("ben").comments.delete(made.id)
    with pytest.raises((NotFound, PermissionDenied, InvalidState)):
        as_("ben").history.undo(made.id)
    assert texts(shared) == [("iris", "good")]


def test_on_behalf_of_somebody(shared: Registry, as_: As) -> None:
    made = shared.acting_as("ben").comments.add("iris", "as ben")
    assert made.author == "ben"
    assert as_("ben").comments.edit(made.id, "ben himself").text == "ben himself"
    with pytest.raises(PermissionDenied):
        shared.comments.edit(made.id, "ana")


def test_who_is_spoken_to(shared: Registry, as_: As) -> None:
    shared.groups.create("risk team", ["ben"])
    shared.comments.add("iris/1", '@"risk team": see @cleo, @Champion and @nobody')
    shared.comments.add("iris", "@eve, @cleo")
    shared.comments.add(FRAUD, "@ben cannot read this")
    assert [each.mentions for each in shared.comments.list()] == [["risk team", "cleo"], ["cleo"], ["ben"]]
    assert [each.reference for each in as_("ben").comments.list(to_me=True)] == ["iris/1"]
    assert [each.reference for each in as_("cleo").comments.list(to_me=True)] == ["iris/1", "iris"]
    assert [each.reference for each in shared.comments.list("iris", mentioning="cleo")] == ["iris/1", "iris"]
    assert [each.reference for each in shared.comments.list(mentioning="ben")] == [FRAUD]
    assert shared.comments.list(to_me=True) == []
    assert as_("eve").comments.list(to_me=True) == []


def test_it_goes_with_its_model(iris: Registry) -> None:
    iris.comments.add("iris", "all")
    iris.comments.add("iris/1", "one")
    iris.models.rename("iris", "flower")
    assert texts(iris) == [("flower", "all"), ("flower/1", "one")]
    one = iris.comments.list()[1].id
    iris.versions.delete("flower/1")
    assert texts(iris) == [("flower", "all")]
    with pytest.raises(NotFound, match="is not there any more"):
        iris.comments.edit(one, "x")
    iris.trash.restore("flower/1")
    assert texts(iris) == [("flower", "all"), ("flower/1", "one")]
    iris.models.delete("flower", force=True)
    assert texts(iris) == []
    iris.models.create("flower")
    assert texts(iris, "flower") == []
    iris.trash.restore("flower", name="iris")
    assert texts(iris, "iris") == [("iris", "all"), ("iris/1", "one")]


def test_a_purge_takes_it_along(iris: Registry) -> None:
    for reference in ("iris", "iris/1", "iris/2", FRAUD):
        iris.comments.add(reference, reference)
    iris.versions.delete("iris/1")
    iris.trash.purge()
    assert [each.text for each in _stored(iris)] == ["iris", "iris/2", FRAUD]
    iris.models.delete("iris", force=True)
    iris.trash.purge()
    assert [each.text for each in _stored(iris)] == [FRAUD]
    assert iris.maintenance.verify(rebuild=True).sound


def _stored(registry: Registry) -> list[Comment]:
    with context_of(registry).store.read() as tx:
        return [each for model in range(1, 10) for each in tx.comments.of_model(model)]


def test_undo_and_again(iris: Registry, as_: As) -> None:
    ben = as_("ben").comments.add("iris", "good")
    as_("ben").comments.edit(ben.id, "better @ana")
    with pytest.raises(InvalidState, match="it was edited since") as refused:
        as_("ben").history.undo(ben.id)
    assert "comment.edited, by ben" in str(refused.value.hint)
    as_("ben").history.undo()
    assert (texts(iris), iris.comments.list()[0].mentions) == ([("iris", "good")], [])
    again = as_("ben").history.undo(iris.history.list()[-1].seq)
    assert (texts(iris), iris.comments.list()[0].mentions) == ([("iris", "better @ana")], ["ana"])
    as_("ben").history.undo(again.unit)
    gone = as_("ben").history.undo(ben.id)
    assert texts(iris) == []
    as_("ben").history.undo(gone.unit)
    assert texts(iris) == [("iris", "good")]
    iris.comments.delete(ben.id)
    with pytest.raises(InvalidState, match="it was deleted since") as refused:
        as_("ben").history.undo(ben.id)
    assert "comment.deleted, by ana" in str(refused.value.hint)
    iris.history.undo()
    assert [(each.text, each.author) for each in iris.comments.list()] == [("good", "ben")]


def test_undo_of_what_is_in_the_trash_says_so(iris: Registry) -> None:
    made = iris.comments.add("iris", "good")
    iris.models.delete("iris", force=True)
    with pytest.raises(InvalidState, match="what it is about is not there now"):
        iris.history.undo(made.id)


def test_only_its_author_and_managers_take_it_back(shared: Registry, as_: As) -> None:
    made = as_("ben").comments.add("iris", "good")
    shared.grants.grant(["EXECUTE"], "iris", ["frank"])
    with pytest.raises(PermissionDenied, match="frank lacks MANAGE"):
        as_("frank").history.undo(made.id)
    as_("ben").history.undo(made.id)
    assert texts(shared) == []


def test_of_the_past_it_says_what_was_said_then(iris: Registry, as_: As) -> None:
    made = iris.comments.add("iris", "good")
    then = iris.as_of(iris.history.list()[-1].time)
    iris.comments.edit(made.id, "bad")
    iris.comments.delete(made.id)
    seen = [each.text for each in then.comments.list("iris")]
    assert seen in (["good"], ["bad"], [])  # the last of what happened within that millisecond
    assert texts(iris) == []


def test_a_comment_waits_in_the_journal_and_others_see_it(iris: Registry, as_: As) -> None:
    made = iris.comments.add("iris", "good")
    assert as_("ben").comments.get(made.id).text == "good"
    iris.comments.edit(made.id, "bad")
    assert [each.text for each in as_("ben").comments.list("iris")] == ["bad"]


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE comments SET text = 'forged'", "differs from the activity log in text"),
        ("DELETE FROM comments", "is missing, and the activity log has it"),
        ("UPDATE comments SET author = 'eve', version = 2", "differs from the activity log in version and author"),
    ],
)
def test_what_was_altered_by_hand_shows_and_is_put_right(
    iris: Registry, registry_path: Path, statement: str, said: str
) -> None:
    made = iris.comments.add("iris/1", "good @ana")
    sql(registry_path, statement)
    found = iris.maintenance.verify("iris")
    assert [each.message for each in found.findings] == [f"the comment {made.id} {said}"]
    assert iris.maintenance.repair(rebuild=True).sound
    assert iris.maintenance.verify(rebuild=True).sound
    assert texts(iris) == [("iris/1", "good @ana")]


def test_a_comment_on_nothing_is_found(iris: Registry, registry_path: Path) -> None:
    made = iris.comments.add("iris/1", "good")
    sql(registry_path, "UPDATE comments SET version = 9")
    messages = [each.message for each in iris.maintenance.verify().findings]
    assert f"comment {made.id} is about a model, or a version, that is not there" in messages


def test_a_backup_has_them(iris: Registry, tmp_path: Path) -> None:
    iris.comments.add("iris/1", "good @ana")
    gone = iris.comments.add("iris", "gone")
    iris.comments.delete(gone.id)
    iris.maintenance.backup(tmp_path / "backup.zip")
    iris.comments.add("iris", "later")
    iris.maintenance.restore(tmp_path / "backup.zip", force=True)
    assert texts(iris) == [("iris/1", "good @ana")]
    iris.history.undo(iris.history.list()[-2].seq)
    assert texts(iris) == [("iris/1", "good @ana"), ("iris", "gone")]
    assert iris.maintenance.verify(rebuild=True).sound


@pytest.mark.parametrize("seed", range(6))
def test_whatever_is_said_the_log_gives_the_tables_and_undo_what_was_before(iris: Registry, as_: As, seed: int) -> None:
    chosen = random.Random(seed)
    before: list[tuple[int, str, object]] = []
    for _ in range(60):
        registry = as_(chosen.choice(["ana", "ben", "cleo"]))
        there = [each.id for each in iris.comments.list()]
        was, last = _state(iris), iris.history.last()
        try:
            if there and chosen.random() < 0.3:
                registry.comments.edit(chosen.choice(there), chosen.choice(["a", "b @ben", "c @cleo @ana"]))
            elif there and chosen.random() < 0.3:
                registry.comments.delete(chosen.choice(there))
            else:
                registry.comments.add(chosen.choice(["iris", "iris/1", "iris/3", FRAUD]), chosen.choice(["x", "@ben"]))
        except PermissionDenied:
            assert _state(iris) == was
        now = iris.history.last()
        if now != last:
            assert now is not None
            before.append((now.seq, registry.actor, was))
    assert list(rebuilt_differences(context_of(iris))) == []
    for seq, actor, was in reversed(before):
        as_(actor).history.undo(seq)
        assert _state(iris) == was
    assert iris.comments.list() == []
    assert list(rebuilt_differences(context_of(iris))) == []
    assert iris.history.broken_at() is None


def _state(registry: Registry) -> object:
    return [(each.id, each.reference, each.author, each.text, each.mentions) for each in registry.comments.list()]
