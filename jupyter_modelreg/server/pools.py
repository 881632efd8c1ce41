"""Threads for requests, by kind: what takes long, or waits for a server elsewhere, holds up nothing that is quick."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Lock
from typing import TypeVar

from jupyter_modelreg.core.errors import RegistryBusy

T = TypeVar("T")

# What waits for MLflow's tracking server, up to its time limit.
_ASKING = frozenset({"tracking"})
# What copies, hashes or removes model files, and may first have to fetch them.
_LONG_TOPICS = frozenset({"exchange", "maintenance"})
_LONG = frozenset(
    {"trash.purge", "versions.copy", "versions.download", "versions.load", "versions.location"}
    | {"versions.register", "versions.working_copy"}
)


class Pool:
    """A few threads, and how many requests may wait for one of them; the rest is refused."""

    def __init__(self, kind: str, threads: int, waiting: int) -> None:
        self._kind = kind
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix=f"modelreg-{kind}")
        self._limit = threads + waiting
        self._held = 0
        self._lock = Lock()

    def submit(self, work: Callable[[], T]) -> Future[T]:
        """Begin `work` as soon as a thread is free; until then it can be cancelled.

        Raises RegistryBusy when too many wait already.
        """
        with self._lock:
            if self._held >= self._limit:
                raise RegistryBusy(
                    f"{self._held} {self._kind} requests are at work or waiting already",
                    "try again when they are done",
                )
            self._held += 1
        future = self._threads.submit(work)
        future.add_done_callback(self._done)
        return future

    def _done(self, _: Future[T]) -> None:
        with self._lock:
            self._held -= 1


QUICK = Pool("quick", 8, 256)
ASKING = Pool("asking", 4, 32)
LONG = Pool("long", 4, 32)


def pool_for(operation: str) -> Pool:
    """Where an operation runs, by its name `topic.verb`."""
    topic = operation.partition(".")[0]
    if topic in _ASKING:
        return ASKING
    return LONG if topic in _LONG_TOPICS or operation in _LONG else QUICK
