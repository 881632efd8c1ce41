"""Many processes at one registry: what MLflow's client gets done a second, and how long the slowest wait is."""

from __future__ import annotations

import logging
import multiprocessing
import time
from collections.abc import Sequence
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier, Event
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mlflow import MlflowClient

MODEL = "contended"
# How long all processes may take to import MLflow, and how long to do their work, in seconds.
_PATIENCE = 600


@dataclass(frozen=True)
class Contention:
    """What `writers` processes saw that registered versions of one model, while `readers` others read.

    Attributes:
        a_second: registrations a second, all together.
        waits: seconds each registration took, sorted.
        numbers: the version numbers given, sorted.
        reads: reads done meanwhile.
        errors: what went wrong, as text.
    """

    writers: int
    readers: int
    a_second: float
    waits: Sequence[float]
    numbers: Sequence[int]
    reads: int
    errors: Sequence[str]

    def wait(self, share: float) -> float:
        """The seconds within which `share` (0.5 is the median) of the registrations were done."""
        return self.waits[min(len(self.waits) - 1, int(share * len(self.waits)))]


def contend(uri: str, writers: int, each: int, readers: int) -> Contention:
    """Let `writers` processes make `each` versions of one model through MLflow's client at `uri`."""
    client = _client(uri)
    client.create_registered_model(MODEL)
    del client
    context = multiprocessing.get_context("spawn")
    start, stop, results = context.Barrier(writers + readers + 1), context.Event(), context.Queue()
    processes = [context.Process(target=_write, args=(uri, each, start, results)) for _ in range(writers)]
    processes += [context.Process(target=_read, args=(uri, start, stop, results)) for _ in range(readers)]
    for process in processes:
        process.start()
    start.wait(_PATIENCE)
    began = time.perf_counter()
    written = [results.get(timeout=_PATIENCE) for _ in range(writers)]
    seconds = time.perf_counter() - began
    stop.set()
    read = [results.get(timeout=_PATIENCE) for _ in range(readers)]
    for process in processes:
        process.join()
    done = [item for items, _ in written for item in items]
    return Contention(
        writers=writers,
        readers=readers,
        a_second=len(done) / seconds,
        waits=sorted(wait for _, wait in done),
        numbers=sorted(number for number, _ in done),
        reads=sum(len(items) for items, _ in read),
        errors=[error for _, errors in (*written, *read) for error in errors],
    )


def _client(uri: str) -> MlflowClient:
    """MLflow's client of the registry at `uri`; it does not track, so a server that is not there will do."""
    from mlflow import MlflowClient

    for name in ("mlflow", "alembic"):
        logging.getLogger(name).setLevel(logging.ERROR)
    return MlflowClient(registry_uri=uri, tracking_uri="http://127.0.0.1:9")


def _write(uri: str, each: int, start: Barrier, results: multiprocessing.Queue[object]) -> None:
    client = _client(uri)
    client.get_registered_model(MODEL)
    done, errors = [], []
    start.wait(_PATIENCE)
    for _ in range(each):
        began = time.perf_counter()
        try:
            version = client.create_model_version(MODEL, "s3://somewhere/model", tags={"by": "benchmark"})
        except Exception as error:  # noqa: BLE001 - an error is a result here
            errors.append(f"{type(error).__name__}: {error}")
        else:
            done.append((int(version.version), time.perf_counter() - began))
    results.put((done, errors))


def _read(uri: str, start: Barrier, stop: Event, results: multiprocessing.Queue[object]) -> None:
    client = _client(uri)
    client.get_registered_model(MODEL)
    waits, errors = [], []
    start.wait(_PATIENCE)
    while not stop.is_set():
        began = time.perf_counter()
        try:
            client.get_registered_model(MODEL)
        except Exception as error:  # noqa: BLE001
            errors.append(f"{type(error).__name__}: {error}")
        waits.append(time.perf_counter() - began)
    results.put((waits, errors))
