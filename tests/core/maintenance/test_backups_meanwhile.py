"""Versions that are registered and purged just while a backup is taken: then it is taken again, or says so."""

from __future__ import annotations

import errno
import os
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts.backups.writer import BackupWriter
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.core.ports.store import TableWriter
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage import DuckDBStore
from tests.support.maintenance import findings
from tests.support.names import FRAUD

BUSY = "prod.busy.model"


@pytest.fixture
def other(registry_path: Path) -> Iterator[Registry]:
    """The same registry, as somebody else has it open."""
    opened = jupyter_modelreg.connect(str(registry_path), actor="ben")
    yield opened
    opened.close()


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    return tmp_path / "safe" / "registry.zip"


class Meddler:
    """Does something right before and right after the tables are written, as often as told; counts how often."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, times: int, before: Callable[[], object]) -> None:
        self.copies = 0
        self._times = times
        self._before = before
        self._after: Callable[[], object] = lambda: None
        self._dump = DuckDBStore.dump
        monkeypatch.setattr(DuckDBStore, "dump", lambda store, target: self._meddle(store, target))

    def then(self, after: Callable[[], object]) -> Meddler:
        self._after = after
        return self

    def _meddle(self, store: DuckDBStore, target: TableWriter) -> None:
        self.copies += 1
        meddles = self.copies <= self._times
        if meddles:
            self._before()
        self._dump(store, target)
        if meddles:
            self._after()


def purge(registry: Registry, reference: str) -> None:
    registry.versions.delete(reference, force=True)
    assert registry.trash.purge(force=True).versions >= 1


def new_and_purged(
    stocked: Registry, other: Registry, source: Path, monkeypatch: pytest.MonkeyPatch, times: int
) -> Meddler:
    """A version that is in the copy of the database, and whose files nobody could get hold of before they went."""
    numbers = iter(range(1, 100))

    def register() -> None:
        (source / "model.pkl").write_bytes(os.urandom(1000))
        other.versions.register(str(source), BUSY)

    meddler = Meddler(monkeypatch, times, register)
    return meddler.then(lambda: purge(other, f"{BUSY}/{next(numbers)}"))


def restored(backup: Path, tmp_path: Path) -> Registry:
    registry = jupyter_modelreg.connect(str(tmp_path / "elsewhere" / "registry.duckdb"))
    registry.maintenance.restore(backup)
    return registry


def test_a_version_purged_after_the_copy_is_not_in_the_backup(
    stocked: Registry, other: Registry, source: Path, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddler = new_and_purged(stocked, other, source, monkeypatch, 2)
    made = stocked.maintenance.backup(backup)
    assert meddler.copies == 3
    last = other.history.last()
    assert last is not None
    assert (made.events, made.versions, made.left_out) == (last.seq, 3, [])  # what was in the trash went along
    again = restored(backup, tmp_path)
    assert findings(again) == []
    assert [version.reference for version in again.versions.list(BUSY)] == []
    assert again.models.get(BUSY).last_version == 2
    assert again.versions.location(f"{FRAUD}/2")
    again.close()


def test_when_it_never_ends_it_is_said_and_nothing_is_left(
    stocked: Registry, other: Registry, source: Path, backup: Path, kept: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meddler = new_and_purged(stocked, other, source, monkeypatch, 100)
    with pytest.raises(RegistryBusy, match="versions are purged faster than they can be backed up") as caught:
        stocked.maintenance.backup(backup)
    assert caught.value.hint == "try again later"
    assert meddler.copies == 5
    assert not backup.exists()
    assert list((kept / ".staging").iterdir()) == []
    assert findings(stocked) == []


def test_a_version_that_was_there_before_is_not_in_the_backup_either(
    stocked: Registry, other: Registry, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = stocked.versions.files(f"{FRAUD}/2")
    meddler = Meddler(monkeypatch, 1, lambda: None).then(lambda: purge(other, f"{FRAUD}/2"))
    made = stocked.maintenance.backup(backup)
    assert (meddler.copies, made.versions) == (2, 2)
    kept = {entry.sha256 for entry in stocked.versions.files(f"{FRAUD}/1")}
    with zipfile.ZipFile(backup) as archive:
        assert {name for name in archive.namelist() if name.startswith("files/")} == {f"files/{each}" for each in kept}
    assert {entry.sha256 for entry in changed} - kept
    again = restored(backup, tmp_path)
    assert findings(again) == []
    again.close()


def refuse_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)


def test_without_hard_links_a_purge_before_the_copy(
    stocked: Registry, other: Registry, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was looked at is gone, but a copy of that version has the same bytes."""
    refuse_links(monkeypatch)
    meddler = Meddler(monkeypatch, 1, lambda: purge(other, f"{FRAUD}/1"))
    made = stocked.maintenance.backup(backup)
    assert (meddler.copies, made.versions, made.left_out) == (1, 2, [])
    again = restored(backup, tmp_path)
    assert findings(again) == []
    assert again.versions.location("dev.ml_team.fraud/1")
    again.close()


def test_without_hard_links_a_purge_while_the_files_are_read(
    stocked: Registry, other: Registry, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    refuse_links(monkeypatch)
    write, calls = BackupWriter.write, []

    def purged_before(self: BackupWriter, *arguments: object, **settings: object) -> object:
        calls.append(1)
        if len(calls) == 1:
            purge(other, f"{FRAUD}/2")
        return write(self, *arguments, **settings)  # type: ignore[arg-type]

    monkeypatch.setattr(BackupWriter, "write", purged_before)
    made = stocked.maintenance.backup(backup)
    assert (len(calls), made.versions, made.left_out) == (2, 2, [])
    again = restored(backup, tmp_path)
    assert findings(again) == []
    again.close()
    with zipfile.ZipFile(backup) as archive:
        assert archive.testzip() is None
