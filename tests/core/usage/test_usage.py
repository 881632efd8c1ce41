"""Who loaded what: noted beside the log, and never in the way of a load."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.connection import mlflow_tracking
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.usage import LastUse, UsageDay
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import AliasNotFound, InvalidInput, NotFound
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.times import moment
from jupyter_modelreg.core.usage import recorder
from jupyter_modelreg.core.usage.reader import Reader
from jupyter_modelreg.core.usage.recorder import INTERVAL, UsageRecorder
from jupyter_modelreg.uri import registry_address
from tests.support.contexts import context_of, root_of
from tests.support.database import dump
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

DAY = 86_400_000


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch: pytest.MonkeyPatch) -> None:
    """What this process has noted in another test is forgotten."""
    monkeypatch.setattr(recorder, "_memory", recorder._Memory())


@pytest.fixture
def fraud(registry: Registry, tmp_path: Path) -> Registry:
    """Three versions of a governed model, @Champion on the second."""
    plain_model(tmp_path / "model", 10)
    for _ in range(3):
        registry.versions.register(str(tmp_path / "model"), FRAUD)
    registry.aliases.set(FRAUD, "Champion", 2)
    return registry


class Clock:
    """A time that a test sets, in epoch milliseconds."""

    now = 1_795_000_000_000

    def __call__(self) -> int:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def notes(fraud: Registry, clock: Clock) -> UsageRecorder:
    """Notes loads as the registry's own, by a clock of the test, in a notebook."""
    return UsageRecorder(context_of(fraud).store, "ana", clock, Reader(notebook=lambda: "work/train.ipynb"))


def days(registry: Registry) -> list[tuple[int, str, str | None, int]]:
    """Number, day, alias and count of what the database has, the latest first."""
    with context_of(registry).read() as tx:
        model = tx.models.get(FRAUD)
        assert model is not None
        return [(each.version, each.day, each.alias, each.count) for each in tx.usage.of_models([model.id])]


def use(registry: Registry, number: int, at: int, **fields: object) -> None:
    """Have a version loaded at some time, by ana unless `fields` say otherwise."""
    version = registry.versions.get(f"{FRAUD}/{number}")
    own = {"actor": "ana", "day": moment(at).date().isoformat(), "count": 1, **fields}
    with context_of(registry).store.write() as tx:
        tx.usage.note(UsageDay(version_id=version.id, last_used_at=at, **own))  # type: ignore[arg-type]


class TestNoting:
    def test_a_working_copy_and_a_download_are_noted_with_the_alias(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.versions.working_copy(f"{FRAUD}@Champion")
        fraud.versions.download(f"{FRAUD}/3", tmp_path / "files")
        fraud.versions.working_copy(f"{FRAUD}/latest")
        fraud.versions.working_copy(f"{FRAUD}/1", alias="Old")
        found = {each.version: each for each in fraud.usage.list(FRAUD)}
        assert {number: each.alias for number, each in found.items()} == {2: "Champion", 3: None, 1: "Old"}
        assert {(each.actor, each.notebook) for each in found.values()} == {("ana", None)}

    def test_what_only_looks_is_not(self, fraud: Registry, tmp_path: Path) -> None:
        fraud.versions.location(f"{FRAUD}/1")
        fraud.versions.file(f"{FRAUD}/1", "MLmodel")
        fraud.versions.copy(f"{FRAUD}/1", "prod.other.copy")
        fraud.exchange.export_to(tmp_path / "all.zip", ["prod"])
        fraud.maintenance.verify()
        assert list(fraud.usage.list("prod")) == []

    def test_it_is_no_event_and_no_damage(self, fraud: Registry) -> None:
        last = fraud.history.last()
        fraud.versions.working_copy(f"{FRAUD}/1")
        assert fraud.history.last() == last
        assert not list(rebuilt_differences(context_of(fraud)))
        assert fraud.maintenance.verify(rebuild=True).sound

    def test_it_is_written_again_when_minutes_have_passed_or_the_day_has(
        self, fraud: Registry, notes: UsageRecorder, clock: Clock
    ) -> None:
        version = fraud.versions.get(f"{FRAUD}/1")
        for _ in range(5):
            notes.note(version, None)
        assert [count for *_, count in days(fraud)] == [1]
        clock.now += INTERVAL
        notes.note(version, None)
        assert [count for *_, count in days(fraud)] == [6]
        notes.note(version, "Champion")
        assert [(alias, count) for _, _, alias, count in days(fraud)] == [("Champion", 7)]
        clock.now += DAY
        notes.note(version, None)
        assert [(alias, count) for _, _, alias, count in days(fraud)] == [(None, 1), ("Champion", 7)]
        assert [each.count for each in fraud.usage.list(FRAUD)] == [8]
        assert {each.notebook for each in fraud.usage.list(FRAUD)} == {"work/train.ipynb"}

    def test_what_was_loaded_from_the_past_was_loaded_today(self, fraud: Registry) -> None:
        before = fraud.history.recent(FRAUD, limit=1)[0].time
        while context_of(fraud).now() == before:
            time.sleep(0.001)
        fraud.aliases.set(FRAUD, "Champion", 3)
        past = fraud.as_of(before)
        past.versions.working_copy(f"{FRAUD}@Champion")
        assert [each.version for each in fraud.usage.list(FRAUD)] == [2]
        assert list(past.usage.list(FRAUD)) == []

    def test_off_is_off(self, fraud: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
        for value in ("off", "OFF", "0"):
            monkeypatch.setenv("MODELREG_USAGE", value)
            fraud.versions.working_copy(f"{FRAUD}/1")
            assert not fraud.usage.noted()
        assert list(fraud.usage.list(FRAUD)) == []
        monkeypatch.setenv("MODELREG_USAGE", "on")
        assert fraud.usage.noted()
        fraud.versions.working_copy(f"{FRAUD}/1")
        assert len(fraud.usage.list(FRAUD)) == 1

    def test_one_that_was_purged_meanwhile_leaves_no_row(self, fraud: Registry, notes: UsageRecorder) -> None:
        version = fraud.versions.get(f"{FRAUD}/3")
        fraud.versions.delete(f"{FRAUD}/3")
        fraud.trash.purge()
        notes.note(version, None)
        assert days(fraud) == []


class TestNeverInTheWay:
    def test_a_registry_that_others_hold_is_not_waited_for(self, fraud: Registry) -> None:
        store, held, done = context_of(fraud).store, threading.Event(), threading.Event()

        def hold() -> None:
            with store.write():
                held.set()
                done.wait(30)

        class Taken(ManagedFiles):
            """Whose copies take so long that somebody else comes to hold the database."""

            def working_copy(self, version_id: int, files: Sequence[FileEntry]) -> Path:
                made = super().working_copy(version_id, files)
                threading.Thread(target=hold).start()
                assert held.wait(10)
                return made

        files = Taken(root_of(fraud))
        loading = Registry(Context(store, lambda: files, mlflow_tracking, "ana", reader=Reader()))
        began = time.monotonic()
        try:
            assert loading.versions.working_copy(f"{FRAUD}/1").startswith("file:")
            assert time.monotonic() - began < 5
        finally:
            done.set()
        assert list(fraud.usage.list(FRAUD)) == []

    def test_where_nothing_can_be_written_a_load_goes_on(
        self, fraud: Registry, caplog: pytest.LogCaptureFixture
    ) -> None:
        context = context_of(fraud)
        past = fraud.as_of(context.now())  # whose store refuses to be written
        refusing = UsageRecorder(past._context.store, "ana", context.now, Reader())
        with caplog.at_level(logging.DEBUG, logger=recorder.__name__):
            refusing.note(fraud.versions.get(f"{FRAUD}/2"), None)
        assert "cannot be noted: this is the registry as it was" in caplog.text

    def test_neither_does_a_fault_of_ours_stop_it(self, fraud: Registry, caplog: pytest.LogCaptureFixture) -> None:
        def fails() -> str | None:
            raise ZeroDivisionError

        context = context_of(fraud)
        broken = UsageRecorder(context.store, "ana", context.now, Reader(notebook=fails))
        broken.note(fraud.versions.get(f"{FRAUD}/2"), None)
        assert "ZeroDivisionError" in caplog.text
        assert [record.levelname for record in caplog.records] == ["WARNING"]

    def test_what_could_not_be_noted_is_counted_later(
        self, fraud: Registry, notes: UsageRecorder, clock: Clock
    ) -> None:
        version = fraud.versions.get(f"{FRAUD}/1")
        context = context_of(fraud)
        taken, done = threading.Event(), threading.Event()

        def hold() -> None:
            with context.store.write():
                taken.set()
                done.wait(30)

        thread = threading.Thread(target=hold)
        thread.start()
        assert taken.wait(10)
        notes.note(version, None)
        done.set()
        thread.join()
        clock.now += INTERVAL
        notes.note(version, None)
        assert [count for *_, count in days(fraud)] == [2]


class TestAsking:
    @pytest.fixture
    def used(self, fraud: Registry) -> Registry:
        """Loads by two people on three days."""
        start = 1_795_000_000_000
        use(fraud, 1, start)
        use(fraud, 1, start + DAY, alias="Old")
        use(fraud, 2, start + 2 * DAY, actor="ben", notebook="b.ipynb", alias="Champion", count=5)
        return fraud

    def test_of_a_model_days_are_put_together(self, used: Registry) -> None:
        found = [(each.reference, each.actor, each.alias, each.count) for each in used.usage.list(FRAUD)]
        assert found == [(f"{FRAUD}/2", "ben", "Champion", 5), (f"{FRAUD}/1", "ana", "Old", 2)]
        assert [each.actor for each in used.usage.list(FRAUD, since=1_795_000_000_000 + 2 * DAY)] == ["ben"]
        assert [each.actor for each in used.usage.list(FRAUD, limit=1)] == ["ben"]

    def test_of_a_version_an_alias_a_schema_and_a_catalog(self, used: Registry) -> None:
        assert [each.version for each in used.usage.list(f"{FRAUD}/1")] == [1]
        assert [each.version for each in used.usage.list(f"{FRAUD}/1-2")] == [2, 1]
        assert [each.version for each in used.usage.list(f"{FRAUD}@Champion")] == [2]
        assert [each.version for each in used.usage.list(f"{FRAUD}@Old")] == [1]  # an alias that there was
        assert list(used.usage.list(f"{FRAUD}/latest")) == []
        for namespace in ("prod", "prod.ml_team"):
            assert len(used.usage.list(namespace)) == 2
        assert len(used.usage.list("ml_team", namespace="prod")) == 2

    def test_of_what_is_not_there(self, used: Registry) -> None:
        with pytest.raises(AliasNotFound):
            used.usage.list(f"{FRAUD}@Nobody")
        for reference in ("prod.ml_team.none", f"{FRAUD}/9", "nowhere"):
            with pytest.raises(NotFound):
                used.usage.list(reference)
        with pytest.raises(InvalidInput):
            used.usage.list("a//b/")

    def test_the_last_use_of_versions(self, used: Registry) -> None:
        last = {(each.version, each.last_used_at) for each in used.usage.last([FRAUD])}
        assert last == {(1, 1_795_000_000_000 + DAY), (2, 1_795_000_000_000 + 2 * DAY)}
        assert {each.version for each in used.usage.last([FRAUD, "nobody"])} == {1, 2}
        assert list(used.usage.last(["nobody"])) == []
        assert isinstance(used.usage.last([FRAUD])[0], LastUse)

    def test_it_follows_a_model_to_its_new_name_and_through_the_trash(self, used: Registry) -> None:
        used.models.rename(FRAUD, "prod.risk.fraud")
        used.versions.delete("prod.risk.fraud/1")
        used.trash.restore("prod.risk.fraud/1")
        assert {each.reference for each in used.usage.list("prod.risk")} == {"prod.risk.fraud/1", "prod.risk.fraud/2"}

    def test_it_ends_with_a_purge(self, used: Registry) -> None:
        used.versions.delete(f"{FRAUD}/1")
        used.trash.purge()
        assert [each.version for each in used.usage.list(FRAUD)] == [2]
        used.models.delete(FRAUD, force=True)
        used.trash.purge()
        assert rows(used) == 0


class TestBackups:
    def test_a_backup_has_it_and_an_archive_has_not(self, fraud: Registry, tmp_path: Path) -> None:
        use(fraud, 1, 1_795_000_000_000, notebook="é.ipynb", alias="Old")
        fraud.exchange.export_to(tmp_path / "all.zip")
        fraud.maintenance.backup(tmp_path / "backup.zip")
        restored = jupyter_modelreg.connect(str(tmp_path / "restored.duckdb"))
        restored.maintenance.restore(tmp_path / "backup.zip")
        assert restored.usage.list(FRAUD) == fraud.usage.list(FRAUD)
        imported = jupyter_modelreg.connect(str(tmp_path / "imported.duckdb"))
        imported.exchange.import_from(str(tmp_path / "all.zip"))
        assert rows(imported) == 0

    def test_a_row_that_belongs_to_no_version_is_left_out(self, fraud: Registry, tmp_path: Path) -> None:
        with context_of(fraud).store.write() as tx:
            tx.usage.note(UsageDay(version_id=4711, actor="ana", day="2026-03-01", last_used_at=1, count=1))
        fraud.maintenance.backup(tmp_path / "backup.zip")
        restored = jupyter_modelreg.connect(str(tmp_path / "restored.duckdb"))
        restored.maintenance.restore(tmp_path / "backup.zip")
        assert rows(restored) == 0


def rows(registry: Registry) -> int:
    """How many rows of usage the database has."""
    return len(dump(registry_address(registry.uri).path)["usage"])
