"""What registering and copying a governed model takes, against doing so by hand, in turns."""

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
from dataclasses import asdict, dataclass
from pathlib import Path

from jupyter_modelreg.connection import open_registry

_COPIES = 3
_MLMODEL = """flavors:
  python_function:
    loader_module: benchmarks.files
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "double", "name": "y"}]'
"""


@dataclass(frozen=True)
class FilesLine:
    """Medians for a model of `files` files with `size` bytes together, in seconds.

    Attributes:
        by_hand: `cp -r`, then hashing the copy; nothing is flushed to disk.
        register: registering it as a governed model, until it is READY, which includes flushing to disk.
        cp: `cp -r` alone.
        copy: a copy of the version.
        in_place: asking where its files are, which verifies them.
        load: the same, and making the working copy that it is loaded from.
        copy_bytes: what all files of the registry take more on disk after a copy, the database left out.
    """

    files: int
    size: int
    by_hand: float
    register: float
    cp: float
    copy: float
    copy_bytes: int
    in_place: float
    load: float

    @property
    def ratio(self) -> float:
        """How many times as long as by hand registering takes; less is better."""
        return self.register / self.by_hand


def measure_files(size: int, rounds: int) -> list[dict[str, float]]:
    """A model of `size` bytes in 10 files, and one of 10 kB in each of 1,000 files."""
    found = [_measure(10, size // 10, rounds), _measure(1000, 10_000, rounds)]
    for line in found:
        print(
            f"{line.files} files, {line.size / 1e6:,.0f} MB: cp -r and hashing {line.by_hand:.3f} s, "
            f"registering {line.register:.3f} s, {line.ratio:.2f} times as long\n"
            f"  cp -r {line.cp * 1000:.0f} ms, a copy of the version {line.copy * 1000:.0f} ms, "
            f"which takes {line.copy_bytes:,} bytes on disk\n"
            f"  verifying in place {line.in_place * 1000:.0f} ms, loading from a working copy "
            f"{(line.load - line.in_place) * 1000:+.0f} ms",
            flush=True,
        )
    return [asdict(line) | {"ratio": line.ratio} for line in found]


def _measure(files: int, each: int, rounds: int) -> FilesLine:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        _make_model(root / "model", files, each)
        turns: list[tuple[list[float], list[float], int]] = []
        # The first round, which reads the model into memory and imports MLflow, is left out.
        for number in range(rounds + 1):
            sides = (_by_hand, _registered) if number % 2 else (_registered, _by_hand)
            taken = {side: _alone(side, root) for side in sides}
            turns.append((taken[_by_hand][0], taken[_registered][0], taken[_registered][1]))
        loading = _loading(root, rounds)
    hands, ours, extra = zip(*turns[1:], strict=True)
    return FilesLine(
        files=files,
        size=files * each,
        by_hand=statistics.median(copying + hashing for copying, hashing in hands),
        register=statistics.median(registering for registering, *_ in ours),
        cp=statistics.median(copying for copying, _ in hands),
        copy=statistics.median(seconds for _, *copies in ours for seconds in copies),
        copy_bytes=max(extra),
        in_place=loading[0],
        load=loading[1],
    )


def _alone(side: Callable[[Path, Path], tuple[list[float], int]], root: Path) -> tuple[list[float], int]:
    """What one side takes in a new folder on the same disk; neither pays for what the other has still to write."""
    target = Path(tempfile.mkdtemp(dir=root))
    os.sync()
    try:
        return side(root / "model", target)
    finally:
        os.sync()
        for parent, _, _ in os.walk(target):
            os.chmod(parent, 0o700)
        shutil.rmtree(target)


def _by_hand(model: Path, target: Path) -> tuple[list[float], int]:
    copying = _seconds(lambda: subprocess.run(["cp", "-r", model, target / "copy"], check=True))
    return [copying, _seconds(lambda: _hash(target / "copy"))], 0


def _hash(folder: Path) -> None:
    for file in folder.iterdir():
        with file.open("rb") as opened:
            hashlib.file_digest(opened, "sha256")


def _registered(model: Path, target: Path) -> tuple[list[float], int]:
    registry = open_registry(str(target / "registry.duckdb"), "benchmark")
    try:
        registry.models.create("prod.bench.other")  # makes the registry, its catalog and schema
        os.sync()
        seconds = [_seconds(lambda: registry.versions.register(str(model), "prod.bench.model"))]
        os.sync()
        before = _on_disk(target / "registry.duckdb.files")
        seconds += [
            _seconds(lambda: registry.versions.copy("prod.bench.model/1", "prod.bench.copy")) for _ in range(_COPIES)
        ]
        return seconds, (_on_disk(target / "registry.duckdb.files") - before) // _COPIES
    finally:
        registry.close()


_LOADING = """
import sys, time
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
source, target, rounds = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
files = ManagedFiles(target)
entries = files.add(source, 7)
for _ in range(rounds + 1):
    began = time.perf_counter()
    files.verify(7, entries)
    verified = time.perf_counter()
    copy = files.working_copy(7, entries)
    print(verified - began, time.perf_counter() - verified)
    (copy / "written").touch()
"""


def _loading(root: Path, rounds: int) -> tuple[float, float]:
    """What verifying a version takes, and doing so for a new working copy, in a process that obeys file modes.

    Root's rights would let it write to what is kept, so that it would get no links.
    """
    as_user = ["unshare", "--user", "--map-user=1000"] if os.geteuid() == 0 else []
    command: list[str | Path] = [
        *as_user,
        sys.executable,
        "-c",
        _LOADING,
        root / "model",
        root / "loading",
        str(rounds),
    ]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()[1:]
    taken = [tuple(map(float, line.split())) for line in lines]
    verifying, loading = zip(*taken, strict=True)
    return statistics.median(verifying), statistics.median(loading)


def _on_disk(folder: Path) -> int:
    """Bytes that the files in a folder take on disk; a file with several names counts once."""
    found = [file.lstat() for file in folder.rglob("*") if not file.is_dir()]
    return sum({status.st_ino: status.st_blocks * 512 for status in found}.values())


def _make_model(folder: Path, files: int, each: int) -> None:
    folder.mkdir()
    (folder / "MLmodel").write_text(_MLMODEL)
    for number in range(files):
        (folder / f"weights_{number}.bin").write_bytes(os.urandom(each))


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began
