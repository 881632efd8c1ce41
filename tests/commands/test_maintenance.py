"""verify, backup and restore as commands: what they print, and the exit code of a shell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import jupyter_modelreg
from jupyter_modelreg.cli import main
from jupyter_modelreg.commands.verbs.maintenance import Verified
from jupyter_modelreg.core.errors import AlreadyExists, FilesDamaged, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import folder_of, root_of
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from _pytest.capture import CaptureFixture

    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


def damage(registry: Registry, version: int = 2) -> Path:
    file = folder_of(registry, f"{FRAUD}/{version}") / "MLmodel"
    file.chmod(0o644)
    file.write_text("something else")
    return file


def leave_litter(registry: Registry) -> Path:
    """What a process leaves that is killed while it copies."""
    left = root_of(registry) / ".staging" / "99-abc"
    left.mkdir(parents=True)
    return left


def test_verify_sums_up_in_one_line(do: Do, stocked: Registry) -> None:
    verified = do("verify")
    assert isinstance(verified, Verified)
    events = stocked.status().events
    assert repr(verified).startswith(f"{events} events, 2 models, 3 versions and ")
    assert repr(verified).endswith(" held against the log: nothing is wrong")
    assert "\n" not in repr(verified)
    assert "✓" in verified.html()
    assert verified.rows == []
    assert verified.sound


def test_verify_looks_at_a_part_of_the_registry(do: Do, stocked: Registry) -> None:
    do("use prod.ml_team")
    for ref in ("prod", "fraud"):
        assert repr(do(f"verify {ref}")).endswith("1 model held against the log: nothing is wrong"), ref
    with pytest.raises(InvalidInput, match="--repair mends the whole registry, and not prod alone"):
        do("verify prod --repair")


def test_verify_says_what_is_wrong_and_what_to_do(do: Do, stocked: Registry) -> None:
    file = damage(stocked)
    left = leave_litter(stocked)
    verified = do("verify")
    assert isinstance(verified, Verified)
    lines = repr(verified).splitlines()
    assert lines[0].startswith(f"wrong: {FRAUD}/2: {file} has 14 bytes, and had ")
    assert lines[1].startswith(f"  restore {file.parent} from a backup")
    assert lines[2] == f"wrong: {left.name} in {left.parents[1]} was left unfinished by a process that is gone"
    assert lines[3] == "  modelreg verify --repair removes it"
    assert lines[4].endswith(" held against the log: 2 things wrong")
    assert "✓" not in verified.html()
    assert f"{FRAUD}/2" in verified.html()
    assert [row["kind"] for row in verified.rows] == ["files", "garbage"]
    assert verified.to_df()["repairable"].tolist() == [False, True]


def test_repair_says_what_it_has_mended(do: Do, stocked: Registry) -> None:
    left = leave_litter(stocked)
    repaired = do("verify --repair -m tidy")
    assert repr(repaired).startswith(f"mended: {left.name} in ")
    assert repr(repaired).endswith(" held against the log: nothing is wrong, 1 thing mended")
    assert repaired.exit_code == 0
    assert not left.exists()


@pytest.mark.parametrize("options", [[], ["--json"]])
def test_the_exit_code_says_whether_all_is_well(
    stocked: Registry, capsys: CaptureFixture[str], options: list[str]
) -> None:
    assert main(["--registry", stocked.uri, "verify", *options]) == 0
    leave_litter(stocked)
    capsys.readouterr()
    assert main(["--registry", stocked.uri, "verify", *options]) == 1
    out = capsys.readouterr().out
    if options:
        assert json.loads(out)[0]["kind"] == "garbage"
    assert main(["--registry", stocked.uri, "verify", "--repair", *options]) == 0
    assert main(["--registry", stocked.uri, "verify", *options]) == 0


def test_a_registry_that_cannot_be_read_ends_with_1(
    stocked: Registry, registry_path: Path, capsys: CaptureFixture[str]
) -> None:
    stocked.close()
    registry_path.write_bytes(b"")
    assert main(["--registry", stocked.uri, "verify"]) == 1
    err = capsys.readouterr().err
    assert err.startswith(f"error: {registry_path} is empty")
    assert "modelreg restore FILE --force" in err


def test_backup_and_restore(do: Do, stocked: Registry, tmp_path: Path) -> None:
    file, other = tmp_path / "safe.zip", tmp_path / "other" / "registry.duckdb"
    made = do(f"backup {file}")
    assert repr(made).startswith(f"backed up {stocked.status().events} events, 2 governed versions and ")
    assert f" to {file} (" in repr(made)
    assert made.rows[0]["size"] == file.stat().st_size
    with pytest.raises(AlreadyExists):
        do(f"backup {file}")
    with pytest.raises(AlreadyExists):
        do(f"restore {file}")
    restored = do(f"restore {file} --to modelreg:///{other}")
    assert repr(restored).endswith(f" to modelreg:///{other}")
    registry = jupyter_modelreg.connect(str(other))
    *kept, restored_event = registry.history.list()
    assert kept == stocked.history.list()
    assert restored_event.action == "registry.restored"
    registry.close()
    lines = repr(do(f"restore {file} --force --yes")).splitlines()
    assert lines[0].endswith(f" to {stocked.uri}")
    assert lines[1].startswith("what was there before is in ")


def test_move_to(do: Do, stocked: Registry, tmp_path: Path) -> None:
    place, events = tmp_path / "moved.duckdb", stocked.status().events
    planned = repr(do(f"move-to {place} --dry-run"))
    assert planned.startswith(f"would move {events} events, 2 models, 2 governed versions and 10 files (")
    assert planned.endswith(f" from {stocked.uri} to modelreg:///{place}")
    assert not place.exists()
    do(f"move-to {tmp_path}/copy.duckdb --keep")
    lines = repr(do(f"move-to {place} -m 'the disk is full'")).splitlines()
    assert lines[:3] == [
        planned.replace("would move", "moved"),
        "every row and every file is as it was",
        "nothing can be changed here any more; connect to the new place",
    ]
    assert f"modelreg:///{place}" in repr(do("status"))
    with pytest.raises(InvalidState, match="this registry has moved to"):
        do("create model m")
    back = lines[3].partition(" takes this back")[0].removeprefix("modelreg ")
    do(back)
    do("create model m")
    assert "moved to" not in repr(do("status"))


def test_restoring_over_a_registry_asks(do: Do, stocked: Registry, host: RecordingHost, tmp_path: Path) -> None:
    file = tmp_path / "safe.zip"
    do(f"backup {file}")
    events = stocked.history.list()
    host.answer = False
    said = do(f"restore {file} --force")
    assert host.questions == [
        f"- moves the registry at {stocked.uri} aside, under a name that is shown\n"
        "- whoever works with it has the backup's models from then on\n"
        f"Restore {file} in its place?"
    ]
    assert (repr(said), said.exit_code) == (f"nothing was restored: {stocked.uri} is as it was", 1)
    assert stocked.history.list() == events
    host.answer = True
    assert "what was there before is in " in repr(do(f"restore {file} --force"))
    host.questions.clear()
    do(f"restore {file} --force --to modelreg:///{tmp_path / 'other.duckdb'}")
    assert host.questions == [], "nothing is in the way there"


def test_restore_looks_at_what_it_was_given_first(do: Do, stocked: Registry, tmp_path: Path) -> None:
    for text in (f"{FRAUD}/1", FRAUD):
        with pytest.raises(NotFound, match=f"^{text} is not in the trash: it is there") as refused:
            do(f"restore {text}")
        assert "--force" not in str(refused.value.hint)
    with pytest.raises(InvalidInput, match="names no single version"):
        do(f"restore {FRAUD}@Champion")
    for line in (f"restore {tmp_path}/none.zip", f"restore {tmp_path}/none.zip --force", "restore fraud.2026.zip"):
        with pytest.raises(InvalidInput, match=r"^there is no backup .*\.zip"):
            do(line)
    other = tmp_path / "other.zip"
    other.write_text("no backup")
    with pytest.raises(FilesDamaged, match=r"other\.zip is not a backup"):
        do(f"restore {other}")
    assert stocked.models.get(FRAUD).aliases == {"Champion": 1}


def test_what_is_left_out_of_a_backup_is_said(do: Do, stocked: Registry, tmp_path: Path) -> None:
    damage(stocked, 1)
    damage(stocked, 2)
    made = do(f"backup {tmp_path / 'safe.zip'} --skip-damaged")
    said = [f"files of {FRAUD}/{version} are not in it: they were damaged" for version in (1, 2)]
    assert repr(made).splitlines()[1:] == said
    restored = do(f"restore {tmp_path / 'safe.zip'} --force --yes")
    assert repr(restored).splitlines()[2:] == said
