"""What holds a version: what is deleted, purged, renamed and pruned by force only, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.sentences import sentence_of, text_of
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

RISK = "prod.risk.fraud"


@pytest.fixture
def fraud(registry: Registry, tmp_path: Path) -> Registry:
    """Three versions of a governed model, the first one copied to another, and an open request for the second."""
    plain_model(tmp_path / "model", 10)
    for _ in range(3):
        registry.versions.register(str(tmp_path / "model"), FRAUD)
    registry.versions.copy(f"{FRAUD}/1", RISK)
    registry.acting_as("account users").requests.alias(f"{FRAUD}/2", "Champion")
    return registry


def held(registry: Registry, reference: str) -> list[tuple[str, str]]:
    return [(holder.kind, holder.text) for holder in registry.previews.delete(reference).holders]


def request_of(registry: Registry) -> int:
    return registry.requests.list(FRAUD)[0].id


def forced(registry: Registry, name: str = FRAUD) -> object:
    return (registry.history.recent(name, limit=1)[0].after or {}).get("forced")


def later(registry: Registry) -> None:
    """Let a millisecond pass: what happens in the same one cannot be told apart."""
    now = context_of(registry).now()
    while context_of(registry).now() == now:
        pass


class TestDeleting:
    def test_all_that_holds_a_version_is_named_with_what_frees_it(self, fraud: Registry) -> None:
        fraud.aliases.set(FRAUD, "Best", 1)
        fraud.versions.pin(f"{FRAUD}/1")
        last = fraud.history.last()
        with pytest.raises(InvalidState) as refused:
            fraud.versions.delete(f"{FRAUD}/1")
        assert refused.value.message == (
            f"version {FRAUD}/1 cannot be deleted while @Best points there, it is pinned and {RISK}/1 is a copy of it"
        )
        assert refused.value.hint == (
            f"first unalias {FRAUD}@Best, unpin {FRAUD}/1 and delete {RISK}/1; "
            "or have it deleted with --force, in Python force=True"
        )
        assert fraud.history.last() == last
        assert held(fraud, f"{FRAUD}/1") == [("alias", "@Best"), ("pin", "a pin"), ("copy", f"{RISK}/1")]
        fraud.versions.unpin(f"{FRAUD}/1")
        fraud.aliases.remove(FRAUD, "Best")
        fraud.versions.delete(f"{RISK}/1")
        fraud.versions.delete(f"{FRAUD}/1")

    def test_an_open_request_holds_until_it_is_decided(self, fraud: Registry) -> None:
        number = request_of(fraud)
        with pytest.raises(InvalidState, match=f"while request {number} is open") as refused:
            fraud.versions.delete(f"{FRAUD}/2-3")
        assert f"reject {number}" in str(refused.value.hint)
        fraud.requests.reject(number, reason="not now")
        fraud.versions.delete(f"{FRAUD}/2")

    def test_a_model_is_held_by_what_holds_its_versions(self, fraud: Registry) -> None:
        number = request_of(fraud)
        with pytest.raises(
            InvalidState, match=f"while {RISK}/1 is a copy of what is in it and request {number} is open"
        ):
            fraud.models.delete(FRAUD)
        fraud.models.delete(FRAUD, force=True, reason="all wrong")
        assert forced(fraud) == [f"{RISK}/1", f"request {number}"]
        assert not list(rebuilt_differences(context_of(fraud)))
        fraud.history.undo()
        assert held(fraud, FRAUD) == [("copy", f"{RISK}/1"), ("request", f"request {number}")]

    def test_copies_that_go_as_well_hold_nothing(self, fraud: Registry) -> None:
        fraud.versions.copy(f"{FRAUD}/3", FRAUD)
        with pytest.raises(InvalidState, match=f"{FRAUD}/4 is a copy of it"):
            fraud.versions.delete(f"{FRAUD}/3")
        fraud.versions.delete(f"{FRAUD}/3-4")

    def test_force_is_logged_with_what_held_it(self, fraud: Registry) -> None:
        fraud.versions.delete(f"{FRAUD}/1", force=True, reason="wrong labels")
        [event] = fraud.history.recent(FRAUD, limit=1)
        assert (event.action, event.after, event.reason) == (
            "version.deleted",
            {"forced": [f"{RISK}/1"]},
            "wrong labels",
        )
        assert text_of(sentence_of(event)) == f"moved to the trash by force, though held by {RISK}/1"
        fraud.versions.delete(f"{FRAUD}/3", force=True)
        assert forced(fraud) is None
        assert not list(rebuilt_differences(context_of(fraud)))

    def test_undoing_a_registration_is_no_way_round(self, fraud: Registry) -> None:
        fraud.versions.copy(f"{FRAUD}/3", RISK)
        began = [each.seq for each in fraud.history.recent(f"{FRAUD}/3") if each.action == "version.created"]
        with pytest.raises(InvalidState, match=f"cannot be undone while {RISK}/2 is a copy of it"):
            fraud.history.undo(began[0])


class TestCopies:
    """A copy says what it was made from by the name that had then."""

    def test_a_renamed_original_is_held(self, fraud: Registry) -> None:
        later(fraud)
        fraud.models.rename(FRAUD, "prod.ml_team.cards", force=True)
        assert held(fraud, "prod.ml_team.cards/1") == [("copy", f"{RISK}/1")]

    def test_another_of_that_name_is_not(self, registry: Registry) -> None:
        registry.versions.register("s3://bucket/model", "old", check_source=False)
        registry.versions.copy("old/1", "copied")
        later(registry)
        registry.models.delete("old", force=True)
        later(registry)
        registry.versions.register("s3://bucket/model", "old", check_source=False)
        assert held(registry, "old/1") == []
        registry.models.rename("old", "new")
        registry.trash.restore("old")
        assert held(registry, "old/1") == [("copy", "copied/1")]

    def test_one_in_the_trash_holds_nothing(self, fraud: Registry) -> None:
        fraud.versions.delete(f"{RISK}/1")
        assert held(fraud, f"{FRAUD}/1") == []
        fraud.trash.restore(f"{RISK}/1")
        fraud.models.delete(RISK)
        assert held(fraud, FRAUD + "/1") == []

    def test_one_that_is_hidden_is_neither_told_nor_in_the_way(self, fraud: Registry) -> None:
        fraud.groups.create("team", ["ben"])
        fraud.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
        fraud.grants.grant(["USE CATALOG"], "prod", ["team"])
        fraud.grants.grant(["ALL PRIVILEGES", "MANAGE"], "prod.ml_team", ["team"])
        ben = fraud.acting_as("ben")
        assert held(ben, f"{FRAUD}/1") == []
        ben.versions.delete(f"{FRAUD}/1")


class TestRenaming:
    def test_what_a_request_names_is_renamed_by_force_only(self, fraud: Registry) -> None:
        number = request_of(fraud)
        told = fraud.previews.rename(FRAUD, "prod.ml_team.cards")
        assert [holder.text for holder in told.holders] == [f"request {number}"]
        with pytest.raises(InvalidState, match=f"model {FRAUD} cannot be renamed while request {number} is open"):
            fraud.models.rename(FRAUD, "prod.ml_team.cards")
        fraud.models.rename(FRAUD, "prod.ml_team.cards", force=True)
        assert forced(fraud, "prod.ml_team.cards") == [f"request {number}"]
        assert not list(rebuilt_differences(context_of(fraud)))
        fraud.history.undo()
        assert fraud.models.get(FRAUD).name == FRAUD

    def test_aliases_pins_and_copies_are_in_nobodys_way(self, fraud: Registry) -> None:
        fraud.requests.reject(request_of(fraud), reason="no")
        fraud.aliases.set(FRAUD, "Champion", 1)
        fraud.versions.pin(f"{FRAUD}/1")
        assert fraud.models.rename(FRAUD, "prod.ml_team.cards").aliases == {"Champion": 1}


class TestPruning:
    def test_what_was_copied_or_is_asked_for_stays(self, fraud: Registry) -> None:
        number = request_of(fraud)
        for _ in range(2):
            fraud.versions.copy(f"{RISK}/1", FRAUD)
        told = fraud.trash.prune(FRAUD, keep=1)
        assert [(each.version, each.why, list(each.held_by)) for each in told.versions] == [
            (4, None, []),
            (3, None, []),
            (2, "requested", [f"request {number}"]),
            (1, "copied", [f"{RISK}/1"]),
        ]

    def test_copies_of_copies_stay_or_go_together(self, fraud: Registry) -> None:
        fraud.requests.reject(request_of(fraud), reason="no")
        fraud.versions.copy(f"{FRAUD}/3", FRAUD)
        fraud.versions.copy(f"{FRAUD}/4", FRAUD)
        fraud.versions.register(f"models:/{FRAUD}/2", FRAUD)
        gone = fraud.previews.prune(FRAUD, keep=1)
        assert {each.version: each.why for each in gone.versions} == {
            5: None,
            4: None,
            3: None,
            2: "copied",
            1: "copied",
        }
        fraud.aliases.set(FRAUD, "Best", 5)
        kept = fraud.previews.prune(FRAUD, keep=1)
        assert {each.version: each.why for each in kept.versions if each.version > 2} == {
            5: "alias",
            4: "copied",
            3: "copied",
        }

    def test_a_namespace_is_looked_through_at_once(self, fraud: Registry) -> None:
        fraud.versions.copy(f"{FRAUD}/3", RISK)
        told = fraud.previews.prune("prod", keep=1)
        # The copy of the first one goes itself, since there is a newer one.
        assert {each.reference: each.why for each in told.versions} == {
            f"{FRAUD}/2": "requested",
            f"{FRAUD}/1": None,
            f"{RISK}/1": None,
        }


class TestPurging:
    @pytest.fixture
    def trashed(self, fraud: Registry) -> Registry:
        """The copied version and a pinned one in the trash, by force, and one that nothing holds."""
        fraud.versions.pin(f"{FRAUD}/3")
        fraud.versions.delete(f"{FRAUD}/1-3", force=True)
        return fraud

    def there(self, registry: Registry) -> set[str]:
        return {each.reference for each in registry.trash.list()}

    def test_what_is_held_stays_and_is_told(self, trashed: Registry) -> None:
        trashed.requests.reject(request_of(trashed), reason="gone")
        told = trashed.previews.purge()
        assert {each.name: [holder.text for holder in each.holders] for each in told.kept} == {
            f"{FRAUD}/1": [f"{RISK}/1"],
            f"{FRAUD}/3": ["a pin"],
        }
        gone = trashed.trash.purge()
        assert (gone.names, gone.kept) == ([f"{FRAUD}/2"], told.kept)
        assert self.there(trashed) == {f"{FRAUD}/1", f"{FRAUD}/3"}

    def test_what_is_named_is_refused(self, trashed: Registry) -> None:
        with pytest.raises(InvalidState, match=f"version {FRAUD}/3 cannot be purged while it is pinned") as refused:
            trashed.trash.purge([f"{FRAUD}/3"])
        assert str(refused.value.hint).startswith(f"first restore {FRAUD}/3, then unpin {FRAUD}/3; or have it purged")
        with pytest.raises(InvalidState, match=f"{RISK}/1 is a copy of it"):
            trashed.trash.purge([f"{FRAUD}/1-2"])
        assert len(self.there(trashed)) == 3

    def test_force_takes_it_and_the_log_says_so(self, trashed: Registry) -> None:
        trashed.trash.purge([f"{FRAUD}/3"], force=True)
        assert forced(trashed) == ["a pin"]
        trashed.trash.purge(force=True)
        assert self.there(trashed) == set()
        copy: Version = trashed.versions.get(f"{RISK}/1")
        assert Path(trashed.versions.folder(copy.reference), "MLmodel").is_file()
        assert not list(rebuilt_differences(context_of(trashed)))

    def test_a_model_stays_whole(self, fraud: Registry) -> None:
        fraud.models.delete(FRAUD, force=True)
        [kept] = fraud.previews.purge().kept
        assert (kept.name, kept.kind) == (FRAUD, "model")
        assert fraud.trash.purge().versions == 0
        assert fraud.trash.restore(FRAUD).name == FRAUD
        assert fraud.versions.count(FRAUD) == 3
