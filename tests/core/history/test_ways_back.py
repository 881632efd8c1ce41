"""Undo, rollback, and the trash."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.core.history.test_replay import Worker, model_folder
from tests.support.contexts import context_of, folder_of
from tests.support.names import SOURCE

MODEL = "prod.team.fraud"


@pytest.fixture
def fraud(registry: Registry, tmp_path: Path) -> Registry:
    """A registry with three versions of a governed model, @Champion on the second."""
    folder = str(model_folder(tmp_path))
    for number in (1, 2, 3):
        registry.versions.register(folder, MODEL, tags={"number": str(number)})
    for number in (1, 2):
        registry.aliases.set(MODEL, "Champion", number)
    return registry


def aliases(registry: Registry, name: str = MODEL) -> Mapping[str, int]:
    return registry.models.get(name).aliases


def sound(registry: Registry) -> bool:
    return not list(rebuilt_differences(context_of(registry)))


class TestRollback:
    def test_it_goes_where_the_alias_pointed_before_and_back_again(self, fraud: Registry) -> None:
        moved = fraud.aliases.rollback(MODEL, "Champion", reason="drift")
        assert (moved.before, moved.after) == (2, 1)
        assert aliases(fraud) == {"Champion": 1}
        assert fraud.aliases.rollback(MODEL, "Champion").after == 2
        last = fraud.history.recent(f"{MODEL}@Champion")[1]
        assert (last.action, last.before, last.after, last.reason) == (
            "alias.moved",
            {"Champion": 2},
            {"Champion": 1},
            "drift",
        )

    def test_one_that_was_removed_is_set_again(self, fraud: Registry) -> None:
        fraud.aliases.remove(MODEL, "Champion")
        moved = fraud.aliases.rollback(MODEL, "Champion")
        assert (moved.before, moved.after) == (None, 2)

    def test_to_a_version_and_to_a_time(self, fraud: Registry) -> None:
        first = fraud.history.recent(f"{MODEL}@Champion")[-1]
        assert fraud.aliases.rollback(MODEL, "Champion", version=3).after == 3
        assert fraud.aliases.rollback(MODEL, "Champion", at=first.time).after in (1, 2)  # both in the same millisecond
        with pytest.raises(InvalidState, match="pointed at no version at that time"):
            fraud.aliases.rollback(MODEL, "Champion", at=first.time - 1)

    def test_what_cannot_be_rolled_back(self, fraud: Registry) -> None:
        with pytest.raises(InvalidState, match="has never pointed at another version"):
            fraud.aliases.rollback(MODEL, "Shadow")
        fraud.versions.delete(f"{MODEL}/1")
        with pytest.raises(InvalidState, match=r"version 1 of .* is not there any more") as refused:
            fraud.aliases.rollback(MODEL, "Champion")
        assert f"restore {MODEL}/1" in str(refused.value)
        fraud.trash.restore(f"{MODEL}/1")
        assert fraud.aliases.rollback(MODEL, "Champion").after == 1


class TestTrash:
    def test_a_model_comes_back_as_it_was(self, fraud: Registry) -> None:
        fraud.models.describe(MODEL, "Scores payments.")
        before, versions = fraud.models.get(MODEL), fraud.versions.list(MODEL)
        fraud.models.delete(MODEL, force=True)
        [there] = fraud.trash.list()
        assert (there.kind, there.reference, there.versions) == ("model", MODEL, 3)
        assert there.size == sum(version.size or 0 for version in versions)
        fraud.trash.restore(MODEL)
        after = fraud.models.get(MODEL)
        assert (after.id, after.aliases, after.description) == (before.id, before.aliases, before.description)
        assert [each.version for each in fraud.versions.list(MODEL)] == [3, 2, 1]
        assert fraud.trash.list() == []
        assert fraud.versions.location(f"{MODEL}@Champion").endswith(str(versions[1].id))
        assert sound(fraud)

    def test_into_a_name_that_was_taken_meanwhile(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.models.delete(MODEL, force=True)
        fraud.versions.register(str(tmp_path / "model"), MODEL)
        assert fraud.versions.list(MODEL)[0].version == 4  # no number twice
        with pytest.raises(AlreadyExists, match=f"there is a model {MODEL} again") as refused:
            fraud.trash.restore(MODEL)
        assert "--as NAME" in str(refused.value)
        fraud.trash.restore(MODEL, name="prod.old.fraud")
        assert aliases(fraud, "prod.old.fraud") == {"Champion": 2}
        assert fraud.versions.get("prod.old.fraud@Champion").tags == {"number": "2"}
        assert fraud.schemas.get("prod.old").name == "prod.old"
        assert sound(fraud)

    def test_a_version_comes_back_under_its_number(self, fraud: Registry) -> None:
        fraud.versions.delete(f"{MODEL}/3")
        assert fraud.versions.get(f"{MODEL}/latest").version == 2
        assert [each.reference for each in fraud.trash.list("prod")] == [f"{MODEL}/3"]
        restored = fraud.trash.restore(f"{MODEL}/3")
        assert restored.name == MODEL
        assert fraud.versions.get(f"{MODEL}/latest").version == 3
        assert sound(fraud)

    def test_versions_that_come_back_are_the_newest_of_their_stages_again(self, registry: Registry) -> None:
        for _ in range(5):
            registry.versions.register(SOURCE, "churn", check_source=False)
        registry.trash.prune("churn", keep=2)
        registry.history.undo()
        restored = registry.history.recent("churn", actions=["version.restored"])
        assert [(event.version, event.after) for event in restored] == [(each, {"stage": "None"}) for each in (1, 2, 3)]
        registry.versions.delete("churn/4-5")
        assert registry.models.get("churn").latest == {"None": 3}
        registry.trash.restore("churn/4")
        assert registry.models.get("churn").latest == {"None": 4}
        registry.versions.transition("churn", 2, "Production")
        registry.versions.delete("churn/1-2")
        registry.versions.delete("churn/3-4")
        for number, latest in (
            (3, {"None": 3}),
            (2, {"Production": 2, "None": 3}),  # in the order of the lowest version of each
            (4, {"Production": 2, "None": 4}),
        ):
            registry.trash.restore(f"churn/{number}")
            assert list(registry.models.get("churn").latest.items()) == list(latest.items())
        assert sound(registry)

    def test_two_of_one_name_are_told_apart_by_their_ids(self, registry: Registry) -> None:
        ids = []
        for number in (1, 2, 3):
            ids.append(registry.models.create("churn", description=str(number)).id)
            registry.models.delete("churn")
        registry.versions.register(SOURCE, "iris", check_source=False)
        registry.versions.delete("iris/1")
        assert registry.trash.count() == 4
        assert sorted(each.id for each in registry.trash.list("churn")) == ids
        gone = registry.trash.purge(ids=[ids[1]], dry_run=True)
        assert (gone.models, gone.versions, gone.names) == (1, 0, ["churn"])
        registry.trash.purge(ids=[ids[1]])
        assert sorted(each.id for each in registry.trash.list("churn")) == [ids[0], ids[2]]
        registry.trash.restore("churn", id=ids[0])
        assert registry.models.get("churn").description == "1"
        for wrong in (ids[0], ids[1], 12345):
            with pytest.raises(NotFound, match=f"has the id {wrong}"):
                registry.trash.restore("churn", id=wrong, name="other")
            with pytest.raises(NotFound, match=f"nothing in the trash has the id {wrong}"):
                registry.trash.purge(ids=[wrong])
        [version] = [each for each in registry.trash.list() if each.kind == "version"]
        with pytest.raises(InvalidInput, match="a version is told by its number"):
            registry.trash.restore("iris/1", id=version.id)
        registry.trash.purge(ids=[version.id])
        assert [each.id for each in registry.trash.list()] == [ids[2]]
        assert registry.trash.count() == 1
        assert sound(registry)

    def test_what_is_not_there(self, fraud: Registry) -> None:
        for reference, why in (
            ("prod.team.nobody", "is not in the trash"),
            (MODEL, "it is there"),
            (f"{MODEL}/2", "it is there"),
            (f"{MODEL}/9", "is not in the trash"),
        ):
            with pytest.raises(NotFound, match=why):
                fraud.trash.restore(reference)
        with pytest.raises(InvalidInput, match="names no single version"):
            fraud.trash.restore(f"{MODEL}@Champion")
        with pytest.raises(NotFound, match="is not in the trash"):
            fraud.trash.purge([f"{MODEL}/1"])

    def test_purging_some_of_it(self, fraud: Registry) -> None:
        fraud.versions.register(SOURCE, "plain", check_source=False)
        folder = folder_of(fraud, f"{MODEL}/3")
        fraud.versions.delete(f"{MODEL}/1")
        fraud.versions.delete(f"{MODEL}/3")
        fraud.models.delete("plain")
        told = fraud.trash.purge([f"{MODEL}/3"], dry_run=True)
        assert (told.models, told.versions, told.names) == (0, 1, [f"{MODEL}/3"])
        assert folder.exists()
        assert fraud.trash.purge([f"{MODEL}/3"]) == told
        assert not folder.exists()
        assert {each.reference for each in fraud.trash.list()} == {f"{MODEL}/1", "plain"}
        assert fraud.trash.purge(older_than=60_000).versions == 0
        assert fraud.trash.purge(["plain"]).models == 1
        assert sound(fraud)
        assert fraud.maintenance.verify().sound


class TestUndo:
    def test_the_last_change_of_mine(self, fraud: Registry) -> None:
        other = jupyter_modelreg.connect(fraud.uri, actor="ben")
        fraud.tags.set(MODEL, {"team": "risk"})
        other.models.describe(MODEL, "ben's")
        undone = fraud.history.undo(reason="oops")
        assert [event.action for event in undone.events] == ["tag.set"]
        assert fraud.models.get(MODEL).tags == {}
        assert fraud.models.get(MODEL).description == "ben's"
        fraud.history.undo(undone.unit)
        assert fraud.models.get(MODEL).tags == {"team": "risk"}

    def test_one_after_the_other(self, fraud: Registry) -> None:
        fraud.history.undo()
        assert aliases(fraud) == {"Champion": 1}
        fraud.history.undo()
        assert aliases(fraud) == {}
        fraud.history.undo()
        assert [each.version for each in fraud.versions.list(MODEL)] == [2, 1]
        assert sound(fraud)

    def test_a_registration_that_made_its_model_is_passed_over_once_undone(
        self, fraud: Registry, tmp_path: Path
    ) -> None:
        fraud.tags.set(MODEL, {"team": "risk"})
        fraud.versions.register(str(tmp_path / "model"), "new.team.model")
        fraud.history.undo()
        assert [model.name for model in fraud.models.list()] == [MODEL]
        fraud.history.undo()
        assert fraud.models.get(MODEL).tags == {}

    def test_what_was_done_together_goes_together(self, fraud: Registry) -> None:
        fraud.versions.delete(f"{MODEL}/1-2", force=True)
        assert aliases(fraud) == {}
        fraud.history.undo()
        assert aliases(fraud) == {"Champion": 2}
        assert [each.version for each in fraud.versions.list(MODEL)] == [3, 2, 1]
        fraud.tags.set(f"{MODEL}/1-3", {"a": "b", "c": "d"})
        fraud.history.undo()
        assert {str(each.tags) for each in fraud.versions.list(MODEL)} == {str({"number": str(n)}) for n in (1, 2, 3)}

    def test_what_newer_changes_build_on_is_refused(self, fraud: Registry) -> None:
        moved = fraud.history.recent(f"{MODEL}@Champion")[0]
        later = jupyter_modelreg.connect(fraud.uri, actor="ben")
        later.aliases.set(MODEL, "Champion", 3)
        newest = fraud.history.last()
        assert newest is not None
        with pytest.raises(InvalidState, match=r"Champion of .* has changed since") as refused:
            fraud.history.undo(moved.seq)
        assert f"event {newest.seq} (alias.moved, by ben) came after it: undo {newest.seq} first" in str(refused.value)
        assert fraud.history.last() == newest

    def test_what_is_named_is_what_builds_on_it(self, fraud: Registry) -> None:
        moved = fraud.history.recent(f"{MODEL}@Champion")[0]
        back = fraud.aliases.rollback(MODEL, "Champion")
        assert back.after == 1
        culprit = fraud.history.last()
        fraud.versions.delete(f"{MODEL}/2")
        fraud.trash.restore(f"{MODEL}/2")
        fraud.tags.set(MODEL, {"a": "b"})
        assert culprit is not None
        with pytest.raises(InvalidState, match="cannot be undone") as refused:
            fraud.history.undo(moved.seq)
        assert f"undo {culprit.seq} first" in str(refused.value)

    def test_each_kind_of_change(self, fraud: Registry, tmp_path: Path) -> None:
        folder = str(tmp_path / "model")
        fraud.catalogs.create("dev")
        fraud.schemas.create("dev.empty")
        before = state(fraud)
        for change in (
            lambda: fraud.models.create("plain"),
            lambda: fraud.models.rename(MODEL, "dev.team.fraud"),
            lambda: fraud.models.describe(MODEL, "text"),
            lambda: fraud.models.set_deployment_job(MODEL, "7"),
            lambda: fraud.models.delete(MODEL, force=True),
            lambda: fraud.versions.describe(f"{MODEL}/1-2", "text"),
            lambda: fraud.versions.delete(f"{MODEL}/3"),
            lambda: fraud.aliases.remove(MODEL, "Champion"),
            lambda: fraud.aliases.set(MODEL, "Shadow", 1),
            lambda: fraud.tags.edit(f"{MODEL}/1", set={"x": "y"}, remove=["number"]),
            lambda: fraud.catalogs.describe("dev", "text"),
            lambda: fraud.schemas.delete("dev.empty"),
            lambda: fraud.versions.register(folder, MODEL, aliases=["Champion", "New"]),
        ):
            change()
            changed = state(fraud)
            assert changed != before
            undone = fraud.history.undo()
            after = state(fraud)
            assert after == before, undone.events
            fraud.history.undo(undone.unit)
            assert state(fraud) == changed, undone.events
            fraud.history.undo(undone.events[0].seq)
            assert state(fraud) == before
        assert sound(fraud)

    def test_what_cannot_be_undone(self, fraud: Registry) -> None:
        with pytest.raises(NotFound, match="no event 999"):
            fraud.history.undo(999)
        undone = fraud.history.undo()
        with pytest.raises(InvalidState, match="was taken back already"):
            fraud.history.undo(undone.events[0].seq)
        fraud.versions.delete(f"{MODEL}/3")
        deleted = fraud.history.last()
        fraud.trash.purge()
        with pytest.raises(InvalidState, match="cannot be undone"):
            fraud.history.undo()
        assert deleted is not None
        with pytest.raises(InvalidState, match="was purged"):
            fraud.history.undo(deleted.seq)
        other = jupyter_modelreg.connect(fraud.uri, actor="nobody yet")
        with pytest.raises(InvalidState, match="there is nothing of nobody yet's to undo"):
            other.history.undo()

    @pytest.mark.parametrize("seed", range(3))
    def test_the_last_changes_undone_give_what_was_before(self, registry: Registry, tmp_path: Path, seed: int) -> None:
        worker = Worker([registry], model_folder(tmp_path), seed)
        states: list[tuple[int, object]] = []
        for _ in range(40):
            last = registry.history.last()
            before = state(registry)
            worker.step()
            now = registry.history.last()
            if now != last and now is not None:
                purged = "purge" in now.action or now.subject == "webhook"
                states = [] if purged else [*states, (last.seq if last else 0, before)]
        for seq, before in reversed(states[-12:]):
            events = registry.history.list(after=seq)
            units = {each.unit for each in events if each.undoes is None} - {each.undoes for each in events}
            for unit in sorted(units, reverse=True):
                with suppress(InvalidState):  # the beginning of a registration whose end was undone, and it with that
                    registry.history.undo(unit)
            assert state(registry) == before
        assert sound(registry)


def state(registry: Registry) -> object:
    """Everything that can be seen, but for when and by whom it was changed last, and numbers used up."""
    leave = {"updated_at", "updated_by", "last_version", "id", "schema_id", "catalog_id", "created_at"}

    def plain(record: object) -> dict[str, object]:
        told = {name: value for name, value in vars(record).items() if name not in leave}
        return {**told, "aliases": sorted(told["aliases"])} if "aliases" in told else told

    names = [model.name for model in registry.models.list()]
    return (
        [plain(each) for each in registry.catalogs.list()],
        [plain(each) for each in registry.schemas.list()],
        [plain(registry.models.get(name)) for name in names],
        [plain(each) for name in names for each in registry.versions.list(name)],
    )
