"""Fixtures for every test: a registry of one's own, and no trace of the developer's."""

from __future__ import annotations

import contextlib
import gc
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.identity import secrets

if TYPE_CHECKING:
    from jupyter_modelreg.core.registry import Registry


# Where Linux has files in memory, and what has to be free there: all tests write less than half of it.
MEMORY = Path("/dev/shm")
_ROOM_BYTES = 2 * 1024**3
# Python looks for garbage after 700 new objects: a third of the time that collecting 6,000 tests takes.
_OBJECTS_BETWEEN_LOOKS_FOR_GARBAGE = 20_000
# The files that take more than 20 s.
LONGEST = (
    "notebooks/test_tutorials.py",
    "tests/test_provenance.py",
    "mlflow_app/test_over_postgresql.py",
    "mlflow_app/test_jupyterhub.py",
    "remote/test_commands.py",
    "remote/test_files.py",
    "mlflow_app/test_fuzzing.py",
    "maintenance/test_killed_restore.py",
    "access/test_searching.py",
    "mlflow_plugin/test_loading.py",
    "server/test_notebook_of_a_run.py",
    "mlflow_client/test_importing.py",
    "tests/test_packaging.py",
    "core/test_unit_of_work.py",
    "discussion/test_requests.py",
    "discussion/test_comments.py",
    "tests/api/test_searching.py",
    "duckdb/test_ways_to_the_database.py",
    "duckdb/test_journal.py",
    "history/test_replay.py",
    "tests/test_cli.py",
    "mlflow_plugin/test_server.py",
    "maintenance/test_backups.py",
    "access/test_matrix.py",
    "tests/test_kills.py",
    "tests/api/test_dispatch.py",
)


def pytest_configure() -> None:
    """Keep what tests write in memory where there is room: each write of a registry waits for the disk, for nothing.

    `PYTEST_DEBUG_TEMPROOT`, pytest's own variable, or `--basetemp` names another place.
    """
    gc.set_threshold(_OBJECTS_BETWEEN_LOOKS_FOR_GARBAGE)
    if MEMORY.is_dir() and os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > _ROOM_BYTES:
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what takes longest: a process takes a file whole, and the last one keeps the others waiting."""
    items.sort(key=lambda item: next((at for at, file in enumerate(LONGEST) if item.path.match(file)), len(LONGEST)))


def pytest_xdist_auto_num_workers() -> int:
    """What `-n auto` means: tests also wait for processes and pages, not only for the machine, so one is to spare."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(scope="session", autouse=True)
def working_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Work in an empty folder, one a process: MLflow makes its default `mlflow.db` in the one it finds itself in.

    Two processes of the tests that make it in the same folder at the same moment get in each other's way.
    """
    with contextlib.chdir(tmp_path_factory.mktemp("working")):
        yield


@pytest.fixture(autouse=True)
def isolated(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the user's registry, settings and MLflow's choices out of the tests, and the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    for name in list(os.environ):
        if name.startswith(("MODELREG_", "MLFLOW_")) or name == "JUPYTERHUB_USER":
            monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.setenv("IPYTHONDIR", str(home / "ipython"))
    monkeypatch.setenv("MLFLOW_DISABLE_TELEMETRY", "true")
    fluent = sys.modules.get("mlflow.tracking.fluent")
    if fluent is not None:  # MLflow keeps the experiment that a test has set, whatever database the next one has
        monkeypatch.setattr(fluent, "_active_experiment_id", None)


@pytest.fixture(scope="session", autouse=True)
def cheap_passwords() -> Iterator[None]:
    """Have passwords cost next to nothing; the privilege matrix alone sets and tries hundreds."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(secrets, "COST", (2**4, 8, 1))
        yield


@pytest.fixture(scope="session", autouse=True)
def zone() -> Iterator[None]:
    """Have the clocks show UTC, here and in the processes that tests start, wherever that is."""
    with _zone("UTC"):
        yield


@pytest.fixture
def berlin() -> Iterator[None]:
    """Have the clocks of this process show the time in Berlin."""
    with _zone("Europe/Berlin"):
        yield


@contextlib.contextmanager
def _zone(name: str) -> Iterator[None]:
    before = os.environ.get("TZ")
    os.environ["TZ"] = name
    time.tzset()
    try:
        yield
    finally:
        os.environ.pop("TZ", None)
        if before is not None:
            os.environ["TZ"] = before
        time.tzset()


@pytest.fixture
def registry_path(tmp_path: Path) -> Path:
    """Where a registry is about to be; nothing is there yet."""
    return tmp_path / "registry.duckdb"


@pytest.fixture(scope="session")
def empty_registry(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A registry in which there is nothing: making one takes five times as long as opening it."""
    path = tmp_path_factory.mktemp("empty") / "registry.duckdb"
    made = jupyter_modelreg.connect(str(path), actor="ana")
    made.status()
    made.close()
    return path


@pytest.fixture
def registry(empty_registry: Path, registry_path: Path) -> Iterator[Registry]:
    """An empty registry, opened by ana."""
    shutil.copy(empty_registry, registry_path)
    with contextlib.closing(_opened(registry_path)) as opened:
        yield opened


@pytest.fixture
def new_registry(registry_path: Path) -> Iterator[Registry]:
    """A registry of which there is no file yet, opened by ana."""
    with contextlib.closing(_opened(registry_path)) as opened:
        yield opened


def _opened(path: Path) -> Registry:
    return jupyter_modelreg.connect(f"modelreg:///{path}", actor="ana")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with room for six MiB, where one may mount one; else a folder, where the test limits file sizes."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=6m", "tmpfs", disk], capture_output=True, check=False)
    yield disk
    if mounted.returncode == 0:
        subprocess.run(["umount", disk], check=True)
