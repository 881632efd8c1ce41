"""What comes into managed storage, how it arrives there, and what does not come in."""

from __future__ import annotations

import hashlib
import os
import socket
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import InvalidInput

MakeFolder = Callable[..., Path]
RunPython = Callable[..., subprocess.CompletedProcess[str]]


def entry(path: str, content: bytes) -> FileEntry:
    return FileEntry(path=path, size=len(content), sha256=hashlib.sha256(content).hexdigest())


def test_nothing_is_created_before_it_is_needed(managed: ManagedFiles, root: Path) -> None:
    assert managed.size() == 0
    managed.remove(7)
    assert managed.path(7) == root / "7"
    assert not root.parent.exists()


def test_files_arrive_with_their_manifest_in_order(
    model: dict[str, bytes], managed: ManagedFiles, source: Path
) -> None:
    entries = managed.add(source, 7)
    assert entries == [entry(path, model[path]) for path in ("MLmodel", "code/fraud.py", "model.pkl")]
    for path, content in model.items():
        assert (managed.path(7) / path).read_bytes() == content
        assert (source / path).read_bytes() == content
    assert managed.size() == sum(map(len, model.values()))


@pytest.mark.parametrize("size", [(3 << 20) + 17, 16 << 20, (33 << 20) + 17])
def test_a_file_larger_than_one_piece_arrives_whole(managed: ManagedFiles, make_folder: MakeFolder, size: int) -> None:
    content = os.urandom(size)
    folder = make_folder({"weights.bin": content})
    assert managed.add(folder, 7) == [entry("weights.bin", content)]
    assert (managed.path(7) / "weights.bin").read_bytes() == content


def test_a_large_file_arrives_whole_from_another_file_system(managed: ManagedFiles, elsewhere: Path) -> None:
    content = os.urandom((33 << 20) + 17)
    (elsewhere / "weights.bin").write_bytes(content)
    assert managed.add(elsewhere, 7) == [entry("weights.bin", content)]
    assert (managed.path(7) / "weights.bin").read_bytes() == content


def test_many_files_arrive_each_with_its_own_hash(managed: ManagedFiles, make_folder: MakeFolder) -> None:
    files = {f"{number % 7}/{number:03}.bin": os.urandom(number * 50) for number in range(300)}
    entries = managed.add(make_folder(files), 7)
    assert entries == [entry(path, files[path]) for path in sorted(files)]
    managed.verify(7, entries)


@pytest.mark.skipif(sys.platform != "linux", reason="changes the source between copying and hashing a piece")
def test_the_hash_is_that_of_what_is_kept_even_if_the_source_changes_meanwhile(
    managed: ManagedFiles, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = os.copy_file_range

    def copy_and_change(reader: int, writer: int, count: int) -> int:
        copied = copy(reader, writer, count)
        (source / "model.pkl").write_bytes(b"other one")
        return copied

    monkeypatch.setattr(os, "copy_file_range", copy_and_change)
    entries = managed.add(source, 7)
    monkeypatch.undo()
    managed.verify(7, entries)


def test_an_empty_file_is_a_file(managed: ManagedFiles, make_folder: MakeFolder) -> None:
    assert managed.add(make_folder({"requirements.txt": b""}), 7) == [entry("requirements.txt", b"")]


def test_everything_is_read_only(managed: ManagedFiles, source: Path, run_python: RunPython) -> None:
    managed.add(source, 7)
    folder = managed.path(7)
    modes = {path: stat.S_IMODE((folder / path).stat().st_mode) for path in (".", "code", "MLmodel", "code/fraud.py")}
    assert modes == {".": 0o555, "code": 0o555, "MLmodel": 0o444, "code/fraud.py": 0o444}
    attempts = """
import sys
from pathlib import Path
for attempt in ("MLmodel", "new", "code/new"):
    try:
        (Path(sys.argv[1]) / attempt).open("a")
    except PermissionError:
        print("refused", attempt)
"""
    assert run_python(attempts, folder).stdout == "refused MLmodel\nrefused new\nrefused code/new\n"


def test_someone_without_privileges_can_take_in_link_and_remove(
    root: Path, source: Path, run_python: RunPython
) -> None:
    code = """
import sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
managed = ManagedFiles(Path(sys.argv[2]))
entries = managed.add(Path(sys.argv[1]), 7)
managed.link(7, 8, entries)
managed.remove(7)
managed.verify(8, entries)
print(managed.path(7).exists(), managed.path(8).exists())
"""
    result = run_python(code, source, root)
    assert (result.stderr, result.stdout) == ("", "False True\n")


def test_mlflow_can_leave_its_note_and_the_files_still_verify(
    managed: ManagedFiles, source: Path, run_python: RunPython
) -> None:
    entries = managed.add(source, 7)
    code = "import sys; open(sys.argv[1], 'w').write('model_name: fraud')"
    assert run_python(code, managed.path(7) / "registered_model_meta").returncode == 0
    managed.verify(7, entries)


@pytest.mark.parametrize(
    "name", ["two words.txt", "模型.bin", "line\nbreak", "semi;colon'\"", "-rf", "%41#?&.txt", "..a"]
)
def test_odd_names_are_kept(managed: ManagedFiles, make_folder: MakeFolder, name: str) -> None:
    folder = make_folder({name: b"x", f"sub/{name}": b"y"})
    entries = managed.add(folder, 7)
    assert sorted(file.path for file in entries) == sorted([name, f"sub/{name}"])
    managed.link(7, 8, entries)
    managed.verify(8, entries)
    assert (managed.path(8) / name).read_bytes() == b"x"


def test_a_name_that_is_not_text_is_refused(managed: ManagedFiles, root: Path, source: Path) -> None:
    with open(os.fsencode(source) + b"/caf\xe9.txt", "wb"):
        pass
    with pytest.raises(InvalidInput, match=r"caf\\udce9.*not UTF-8"):
        managed.add(source, 7)
    assert not root.exists()


@pytest.mark.parametrize("files", [{}, {"sub/__pycache__/x.pyc": b"x"}], ids=["empty", "only folders"])
def test_a_folder_without_files_is_refused(
    managed: ManagedFiles, root: Path, make_folder: MakeFolder, files: dict[str, bytes]
) -> None:
    with pytest.raises(InvalidInput, match="holds no files"):
        managed.add(make_folder(files), 7)
    assert not root.exists()


def test_a_file_is_not_a_folder(managed: ManagedFiles, source: Path) -> None:
    with pytest.raises(InvalidInput, match="is not a folder"):
        managed.add(source / "MLmodel", 7)


def test_empty_folders_are_left_behind(managed: ManagedFiles, source: Path) -> None:
    (source / "empty" / "deeper").mkdir(parents=True)
    managed.add(source, 7)
    assert not (managed.path(7) / "empty").exists()


def test_what_mlflow_and_python_add_on_loading_is_no_part_of_the_model(
    model: dict[str, bytes], managed: ManagedFiles, make_folder: MakeFolder
) -> None:
    added = {"registered_model_meta": b"model_name: x", "code/__pycache__/fraud.cpython-311.pyc": b"x"}
    entries = managed.add(make_folder({**model, **added, "sub/registered_model_meta": b"mine"}), 7)
    assert {file.path for file in entries} == {*model, "sub/registered_model_meta"}
    assert (managed.path(7) / "registered_model_meta").read_bytes() == b""


# --- links and special files -------------------------------------------------------------------------------


def test_links_inside_arrive_as_what_they_lead_to(model: dict[str, bytes], managed: ManagedFiles, source: Path) -> None:
    (source / "latest.pkl").symlink_to("model.pkl")
    (source / "absolute.pkl").symlink_to(source / "model.pkl")
    (source / "lib").symlink_to("code")
    entries = managed.add(source, 7)
    assert {file.path for file in entries} == {*model, "latest.pkl", "absolute.pkl", "lib/fraud.py"}
    for path in ("latest.pkl", "absolute.pkl"):
        localised = managed.path(7) / path
        assert localised.is_file()
        assert not localised.is_symlink()
        assert localised.read_bytes() == model["model.pkl"]
    assert not (managed.path(7) / "lib").is_symlink()
    assert not (managed.path(7) / "absolute.pkl").samefile(source / "model.pkl")


@pytest.mark.parametrize(
    ("target", "complaint"),
    [
        ("/etc/hostname", "leads out of the folder"),
        ("/etc", "leads out of the folder"),
        ("..", "leads out of the folder"),
        ("../beside/secret", "leads out of the folder"),
        ("code/../../beside/secret", "leads out of the folder"),
        ("nowhere", "leads nowhere"),
        ("escape", "leads nowhere"),
        (".", "back to a folder above"),
        ("code/up", "back to a folder above"),
    ],
)
def test_links_that_escape_or_break_are_refused(
    managed: ManagedFiles, root: Path, source: Path, target: str, complaint: str
) -> None:
    (source.parent / "beside").mkdir()
    (source.parent / "beside" / "secret").write_text("key")
    (source / "code" / "up").symlink_to(".." if target == "code/up" else "fraud.py")
    (source / "escape").symlink_to(target)
    with pytest.raises(InvalidInput, match=f"the link (escape|code/up) in .* {complaint}"):
        managed.add(source, 7)
    assert not root.exists()


def test_a_link_through_a_link_out_is_refused(managed: ManagedFiles, source: Path) -> None:
    (source / "one").symlink_to("/etc/hostname")
    (source / "two").symlink_to("one")
    with pytest.raises(InvalidInput, match="leads out of the folder"):
        managed.add(source, 7)


def test_a_source_that_is_itself_a_link_is_fine(model: dict[str, bytes], managed: ManagedFiles, source: Path) -> None:
    link = source.parent / "link"
    link.symlink_to(source)
    assert len(managed.add(link, 7)) == len(model)


def test_a_pipe_is_refused(managed: ManagedFiles, root: Path, source: Path) -> None:
    os.mkfifo(source / "code" / "pipe")
    with pytest.raises(InvalidInput, match=r"code/pipe .* is a pipe, not a file"):
        managed.add(source, 7)
    assert not root.exists()


def test_a_socket_is_refused(managed: ManagedFiles, source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(source)  # the path of a socket is limited to 107 bytes
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket")
        with pytest.raises(InvalidInput, match="is a socket, not a file"):
            managed.add(source, 7)


def test_a_device_is_refused(managed: ManagedFiles, source: Path) -> None:
    try:
        os.mknod(source / "null", 0o600 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root may make a device")
    with pytest.raises(InvalidInput, match="is a device, not a file"):
        managed.add(source, 7)


# --- moving ------------------------------------------------------------------------------------------------


def test_moving_takes_the_very_files(model: dict[str, bytes], managed: ManagedFiles, source: Path) -> None:
    inode = (source / "model.pkl").stat().st_ino
    entries = managed.add(source, 7, move=True)
    assert entries == [entry(path, model[path]) for path in sorted(model)]
    assert (managed.path(7) / "model.pkl").stat().st_ino == inode
    assert not (source / "model.pkl").exists()
    assert stat.S_IMODE((managed.path(7) / "model.pkl").stat().st_mode) == 0o444
    managed.verify(7, entries)


def test_moving_copies_what_others_lead_to(
    model: dict[str, bytes], managed: ManagedFiles, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "cache").hardlink_to(source / "model.pkl")
    (source / "latest").symlink_to("MLmodel")
    entries = managed.add(source, 7, move=True)
    managed.verify(7, entries)
    assert {file.path for file in entries} == {*model, "latest"}
    assert not (tmp_path / "cache").samefile(managed.path(7) / "model.pkl")
    assert stat.S_IMODE((tmp_path / "cache").stat().st_mode) != 0o444
    assert not (managed.path(7) / "latest").samefile(managed.path(7) / "MLmodel")


def test_moving_to_another_file_system_copies(
    model: dict[str, bytes], source: Path, tmp_path: Path, elsewhere: Path
) -> None:
    managed = ManagedFiles(elsewhere / "files")
    entries = managed.add(source, 7, move=True)
    assert entries == [entry(path, model[path]) for path in sorted(model)]
    managed.verify(7, entries)
