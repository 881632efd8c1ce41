"""Deprecated models and versions: what is said of them, what they cannot be used for, and who is told."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import TYPE_CHECKING

import mlflow
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.entities.values import Deprecation
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.versions import telling
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

if TYPE_CHECKING:
    from collections.abc import Callable

RISK = "prod.risk.cards"
WHY = "trained on wrong labels"


@pytest.fixture(autouse=True)
def nothing_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has told in another test is forgotten."""
    monkeypatch.setattr(telling, "_told", set())


@pytest.fixture
def fraud(registry: Registry, tmp_path: Path) -> Registry:
    """Three versions of a governed model, and one of another."""
    plain_model(tmp_path / "model", 10)
    for _ in range(3):
        registry.versions.register(str(tmp_path / "model"), FRAUD)
    registry.versions.register(str(tmp_path / "model"), RISK)
    return registry


def told(registry: Registry, reference: str = FRAUD) -> tuple[str, str, str | None] | None:
    found = registry.deprecations.of([reference]).get(reference)
    return None if found is None else (found.name, found.reason, found.in_favour_of)


class TestSaying:
    def test_a_version_a_range_and_a_model(self, fraud: Registry) -> None:
        [said] = fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{FRAUD}/3")
        at = fraud.history.recent(FRAUD, limit=1)[0].time
        assert said == Deprecation(name=f"{FRAUD}/1", reason=WHY, in_favour_of=f"{FRAUD}/3", by=fraud.actor, at=at)
        assert told(fraud, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, f"{FRAUD}/3")
        assert told(fraud, f"{FRAUD}/2") is told(fraud) is None
        assert len(fraud.deprecations.set(f"{FRAUD}/1-2", "old")) == 2
        assert told(fraud, f"{FRAUD}/1") == (f"{FRAUD}/1", "old", None)
        fraud.deprecations.set(FRAUD, "gone", in_favour_of=RISK)
        assert told(fraud) == told(fraud, f"{FRAUD}/3") == (FRAUD, "gone", RISK)
        assert told(fraud, f"{FRAUD}/2") == (f"{FRAUD}/2", "old", None), "what is said of itself comes first"
        assert not list(rebuilt_differences(context_of(fraud)))
        assert fraud.maintenance.verify(rebuild=True).sound

    def test_taking_it_back(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1-2", WHY)
        fraud.deprecations.set(FRAUD, "gone")
        assert [each.name for each in fraud.deprecations.remove(f"{FRAUD}/2-3")] == [f"{FRAUD}/2"]
        assert told(fraud, f"{FRAUD}/2") == (FRAUD, "gone", None)
        assert [each.reason for each in fraud.deprecations.remove(FRAUD)] == ["gone"]
        last = fraud.history.last()
        assert fraud.deprecations.remove(FRAUD) == []
        assert fraud.history.last() == last
        assert (told(fraud), told(fraud, f"{FRAUD}/2")) == (None, None)

    def test_what_is_said_already_is_no_event(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{FRAUD}/3")
        last = fraud.history.last()
        fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{FRAUD}/3")
        assert fraud.history.last() == last

    def test_it_is_no_change_of_what_it_is_said_of(self, fraud: Registry) -> None:
        before = fraud.versions.get(f"{FRAUD}/1").updated_at, fraud.models.get(FRAUD).updated_at
        fraud.deprecations.set(f"{FRAUD}/1", WHY)
        fraud.deprecations.set(FRAUD, WHY)
        assert (fraud.versions.get(f"{FRAUD}/1").updated_at, fraud.models.get(FRAUD).updated_at) == before

    def test_bad_input(self, fraud: Registry) -> None:
        with pytest.raises(InvalidInput, match="nobody is told why"):
            fraud.deprecations.set(FRAUD, " \n")
        one = f"{FRAUD}/1"
        for reference, instead in ((FRAUD, FRAUD), (FRAUD, one), (one, one), (one, FRAUD)):
            with pytest.raises(InvalidInput, match="is what is deprecated itself, or its model"):
                fraud.deprecations.set(reference, WHY, in_favour_of=instead)
        for reference in (f"{FRAUD}/9", "prod.ml_team.none"):
            with pytest.raises(NotFound):
                fraud.deprecations.set(reference, WHY)
            with pytest.raises(NotFound):
                fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=reference)
        with pytest.raises(InvalidInput, match="names 3 versions, and this takes one"):
            fraud.deprecations.set(RISK, WHY, in_favour_of=f"{FRAUD}/1-3")
        with pytest.raises(InvalidInput, match="more than 1,000 references"):
            fraud.deprecations.of(["a"] * 1001)
        assert fraud.deprecations.of([FRAUD, f"{FRAUD}/9", "prod.ml_team.none"]) == {}

    def test_nothing_is_in_favour_of_what_is_deprecated_too(self, fraud: Registry) -> None:
        fraud.deprecations.set(RISK, "not ready", in_favour_of=f"{FRAUD}/3")
        with pytest.raises(InvalidState, match=f"{RISK} is deprecated, too") as refused:
            fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{RISK}/1")
        assert refused.value.hint == f"name {FRAUD}/3"

    def test_what_to_use_instead_keeps_its_identity(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{RISK}/latest")
        fraud.models.rename(RISK, "prod.risk.payments")
        assert told(fraud, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, "prod.risk.payments/1")
        fraud.models.delete("prod.risk.payments", force=True)
        assert told(fraud, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, None)
        fraud.trash.restore("prod.risk.payments")
        assert told(fraud, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, "prod.risk.payments/1")


class TestAliases:
    def test_no_new_one_points_there(self, fraud: Registry) -> None:
        fraud.aliases.set(FRAUD, "Champion", 1)
        fraud.deprecations.set(f"{FRAUD}/1-2", f"{WHY}.", in_favour_of=f"{RISK}/1")
        with pytest.raises(InvalidState) as refused:
            fraud.aliases.set(FRAUD, "Champion", 2)
        assert refused.value.message == f"{FRAUD}@Champion is not set, since {FRAUD}/2 is deprecated: {WHY}"
        assert refused.value.hint == f"use {RISK}/1 instead; to have it all the same, first undeprecate {FRAUD}/2"
        assert fraud.aliases.set(FRAUD, "Champion", 1, reason="it stays") == 1
        fraud.aliases.set(FRAUD, "Champion", 3)
        with pytest.raises(InvalidState, match="is deprecated"):
            fraud.aliases.set(FRAUD, "Champion", 1)

    def test_nor_at_any_version_of_a_deprecated_model(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.aliases.set(FRAUD, "Champion", 1)
        fraud.deprecations.set(FRAUD, WHY)
        of_model = f"{FRAUD}/2 is of model {FRAUD}, which is deprecated: {WHY}"
        with pytest.raises(InvalidState, match=of_model):
            fraud.aliases.set(FRAUD, "Best", 2)
        with pytest.raises(InvalidState, match=of_model):
            fraud.requests.alias(f"{FRAUD}/2", "Best")
        with pytest.raises(InvalidState, match=f"{FRAUD}@Best is not set, since {FRAUD}/4 is of model"):
            fraud.versions.register(str(tmp_path / "model"), FRAUD, aliases=["Best"])
        assert fraud.versions.count(FRAUD) == 3
        made = fraud.versions.register(str(tmp_path / "model"), FRAUD)
        assert (made.version, made.warnings[-1].message) == (4, f"{FRAUD} is deprecated: {WHY}")
        fraud.aliases.remove(FRAUD, "Champion")
        fraud.deprecations.remove(FRAUD)
        fraud.aliases.set(FRAUD, "Best", 4)

    def test_a_request_is_not_carried_out_then(self, fraud: Registry) -> None:
        asked = fraud.acting_as("account users").requests.alias(f"{FRAUD}/2", "Champion")
        fraud.deprecations.set(f"{FRAUD}/2", WHY)
        with pytest.raises(InvalidState, match=f"{FRAUD}/2 is deprecated"):
            fraud.requests.approve(asked.id)
        assert fraud.models.get(FRAUD).aliases == {}

    def test_previews_warn(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.deprecations.set(f"{FRAUD}/2", WHY, in_favour_of=f"{FRAUD}/3")
        [alias] = fraud.previews.alias(FRAUD, "Best", 2).warnings
        assert (alias.kind, alias.message) == ("deprecated", f"{FRAUD}/2 is deprecated: {WHY}")
        assert alias.hint == f"use {FRAUD}/3 instead"
        [copied] = fraud.previews.copy(f"{FRAUD}/2", "prod.risk.copied").warnings
        assert copied == alias
        fraud.deprecations.set(RISK, "gone")
        into = fraud.previews.register(str(tmp_path / "model"), RISK).warnings[-1]
        assert into.message == f"{RISK} is deprecated: gone"

    def test_going_back_is_done_and_warned_of(self, fraud: Registry) -> None:
        from jupyter_modelreg.core.context import noting_warnings

        for number in (1, 2):
            fraud.aliases.set(FRAUD, "Champion", number)
        moved = fraud.history.recent(FRAUD, limit=1)[0].seq
        fraud.deprecations.set(f"{FRAUD}/1", WHY)
        for back in (lambda: fraud.aliases.rollback(FRAUD, "Champion"), lambda: fraud.history.undo(moved)):
            with noting_warnings() as noted:
                back()
            assert [each.message for each in noted] == [f"{FRAUD}/1 is deprecated: {WHY}"]
            assert fraud.models.get(FRAUD).aliases == {"Champion": 1}
            fraud.history.undo()


class TestLoading:
    def test_it_warns_once_of_a_version(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.deprecations.set(f"{FRAUD}/1-2", WHY, in_favour_of=f"{FRAUD}/3")
        with pytest.warns(FutureWarning) as seen:
            fraud.versions.working_copy(f"{FRAUD}/1")
        [first] = [each for each in seen if each.category is FutureWarning and "deprecated" in str(each.message)]
        assert str(first.message) == f"{FRAUD}/1 is deprecated: {WHY}; use {FRAUD}/3 instead"
        assert first.filename == __file__, "whoever loads it is told, and not who does it for them"
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            fraud.versions.working_copy(f"{FRAUD}/1")
            fraud.versions.download(f"{FRAUD}/1", tmp_path / "downloaded")
            fraud.versions.working_copy(f"{FRAUD}/3")
            fraud.versions.location(f"{FRAUD}/2")
        with pytest.warns(FutureWarning, match=f"{FRAUD}/2 is deprecated"):
            fraud.versions.download(f"{FRAUD}/2", tmp_path / "other")

    def test_it_warns_again_when_it_is_deprecated_anew(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY)
        with pytest.warns(FutureWarning, match=WHY):
            fraud.versions.working_copy(f"{FRAUD}/1")
        now = context_of(fraud).now()
        while context_of(fraud).now() == now:
            pass
        fraud.deprecations.set(f"{FRAUD}/1", "and it is slow")
        with pytest.warns(FutureWarning, match="and it is slow"):
            fraud.versions.working_copy(f"{FRAUD}/1")

    def test_by_mlflow_too(self, fraud: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        # What an earlier test has set would go before these.
        mlflow.set_tracking_uri(None)
        mlflow.set_registry_uri(None)
        monkeypatch.setenv("MLFLOW_TRACKING_URI", f"sqlite:///{tmp_path / 'mlflow.db'}")
        monkeypatch.setenv("MLFLOW_REGISTRY_URI", fraud.uri)
        fraud.aliases.set(FRAUD, "Champion", 1)
        fraud.deprecations.set(FRAUD, WHY, in_favour_of=RISK)
        said = f"{FRAUD}/1 is of model {FRAUD}, which is deprecated: {WHY}; use {RISK} instead"
        with pytest.warns(FutureWarning) as seen:
            mlflow.artifacts.download_artifacts(f"models:/{FRAUD}@Champion")
        [warned] = [each for each in seen if str(each.message) == said]
        assert warned.filename == __file__


class TestLooking:
    def test_undo_takes_it_back_unless_it_was_changed_again(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY)
        [event] = fraud.history.recent(FRAUD, limit=1)
        assert (event.action, event.version, event.reason) == ("version.deprecated", 1, WHY)
        fraud.history.undo()
        assert told(fraud, f"{FRAUD}/1") is None
        undone = fraud.history.recent(FRAUD, limit=1)[0]
        assert (undone.action, undone.undoes) == ("version.undeprecated", event.seq)
        fraud.history.undo(undone.seq)
        assert told(fraud, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, None)
        fraud.deprecations.set(f"{FRAUD}/1", "other")
        with pytest.raises(InvalidState, match="has changed since"):
            fraud.history.undo(undone.seq + 1)
        fraud.deprecations.set(FRAUD, WHY, in_favour_of=RISK)
        fraud.history.undo()
        assert told(fraud) is None
        assert not list(rebuilt_differences(context_of(fraud)))

    def test_it_is_as_it_was_in_the_past(self, fraud: Registry) -> None:
        fraud.deprecations.set(FRAUD, WHY, in_favour_of=RISK)
        then = fraud.history.recent(FRAUD, limit=1)[0].time
        while context_of(fraud).now() == then:
            pass
        fraud.deprecations.remove(FRAUD)
        assert told(fraud.as_of(then)) == (FRAUD, WHY, RISK)
        assert told(fraud) is None

    def test_a_copy_is_not_deprecated(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY)
        assert fraud.versions.copy(f"{FRAUD}/1", RISK).deprecated is None

    def test_a_hidden_name_is_not_told(self, fraud: Registry) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{RISK}/1")
        fraud.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
        fraud.grants.grant(["USE CATALOG"], "prod", ["ben", "cleo", "dora"])
        fraud.grants.grant(["USE SCHEMA", "EXECUTE", "MANAGE"], "prod.ml_team", ["ben", "cleo"])
        fraud.grants.grant(["USE SCHEMA", "BROWSE"], "prod.risk", ["cleo"])
        fraud.grants.grant(["USE SCHEMA", "BROWSE"], "prod.ml_team", ["dora"])
        ben, cleo, dora = (fraud.acting_as(name) for name in ("ben", "cleo", "dora"))
        assert told(ben, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, None)
        assert told(cleo, f"{FRAUD}/1") == (f"{FRAUD}/1", WHY, RISK), "of whose versions cleo may know nothing"
        fraud.deprecations.set(FRAUD, "a secret")
        asked: list[Callable[[], object]] = [
            lambda: ben.versions.get(f"{FRAUD}/1"),
            lambda: ben.history.told(FRAUD),
            lambda: ben.history.recent(FRAUD),
            lambda: ben.previews.alias(FRAUD, "Best", 1),
        ]
        assert all("cards" not in repr(ask()) for ask in asked)
        with pytest.raises(InvalidState) as refused:
            ben.aliases.set(FRAUD, "Best", 1)
        assert "cards" not in f"{refused.value} {refused.value.hint}"
        assert dora.models.get(FRAUD).browse_only
        assert "a secret" not in repr([dora.models.get(FRAUD), *dora.models.list(), dora.deprecations.of([FRAUD])])
        with pytest.raises(NotFound):
            ben.deprecations.set(f"{FRAUD}/2", WHY, in_favour_of=RISK)


class TestTravelling:
    def test_it_comes_along_with_an_import_an_archive_and_a_backup(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.deprecations.set(f"{FRAUD}/1", WHY, in_favour_of=f"{FRAUD}/3")
        fraud.deprecations.set(f"{FRAUD}/2", WHY, in_favour_of=f"{RISK}/1")
        fraud.models.create("prod.ml_team.a_first")
        fraud.deprecations.set("prod.ml_team.a_first", "empty", in_favour_of=RISK)
        fraud.exchange.export_to(tmp_path / "all.zip")
        fraud.maintenance.backup(tmp_path / "backup.zip")
        expected = {
            f"{FRAUD}/1": (f"{FRAUD}/1", WHY, f"{FRAUD}/3"),
            f"{FRAUD}/2": (f"{FRAUD}/2", WHY, f"{RISK}/1"),
            "prod.ml_team.a_first": ("prod.ml_team.a_first", "empty", RISK),
        }
        for number, source in enumerate((fraud.uri, str(tmp_path / "all.zip"))):
            other = jupyter_modelreg.connect(str(tmp_path / f"{number}.duckdb"))
            other.models.create("in.the.way")  # so that ids differ
            other.exchange.import_from(source)
            assert {each: told(other, each) for each in expected} == expected
            assert not list(rebuilt_differences(context_of(other)))
            other.history.undo()
            assert [each.name for each in other.models.list()] == ["in.the.way"]
        restored = jupyter_modelreg.connect(str(tmp_path / "restored.duckdb"))
        restored.maintenance.restore(tmp_path / "backup.zip")
        assert {each: told(restored, each) for each in expected} == expected
        assert restored.maintenance.verify(rebuild=True).sound

    def test_what_does_not_come_is_not_named(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.deprecations.set(f"{FRAUD}/2", WHY, in_favour_of=f"{RISK}/1")
        fraud.exchange.export_to(tmp_path / "one.zip", [FRAUD])
        other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"))
        for number in range(12):  # one of which has the number that the other one has there
            other.models.create(f"m{number}")
        other.exchange.import_from(str(tmp_path / "one.zip"))
        assert told(other, f"{FRAUD}/2") == (f"{FRAUD}/2", WHY, None)
        assert not list(rebuilt_differences(context_of(other)))
