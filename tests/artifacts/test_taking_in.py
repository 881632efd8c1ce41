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
from jupyter_modelreg.artifacts.scan import source_folder
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable

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


def test_empty_folders_and_programs_are_kept(managed: ManagedFiles, source: Path) -> None:
    (source / "empty" / "deeper").mkdir(parents=True)
    (source / "only_bytecode" / "__pycache__").mkdir(parents=True)
    (source / "also_empty").symlink_to("empty/deeper")
    (source / "code" / "fraud.py").chmod(0o755)
    kinds = {file.path: file.kind for file in managed.add(source, 7)}
    assert kinds == {
        "MLmodel": "file",
        "also_empty": "folder",
        "code/fraud.py": "executable",
        "empty/deeper": "folder",
        "model.pkl": "file",
        "only_bytecode": "folder",
    }
    for path, kind in kinds.items():
        assert (managed.path(7) / path).is_dir() == (kind == "folder")
        assert not (managed.path(7) / path).is_symlink()
    assert stat.S_IMODE((managed.path(7) / "code" / "fraud.py").stat().st_mode) == 0o555
    assert stat.S_IMODE((managed.path(7) / "empty" / "deeper").stat().st_mode) == 0o555


def test_what_mlflow_and_python_add_on_loading_is_no_part_of_the_model(
    model: dict[str, bytes], managed: ManagedFiles, make_folder: MakeFolder
) -> None:
    added = {"registered_model_meta": b"model_name: x", "code/__pycache__/fraud.cpython-311.pyc": b"x"}
    entries = managed.add(make_folder({**model, **added, "sub/registered_model_meta": b"mine"}), 7)
    assert {file.path for file in entries} == {*model, "sub/registered_model_meta"}
    assert not (managed.path(7) / "registered_model_meta").exists()


def test_nothing_that_is_kept_can_be_written_to(managed: ManagedFiles, source: Path) -> None:
    managed.add(source, 7)
    for path in managed.path(7).rglob("*"):
        assert not path.lstat().st_mode & 0o222


@pytest.mark.parametrize(("umask", "modes"), [("077", "500 500 400 500"), ("027", "550 550 440 550")])
def test_the_umask_says_who_may_read(root: Path, source: Path, run_python: RunPython, umask: str, modes: str) -> None:
    (source / "code" / "fraud.py").chmod(0o755)
    code = """
import os, sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
os.umask(int(sys.argv[3], 8))
ManagedFiles(Path(sys.argv[2])).add(Path(sys.argv[1]), 7)
folder = Path(sys.argv[2], "7")
print(*(f"{(folder / path).stat().st_mode & 0o777:o}" for path in (".", "code", "MLmodel", "code/fraud.py")))
"""
    assert run_python(code, source, root, umask).stdout == f"{modes}\n"


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


# --- a source that somebody else may write to --------------------------------------------------------------


def test_a_file_replaced_by_a_link_after_it_was_found_is_not_followed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("key")
    with source_folder(source) as opened:
        found = {file.path: file for file in opened.walk()}
        (source / "model.pkl").unlink()
        (source / "model.pkl").symlink_to(tmp_path / "secret")
        with pytest.raises(SourceUnavailable, match=r"cannot read .*model\.pkl"):
            opened.open(found["model.pkl"])


def test_a_folder_replaced_by_a_link_after_it_was_found_is_not_followed(source: Path, tmp_path: Path) -> None:
    (tmp_path / "private").mkdir()
    (tmp_path / "private" / "fraud.py").write_text("key")
    with source_folder(source) as opened:
        found = {file.path: file for file in opened.walk()}
        (source / "code").rename(tmp_path / "away")
        (source / "code").symlink_to(tmp_path / "private")
        with pytest.raises(SourceUnavailable, match=r"cannot read .*fraud\.py"):
            opened.open(found["code/fraud.py"])


def test_a_file_replaced_by_a_pipe_keeps_nobody_waiting(source: Path) -> None:
    with source_folder(source) as opened:
        found = {file.path: file for file in opened.walk()}
        (source / "model.pkl").unlink()
        os.mkfifo(source / "model.pkl")
        with pytest.raises(SourceUnavailable, match="it was replaced while it was being read"):
            opened.open(found["model.pkl"])


def test_links_that_multiply_are_refused_soon(managed: ManagedFiles, root: Path, source: Path) -> None:
    for level in range(40):
        folder = source / f"level{level}"
        folder.mkdir()
        for name in "ab":
            (folder / name).symlink_to(f"../level{level + 1}")
    (source / "level40").mkdir()
    with pytest.raises(InvalidInput, match=r"links in .* stand for more than 20,000 files and folders"):
        managed.add(source, 7)
    assert not root.exists()


def test_folders_without_end_are_refused(managed: ManagedFiles, source: Path) -> None:
    (source / "/".join("d" * 300)).mkdir(parents=True)
    with pytest.raises(InvalidInput, match="lies more than 200 folders deep"):
        managed.add(source, 7)
