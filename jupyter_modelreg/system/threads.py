"""Work spread over a few threads, in order, which stops at the first error."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
# Hashing, copying and flushing let go of the interpreter. A few wait for the disk while the others keep it busy.
_THREADS = min(8, (os.cpu_count() or 2) + 2)


def in_threads(work: Callable[[T, Event], R], items: Iterable[T]) -> Generator[R, None, None]:
    """What `work` gives for each item, in order; it is done in several threads, and told by an event when to stop.

    The first error, or closing the generator, stops the work; nothing is at work any more once that is out.
    """
    stop = Event()
    with ThreadPoolExecutor(_THREADS, "modelreg-files") as pool:
        try:
            yield from pool.map(lambda item: work(item, stop), items)
        finally:
            stop.set()
            pool.shutdown(cancel_futures=True)
