"""What registering and copying a large governed model takes, against copying its bytes; and what starting takes."""

from __future__ import annotations

import hashlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from jupyter_modelreg.connection import open_registry

_FILES = 10
_SIGNATURE = """
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "double", "name": "y"}]'
"""
_STARTS = {
    "python": "pass",
    "import jupyter_modelreg": "import jupyter_modelreg",
    "%load_ext, on top of IPython": (
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'jupyter_modelreg')"
    ),
    "IPython alone": "from IPython.core.interactiveshell import InteractiveShell\nInteractiveShell.instance()",
    "first command": "import jupyter_modelreg\njupyter_modelreg.connect({path!r}).models.list()",
}


def measure_files(size: int) -> dict[str, float]:
    """Seconds it took to register a model of `size` bytes, to copy a version of it, and to do so by hand."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        _make_model(root / "model", size)
        registry = open_registry(str(root / "registry.duckdb"), "benchmark")
        _make_model(root / "small", 1000)
        registry.versions.register(str(root / "small"), "prod.bench.small")  # imports MLflow
        os.sync()
        found = {
            "copy and hash by hand": _seconds(lambda: _by_hand(root / "model", root / "hand")),
            "register": _seconds(lambda: registry.versions.register(str(root / "model"), "prod.bench.model")),
            "copy the bytes": _seconds(lambda: shutil.copytree(root / "model", root / "bytes")),
            "copy a version": _seconds(lambda: registry.versions.copy("prod.bench.model/1", "prod.bench.copy")),
        }
        registry.close()
    for what, seconds in found.items():
        print(f"{what:28}{seconds:12.3f} s", flush=True)
    return found


def measure_starting(rounds: int) -> dict[str, float]:
    """Median ms of whole processes that start and do little."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder).resolve() / "registry.duckdb")
        taken: dict[str, list[float]] = {what: [] for what in _STARTS}
        for _ in range(rounds):
            for what, code in _STARTS.items():
                command = [sys.executable, "-c", code.format(path=path)]
                taken[what].append(_seconds(lambda command=command: subprocess.run(command, check=True)) * 1000)  # type: ignore[misc]
    found = {what: statistics.median(times) for what, times in taken.items()}
    for what, milliseconds in found.items():
        print(f"{what:28}{milliseconds:12.0f} ms", flush=True)
    return found


def _make_model(folder: Path, size: int) -> None:
    folder.mkdir()
    flavor = "flavors:\n  python_function:\n    loader_module: benchmarks.files\n"
    (folder / "MLmodel").write_text(flavor + _SIGNATURE)
    for number in range(_FILES):
        (folder / f"weights_{number}.bin").write_bytes(os.urandom(size // _FILES))


def _by_hand(source: Path, target: Path) -> None:
    shutil.copytree(source, target)
    for file in target.iterdir():
        with file.open("rb") as opened:
            hashlib.file_digest(opened, "sha256")


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
