"""News of how far a long task has come."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock

from jupyter_modelreg.core.progress import BYTES, Listener, Progress, listener

Advance = Callable[[int], None]
_SAY_EVERY = 0.1  # seconds


@contextmanager
def progress(what: str, total: int, unit: str = BYTES) -> Iterator[Advance]:
    """Tell how far `total` bytes, or other units, have come, with the function given, from any thread.

    Whoever listens to this call is told some ten times a second, and at the end, and may stop it (see `Cancelled`);
    with nobody there it is a bar that shows up after a second.
    """
    heard = listener()
    with _bar(what, total, unit) if heard is None else _told(heard, what, total, unit) as advance:
        yield advance


@contextmanager
def _bar(what: str, total: int, unit: str) -> Iterator[Advance]:
    from tqdm.auto import tqdm

    lock = Lock()
    # disable=None: no bar where stderr is a log file; a notebook shows its own kind of bar all the same.
    scale = {"unit": "B", "unit_scale": True, "unit_divisor": 1024} if unit == BYTES else {"unit": f" {unit}"}
    with tqdm(total=total, desc=what, delay=1, leave=False, disable=None, **scale) as bar:

        def advance(size: int) -> None:
            with lock:
                bar.update(size)

        yield advance


@contextmanager
def _told(heard: Listener, what: str, total: int, unit: str) -> Iterator[Advance]:
    lock = Lock()
    done, said_at = 0, time.monotonic()
    heard(Progress(what, 0, total, unit))

    def advance(size: int) -> None:
        nonlocal done, said_at
        with lock:
            done += size
            if time.monotonic() - said_at >= _SAY_EVERY:
                heard(Progress(what, done, total, unit))
                said_at = time.monotonic()

    yield advance
    heard(Progress(what, done, total, unit))
