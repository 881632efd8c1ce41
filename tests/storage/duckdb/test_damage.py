"""What can happen to a registry's database, and that it is said, never passed over in silence."""

from __future__ import annotations

import random
import resource
import shutil
import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of
from tests.support.database import sql
from tests.support.processes import obey_file_modes

MODELS = 20
# A registry opened in another process, for `code` to work with.
SETUP = "import jupyter_modelreg, os, sys\nreg = jupyter_modelreg.connect(sys.argv[1], actor='ana')\n"


def run(code: str, path: Path, prepare: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SETUP + textwrap.dedent(code), str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=prepare)


def make(path: Path, models: int = MODELS) -> None:
    registry = jupyter_modelreg.connect(str(path), actor="ana")
    for number in range(models):
        registry.models.create(f"model{number}", description="x" * 500)
    registry.close()


def crash(path: Path, models: int = 5) -> None:
    """Add models in a process that is killed, so that they are in the write-ahead log only."""
    code = f"""
        for number in range({models}):
            reg.models.create(f"late{{number}}")
        reg.models.list()  # for which the database has to have them
        os.kill(os.getpid(), 9)
    """
    assert run(code, path).returncode == -signal.SIGKILL
    assert wal_of(path).stat().st_size > 0


def wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def names(path: Path) -> set[str]:
    registry = jupyter_modelreg.connect(str(path))
    try:
        return {model.name for model in registry.models.list()}
    finally:
        registry.close()


def refusal(path: Path) -> RegistryUnavailable:
    """The error that looking, changing and verifying all end with."""
    registry = jupyter_modelreg.connect(str(path))
    caught = []
    for call in (registry.status, lambda: registry.models.create("more"), registry.maintenance.verify):
        with pytest.raises(RegistryUnavailable) as error:
            call()
        caught.append(error.value)
    assert len({error.message for error in caught}) == 1
    registry.close()
    return caught[0]


@pytest.fixture
def stocked(registry_path: Path) -> Path:
    make(registry_path)
    return registry_path


@pytest.fixture
def crashed(stocked: Path) -> Path:
    crash(stocked)
    return stocked


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
    registry.close()
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


# --- what is in it ------------------------------------------------------------------------------------------------


def test_a_view_in_the_place_of_a_table_is_refused(stocked: Path) -> None:
    secret = stocked.with_name("id_rsa")
    secret.write_text("PRIVATE KEY")
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("ALTER TABLE models RENAME TO real")
        connection.execute(
            f"CREATE VIEW models AS SELECT * REPLACE ((SELECT content FROM read_text('{secret}')) AS description) "
            "FROM real"
        )
    assert "it has no table 'models'" in refusal(stocked).message


def test_nothing_is_imported_from_a_file_with_a_view(stocked: Path, tmp_path: Path) -> None:
    secret = tmp_path / "id_rsa"
    secret.write_text("PRIVATE KEY")
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("ALTER TABLE catalogs RENAME TO real")
        connection.execute(
            f"CREATE VIEW catalogs AS SELECT * REPLACE ((SELECT content FROM read_text('{secret}')) AS description) "
            "FROM real"
        )
    mine = jupyter_modelreg.connect(str(tmp_path / "mine" / "registry.duckdb"))
    with pytest.raises(RegistryUnavailable, match="it has no table 'catalogs'"):
        mine.exchange.import_from(str(stocked))
    assert mine.models.list() == []
    assert mine.history.list() == []


def test_a_macro_takes_the_place_of_no_function(stocked: Path) -> None:
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("CREATE MACRO contains(a, b) AS false")
        connection.execute("CREATE MACRO json_extract_string(a, b) AS 'mine'")
        connection.execute("CREATE MACRO max(a) AS 1")
    registry = jupyter_modelreg.connect(str(stocked))
    registry.tags.set("model3", {"team": "risk"})
    found = registry.models.search([Condition("team", "=", "risk", tag=True)])
    assert [model.name for model in found] == ["model3"]
    assert registry.maintenance.verify().sound


def test_the_database_opens_no_other_file(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    other = registry_path.with_name("other.txt")
    other.write_text("not for it")
    for statement in (
        f"SELECT * FROM read_text('{other}')",
        f"COPY models TO '{other}'",
        "SET enable_external_access = true",
        f"ATTACH '{registry_path.with_name('second.duckdb')}' AS second",
    ):
        with pytest.raises(sa.exc.DBAPIError, match=r"disabled|locked|Cannot"):
            sql(registry_path, statement)
    assert other.read_text() == "not for it"


def test_a_process_killed_while_it_makes_a_registry_leaves_none(registry_path: Path) -> None:
    """What it leaves is under another name, and the next one begins afresh."""
    registry_path.with_name(f"{registry_path.name}.new").write_bytes(b"half a database")
    make(registry_path, 1)
    assert names(registry_path) == {"model0"}
    assert not registry_path.with_name(f"{registry_path.name}.new").exists()


# --- no room, no right -------------------------------------------------------------------------------------------

FILL = """
    made = 0
    try:
        while made < 2000:
            reg.models.create(f"late{made}", description=os.urandom(1000).hex())
            made += 1
    except jupyter_modelreg.RegistryError as error:
        print(type(error).__name__, "|", error.message, "|", error.hint)
    print(made)
    print(len(reg.models.list()))
"""


def check_filled(path: Path, done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    said, made, seen = done.stdout.splitlines()
    assert said.startswith(f"RegistryUnavailable | the disk that holds {path} is full: the change was not made | free")
    assert int(seen) == MODELS + int(made)
    assert len(names(path)) == MODELS + int(made)
    make_more = jupyter_modelreg.connect(str(path))
    make_more.models.create("with room again")
    assert make_more.maintenance.verify().sound
    make_more.close()
    assert len(names(path)) == MODELS + int(made) + 1


def test_a_full_disk_loses_nothing(small_disk: Path) -> None:
    path = small_disk / "registry.duckdb"
    make(path)
    if small_disk.is_mount():
        (small_disk / "ballast").write_bytes(bytes(4_500_000))
        done = run(FILL, path)
        (small_disk / "ballast").unlink()
    else:
        done = run(FILL, path, limit_file_size)
    check_filled(path, done)


def limit_file_size() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))


def test_a_limit_on_file_size_loses_nothing(stocked: Path) -> None:
    check_filled(stocked, run(FILL, stocked, limit_file_size))


@pytest.mark.parametrize("call", ['reg.models.describe("model1", "new")', "reg.maintenance.verify()"])
def test_a_folder_one_may_not_write_to_is_said_before_anything_is_done(stocked: Path, call: str) -> None:
    """The files themselves may be written; DuckDB makes others beside them, though."""
    stocked.parent.chmod(0o555)
    try:
        done = run(call, stocked, obey_file_modes)
    finally:
        stocked.parent.chmod(0o755)
    assert f"the registry {stocked} cannot be opened: Permission denied ({stocked.parent})" in done.stderr
    assert "choose a folder you can write to" in done.stderr
    assert jupyter_modelreg.connect(str(stocked)).models.get("model1").description == "x" * 500


def test_a_folder_one_may_not_write_to_is_named(stocked: Path) -> None:

    stocked.parent.chmod(0o555)
    stocked.chmod(0o444)
    for left in stocked.parent.glob("*.lock"):
        left.chmod(0o444)
    try:
        done = run("reg.status()", stocked, obey_file_modes)
    finally:
        stocked.parent.chmod(0o755)
        stocked.chmod(0o644)
    assert f"the registry {stocked} cannot be opened: Permission denied" in done.stderr
    assert "choose a folder you can write to" in done.stderr
    for left in stocked.parent.glob("*.lock"):
        left.chmod(0o644)
    assert len(names(stocked)) == MODELS


# --- the clock ---------------------------------------------------------------------------------------------------


def test_a_clock_that_is_set_back_loses_nothing_and_is_named(registry: Registry) -> None:
    times = iter([2_000_000_000_000, 1_000_000_000_000, 1_000_000_000_001])
    ticking = Registry(context_of(registry, clock=lambda: next(times)))
    for name in ("first", "second", "third"):
        ticking.models.create(name)
    assert [event.name for event in registry.history.list()] == ["first", "second", "third"]
    assert [event.name for event in registry.history.recent()] == ["third", "second", "first"]
    found = registry.maintenance.verify()
    assert found.sound
    [note] = found.findings
    assert note.kind == "clock"
    assert note.message == "the clock was set back by 1,000,000,000 s before event 2; the order of events holds"


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
