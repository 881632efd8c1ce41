"""Work spread over a few threads, in order, which stops at the first error; and threads that give way to others."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import TypeVar

T = TypeVar("T")
R = TypeVar("R")
# Hashing, copying and flushing let go of the interpreter. A few wait for the disk while the others keep it busy.
_THREADS = min(8, (os.cpu_count() or 2) + 2)
# The priority of threads that give way, as `nice` has it: where others want all there is, they get a tenth.
_YIELDING = 10


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


def give_way() -> None:
    """Have this thread, and those that it starts, take of the processors what others leave over, nearly.

    Only Linux has a priority for each thread.
    """
    if sys.platform == "linux":
        own = threading.get_native_id()
        os.setpriority(os.PRIO_PROCESS, own, max(_YIELDING, os.getpriority(os.PRIO_PROCESS, own)))
