"""A backup and back: everything equal, every byte checked, nothing overwritten, nothing half-done."""

from __future__ import annotations

import errno
import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import textwrap
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    InvalidInput,
    PermissionDenied,
    RegistryUnavailable,
)
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import folder_of, root_of
from tests.support.database import Dump, dump
from tests.support.maintenance import findings
from tests.support.names import FRAUD
from tests.support.processes import WITH_REGISTRY, run_with_registry


@pytest.fixture
def backup(tmp_path: Path) -> Path:
    """Where the backup goes."""
    return tmp_path / "safe" / "registry.zip"


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Registry]:
    """Another registry, where there is nothing yet."""
    opened = jupyter_modelreg.connect(f"modelreg:///{tmp_path}/elsewhere/other.duckdb", actor="ben")
    yield opened
    opened.close()


def rows_of(path: Path) -> Dump:
    """All rows but those that say when the tables were made, and that they were restored."""
    rows = dump(path, without={"migrations"})
    return {**rows, "events": [event for event in rows["events"] if "registry.restored" not in event]}


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Everything in the folders of versions: mode and content by path."""
    return {
        path.relative_to(folder).as_posix(): (stat.S_IMODE(path.stat().st_mode), path.read_bytes())
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".staging" not in path.parts
    }


def damage(registry: Registry, reference: str) -> None:
    file = folder_of(registry, reference) / "model.pkl"
    file.chmod(0o644)
    file.write_bytes(bytes(byte ^ 1 for byte in file.read_bytes()))


def test_there_and_back_everything_is_equal(stocked: Registry, registry_path: Path, kept: Path, backup: Path) -> None:
    rows, files = rows_of(registry_path), tree(kept)
    made = stocked.maintenance.backup(backup)
    assert rows_of(registry_path) == rows
    last = stocked.history.last()
    assert last is not None
    assert (made.events, made.versions, made.files, made.left_out) == (last.seq, 4, 12, [])
    assert (made.uri, made.size) == (stocked.uri, backup.stat().st_size)
    stocked.models.describe("iris", "changed since")
    stocked.versions.delete(f"{FRAUD}/2")
    stocked.trash.purge()
    restored = stocked.maintenance.restore(backup, force=True)
    assert restored.backup == made
    assert rows_of(registry_path) == rows
    assert tree(kept) == files
    assert stocked.history.broken_at() is None
    assert findings(stocked) == []


def test_a_restore_is_an_event_that_says_from_what(stocked: Registry, backup: Path) -> None:
    made = stocked.maintenance.backup(backup)
    stocked.maintenance.restore(backup, force=True, reason="the disk broke")
    event = stocked.history.last()
    assert event is not None
    assert (event.seq, event.actor, event.action, event.reason) == (
        made.events + 1,
        "ana",
        "registry.restored",
        "the disk broke",
    )
    assert event.after == {
        "backup": str(backup),
        "uri": stocked.uri,
        "created_at": made.created_at,
        "events": made.events,
    }


def test_what_was_there_is_moved_aside_and_can_be_opened(stocked: Registry, registry_path: Path, backup: Path) -> None:
    stocked.maintenance.backup(backup)
    stocked.models.create("newer")
    restored = stocked.maintenance.restore(backup, force=True)
    assert restored.moved_aside is not None
    aside = jupyter_modelreg.connect(restored.moved_aside)
    assert aside.models.get("newer")
    assert aside.maintenance.verify().sound
    aside.close()
    with pytest.raises(jupyter_modelreg.RegistryError, match="no model newer"):
        stocked.models.get("newer")


def test_elsewhere_it_is_the_same_registry_with_its_own_files(
    stocked: Registry, elsewhere: Registry, backup: Path, kept: Path
) -> None:
    stocked.maintenance.backup(backup)
    restored = elsewhere.maintenance.restore(backup)
    assert (restored.uri, restored.moved_aside) == (elsewhere.uri, None)
    assert elsewhere.history.list()[:-1] == stocked.history.list()
    assert findings(elsewhere) == []
    there = root_of(elsewhere)
    assert tree(there) == tree(kept)
    version = elsewhere.versions.get(f"{FRAUD}@Champion")
    assert elsewhere.versions.location(f"{FRAUD}/1") == (there / str(version.id)).as_uri()
    assert version.tags == {"task": "scoring"}
    source = stocked.versions.get(f"{FRAUD}/1").source
    assert source is not None
    assert elsewhere.versions.register(source, FRAUD).version == 4


def test_a_copy_shares_its_bytes_in_the_backup_and_after_it(
    stocked: Registry, elsewhere: Registry, backup: Path
) -> None:
    stocked.maintenance.backup(backup)
    with zipfile.ZipFile(backup) as archive:
        names = archive.namelist()
    assert len(names) == len(set(names)) == 4 + 12 + 1  # four contents, twelve tables, the manifest
    elsewhere.maintenance.restore(backup)
    one, other = (folder_of(elsewhere, name) / "model.pkl" for name in (f"{FRAUD}/1", "dev.ml_team.fraud/1"))
    assert one.samefile(other)


def test_an_empty_registry_comes_back_empty(registry: Registry, elsewhere: Registry, backup: Path) -> None:
    registry.maintenance.backup(backup)
    elsewhere.maintenance.restore(backup)
    assert [event.action for event in elsewhere.history.list()] == ["registry.restored"]
    elsewhere.models.create("first")
    assert findings(elsewhere) == []


def test_any_tool_can_read_it(stocked: Registry, backup: Path, tmp_path: Path) -> None:
    stocked.maintenance.backup(backup)
    shutil.unpack_archive(backup, tmp_path / "unpacked")
    about = json.loads((tmp_path / "unpacked" / "manifest.json").read_text())
    assert (about["format"], about["version"], about["about"]["uri"]) == ("modelreg backup", 2, stocked.uri)


def test_without_hard_links_it_is_the_same(
    stocked: Registry, elsewhere: Registry, backup: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EPERM, "no links here")

    monkeypatch.setattr(os, "link", refuse)
    stocked.maintenance.backup(backup)
    elsewhere.maintenance.restore(backup)
    assert findings(elsewhere) == []


BUSY = """
    import itertools
    for number in itertools.count():
        version = reg.versions.register(sys.argv[2], f"prod.busy.m{number % 2}")
        if number == 0:
            print("ready", flush=True)
        if number % 3 == 0:
            reg.versions.delete(version.reference, force=True)
            reg.trash.purge()
"""


def test_others_go_on_working_meanwhile(stocked: Registry, registry_path: Path, source: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", WITH_REGISTRY + textwrap.dedent(BUSY), str(registry_path), str(source)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as busy:
        try:
            assert busy.stdout is not None
            assert busy.stdout.readline() == "ready\n"
            made = [stocked.maintenance.backup(tmp_path / f"{number}.zip") for number in range(3)]
            assert busy.poll() is None
        finally:
            busy.kill()
    assert made[-1].events > made[0].events
    for number, each in enumerate(made):
        restored = jupyter_modelreg.connect(str(tmp_path / f"restored{number}" / "registry.duckdb"))
        restored.maintenance.restore(each.path)
        found = restored.maintenance.verify()
        # A version that was just being registered is nobody's now.
        assert {finding.kind for finding in found.findings} <= {"stuck"}
        assert found.events == each.events + 1
        restored.close()


# --- what is refused ------------------------------------------------------------------------------------------------


def test_a_file_that_is_there_is_not_overwritten(stocked: Registry, backup: Path) -> None:
    backup.parent.mkdir()
    backup.write_text("precious")
    with pytest.raises(AlreadyExists, match="is there already"):
        stocked.maintenance.backup(backup)
    assert backup.read_text() == "precious"


def test_a_registry_that_is_there_is_not_overwritten(stocked: Registry, registry_path: Path, backup: Path) -> None:
    stocked.maintenance.backup(backup)
    rows = rows_of(registry_path)
    with pytest.raises(AlreadyExists) as caught:
        stocked.maintenance.restore(backup)
    assert "--force moves it aside" in str(caught.value.hint)
    assert rows_of(registry_path) == rows


def test_files_of_a_registry_that_is_gone_are_not_overwritten(
    stocked: Registry, elsewhere: Registry, backup: Path
) -> None:
    stocked.maintenance.backup(backup)
    folder = root_of(elsewhere) / "7"
    folder.mkdir(parents=True)
    with pytest.raises(AlreadyExists, match="files of a registry are in"):
        elsewhere.maintenance.restore(backup)
    assert folder.exists()


def test_damaged_files_stop_a_backup(stocked: Registry, backup: Path, kept: Path) -> None:
    damage(stocked, f"{FRAUD}/1")
    with pytest.raises(FilesDamaged) as caught:
        stocked.maintenance.backup(backup)
    assert "files of prod.ml_team.fraud/1, dev.ml_team.fraud/1 are missing or changed" in caught.value.message
    assert "--skip-damaged" in str(caught.value.hint)
    assert list(backup.parent.iterdir()) == []
    assert list((kept / ".staging").iterdir()) == []


def test_damaged_files_can_be_left_out_and_are_named_ever_after(
    stocked: Registry, elsewhere: Registry, backup: Path
) -> None:
    damage(stocked, f"{FRAUD}/1")
    left_out = [f"{FRAUD}/1", "dev.ml_team.fraud/1"]
    assert stocked.maintenance.backup(backup, skip_damaged=True).left_out == left_out
    assert elsewhere.maintenance.restore(backup).backup.left_out == left_out
    assert [(finding.kind, finding.subject) for finding in findings(elsewhere)] == [
        ("files", reference) for reference in left_out
    ]
    assert elsewhere.versions.location(f"{FRAUD}/2")


def test_what_another_version_has_whole_is_taken_from_there(
    stocked: Registry, elsewhere: Registry, backup: Path, kept: Path
) -> None:
    damage(stocked, f"{FRAUD}/2")  # which version 3, in the trash, has as well
    gone = kept / str(stocked.versions.get("dev.ml_team.fraud/1").id)
    gone.chmod(0o755)
    (gone / "MLmodel").unlink()
    assert len(findings(stocked)) == 2
    assert stocked.maintenance.backup(backup).left_out == []
    elsewhere.maintenance.restore(backup)
    assert findings(elsewhere) == []


def test_a_backup_that_is_cut_short_is_refused(stocked: Registry, elsewhere: Registry, backup: Path) -> None:
    stocked.maintenance.backup(backup)
    whole = backup.read_bytes()
    for size in (0, 10, len(whole) // 2, len(whole) - 1):
        backup.write_bytes(whole[:size])
        with pytest.raises(FilesDamaged, match="is not a backup of a registry, or is damaged"):
            elsewhere.maintenance.restore(backup)
    assert_untouched(elsewhere)


def test_a_backup_with_any_byte_changed_is_refused_or_the_same(
    stocked: Registry, elsewhere: Registry, backup: Path
) -> None:
    stocked.maintenance.backup(backup)
    whole = backup.read_bytes()
    refused = 0
    for place in range(40, len(whole), len(whole) // 30):
        changed = bytearray(whole)
        changed[place] ^= 0x55
        backup.write_bytes(changed)
        try:
            elsewhere.maintenance.restore(backup)
        except (FilesDamaged, InvalidInput):
            refused += 1
            assert_untouched(elsewhere)
        else:  # the byte was one that says nothing, as the time of a file in the archive
            assert list(elsewhere.models.list()) == list(stocked.models.list())
            assert findings(elsewhere) == []
            elsewhere.close()
            shutil.rmtree(root_of(elsewhere).parent)
    assert refused >= 28


def assert_untouched(registry: Registry) -> None:
    folder = root_of(registry).parent
    left = [path.name for path in folder.iterdir()] if folder.exists() else []
    assert [name for name in left if not name.endswith((".lock", ".turn"))] == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "there is no backup"),
        ({"readme.txt": "hello"}, "is not a backup of a registry"),
        ({"manifest.json": "{}"}, "is not a backup of a registry"),
        ({"manifest.json": '{"format": "modelreg backup", "version": 99}'}, "a newer jupyter_modelreg"),
        ({"manifest.json": '{"format": "modelreg backup", "version": 1}'}, "an older jupyter_modelreg"),
        ({"manifest.json": '{"kind": "modelreg backup", "format": 1}'}, "is not a backup of a registry"),
    ],
)
def test_what_is_no_backup_is_refused(
    registry: Registry, backup: Path, content: dict[str, str] | None, said: str
) -> None:
    if content is not None:
        backup.parent.mkdir()
        with zipfile.ZipFile(backup, "w") as archive:
            for name, text in content.items():
                archive.writestr(name, text)
    with pytest.raises(InvalidInput, match=said):
        registry.maintenance.restore(backup)


# --- when things break ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("damaged", [b"", b"garbage" * 1000, None], ids=["emptied", "overwritten", "gone"])
def test_a_damaged_registry_is_restored_over(
    stocked: Registry, registry_path: Path, backup: Path, damaged: bytes | None
) -> None:
    stocked.maintenance.backup(backup)
    rows = rows_of(registry_path)
    stocked.close()
    registry_path.unlink() if damaged is None else registry_path.write_bytes(damaged)
    with pytest.raises(RegistryUnavailable, match="restore"):
        stocked.status()
    assert stocked.maintenance.restore(backup, force=True).moved_aside is not None
    assert rows_of(registry_path) == rows
    assert findings(stocked) == []


def test_no_room_for_a_backup_is_said_and_nothing_is_left(
    stocked: Registry, registry_path: Path, source: Path, backup: Path, kept: Path
) -> None:
    (source / "weights.bin").write_bytes(bytes(3_000_000))
    stocked.versions.register(str(source), FRAUD)
    stocked.close()
    limit = registry_path.stat().st_size + 50_000

    def small_files_only() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    code = (
        f"import jupyter_modelreg\njupyter_modelreg.connect({str(registry_path)!r}).maintenance.backup({str(backup)!r})"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        preexec_fn=small_files_only,
    )
    assert f"cannot write a backup of a registry into {backup.parent}: file too large" in done.stderr
    assert list(backup.parent.iterdir()) == []
    assert list((kept / ".staging").iterdir()) == []


def test_a_backup_that_is_killed_leaves_what_repair_removes(
    stocked: Registry, registry_path: Path, backup: Path
) -> None:
    stocked.close()
    code = """
        from jupyter_modelreg.artifacts.backups.writer import BackupWriter
        BackupWriter.write = lambda *_, **__: os.kill(os.getpid(), 9)
        reg.maintenance.backup(sys.argv[2])
    """
    assert run_with_registry(code, registry_path, backup).returncode == -signal.SIGKILL
    assert not backup.exists()
    assert [finding.kind for finding in findings(stocked)] == ["garbage"]
    assert stocked.maintenance.repair().sound
    assert findings(stocked) == []


def test_a_restore_that_is_killed_leaves_the_registry_that_was_there(
    stocked: Registry, registry_path: Path, backup: Path
) -> None:
    stocked.maintenance.backup(backup)
    rows = rows_of(registry_path)
    stocked.close()
    code = """
        from jupyter_modelreg.storage.duckdb import snapshot
        snapshot.swap = lambda *_: os.kill(os.getpid(), 9)
        reg.maintenance.restore(sys.argv[2], force=True)
    """
    assert run_with_registry(code, registry_path, backup).returncode == -signal.SIGKILL
    assert rows_of(registry_path) == rows
    assert findings(stocked) == []
    left = [*registry_path.parent.glob("*.restore-*"), *registry_path.parent.glob("*.load-*")]
    assert len(left) == 2
    for folder in left:
        os.utime(folder, (0, 0))
    stocked.maintenance.restore(backup, force=True)
    assert findings(stocked) == []
    assert not [folder for folder in left if folder.exists()]


def test_restoring_is_authorised_before_anything_is_moved(registry: Registry, backup: Path) -> None:
    registry.models.create("iris")
    registry.maintenance.backup(backup)
    registry.models.create("since")
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    ben = jupyter_modelreg.connect(registry.uri, actor="ben")
    with pytest.raises(PermissionDenied, match="ben lacks MANAGE on registry"):
        ben.maintenance.restore(backup, force=True)
    ben.close()
    assert registry.models.get("since").name == "since"
