"""Signals whose handlers raise (Ctrl-C, a notebook's stop button, a timeout), held back while state must stay whole.

Python runs such a handler between any two instructions of the main thread. An exception from there would leave a lock
taken that nobody knows of, or a file open that counts as closed. While something is `held_back`, a signal is only
noted; its handler runs at the next `check`, or at the end. Other threads are never interrupted by signals.
"""

from __future__ import annotations

# `signal.signal` and `signal.getsignal` call the functions of the same names here, and then look for every handler
# among their enums, which takes ten times as long.
import _signal  # type: ignore[import-not-found]
import signal
import sys
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import FrameType

_Handler = Callable[[int, FrameType | None], object]
# SIGINT is the last to be replaced, and so it can interrupt the replacing of the others, which `_note` then undoes.
_NUMBERS = [getattr(signal, name) for name in ("SIGTERM", "SIGALRM", "SIGBREAK", "SIGINT") if hasattr(signal, name)]
# How long a wait may last before it has to `check`, in seconds.
PATIENCE = 0.05

# All of this belongs to the main thread.
_depth = 0
_replaced: dict[int, _Handler] = {}  # by now, or the last time
_arrived: list[int] = []
_stop: Callable[[], None] | None = None


def held_back() -> AbstractContextManager[None]:
    """What follows is not interrupted; what wanted to interrupt it does so when it is over."""
    return _HeldBack()


def stopping(stop: Callable[[], None]) -> AbstractContextManager[None]:
    """Have `stop` called as soon as a signal arrives, within its handler; it makes a long call of a library end."""
    return _Stopping(stop)


def check() -> None:
    """Run the handlers of what has arrived meanwhile. Raises what they raise, such as KeyboardInterrupt."""
    if _arrived and _in_main_thread():
        while _arrived:
            number = _arrived.pop(0)
            _replaced[number](number, sys._getframe())


def forget() -> None:
    """Run no handler of what has arrived meanwhile."""
    _arrived.clear()


# Every unit of work goes through these two. As classes they take half as long as generators do.


class _HeldBack(AbstractContextManager[None]):
    _ours = False

    def __enter__(self) -> None:
        if not _in_main_thread():
            return
        self._before = _depth
        self._ours = True
        try:
            _hold_back()
        except BaseException:
            _let_go(self._before)
            raise

    def __exit__(self, *_: object) -> None:
        if self._ours:
            _let_go(self._before)


class _Stopping(AbstractContextManager[None]):
    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._ours = False

    def __enter__(self) -> None:
        global _stop
        if not _in_main_thread():
            return
        self._before = _stop
        self._ours = True
        _stop = self._stop

    def __exit__(self, *_: object) -> None:
        global _stop
        if self._ours:
            _stop = self._before


def _in_main_thread() -> bool:
    return threading.get_ident() == threading.main_thread().ident


def _hold_back() -> None:
    global _depth
    if _depth == 0:
        _arrived.clear()
        for number in _NUMBERS:
            handler = _signal.getsignal(number)
            if callable(handler) and handler is not _note:
                _replaced[number] = handler
                _signal.signal(number, _note)
    _depth += 1


def _let_go(depth: int) -> None:
    global _depth
    _depth = depth
    if _depth == 0:
        arrived = tuple(_arrived)
        for number in reversed(_NUMBERS):
            if number in _replaced and _signal.getsignal(number) is _note:
                _signal.signal(number, _replaced[number])
        for number in arrived:
            signal.raise_signal(number)


def _note(number: int, frame: FrameType | None) -> None:
    if _depth == 0:  # replacing the handlers, or putting them back, was interrupted by another signal
        _signal.signal(number, _replaced[number])
        _replaced[number](number, frame)
        return
    _arrived.append(number)
    if _stop is not None:
        _stop()
