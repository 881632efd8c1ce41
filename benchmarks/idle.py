"""What an idle process that holds a registry costs another one, which makes its first call on it."""

from __future__ import annotations

import multiprocessing
import statistics
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path

from jupyter_modelreg.connection import open_registry

MODEL = "prod.bench.model"
# Long enough that the holder has come to rest, and shorter than it keeps what nobody else wants.
_IDLE = 0.1  # seconds


@dataclass(frozen=True)
class IdleHolder:
    """Seconds that a first `get model` took, sorted: of a registry that is held, and of one that is free."""

    held: Sequence[float]
    free: Sequence[float]

    @property
    def cost(self) -> float:
        """What the holder costs, in seconds, in the median."""
        return statistics.median(self.held) - statistics.median(self.free)


def measure_idle_holder(rounds: int) -> IdleHolder:
    """Another process makes a registry, and keeps it or not; then this one, which is warmed up, asks for a model."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_hold, args=(theirs,))
    process.start()
    taken: dict[bool, list[float]] = {True: [], False: []}
    with tempfile.TemporaryDirectory() as folder:
        for number in range(rounds + 1):
            for held in (True, False):
                path = str(Path(folder).resolve() / f"{number}_{held}.duckdb")
                ours.send((path, held))
                ours.recv()
                time.sleep(_IDLE)
                seconds = _first_call(path)
                if number:  # the first round warms up
                    taken[held].append(seconds)
        ours.send(None)
        process.join()
    return IdleHolder(held=sorted(taken[True]), free=sorted(taken[False]))


def _first_call(path: str) -> float:
    registry = open_registry(path, "benchmark")
    began = time.perf_counter()
    registry.models.get(MODEL)
    seconds = time.perf_counter() - began
    registry.close()
    return seconds


def _hold(commands: Connection) -> None:
    while (command := commands.recv()) is not None:
        path, keep = command
        registry = open_registry(path, "holder")
        registry.models.create(MODEL)
        if not keep:
            registry.close()
        commands.send("ready")
