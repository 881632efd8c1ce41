"""Copies that cost nothing, verification, and removal."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import FilesDamaged, RegistryUnavailable

needs_mount = pytest.mark.skipif(sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount")
RunPython = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def entries(managed: ManagedFiles, source: Path) -> list[FileEntry]:
    """The manifest of version 7, which is kept."""
    return managed.add(source, 7)


@pytest.fixture
def writable(managed: ManagedFiles, entries: list[FileEntry]) -> Path:
    """The folder of version 7, as if somebody had unlocked it."""
    folder = managed.path(7)
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    return folder


def everything(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


# --- linking -----------------------------------------------------------------------------------------------


def test_a_copy_costs_no_bytes(managed: ManagedFiles, root: Path, entries: list[FileEntry]) -> None:
    before = managed.size()
    managed.link(7, 8, entries)
    assert managed.size() == before == sum(entry.size for entry in entries)
    for entry in entries:
        kept = managed.path(8) / entry.path
        assert kept.samefile(managed.path(7) / entry.path)
        assert kept.stat().st_nlink == 2
    assert everything(managed.path(8)) == everything(managed.path(7))
    modes = [stat.S_IMODE((managed.path(8) / path).stat().st_mode) for path in (".", "code", "MLmodel")]
    assert modes == [0o555, 0o555, 0o444]
    assert list((root / ".staging").iterdir()) == []


def test_a_copy_survives_the_original(managed: ManagedFiles, entries: list[FileEntry], model: dict[str, bytes]) -> None:
    managed.link(7, 8, entries)
    managed.remove(7)
    assert not managed.path(7).exists()
    managed.verify(8, entries)
    assert {path: (managed.path(8) / path).read_bytes() for path in model} == model
    assert managed.size() == sum(map(len, model.values()))


@pytest.fixture
def on_its_own_disk(managed: ManagedFiles, writable: Path) -> Iterator[Path]:
    """The folder of version 7 on a file system of its own, so that nothing can be linked to it; writable."""
    with tempfile.TemporaryDirectory() as copy:
        shutil.copytree(writable, copy, dirs_exist_ok=True, symlinks=True)
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", writable], check=True)
        try:
            shutil.copytree(copy, writable, dirs_exist_ok=True, symlinks=True)
            yield writable
        finally:
            subprocess.run(["umount", writable], check=True)


@needs_mount
def test_where_links_are_impossible_bytes_are_copied(
    managed: ManagedFiles, entries: list[FileEntry], on_its_own_disk: Path
) -> None:
    managed.link(7, 8, entries)
    managed.verify(8, entries)
    assert not (managed.path(8) / "MLmodel").samefile(on_its_own_disk / "MLmodel")
    assert stat.S_IMODE((managed.path(8) / "MLmodel").stat().st_mode) == 0o444


@needs_mount
def test_what_is_copied_instead_of_linked_is_checked(
    managed: ManagedFiles, entries: list[FileEntry], on_its_own_disk: Path, model: dict[str, bytes]
) -> None:
    (on_its_own_disk / "model.pkl").write_bytes(model["model.pkl"][::-1])
    with pytest.raises(FilesDamaged, match=r"model\.pkl has changed"):
        managed.link(7, 8, entries)
    assert not managed.path(8).exists()


def test_a_copy_of_what_is_not_whole_is_refused(
    managed: ManagedFiles, root: Path, entries: list[FileEntry], writable: Path
) -> None:
    (writable / "model.pkl").write_bytes(b"short")
    with pytest.raises(FilesDamaged, match=r"7/model\.pkl has 5 bytes, and had 9"):
        managed.link(7, 8, entries)
    (writable / "model.pkl").unlink()
    with pytest.raises(FilesDamaged, match=r"7/model\.pkl is missing"):
        managed.link(7, 8, entries)
    managed.remove(7)
    with pytest.raises(FilesDamaged, match=r"the model files in .*/7 are gone"):
        managed.link(7, 8, entries)
    assert everything(root) == [".staging"]


@pytest.mark.parametrize(
    "path", ["../8/secret", "/etc/hostname", "code/../../secret", "", ".", "code//x", "code/", "x\0"]
)
def test_a_manifest_cannot_lead_out_of_the_folder(
    managed: ManagedFiles, root: Path, entries: list[FileEntry], path: str
) -> None:
    (root / "secret").write_bytes(b"key")
    forged = [*entries, replace(entries[0], path=path, size=3)]
    with pytest.raises(FilesDamaged, match="which leads out of it"):
        managed.link(7, 8, forged)
    with pytest.raises(FilesDamaged, match="which leads out of it"):
        managed.verify(7, forged)
    assert not managed.path(8).exists()


def test_a_copy_does_not_overwrite(managed: ManagedFiles, source: Path, entries: list[FileEntry]) -> None:
    managed.add(source, 8)
    with pytest.raises(RegistryUnavailable, match="holds files already"):
        managed.link(7, 8, entries)
    managed.verify(8, entries)


# --- verifying ---------------------------------------------------------------------------------------------


def test_what_was_taken_in_verifies(managed: ManagedFiles, entries: list[FileEntry]) -> None:
    managed.verify(7, entries)
    managed.verify(7, entries[::-1])


def test_one_changed_byte_is_found(
    managed: ManagedFiles, entries: list[FileEntry], writable: Path, model: dict[str, bytes]
) -> None:
    (writable / "model.pkl").write_bytes(model["model.pkl"][:-1] + b"S")
    with pytest.raises(FilesDamaged) as caught:
        managed.verify(7, entries)
    assert caught.value.message == f"{writable / 'model.pkl'} has changed since it was registered"
    assert caught.value.hint == f"restore {writable} from a backup, or register the model again"


def test_the_first_difference_by_path_is_named(
    managed: ManagedFiles, entries: list[FileEntry], writable: Path, model: dict[str, bytes]
) -> None:
    for path in ("model.pkl", "MLmodel"):
        (writable / path).write_bytes(model[path][::-1])
    with pytest.raises(FilesDamaged, match=r"MLmodel has changed"):
        managed.verify(7, entries)


@pytest.mark.parametrize("path", ["model.pkl", "code/fraud.py"])
def test_a_missing_file_is_found(managed: ManagedFiles, entries: list[FileEntry], writable: Path, path: str) -> None:
    (writable / path).unlink()
    with pytest.raises(FilesDamaged, match=f"{path} is missing"):
        managed.verify(7, entries)


@pytest.mark.parametrize("path", ["extra.py", "code/extra.py", ".hidden", "code/registered_model_meta"])
def test_an_extra_file_is_found(managed: ManagedFiles, entries: list[FileEntry], writable: Path, path: str) -> None:
    (writable / path).write_text("import os")
    with pytest.raises(FilesDamaged, match=f"7/{path} does not belong to the model"):
        managed.verify(7, entries)


def test_a_file_replaced_by_a_link_to_the_same_bytes_is_found(
    managed: ManagedFiles, entries: list[FileEntry], writable: Path, source: Path
) -> None:
    (writable / "model.pkl").unlink()
    (writable / "model.pkl").symlink_to(source / "model.pkl")
    with pytest.raises(FilesDamaged, match="not a plain file any more"):
        managed.verify(7, entries)


def test_a_folder_replaced_by_a_link_is_found(
    managed: ManagedFiles, entries: list[FileEntry], writable: Path, source: Path
) -> None:
    shutil.rmtree(writable / "code")
    (writable / "code").symlink_to(source / "code")
    with pytest.raises(FilesDamaged, match="7/code does not belong"):
        managed.verify(7, entries)


def test_a_missing_folder_is_found(managed: ManagedFiles, entries: list[FileEntry]) -> None:
    with pytest.raises(FilesDamaged, match="are gone"):
        managed.verify(99, entries)


def test_bytecode_that_would_run_unverified_is_removed(
    managed: ManagedFiles, entries: list[FileEntry], writable: Path
) -> None:
    code = "import sys; sys.path.insert(0, sys.argv[1]); import fraud; print(fraud.LIMIT)"
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, "-c", code, str(writable / "code")]
    assert subprocess.run(command, env=environment, capture_output=True, check=True).stdout == b"3\n"
    assert list(writable.glob("code/__pycache__/fraud.*.pyc"))
    managed.verify(7, entries)
    assert not list(writable.glob("code/__pycache__/*"))


def test_files_one_may_not_read_are_not_called_damaged(
    managed: ManagedFiles, entries: list[FileEntry], run_python: RunPython
) -> None:
    (managed.path(7) / "model.pkl").chmod(0)
    code = """
import sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import RegistryError
try:
    ManagedFiles(Path(sys.argv[1])).verify(7, eval(sys.argv[2]))
except RegistryError as error:
    print(error.code, error.message)
"""
    result = run_python(code, managed.path(7).parent, entries)
    assert result.stdout == f"SOURCE_UNAVAILABLE cannot read {managed.path(7) / 'model.pkl'}: permission denied\n"


def test_many_files_verify_in_the_right_order(managed: ManagedFiles, make_folder: Callable[..., Path]) -> None:
    """Two threads hash them, so each hash must find its file."""
    folder = make_folder({f"shard-{number:03}.bin": os.urandom(number * 997) for number in range(60)})
    entries = managed.add(folder, 7)
    managed.verify(7, entries)
    damaged = managed.path(7) / "shard-041.bin"
    damaged.chmod(0o644)
    damaged.write_bytes(bytes(damaged.stat().st_size))
    with pytest.raises(FilesDamaged, match=r"shard-041\.bin has changed"):
        managed.verify(7, entries)


# --- removing and measuring --------------------------------------------------------------------------------


def test_removing_twice_is_fine(managed: ManagedFiles, root: Path, entries: list[FileEntry]) -> None:
    managed.remove(7)
    managed.remove(7)
    assert everything(root) == [".staging"]
    assert managed.size() == 0


def test_removing_does_not_follow_links(managed: ManagedFiles, entries: list[FileEntry], writable: Path) -> None:
    outside = managed.path(7).parent.parent / "outside"
    outside.mkdir(mode=0o500)
    (writable / "way out").symlink_to(outside)
    managed.remove(7)
    assert stat.S_IMODE(outside.stat().st_mode) == 0o500


def test_sizes_add_up(managed: ManagedFiles, make_folder: Callable[..., Path], entries: list[FileEntry]) -> None:
    managed.add(make_folder({"weights.bin": bytes(5000)}, "other"), 9)
    assert managed.size() == sum(entry.size for entry in entries) + 5000


def test_what_is_still_arriving_does_not_count(
    managed: ManagedFiles, root: Path, entries: list[FileEntry], run_python: RunPython
) -> None:
    arriving = root / ".staging" / "9-abc"
    arriving.mkdir()
    (arriving / "weights.bin").write_bytes(bytes(5000))
    assert managed.size() == sum(entry.size for entry in entries)
    arriving.chmod(0)  # as it is to everyone but its owner
    code = (
        "import sys, pathlib, jupyter_modelreg.artifacts as a; print(a.ManagedFiles(pathlib.Path(sys.argv[1])).size())"
    )
    assert run_python(code, root).stdout == f"{managed.size()}\n"


# --- what somebody did to the folders ----------------------------------------------------------------------


def test_a_folder_that_is_gone_or_new_is_noticed(managed: ManagedFiles, source: Path) -> None:
    (source / "cache").mkdir()
    entries = managed.add(source, 7)
    managed.path(7).chmod(0o755)
    (managed.path(7) / "cache").rmdir()
    with pytest.raises(FilesDamaged, match="7/cache is missing"):
        managed.verify(7, entries)
    (managed.path(7) / "cache").touch()
    with pytest.raises(FilesDamaged, match="7/cache is not a folder any more"):
        managed.verify(7, entries)
    (managed.path(7) / "cache").unlink()
    (managed.path(7) / "cache").mkdir()
    (managed.path(7) / "other").mkdir()
    with pytest.raises(FilesDamaged, match="7/other does not belong to the model"):
        managed.verify(7, entries)


def test_a_link_in_the_place_of_a_version_is_noticed_and_its_target_left_alone(
    managed: ManagedFiles, entries: list[FileEntry], tmp_path: Path
) -> None:
    target = tmp_path / "target"
    managed.path(7).rename(target)
    managed.path(7).symlink_to(target)
    with pytest.raises(FilesDamaged, match="7 is a link now, and not the folder of a version"):
        managed.verify(7, entries)
    assert isinstance(managed.check({7: entries})[7], FilesDamaged)
    assert 7 in managed.inventory().versions
    assert managed.size() == 0
    managed.remove(7)
    assert not managed.path(7).is_symlink()
    assert stat.S_IMODE(target.stat().st_mode) == 0o555
    assert {path.name for path in target.iterdir()} >= {"MLmodel", "code"}


@pytest.mark.parametrize(
    ("path", "mode", "said"),
    [
        ("model.pkl", 0o644, "7/model.pkl may be written to, with mode 644"),
        ("code/fraud.py", 0o444, "7/code/fraud.py was registered as executable, and is not any more"),
        ("model.pkl", 0o555, "7/model.pkl was registered as file, and is not any more"),
    ],
)
def test_a_changed_mode_is_noticed(managed: ManagedFiles, source: Path, path: str, mode: int, said: str) -> None:
    (source / "code" / "fraud.py").chmod(0o755)
    entries = managed.add(source, 7)
    assert managed.check({7: entries}) == {}
    (managed.path(7) / path).chmod(mode)
    assert managed.check({7: entries})[7].message.endswith(said)
    managed.verify(7, entries)
