"""What a model is loaded from: its process's own copy, which costs next to nothing and vanishes with it."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles, working_copy
from jupyter_modelreg.core.entities.versions import FileEntry

RunPython = Callable[..., subprocess.CompletedProcess[str]]

# What runs in a process of its own: it keeps a folder, and copies no more than its smallest file byte by byte.
_SETUP = """
import os, sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles, working_copy
working_copy.BUDGET = 15
managed = ManagedFiles(Path(sys.argv[1]))
entries = managed.add(Path(sys.argv[2]), 7)
copy = managed.working_copy(7, entries)
def linked(path): return (copy / path).samefile(managed.path(7) / path)
"""


@pytest.fixture
def entries(managed: ManagedFiles, source: Path) -> list[FileEntry]:
    """The manifest of version 7, which is kept, with a program and an empty folder."""
    (source / "cache").mkdir()
    (source / "code" / "fraud.py").chmod(0o755)
    return managed.add(source, 7)


def test_it_holds_what_the_version_holds_and_can_be_written_to(
    managed: ManagedFiles, entries: list[FileEntry], model: dict[str, bytes]
) -> None:
    copy = managed.working_copy(7, entries)
    assert {path: (copy / path).read_bytes() for path in model} == model
    assert stat.S_IMODE((copy / "code" / "fraud.py").stat().st_mode) & 0o700 == 0o700
    assert list((copy / "cache").iterdir()) == []
    assert all(path.stat().st_mode & stat.S_IWUSR for path in copy.rglob("*"))


def test_writing_to_it_changes_nothing_that_is_kept(managed: ManagedFiles, entries: list[FileEntry]) -> None:
    copy = managed.working_copy(7, entries)
    for path in copy.rglob("*"):
        if path.is_file():
            path.write_bytes(b"other")
    (copy / "cache" / "lock").touch()
    managed.verify(7, entries)


def test_it_is_made_once_and_again_after_it_was_written_to(
    managed: ManagedFiles, entries: list[FileEntry], model: dict[str, bytes]
) -> None:
    first = managed.working_copy(7, entries)
    (first / "code" / "__pycache__").mkdir()
    (first / "registered_model_meta").write_text("model_name: x")
    assert managed.working_copy(7, entries) == first
    (first / "model.pkl").write_bytes(b"other")
    second = managed.working_copy(7, entries)
    assert second != first
    assert (second / "model.pkl").read_bytes() == model["model.pkl"]
    assert (first / "model.pkl").read_bytes() == b"other"
    (second / "code" / "new.db").touch()
    assert managed.working_copy(7, entries) not in (first, second)


def test_large_files_are_links_for_whoever_cannot_write_to_them(
    root: Path, source: Path, run_python: RunPython
) -> None:
    code = f"{_SETUP}print(linked('MLmodel'), linked('model.pkl'))"
    found = run_python(code, root, source)
    assert (found.stderr, found.stdout) == ("", "True False\n")


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root can write to what is read-only")
def test_root_gets_no_links(root: Path, source: Path, run_python: RunPython) -> None:
    code = f"{_SETUP}print(linked('MLmodel'), linked('model.pkl'))"
    found = run_python(code, root, source, preexec_fn=lambda: None)
    assert (found.stderr, found.stdout) == ("", "False False\n")


def test_it_vanishes_with_its_process(root: Path, source: Path, run_python: RunPython) -> None:
    found = run_python(f"{_SETUP}print(copy.is_dir())", root, source)
    assert (found.stderr, found.stdout) == ("", "True\n")
    assert [path.name for path in (root / ".staging").iterdir()] == []
    assert ManagedFiles(root).inventory().versions == {7}


def test_a_process_forked_meanwhile_leaves_it_and_makes_its_own(
    root: Path, source: Path, run_python: RunPython
) -> None:
    code = f"""{_SETUP}
if os.fork() == 0:
    print(managed.working_copy(7, entries) != copy, flush=True)
    sys.exit()
os.wait()
print(copy.is_dir(), len(list((managed.path(7).parent / ".staging").iterdir())))
"""
    found = run_python(code, root, source)
    assert (found.stderr, found.stdout) == ("", "True\nTrue 1\n")


def test_what_a_killed_process_leaves_is_swept_up(root: Path, source: Path, run_python: RunPython) -> None:
    found = run_python(f"{_SETUP}os.kill(os.getpid(), {int(signal.SIGKILL)})", root, source)
    assert found.returncode == -signal.SIGKILL
    managed = ManagedFiles(root)
    assert len(managed.inventory().stale) == 1
    managed.clean_up()
    assert list((root / ".staging").iterdir()) == []


def test_whoever_may_not_write_there_gets_it_elsewhere(
    root: Path, source: Path, run_python: RunPython, tmp_path: Path
) -> None:
    code = f"""
import os, tempfile
tempfile.tempdir = {str(tmp_path / "temporary")!r}
os.mkdir(tempfile.tempdir)
{_SETUP.replace("copy = ", "(managed.path(7).parent / '.staging').chmod(0o555); copy = ")}
print(copy.parent == Path(tempfile.tempdir), (copy / "model.pkl").stat().st_size)
"""
    found = run_python(code, root, source)
    assert (found.stderr, found.stdout) == ("", "True 9\n")
    assert list((tmp_path / "temporary").iterdir()) == []
    assert working_copy.BUDGET > 1 << 20
