"""Code that is run in a process of its own."""

from __future__ import annotations

import ctypes
import os
import socket
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

# A registry opened by ben, for code to work with; its path is the first argument.
WITH_REGISTRY = """
import jupyter_modelreg, os, sys
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.connection import open_context
from jupyter_modelreg.core.registry import Registry
reg = jupyter_modelreg.connect(sys.argv[1], actor="ben")
"""


def free_port() -> int:
    """A port of this machine that nobody listens at."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    return port


def run_python(
    code: str, *arguments: object, preexec_fn: Callable[[], None] | None = None
) -> subprocess.CompletedProcess[str]:
    """Run code in a fresh process, on arguments; `preexec_fn` prepares that process."""
    command = [sys.executable, "-c", textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False, preexec_fn=preexec_fn)


def run_with_registry(code: str, path: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run code, which finds the registry at `path` opened as `reg`; its arguments begin at `sys.argv[2]`."""
    return run_python(WITH_REGISTRY + textwrap.dedent(code), path, *arguments)


def obey_file_modes() -> None:
    """Take from root the two privileges that let it read and write what the file modes forbid."""
    if os.geteuid() == 0:
        bounding_set_drop, dac_override, dac_read_search = 24, 1, 2
        libc = ctypes.CDLL(None, use_errno=True)
        for capability in (dac_override, dac_read_search):
            if libc.prctl(bounding_set_drop, capability, 0, 0, 0) != 0:
                raise OSError(ctypes.get_errno(), "prctl")
