"""What a statement of ten seconds costs those who write meanwhile, and how long small statements take.

Run as `python -m benchmarks.sql`. Writers are processes of their own. The statement computes, so it takes a processor
from them wherever there are no more of those than of writers: that is told apart by a process which computes the same
and knows of no registry.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from ctypes import c_long
from multiprocessing.sharedctypes import Synchronized
from multiprocessing.synchronize import Event
from pathlib import Path

import duckdb

from benchmarks.seeding import Plan, seed
from jupyter_modelreg.connection import open_registry

SECONDS = 10
_COMPUTE = "SELECT sum(a.i * b.i) FROM range({size}) a(i), range({size}) b(i) WHERE a.i % 7 <> b.i % 5"
_ASK = f"{_COMPUTE} AND (SELECT count(*) FROM models) > 0"
_PATIENCE = 600


def disturbance(path: Path, writers: int, rounds: int) -> Mapping[str, float]:
    """Writes a second while nothing else happens, by `quiet`; for what happens else, the part of that which is left.

    A median of `rounds`; each is held against the quiet before and after it, since others use the machine, too.
    """
    size = _calibrated()
    context = multiprocessing.get_context("spawn")
    stop, counts = context.Event(), [context.Value(c_long, 0) for _ in range(writers)]
    processes = [context.Process(target=_write, args=(path, n, stop, counts[n])) for n in range(writers)]
    for process in processes:
        process.start()
    while not all(count.value for count in counts):
        time.sleep(0.1)
    quiet = [_rate(_sleep, (), counts)]
    left: dict[str, list[float]] = {"sql": [], "elsewhere": []}
    for _ in range(rounds):
        for what, run, arguments in (("sql", _ask, (path, size)), ("elsewhere", _compute, (size,))):
            rate = _rate(run, arguments, counts)
            quiet.append(_rate(_sleep, (), counts))
            left[what].append(rate / statistics.mean(quiet[-2:]))
    stop.set()
    for process in processes:
        process.join(_PATIENCE)
    return {"quiet": statistics.median(quiet)} | {what: statistics.median(parts) for what, parts in left.items()}


def _rate(run: Callable[..., None], arguments: Sequence[object], counts: Sequence[Synchronized[int]]) -> float:
    """Writes a second while a process does something, from when it begins with it to its end."""
    context = multiprocessing.get_context("spawn")
    begins, ends = context.Event(), context.Event()
    process = context.Process(target=run, args=(*arguments, begins, ends))
    process.start()
    begins.wait(_PATIENCE)
    before, began = sum(count.value for count in counts), time.perf_counter()
    ends.wait(_PATIENCE)
    after, ended = sum(count.value for count in counts), time.perf_counter()
    process.join(_PATIENCE)
    return (after - before) / (ended - began)


def _write(path: Path, number: int, stop: Event, count: Synchronized[int]) -> None:
    registry = open_registry(str(path), f"writer{number}")
    name = registry.models.create(f"written{number}").name
    while not stop.is_set():
        registry.tags.set(name, {"n": str(count.value)})
        count.value += 1
    registry.close()


def _sleep(begins: Event, ends: Event) -> None:
    begins.set()
    time.sleep(SECONDS)
    ends.set()


def _ask(path: Path, size: int, begins: Event, ends: Event) -> None:
    registry = open_registry(str(path), "analyst")
    registry.sql("SELECT 1")  # what this imports is no part of it
    begins.set()
    registry.sql(_ASK.format(size=size))
    ends.set()


def _compute(size: int, begins: Event, ends: Event) -> None:
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        connection.execute("SELECT 1").fetchall()
        begins.set()
        connection.sql(_COMPUTE.format(size=size)).to_arrow_table()
        ends.set()


def _calibrated() -> int:
    """How large the statement has to be to take `SECONDS`."""
    size = 10_000
    with duckdb.connect() as connection:
        connection.execute("SET enable_progress_bar = false")
        began = time.perf_counter()
        connection.execute(_COMPUTE.format(size=size)).fetchall()
        taken = time.perf_counter() - began
    return int(size * (SECONDS / taken) ** 0.5)


def small_statements(path: Path) -> Mapping[str, float]:
    """Seconds that statements take which ask little, medians."""
    registry = open_registry(str(path), "analyst")
    found = {}
    for statement in (
        "SELECT 1",
        "SELECT count(*) FROM models",
        "SELECT owner, count(*) FROM models JOIN versions USING (name) GROUP BY owner",
        "SELECT action, count(*) FROM events GROUP BY action",
    ):
        times = []
        for _ in range(3):
            began = time.perf_counter()
            registry.sql(statement)
            times.append(time.perf_counter() - began)
        found[statement] = statistics.median(times)
    registry.close()
    return found


def main(models: int, writers: int, rounds: int) -> None:
    """Measure both, and print what was found."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "registry.duckdb"
        seed(path, Plan(models=models))
        print(f"{models:,} models, {path.stat().st_size / 1e6:.0f} MB")
        for statement, seconds in small_statements(path).items():
            print(f"{seconds * 1000:8.0f} ms  {statement}")
        rates = disturbance(path, writers, rounds)
    print(f"{rates['quiet']:8.0f} writes a second by {writers} writers; of these, while a process")
    print(f"{rates['sql']:8.0%} asks the registry in SQL")
    print(f"{rates['elsewhere']:8.0%} computes the same elsewhere")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=int, default=10_000)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    main(options.models, options.writers, options.rounds)
