"""Folders to take in, a place to keep them, and processes that obey the file modes even when root runs the tests."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from tests.support import processes

# Of these, at least one is on another file system than what a test writes.
_PLACES = (Path("/dev/shm"), Path(tempfile.gettempdir()))


@pytest.fixture
def model() -> dict[str, bytes]:
    """The files of a small model, by path."""
    return {"MLmodel": b"flavors: {}\n", "model.pkl": b"\x80\x04weights", "code/fraud.py": b"LIMIT = 3\n"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Where the files are kept; nothing is there yet."""
    return tmp_path / "kept" / "registry.duckdb.files"


@pytest.fixture
def managed(root: Path) -> ManagedFiles:
    return ManagedFiles(root)


@pytest.fixture
def make_folder(tmp_path: Path) -> Callable[..., Path]:
    """Makes a folder with the given files."""

    def make(files: Mapping[str, bytes], name: str = "source") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for path, content in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(content)
        return folder

    return make


@pytest.fixture
def source(make_folder: Callable[..., Path], model: dict[str, bytes]) -> Path:
    """The small model's folder."""
    return make_folder(model)


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs code in a fresh process, on arguments, which obeys the file modes unless told otherwise."""
    return partial(processes.run_python, preexec_fn=processes.obey_file_modes)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system than `tmp_path`."""
    here = tmp_path.stat().st_dev
    other = next((place for place in _PLACES if place.is_dir() and place.stat().st_dev != here), None)
    if other is None:
        pytest.skip("there is no second file system")
    folder = Path(tempfile.mkdtemp(dir=other))
    yield folder
    for parent, _, _ in os.walk(folder):
        os.chmod(parent, 0o700)
    shutil.rmtree(folder)


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for one MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", disk], capture_output=True, check=False)
    if mounted.returncode != 0:
        pytest.skip("only root may mount a small disk; test_a_limit_on_file_size runs for everyone")
    yield disk
    subprocess.run(["umount", disk], check=True)
