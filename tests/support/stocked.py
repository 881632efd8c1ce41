"""A registry with models in it, opened in other processes, killed there, and refused."""

from __future__ import annotations

import signal
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable

MODELS = 20
# A registry opened in another process, for `code` to work with.
SETUP = "import jupyter_modelreg, os, sys\nreg = jupyter_modelreg.connect(sys.argv[1], actor='ana')\n"


def run(code: str, path: Path, prepare: Callable[[], None] | None = None) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SETUP + textwrap.dedent(code), str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, preexec_fn=prepare)


def make(path: Path, models: int = MODELS) -> None:
    registry = jupyter_modelreg.connect(str(path), actor="ana")
    for number in range(models):
        registry.models.create(f"model{number}", description="x" * 500)
    registry.close()


def crash(path: Path, models: int = 5) -> None:
    """Add models in a process that is killed, so that they are in the write-ahead log only."""
    code = f"""
        for number in range({models}):
            reg.models.create(f"late{{number}}")
        reg.models.list()  # for which the database has to have them
        os.kill(os.getpid(), 9)
    """
    assert run(code, path).returncode == -signal.SIGKILL
    assert wal_of(path).stat().st_size > 0


def wal_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def names(path: Path) -> set[str]:
    registry = jupyter_modelreg.connect(str(path))
    try:
        return {model.name for model in registry.models.list()}
    finally:
        registry.close()


def refusal(path: Path) -> RegistryUnavailable:
    """The error that looking, changing and verifying all end with."""
    registry = jupyter_modelreg.connect(str(path))
    caught = []
    for call in (registry.status, lambda: registry.models.create("more"), registry.maintenance.verify):
        with pytest.raises(RegistryUnavailable) as error:
            call()
        caught.append(error.value)
    assert len({error.message for error in caught}) == 1
    registry.close()
    return caught[0]
