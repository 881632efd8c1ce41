"""Folders to take in, a place to keep them, and processes that obey the file modes even when root runs the tests."""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles


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


def obey_file_modes() -> None:
    """Take from root the two privileges that let it read and write what the file modes forbid."""
    if os.geteuid() == 0:
        bounding_set_drop, dac_override, dac_read_search = 24, 1, 2
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (dac_override, dac_read_search):
            if libc.prctl(bounding_set_drop, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")


@pytest.fixture
def run_python() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Runs code in a fresh process, on arguments; `preexec_fn` prepares that process."""

    def run(
        code: str, *arguments: object, preexec_fn: Callable[[], None] = obey_file_modes
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=preexec_fn)

    return run


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another file system than `tmp_path`."""
    memory = Path("/dev/shm")
    if not memory.is_dir() or memory.stat().st_dev == tmp_path.stat().st_dev:
        pytest.skip("there is no second file system")
    folder = Path(tempfile.mkdtemp(dir=memory))
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
