"""Locks between processes, as lock files: waited for in order of arrival, and for a limited time.

On Linux and macOS a waiter sleeps in the kernel, which serves waiters in the order in which they came; polling would
lose time and the order. Windows has nothing of the kind, so there a waiter polls. A lock goes when its process does.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from pathlib import Path

if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading what is locked, so it is a byte far behind the text.
    _BYTE = 1 << 30
    _POLL = 0.002  # seconds

    def _try(descriptor: int) -> bool:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _wait(descriptor: int) -> None:
        while not _try(descriptor):
            time.sleep(_POLL)

    def _unlock(descriptor: int) -> None:
        os.lseek(descriptor, _BYTE, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try(descriptor: int) -> bool:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX)

    def _unlock(descriptor: int) -> None:
        # Closing alone would not do: a process forked meanwhile has the descriptor, and with it the lock, too.
        fcntl.flock(descriptor, fcntl.LOCK_UN)


class ProcessLock:
    """The lock that whoever locks the file at `path` has; for one thread at a time. Its methods raise OSError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._descriptor: int | None = None

    def acquire(self, deadline: float) -> bool:
        """Wait until `deadline` (of `time.monotonic`) for the lock; whether it is ours now."""
        while True:
            descriptor = self._open()
            if not (self._try(descriptor) or _Wait(descriptor).until(deadline)):
                return False
            if _is_at(self.path, descriptor):
                self._descriptor = descriptor
                return True
            _give_back(descriptor)  # somebody has removed the file meanwhile: there is another one to lock

    def taken(self) -> bool:
        """Whether somebody else has the lock."""
        descriptor = self._open()
        if self._try(descriptor):
            _give_back(descriptor)
            return False
        os.close(descriptor)
        return True

    def release(self) -> None:
        """Let others have it; nothing happens when it is not ours."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            _give_back(descriptor)

    def note(self, text: str) -> None:
        """Write into the lock file, which is ours."""
        if self._descriptor is not None:
            os.ftruncate(self._descriptor, 0)
            os.lseek(self._descriptor, 0, os.SEEK_SET)
            os.write(self._descriptor, text.encode())

    def works(self) -> bool:
        """Whether the filesystem keeps locks: some take every lock and keep none."""
        with self.path.open("ab") as first, self.path.open("ab") as second:
            if not _try(first.fileno()):
                return True
            kept = not _try(second.fileno())
            _unlock(first.fileno())
            return kept

    def _open(self) -> int:
        return os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)

    def _try(self, descriptor: int) -> bool:
        try:
            return _try(descriptor)
        except OSError:
            os.close(descriptor)
            raise


class _Wait:
    """A thread that waits in the kernel for a lock, as nothing else can be made to stop waiting."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._abandoned = False
        self._error: OSError | None = None
        threading.Thread(target=self._wait, name="modelreg-lock", daemon=True).start()

    def until(self, deadline: float) -> bool:
        """Whether the lock came before `deadline`; when not, it will be given back as soon as it comes."""
        try:
            self._done.wait(max(0.0, deadline - time.monotonic()))
        except BaseException:  # the user interrupts
            if self._came():
                _give_back(self._descriptor)
            raise
        came = self._came()
        if self._error is not None:
            os.close(self._descriptor)
            raise self._error
        return came

    def _came(self) -> bool:
        with self._guard:
            self._abandoned = not self._done.is_set()
            return not self._abandoned

    def _wait(self) -> None:
        try:
            _wait(self._descriptor)
        except OSError as error:
            self._error = error
        with self._guard:
            self._done.set()
            if self._abandoned:
                _give_back(self._descriptor)


def _give_back(descriptor: int) -> None:
    try:
        _unlock(descriptor)
    finally:
        os.close(descriptor)


def _is_at(path: Path, descriptor: int) -> bool:
    try:
        return os.path.samestat(os.stat(path), os.fstat(descriptor))
    except FileNotFoundError:
        return False
