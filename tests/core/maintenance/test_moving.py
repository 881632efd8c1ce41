"""Moving a whole registry to another place: all of it, once, and never half of it."""

from __future__ import annotations

import os
import random
import shutil
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.artifacts.incoming import Incoming
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    InvalidInput,
    InvalidState,
    PermissionDenied,
    RegistryBusy,
    RegistryUnavailable,
)
from jupyter_modelreg.core.history.sentences import text_of
from jupyter_modelreg.core.maintenance.moving import Tally
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.usage import recorder
from jupyter_modelreg.storage import DuckDBStore
from jupyter_modelreg.storage.sql.rows.bulk import BulkRepository
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.processes import run_with_registry


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path / "elsewhere" / "moved.duckdb"


@pytest.fixture
def elsewhere(place: Path) -> Iterator[Registry]:
    """The registry that is, or is to be, at the new place."""
    opened = jupyter_modelreg.connect(str(place), actor="ben")
    yield opened
    opened.close()


def rows_of(registry: Registry, up_to: int | None = None) -> dict[str, tuple[int, str]]:
    tally = Tally(up_to=up_to)
    context_of(registry).store.dump(tally)
    return tally.rows


@pytest.fixture
def nothing_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    """This process has not noted any load yet."""
    monkeypatch.setattr(recorder, "_memory", type(recorder._memory)())


def sentences(registry: Registry) -> list[str]:
    return [text_of(event.sentence) for event in registry.history.told()]


def check_whole(moved: Registry, stocked: Registry) -> None:
    """Everything that happened before the move is there, and nothing is wrong with it."""
    arrived = moved.history.last()
    assert arrived is not None
    assert arrived.action == "registry.arrived"
    assert rows_of(moved, arrived.seq - 1)["events"] == rows_of(stocked, arrived.seq - 1)["events"]
    assert moved.maintenance.verify(rebuild=True).findings == []
    assert moved.history.broken_at() is None


def check_untouched(place: Path, stocked: Registry) -> None:
    """At the new place is nothing that anybody takes for a registry, and here everything goes on."""
    left = {each.name for each in place.parent.glob("*")} - {f"{place.name}{end}" for end in (".lock", ".turn")}
    assert {name for name in left if ".move-" not in name} <= {f"{place.name}.files.moving"}
    assert not jupyter_modelreg.connect(str(place)).maintenance.occupied()
    stocked.tags.set(FRAUD, {"still": "open"})


def test_all_of_it_goes_on_elsewhere(
    stocked: Registry, elsewhere: Registry, place: Path, registry_path: Path, nothing_noted: None
) -> None:
    stocked.searches.save("mine", "alias = 'Champion'")
    stocked.versions.working_copy(f"{FRAUD}/1")  # which is noted
    stocked.webhooks.create("hook", "https://a.org", [("model_version", "created")], secret="encrypted")
    registry_path.with_name(f"{registry_path.name}.key").write_text("the key")
    before, last = rows_of(stocked), stocked.history.last()
    assert last is not None
    assert before["usage"][0] == 1
    planned = stocked.maintenance.move_to(str(place), dry_run=True)
    assert planned.dry_run
    assert not place.parent.exists()
    moved = stocked.maintenance.move_to(str(place), reason="the disk is full")
    assert replace(moved, brought=0, dry_run=True) == planned
    assert moved.rows == {name: count for name, (count, _) in before.items() if count}
    assert moved.brought == moved.files
    assert rows_of(elsewhere, last.seq) == before
    check_whole(elsewhere, stocked)
    arrived = elsewhere.history.last()
    assert arrived is not None
    assert (arrived.actor, arrived.reason) == ("ana", "the disk is full")
    assert arrived.after == {"from": stocked.uri, "events": last.seq, "hash": last.hash}
    assert sentences(elsewhere)[0].startswith(f"moved here from {stocked.uri[:60]}")
    elsewhere.aliases.set(FRAUD, "Champion", 2)
    key = place.with_name(f"{place.name}.key")
    assert (key.read_text(), key.stat().st_mode & 0o777) == ("the key", 0o600)
    others = {each.name for each in place.parent.iterdir()}
    assert others == {f"{place.name}{end}" for end in ("", ".files", ".journal", ".key", ".lock", ".turn")}


def test_what_has_moved_is_read_and_not_changed_until_that_is_undone(
    stocked: Registry, place: Path, source: Path
) -> None:
    archive = place.with_name("archive.zip")
    archive.parent.mkdir()
    stocked.exchange.export_to(archive, [FRAUD])
    stocked.maintenance.move_to(str(place))
    other = jupyter_modelreg.connect(stocked.uri, actor="ben")
    moved = other.history.last()
    assert moved is not None
    assert (moved.action, moved.actor) == ("registry.moved", "ana")
    writes: Sequence[Callable[[Registry], object]] = (
        lambda registry: registry.models.create("m"),
        lambda registry: registry.versions.register(str(source), FRAUD),
        lambda registry: registry.aliases.set(FRAUD, "Champion", 2),
        lambda registry: registry.exchange.import_from(str(archive), into="other.place"),
        lambda registry: registry.trash.purge(force=True),
        lambda registry: registry.maintenance.move_to(str(place.with_name("more.duckdb")), keep=True),
        lambda registry: registry.history.undo(moved.seq - 1),
    )
    for write in writes:
        for registry in (stocked, other):
            with pytest.raises(
                InvalidState, match=f"nothing can be changed here: .* has moved to .*{place}"
            ) as refused:
                write(registry)
            assert f"undo {moved.seq} opens this one again" in str(refused.value.hint)
    assert other.versions.location(f"{FRAUD}@Champion")
    assert other.status().moved_to == f"modelreg:///{place}"
    assert other.maintenance.verify(rebuild=True).findings == []
    assert other.models.get(FRAUD).aliases == {"Champion": 1}
    undone = other.history.undo(moved.seq)
    assert other.status().moved_to is None
    stocked.aliases.set(FRAUD, "Champion", 2)
    stocked.history.undo()
    stocked.history.undo(undone.unit)
    assert sentences(stocked)[0].startswith("moved to ")
    with pytest.raises(InvalidState, match="has moved to"):
        stocked.models.create("m")
    assert stocked.maintenance.verify(rebuild=True).findings == []
    other.close()


def test_kept_open_there_are_two(stocked: Registry, elsewhere: Registry, place: Path) -> None:
    before = stocked.history.last()
    assert stocked.maintenance.move_to(str(place), keep=True).kept
    assert stocked.history.last() == before
    check_whole(elsewhere, stocked)
    for registry in (stocked, elsewhere):
        registry.models.create("m")
    with pytest.raises(AlreadyExists, match="there is a registry at"):
        stocked.maintenance.move_to(str(place))


def test_it_moves_back(stocked: Registry, elsewhere: Registry, place: Path, tmp_path: Path) -> None:
    stocked.maintenance.move_to(str(place))
    elsewhere.models.create("there")
    with pytest.raises(AlreadyExists, match="there is a registry at"):
        elsewhere.maintenance.move_to(stocked.uri)
    back = tmp_path / "back.duckdb"
    elsewhere.maintenance.move_to(str(back))
    registry = jupyter_modelreg.connect(str(back))
    check_whole(registry, elsewhere)
    assert registry.models.get("there").name == "there"
    registry.close()


def test_what_is_in_the_way_is_said(stocked: Registry, place: Path, elsewhere: Registry) -> None:
    with pytest.raises(InvalidInput, match="is this registry itself"):
        stocked.maintenance.move_to(stocked.uri)
    with pytest.raises(InvalidInput, match="is not the URI of a registry"):
        stocked.maintenance.move_to("mysql://u@h/d")
    (place.parent / f"{place.name}.files" / "1").mkdir(parents=True)
    with pytest.raises(AlreadyExists, match="files of a registry are in"):
        stocked.maintenance.move_to(str(place))
    shutil.rmtree(place.parent)
    elsewhere.models.create("theirs")
    for keep in (False, True):
        with pytest.raises(AlreadyExists, match=r"there is a registry at .* already"):
            stocked.maintenance.move_to(str(place), keep=keep)
    assert [each.name for each in elsewhere.models.search()] == ["theirs"]
    stocked.grants.revoke(["MANAGE", "ALL PRIVILEGES"], "registry", ["account users"])
    with pytest.raises(PermissionDenied, match="MANAGE"):
        jupyter_modelreg.connect(stocked.uri, actor="ben").maintenance.move_to(str(place))


def test_an_empty_registry_makes_way(stocked: Registry, elsewhere: Registry, place: Path) -> None:
    elsewhere.status()
    assert place.exists()
    moved = stocked.maintenance.move_to(str(place))
    assert moved.moved_aside is not None
    assert Path(moved.moved_aside).exists()
    check_whole(elsewhere, stocked)


def test_an_empty_registry_moves(registry: Registry, elsewhere: Registry, place: Path) -> None:
    registry.maintenance.move_to(str(place))
    assert [event.action for event in elsewhere.history.list()] == ["registry.arrived"]


def test_a_damaged_file_stops_it_and_what_has_come_is_not_brought_again(
    stocked: Registry, elsewhere: Registry, place: Path, kept: Path, source: Path
) -> None:
    (source / "model.pkl").write_bytes(b"like no other")  # what there is another time comes from there
    stocked.versions.register(str(source), FRAUD)
    newest = max(int(each.name) for each in kept.iterdir() if each.name.isdecimal())
    damaged = kept / str(newest) / "model.pkl"
    content = damaged.read_bytes()
    damaged.chmod(0o644)
    damaged.write_bytes(content[:-1] + b"!")
    with pytest.raises(FilesDamaged, match=rf"{newest}/model.pkl has changed since it was registered"):
        stocked.maintenance.move_to(str(place))
    check_untouched(place, stocked)
    damaged.write_bytes(content)
    damaged.chmod(0o444)
    moved = stocked.maintenance.move_to(str(place))
    assert 0 < moved.brought < moved.files
    check_whole(elsewhere, stocked)


def test_what_others_change_meanwhile_comes_along(
    stocked: Registry, elsewhere: Registry, place: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dump, dumps = DuckDBStore.dump, []
    other = jupyter_modelreg.connect(stocked.uri, actor="ben")

    def dump_then_change(store: DuckDBStore, target: Any) -> None:
        dump(store, target)
        dumps.append(store.uri)
        if len(dumps) == 1:
            other.versions.register(str(source), FRAUD, description="late")
        elif len(dumps) == 2:
            other.versions.delete(f"{FRAUD}/1", force=True)
            other.trash.purge(force=True)

    monkeypatch.setattr(DuckDBStore, "dump", dump_then_change)
    stocked.maintenance.move_to(str(place))
    assert dumps == [stocked.uri] * 3 + [elsewhere.uri]
    check_whole(elsewhere, stocked)
    assert [each.version for each in elsewhere.versions.list(FRAUD)] == [4, 2]
    other.close()


def test_while_a_version_is_registered_it_waits_for_another_day(
    stocked: Registry, place: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    add, said = ManagedFiles.add, []

    def move_meanwhile(files: ManagedFiles, *arguments: Any, **options: Any) -> Any:
        with pytest.raises(RegistryBusy) as busy:
            stocked.maintenance.move_to(str(place))
        said.append(busy.value.message)
        return add(files, *arguments, **options)

    monkeypatch.setattr(ManagedFiles, "add", move_meanwhile)
    assert stocked.versions.register(str(source), FRAUD).status == "READY"
    assert said == [f"{FRAUD}/4 is being registered"]
    check_untouched(place, stocked)


def test_two_do_not_move_to_one_place_at_once(stocked: Registry, place: Path) -> None:
    files = ManagedFiles(place.with_name(f"{place.name}.files"))
    with files.incoming(), pytest.raises(RegistryBusy, match="another process moves a registry to"):
        stocked.maintenance.move_to(str(place))
    check_untouched(place, stocked)


def test_rows_that_arrive_as_others_are_noticed(
    stocked: Registry, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    insert = BulkRepository.insert_models

    def altered(bulk: BulkRepository, models: Sequence[Any]) -> None:
        insert(bulk, [replace(each, description="other") for each in models])

    with monkeypatch.context() as broken:
        broken.setattr(BulkRepository, "insert_models", altered)
        with pytest.raises(RegistryUnavailable, match=f"the models at .*{place} are not those of") as refused:
            stocked.maintenance.move_to(str(place))
    assert "this registry is as it was" in str(refused.value.hint)
    stocked.tags.set(FRAUD, {"still": "open"})


# Where a process is killed: before the second version comes, before the tables do, before the log here ends.
STOPS = {
    "files": (Incoming, "_note"),
    "tables": (DuckDBStore, "load"),
    "end": (Tally, "__init__"),
}


@pytest.mark.parametrize(("stop", "how"), [*((stop, "killed") for stop in STOPS), ("files", "stopped")])
def test_cut_off_it_goes_on_where_it_was(
    stocked: Registry, elsewhere: Registry, place: Path, stop: str, how: str
) -> None:
    stocked.close()
    owner, method = STOPS[stop]
    code = f"""
        import signal
        signal.signal(signal.SIGINT, signal.default_int_handler)  # which a shell has its background ignore
        from {owner.__module__} import {owner.__name__} as owner
        calls, original = 0, owner.{method}
        def stop(*arguments, **options):
            global calls
            calls += 1
            if calls == {2 if stop != "tables" else 1}:
                os.kill(os.getpid(), signal.{"SIGKILL" if how == "killed" else "SIGINT"})
            return original(*arguments, **options)
        owner.{method} = stop
        reg.maintenance.move_to(sys.argv[2])
    """
    done = run_with_registry(code, Path(stocked.uri.removeprefix("modelreg:///")), place)
    if how == "killed":
        assert done.returncode == -signal.SIGKILL
    else:
        assert "KeyboardInterrupt" in done.stderr.splitlines()[-1]
    if stop == "end":
        check_whole(elsewhere, stocked)
        assert stocked.status().moved_to is None
    else:
        check_untouched(place, stocked)
    moved = stocked.maintenance.move_to(str(place))
    assert {"files": 0 < moved.brought < moved.files}.get(stop, moved.brought == 0)
    assert stocked.status().moved_to == moved.uri
    check_whole(elsewhere, stocked)
    if stop != "end":
        assert elsewhere.models.get(FRAUD).tags["still"] == "open"
    assert not list(place.parent.glob("*.moving"))


def test_what_went_on_there_since_is_not_closed_here(stocked: Registry, elsewhere: Registry, place: Path) -> None:
    stocked.maintenance.move_to(str(place), keep=True)
    stocked.models.create("more")
    with pytest.raises(AlreadyExists, match="there is a registry at"):
        stocked.maintenance.move_to(str(place))
    assert stocked.status().moved_to is None


def test_a_full_disk_stops_it_and_with_more_room_it_goes_on(
    registry: Registry, small_disk: Path, tmp_path: Path, source: Path
) -> None:
    if not small_disk.is_mount():
        pytest.skip("nothing may be mounted here")
    for _ in range(3):
        (source / "model.pkl").write_bytes(random.Random(1).randbytes(3_000_000) + os.urandom(8))
        registry.versions.register(str(source), FRAUD)
    registry.versions.copy(f"{FRAUD}/1", "dev.ml_team.fraud")
    place = small_disk / "moved.duckdb"
    with pytest.raises(RegistryUnavailable, match="no space left"):
        registry.maintenance.move_to(str(place))
    check_untouched(place, registry)
    subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
    moved = registry.maintenance.move_to(str(place))
    assert 0 < moved.brought < moved.files
    there = jupyter_modelreg.connect(str(place))
    check_whole(there, registry)
    assert there.status().file_bytes < moved.bytes  # what was linked before is linked there
    there.close()
