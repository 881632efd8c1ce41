"""What can happen to a registry's database, and that it is said, never passed over in silence."""

from __future__ import annotations

import random
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.lease.lease import lease_on
from tests.support.contexts import context_of
from tests.support.stocked import MODELS, crash, make, names, refusal, run, wal_of


def noise(size: int) -> bytes:
    return random.Random(3).randbytes(size)


DAMAGE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "emptied": (lambda whole: b"", "is empty"),
    "cut to 100 bytes": (lambda whole: whole[:100], "is damaged"),
    "cut to the headers": (lambda whole: whole[:12_288], "is damaged"),
    "cut in half": (lambda whole: whole[: len(whole) // 2], "is damaged"),
    "overwritten": (lambda whole: noise(len(whole)), "is not a DuckDB database"),
    "headers overwritten": (lambda whole: whole[:4096] + noise(8192) + whole[12_288:], "is damaged"),
    "end overwritten": (lambda whole: whole[:20_000] + noise(len(whole) - 20_000), "is damaged"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_damaged_file_is_refused_with_a_cure_and_left_alone(stocked: Path, kind: str) -> None:
    change, said = DAMAGE[kind]
    damaged = change(stocked.read_bytes())
    stocked.write_bytes(damaged)
    error = refusal(stocked)
    assert str(stocked) in error.message
    assert said in error.message
    assert "modelreg restore FILE --force" in str(error.hint)
    assert stocked.read_bytes() == damaged


def test_a_folder_in_its_place_is_called_one(registry_path: Path) -> None:
    registry_path.mkdir(parents=True)
    assert refusal(registry_path).message == f"{registry_path} is a folder, not a DuckDB database"


def test_every_damaged_block_is_found_by_verify(stocked: Path) -> None:
    """DuckDB itself opens such a file, and only finds out when it comes to read that block."""
    whole = stocked.read_bytes()
    header, block = 12_288, 16_384
    sound = jupyter_modelreg.connect(str(stocked))
    found = 0
    for start in range(header, len(whole), block):
        changed = bytearray(whole)
        changed[start + block // 2] ^= 0xFF
        sound.close()
        stocked.write_bytes(changed)
        try:
            sound.maintenance.verify()
        except RegistryUnavailable as error:
            found += "is damaged" in error.message
    # Free blocks hold nothing that could be lost.
    assert found >= (len(whole) - header) // block // 2


def test_after_a_crash_everything_is_there(crashed: Path) -> None:
    assert len(names(crashed)) == MODELS + 5


@pytest.mark.parametrize(
    ("change", "missing"),
    [
        (lambda wal: None, "its newest 5 changes are missing"),
        (lambda wal: b"", "its newest 5 changes are missing"),
        (lambda wal: noise(len(wal)), "its newest 5 changes are missing"),
        (lambda wal: wal[: len(wal) // 2], "changes are missing"),
    ],
    ids=["removed", "emptied", "overwritten", "cut short"],
)
def test_a_write_ahead_log_that_is_not_whole_is_noticed(
    crashed: Path, change: Callable[[bytes], bytes | None], missing: str
) -> None:
    wal = wal_of(crashed)
    changed = change(wal.read_bytes())
    wal.unlink() if changed is None else wal.write_bytes(changed)
    error = refusal(crashed)
    assert missing in error.message
    assert f"remove {crashed}.journal" in str(error.hint)


def test_without_the_journal_one_goes_on_without_what_is_missing(crashed: Path) -> None:
    wal_of(crashed).unlink()
    refusal(crashed)
    crashed.with_name(f"{crashed.name}.journal").unlink()
    assert len(names(crashed)) == MODELS


def test_a_changed_write_ahead_log_is_refused_and_kept(crashed: Path) -> None:
    wal = wal_of(crashed)
    changed = bytearray(wal.read_bytes())
    inside = changed.index(b"late2")  # what is logged, not how long it is: that would pass for an end that is missing
    changed[inside : inside + 20] = noise(20)
    wal.write_bytes(changed)
    assert "is damaged, or belongs to another database" in refusal(crashed).message
    assert wal.read_bytes() == bytes(changed)


@pytest.mark.parametrize("own", [False, True], ids=["clean", "crashed"])
def test_a_foreign_write_ahead_log_is_refused_and_moving_it_away_helps(
    stocked: Path, tmp_path: Path, own: bool
) -> None:
    other = tmp_path / "other.duckdb"
    make(other, 3)
    crash(other)
    if own:
        crash(stocked)
        wal_of(stocked).rename(tmp_path / "kept.wal")
    shutil.copy(wal_of(other), wal_of(stocked))
    error = refusal(stocked)
    assert "belongs to another database" in error.message
    assert f"move {stocked.name}.wal away" in str(error.hint)
    wal_of(stocked).unlink()
    if own:
        (tmp_path / "kept.wal").rename(wal_of(stocked))
    assert len(names(stocked)) == MODELS + (5 if own else 0)


def test_a_registry_that_is_gone_is_not_replaced_by_an_empty_one(stocked: Path) -> None:
    stocked.unlink()
    error = refusal(stocked)
    assert "is gone" in error.message
    assert not stocked.exists()


def test_a_fresh_process_does_not_replace_it_either(stocked: Path) -> None:
    stocked.unlink()
    done = run("reg.status()", stocked)
    assert f"the registry {stocked} is gone; its activity log went up to event {MODELS}" in done.stderr
    assert not stocked.exists()


def test_a_lonely_write_ahead_log_is_not_thrown_away(crashed: Path, tmp_path: Path) -> None:
    lonely = tmp_path / "lonely.duckdb"
    wal_of(crashed).rename(wal_of(lonely))
    assert "its write-ahead log" in refusal(lonely).message
    assert wal_of(lonely).exists()


def test_an_older_copy_and_another_registry_are_noticed(stocked: Path, tmp_path: Path) -> None:
    old, other = tmp_path / "old", tmp_path / "other.duckdb"
    shutil.copy(stocked, old)
    registry = jupyter_modelreg.connect(str(stocked))
    registry.models.create("newer")
    registry.close()
    shutil.copy(old, stocked)
    assert "its newest change is missing" in refusal(stocked).message
    make(other, MODELS + 10)
    shutil.copy(other, stocked)
    assert "is another registry than the one that was here" in refusal(stocked).message


@pytest.mark.parametrize(
    "change",
    [lambda wal: b"", lambda wal: wal[: len(wal) // 2], lambda wal: None],
    ids=["emptied", "cut short", "late"],
)
def test_a_refused_look_leaves_every_byte_so_that_the_right_log_still_fits(
    crashed: Path, change: Callable[[bytes], bytes | None]
) -> None:
    wal, database = wal_of(crashed), crashed.read_bytes()
    whole = wal.read_bytes()
    changed = change(whole)
    wal.unlink() if changed is None else wal.write_bytes(changed)
    assert "changes are missing" in refusal(crashed).message
    assert crashed.read_bytes() == database
    assert (wal.read_bytes() if wal.exists() else None) == changed
    wal.write_bytes(whole)
    assert len(names(crashed)) == MODELS + 5


def test_a_second_name_of_the_file_is_refused(stocked: Path, tmp_path: Path) -> None:
    other = tmp_path / "elsewhere" / "registry.duckdb"
    other.parent.mkdir()
    other.hardlink_to(stocked)
    before = stocked.read_bytes()
    for path in (stocked, other):
        assert "is one file under several names (hard links)" in refusal(path).message
    assert stocked.read_bytes() == before
    other.unlink()
    assert len(names(stocked)) == MODELS


def test_a_second_name_given_while_it_is_in_use_is_noticed(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    while lease_on(registry_path).held:  # it is given back after a second in which nothing was asked
        time.sleep(0.05)
    registry.models.get("fraud")
    other = registry_path.with_name("other.duckdb")
    other.hardlink_to(registry_path)
    with pytest.raises(RegistryUnavailable, match="under several names"):
        registry.models.describe("fraud", "new")
    other.unlink()
    registry.models.describe("fraud", "new")


def test_a_file_that_is_mounted_by_itself_is_refused(stocked: Path, tmp_path: Path) -> None:
    other = tmp_path / "else where" / "registry.duckdb"
    other.parent.mkdir()
    other.touch()
    if subprocess.run(["mount", "--bind", stocked, other], capture_output=True, check=False).returncode:
        pytest.skip("mounting takes root, and a system that lets it")
    try:
        assert "is mounted here as a single file" in refusal(other).message
    finally:
        subprocess.run(["umount", other], check=True)
    assert len(names(stocked)) == MODELS


def test_a_process_killed_while_it_makes_a_registry_leaves_none(registry_path: Path) -> None:
    """What it leaves is under another name, and the next one begins afresh."""
    registry_path.with_name(f"{registry_path.name}.new").write_bytes(b"half a database")
    make(registry_path, 1)
    assert names(registry_path) == {"model0"}
    assert not registry_path.with_name(f"{registry_path.name}.new").exists()


def test_a_clock_that_is_set_back_loses_nothing_and_is_named(registry: Registry) -> None:
    times = iter([2_000_000_000_000, 1_000_000_000_000, 1_000_000_000_001, 999_990_000_000])
    ticking = Registry(context_of(registry, clock=lambda: next(times)))
    for name in ("first", "second", "third"):
        ticking.models.create(name)
    assert [event.name for event in registry.history.list()] == ["first", "second", "third"]
    assert [event.name for event in registry.history.recent()] == ["third", "second", "first"]
    found = registry.maintenance.verify()
    assert found.sound
    [note] = found.findings
    assert note.kind == "clock"
    assert note.message == "the clock was set back by 11,574 days before event 2; the order of events holds"
    ticking.models.create("fourth")
    [note] = registry.maintenance.verify().findings
    assert note.message == (
        "the clock was set back 2 times by up to 11,574 days, first before event 2; the order of events holds"
    )


def test_the_loss_of_an_import_is_noticed_too(stocked: Path, tmp_path: Path) -> None:
    """It is stored in bulk, past what stores one event at a time."""
    other, old = tmp_path / "other.duckdb", tmp_path / "old"
    make(other, 1)
    again = jupyter_modelreg.connect(str(other))
    again.models.rename("model0", "imported")
    again.close()
    shutil.copy(stocked, old)
    registry = jupyter_modelreg.connect(str(stocked))
    assert registry.exchange.import_from(f"modelreg:///{other}").models.imported == 1
    registry.close()
    shutil.copy(old, stocked)
    assert "missing" in refusal(stocked).message
