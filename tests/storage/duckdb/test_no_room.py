"""A full disk, and folders that one may not write to."""

from __future__ import annotations

import resource
import signal
import subprocess
from pathlib import Path

import pytest

import jupyter_modelreg
from tests.support.processes import obey_file_modes
from tests.support.stocked import MODELS, make, names, run

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
    assert make_more.maintenance.verify(rebuild=True).sound
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
