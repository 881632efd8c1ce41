"""The journal: what is in it is in the registry, whatever happened to the process that wrote it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import textwrap
import zlib
from pathlib import Path
from typing import Any

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.catalog.lookup import require_model
from jupyter_modelreg.core.entities.events import FORMAT, Event
from jupyter_modelreg.core.errors import InvalidInput, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.journal import Journal
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.changes import Changes
from jupyter_modelreg.storage.sql.unit import LoggedUnit
from tests.support.contexts import context_of
from tests.support.processes import WITH_REGISTRY, obey_file_modes, run_python


def killed(code: str, path: Path) -> None:
    """Run `code` with `reg`, a registry on `path`, in a process that is killed at its end."""
    setup = "import jupyter_modelreg, os, sys\nreg = jupyter_modelreg.connect(sys.argv[1], actor='ana')\n"
    command = [sys.executable, "-c", f"{setup}{textwrap.dedent(code)}\nos.kill(os.getpid(), 9)", str(path)]
    assert subprocess.run(command, timeout=60, check=False).returncode == -signal.SIGKILL


def connect(path: Path) -> Registry:
    return jupyter_modelreg.connect(str(path))


def names(registry: Registry) -> list[str]:
    return [model.name for model in registry.models.list()]


@pytest.fixture
def path(registry_path: Path) -> Path:
    return registry_path


@pytest.fixture(name="journal")
def journal_of_a_killed_process(path: Path) -> Path:
    """Holds two models, and a version of the first one; the database holds none of them."""
    killed("reg.models.create('first'); reg.models.create('second'); reg.versions.register('s3://b/m', 'first')", path)
    return Journal(path).path


def test_what_a_killed_process_has_kept_is_there(path: Path, journal: Path) -> None:
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM models").fetchall() == [(0,)]
    registry = connect(path)
    assert registry.versions.get("first/1").source == "s3://b/m"
    assert registry.versions.register("s3://b/m", "first").version == 2
    assert names(registry) == ["first", "second"]
    assert [event.seq for event in registry.history.list()] == [1, 2, 3, 4]
    assert registry.maintenance.verify().sound


def test_on_closing_the_database_has_everything(path: Path, journal: Path) -> None:
    registry = connect(path)
    registry.models.create("third")
    registry.close()
    with duckdb.connect(str(path), read_only=True) as connection:
        assert connection.execute("SELECT max(seq) FROM events").fetchall() == [(4,)]
    assert len(journal.read_bytes().splitlines()) == 1


@pytest.mark.parametrize("left", [1, 60])
def test_a_line_that_was_cut_short_was_never_acknowledged(path: Path, journal: Path, left: int) -> None:
    content = journal.read_bytes().rstrip(b"\0")
    last = content.splitlines(keepends=True)[-1]
    zeros = bytes(journal.stat().st_size - len(content) + len(last) - left)
    journal.write_bytes(content[: -len(last)] + last[:left] + zeros)
    registry = connect(path)
    assert registry.models.get("first").last_version == 0
    assert registry.versions.register("s3://b/other", "first").version == 1
    killed("reg.models.create('third')", path)
    assert names(connect(path)) == ["first", "second", "third"]
    assert connect(path).maintenance.verify().sound


def test_a_last_line_that_reached_the_disk_in_part_was_never_acknowledged(path: Path, journal: Path) -> None:
    content = journal.read_bytes()
    end = len(content.rstrip(b"\0"))
    journal.write_bytes(content[: end - 40] + bytes(20) + content[end - 20 :])
    registry = connect(path)
    assert registry.models.get("first").last_version == 0
    assert registry.maintenance.verify().sound


def test_a_damaged_line_before_others_is_refused_and_kept(path: Path, journal: Path) -> None:
    content = bytearray(journal.read_bytes())
    content[200] ^= 1
    journal.write_bytes(content)
    for _ in range(2):
        with pytest.raises(RegistryUnavailable, match="is damaged: it holds changes that cannot be read") as error:
            connect(path).models.list()
        assert f"move {journal.name} away" in str(error.value.hint)
    assert journal.read_bytes() == bytes(content)
    journal.rename(journal.with_name("away"))
    assert names(connect(path)) == []


def test_the_journal_of_another_registry_is_refused(path: Path, journal: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.duckdb"
    killed("reg.models.create('strange'); reg.models.create('stranger')", other)
    there = connect(other)
    there.models.list()
    there.close()
    shutil.copy(journal, Journal(other).path)
    with pytest.raises(RegistryUnavailable, match="belongs to another registry"):
        connect(other).models.list()
    Journal(other).path.unlink()
    assert names(connect(other)) == ["strange", "stranger"]


def test_units_that_had_just_entered_the_database_do_not_enter_it_twice(path: Path, journal: Path) -> None:
    """As when a process is killed between the commit and the emptying of the journal."""
    content = journal.read_bytes()
    registry = connect(path)
    assert names(registry) == ["first", "second"]
    registry.close()
    journal.write_bytes(content)
    again = connect(path)
    again.models.create("third")
    assert names(again) == ["first", "second", "third"]
    assert [event.seq for event in again.history.list()] == [1, 2, 3, 4]
    assert again.maintenance.verify().sound


def test_a_database_that_was_removed_beside_its_journal_is_missed(path: Path, journal: Path) -> None:
    path.unlink()
    with pytest.raises(RegistryUnavailable, match="is gone; its activity log went up to event 3"):
        connect(path).models.list()
    assert not path.exists()


def test_a_database_that_is_removed_while_changes_wait_is_not_made_anew(registry: Registry, path: Path) -> None:
    registry.models.create("first")
    registry.close()
    registry.models.describe("first", "changed")  # for which the database is not opened
    path.rename(path.with_name("away"))
    registry.close()
    assert not path.exists()
    path.with_name("away").rename(path)
    assert registry.models.get("first").description == "changed"
    assert registry.maintenance.verify().sound


def test_two_processes_see_what_the_other_has_kept(path: Path) -> None:
    registry = connect(path)
    registry.models.create("fraud")
    code = """
        for number in range(3):
            sys.stdin.readline()
            print(reg.versions.register("s3://b/m", "fraud").version, reg.models.get("fraud").description, flush=True)
    """
    setup = "import jupyter_modelreg, sys\nreg = jupyter_modelreg.connect(sys.argv[1])\n"
    other = subprocess.Popen(
        [sys.executable, "-c", setup + textwrap.dedent(code), str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdin is not None
    assert other.stdout is not None
    for number in range(3):
        registry.models.describe("fraud", f"as of {number}")
        assert registry.versions.register("s3://b/m", "fraud").version == 2 * number + 1
        other.stdin.write("\n")
        other.stdin.flush()
        assert other.stdout.readline() == f"{2 * number + 2} as of {number}\n"
        assert registry.models.get("fraud").last_version == 2 * number + 2
    other.stdin.close()
    assert other.wait(timeout=30) == 0
    assert registry.versions.search()[0].version == 6
    assert registry.maintenance.verify().sound


def test_the_journal_does_not_grow_without_end(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    largest = 0
    for _ in range(400):
        registry.versions.register("s3://bucket/model", "fraud")
        largest = max(largest, Journal(registry_path).path.stat().st_size)
    assert largest < 1_000_000
    assert registry.models.get("fraud").last_version == 400
    assert registry.history.broken_at() is None


def test_what_the_database_has_to_judge_does_not_wait(registry: Registry) -> None:
    """A journal that the database refuses later would be of no use to anybody."""
    registry.models.create("fraud")

    def without_owner() -> None:
        with context_of(registry).write() as work:
            work.authorise("models.describe", None)
            work.tx.models.update(1, {"owner": None})
            work.log("model.updated", require_model(work.tx, "fraud"))

    with pytest.raises(duckdb.ConstraintException):
        without_owner()
    with context_of(registry).write() as work:
        work.authorise("models.describe", None)
        work.tx.models.update(1, {"description": 7})
        work.log("model.updated", require_model(work.tx, "fraud"))
    assert registry.models.get("fraud").description == "7"
    assert len(registry.history.list()) == 2


@pytest.mark.parametrize(
    ("values", "fits"),
    [
        ({"description": None}, True),
        ({"description": "naïve 模型"}, True),
        ({"description": 7}, False),
        ({"owner": None}, False),
        ({"last_version": 1 << 31}, False),
        ({"last_version": True}, False),
        ({"is_prompt": 1}, False),
        ({"tags": {"a": "b"}, "updated_at": 1 << 40}, True),
        ({"key": "renamed"}, False),
    ],
)
def test_only_what_the_database_takes_as_it_is_can_wait(values: dict[str, object], fits: bool) -> None:
    changes = Changes()
    changes.change(tables.models, 1, values)
    assert changes.can_wait() is fits


def logged(**fields: Any) -> Event:
    """An event as somebody might log it, a unit of its own."""
    values: dict[str, Any] = {
        "seq": 1,
        "time": 5,
        "actor": "ana",
        "action": "tag.set",
        "subject": "model",
        "subject_id": 1,
        "unit": 1,
    }
    return Event(**{**values, "name": "fraud", "hash": "x", **fields})


def test_a_unit_is_the_same_after_a_journal() -> None:
    first = logged(after={"größe": [1, 2.5, None]}, name='a"\n\0b', remaining=1)
    file = {"version_id": 3, "path": "größe", "size": 1, "sha256": "ab", "kind": "file"}
    unit = LoggedUnit([first, logged(seq=2, version=7, reason="why")], [file], {4: "secret", 5: None})
    assert LoggedUnit.from_json(unit.to_json().encode()) == unit
    assert "\n" not in unit.to_json()


def test_text_that_no_file_can_hold_is_refused_and_changes_nothing(registry: Registry) -> None:
    registry.models.create("fraud")
    with pytest.raises(InvalidInput, match="half a character"):
        registry.models.describe("fraud", "\ud800")
    assert registry.models.get("fraud").description is None
    assert len(registry.history.list()) == 1


def test_a_journal_that_cannot_be_read_is_said(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    registry.close()
    journal = Journal(registry_path).path
    journal.unlink()
    os.mkdir(journal)
    try:
        with pytest.raises(RegistryUnavailable, match=r"the journal .* cannot be read and written: Is a directory"):
            registry.models.describe("fraud", "new")
    finally:
        journal.rmdir()
    assert registry.models.get("fraud").description is None


@pytest.mark.parametrize("place", [-40, -1], ids=["inside", "at its end"])
def test_a_changed_byte_of_the_last_line_is_no_line_cut_short(path: Path, journal: Path, place: int) -> None:
    content = bytearray(journal.read_bytes())
    content[len(bytes(content).rstrip(b"\0")) + place] ^= 1
    journal.write_bytes(content)
    with pytest.raises(RegistryUnavailable, match="is damaged: it holds changes that cannot be read"):
        connect(path).models.list()
    assert journal.read_bytes() == bytes(content)


@pytest.mark.parametrize("size", [4, 85, 87, 400, 65_535])
def test_a_journal_that_was_cut_is_refused(path: Path, journal: Path, size: int) -> None:
    content = journal.read_bytes()
    journal.write_bytes(content[:size])
    with pytest.raises(RegistryUnavailable, match="was cut short, so that changes may be missing"):
        connect(path).models.list()
    journal.write_bytes(content)
    assert names(connect(path)) == ["first", "second"]


def with_line(journal: Path, text: bytes) -> None:
    """Put a line with a good checksum behind those that are there."""
    content = journal.read_bytes()
    line = b"%08x %s\n" % (zlib.crc32(text), text)
    whole = content.rstrip(b"\0") + line
    journal.write_bytes(whole + bytes(len(content) - len(whole)))


@pytest.mark.parametrize(
    "text",
    [
        LoggedUnit([logged(seq=4, unit=4, action="grant.made")]).to_json().encode(),
        LoggedUnit([logged(seq=4, unit=4, format=FORMAT + 1)]).to_json().encode(),
        b'{"events":[{"seq":4,"colour":"red"}]}',
        LoggedUnit([logged(seq=4, unit=4)], [{"colour": "red"}]).to_json().encode(),
        b'{"events":[],"usage":[]}',
    ],
)
def test_a_journal_of_a_newer_version_says_what_to_install(path: Path, journal: Path, text: bytes) -> None:
    with_line(journal, text)
    before = journal.read_bytes()
    with pytest.raises(RegistryUnavailable, match="was written by a newer jupyter_modelreg") as error:
        connect(path).models.list()
    assert error.value.hint == "upgrade with: pip install -U jupyter_modelreg"
    assert journal.read_bytes() == before


@pytest.mark.parametrize(
    "text",
    [
        b"not json",
        b"[1, 2]",
        b"{}",
        b'{"events":[]}',
        b'{"events":[{"seq":4,"hash":"x"}]}',
        b'{"events":[7]}',
        b'{"events":null}',
        b'{"events":[],"files":7}',
        b'{"events":\xff}',
        b"[" * 10_000 + b"]" * 10_000,
        *(
            unit.to_json().encode()
            for unit in [
                LoggedUnit([logged(seq=4, unit=3)]),
                LoggedUnit([logged(seq=4, unit=4, remaining=1)]),
                LoggedUnit([logged(seq=4, unit=4, remaining=1), logged(seq=6, unit=4)]),
                LoggedUnit([logged(seq="four", unit="four")]),
                LoggedUnit([logged(seq=4, unit=4, time="noon")]),
                LoggedUnit([logged(seq=4, unit=4, hash=None)]),
                LoggedUnit([logged(seq=4, unit=4)], [{"version_id": "one"}]),
                LoggedUnit([logged(seq=4, unit=4)], secrets={"one": "secret"}),  # type: ignore[dict-item]
                LoggedUnit([logged(seq=4, unit=4)], secrets={1: 7}),  # type: ignore[dict-item]
            ]
        ),
    ],
)
def test_odd_content_with_a_good_checksum_is_one_sentence(path: Path, journal: Path, text: bytes) -> None:
    with_line(journal, text)
    with pytest.raises(RegistryUnavailable, match="holds changes that are none of a registry's") as error:
        connect(path).models.list()
    assert f"move {journal.name} away" in str(error.value.hint)


@pytest.mark.parametrize(
    ("event", "why"),
    [
        (logged(seq=4, unit=4, subject_id=99, after={"a": "b"}), "is about fraud, which is not there"),
        (logged(seq=4, unit=4, version=9, after={"a": "b"}), "is about fraud/9, which is not there"),
        (logged(seq=4, unit=4, action="model.renamed"), "does not say what it has to"),
        (logged(seq=4, unit=4, action="model.purged"), "does not wait"),
        (logged(seq=4, unit=4, action="version.created", version=1, after={"stage": "None"}), "does not follow"),
    ],
)
def test_events_that_do_not_go_with_the_database_are_refused_and_kept(
    path: Path, journal: Path, event: Event, why: str
) -> None:
    with_line(journal, LoggedUnit([event]).to_json().encode())
    before = journal.read_bytes()
    for _ in range(2):
        with pytest.raises(RegistryUnavailable, match="does not go into") as error:
            connect(path).models.list()
        assert why in error.value.message
        assert f"move {journal.name} away" in str(error.value.hint)
    assert journal.read_bytes() == before


def test_a_journal_that_is_missing_is_said_once(
    registry: Registry, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    registry.models.create("first")
    registry.close()
    assert "is missing" not in caplog.text
    Journal(path).path.unlink()
    assert names(registry) == ["first"]
    registry.close()
    assert caplog.text.count(f"{path}.journal is missing: if {path} was moved or copied without it") == 1
    caplog.clear()
    assert names(registry) == ["first"]
    assert caplog.text == ""


def test_a_symbolic_link_in_the_place_of_the_journal_is_not_followed(registry: Registry, path: Path) -> None:
    registry.models.create("first")
    registry.close()
    precious, journal = path.with_name("precious.txt"), Journal(path).path
    precious.write_text("not to be touched")
    journal.unlink()
    journal.symlink_to(precious)
    with pytest.raises(RegistryUnavailable, match=r"the journal .* cannot be read and written"):
        registry.models.create("second")
    assert precious.read_text() == "not to be touched"


@pytest.mark.parametrize("call", ['reg.models.describe("first", "new")', "reg.models.list()"])
def test_a_journal_one_may_not_write_to_is_said(registry: Registry, path: Path, call: str) -> None:
    registry.models.create("first")
    registry.close()
    Journal(path).path.chmod(0o444)
    done = run_python(f"{WITH_REGISTRY}{call}", path, preexec_fn=obey_file_modes)
    assert f"the journal {path}.journal cannot be read and written: Permission denied" in done.stderr
    assert done.stderr.count("Traceback") == 1 + done.stderr.count("The above exception")
    Journal(path).path.chmod(0o644)
    assert registry.models.get("first").description is None
