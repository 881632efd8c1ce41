"""Locks between processes: waited for in order of arrival, for a limited time, and given up with their process.

On Linux and macOS a waiter sleeps in the kernel, which serves waiters in the order in which they came; polling would
lose time and the order. Windows has nothing of the kind, so there a waiter polls.

A lock belongs to an open file, and a forked process has its parent's open files. So a lock is given back by unlocking,
since closing alone would leave it to such a child, and a child closes what its parent had open, without unlocking.
"""

from __future__ import annotations

import math
import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput, RegistryBusy
from jupyter_modelreg.system import interrupts
from jupyter_modelreg.system.files import OwnFile

# How long to wait for other processes, in seconds, unless MODELREG_LOCK_TIMEOUT says otherwise.
WAIT_LIMIT = 30.0

if sys.platform == "win32":
    import msvcrt

    # Windows keeps others from reading what is locked, so it is a byte far behind the text.
    _BYTE = 1 << 30
    _POLL = 0.002  # seconds

    def _try(file: OwnFile) -> bool:
        os.lseek(file.fileno(), _BYTE, os.SEEK_SET)
        try:
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True

    def _wait(file: OwnFile) -> None:
        while not _try(file):
            time.sleep(_POLL)

    def _unlock(file: OwnFile) -> None:
        os.lseek(file.fileno(), _BYTE, os.SEEK_SET)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _try(file: OwnFile) -> bool:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _wait(file: OwnFile) -> None:
        fcntl.flock(file, fcntl.LOCK_EX)

    def _unlock(file: OwnFile) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_patience: ContextVar[float | None] = ContextVar("_patience", default=None)


@contextmanager
def waiting_at_most(seconds: float | None) -> Iterator[None]:
    """Wait for others no longer than that inside, whatever `wait_limit` says otherwise; None leaves it as it is."""
    token = _patience.set(_patience.get() if seconds is None else seconds)
    try:
        yield
    finally:
        _patience.reset(token)


def wait_limit() -> float:
    """How long to wait for other processes, in seconds. Raises InvalidInput for a setting that is not a number."""
    patience = _patience.get()
    usual = _usual_limit()
    return usual if patience is None else min(patience, usual)


def _usual_limit() -> float:
    text = os.environ.get("MODELREG_LOCK_TIMEOUT")
    if not text:
        return WAIT_LIMIT
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= threading.TIMEOUT_MAX:
        raise InvalidInput(
            f"MODELREG_LOCK_TIMEOUT is {text!r}, which is no number of seconds", "set it to one like 30, or unset it"
        )
    return seconds


class ProcessLock:
    """The lock that whoever locks the file at `path` has; for one thread at a time. Its methods raise OSError.

    With `create` the file is made where it is missing; without, it may also be a folder, and has to be there.
    """

    def __init__(self, path: Path, *, create: bool = True) -> None:
        self.path = path
        self._flags = os.O_RDWR | os.O_CREAT if create else os.O_RDONLY
        self._file: OwnFile | None = None

    def acquire(self, deadline: float) -> bool:
        """Wait until `deadline` (of `time.monotonic`) for the lock; whether it is ours now.

        A signal that arrives meanwhile is handled at the end, the lock being ours or not: `release` it in any case.
        """
        with interrupts.held_back():
            while True:
                file = self._open()
                if not (_try(file) or _Wait(file).until(deadline)):
                    return False
                self._file = file
                if self._is_at_its_path(file):
                    return True
                self.release()  # somebody has removed the file meanwhile: there is another one to lock

    def try_acquire(self) -> bool:
        """Whether the lock is ours now; nobody is waited for."""
        with interrupts.held_back():
            file = self._open()
            if not _try(file):
                return False
            self._file = file
            return True

    def taken(self) -> bool:
        """Whether somebody has the lock."""
        with interrupts.held_back(), self._open() as file:
            if not _try(file):
                return True
            _unlock(file)
            return False

    def release(self) -> None:
        """Let others have it; nothing happens when it is not ours."""
        with interrupts.held_back():
            file, self._file = self._file, None
            if file is not None:
                _give_back(file)

    def note(self, text: str) -> None:
        """Write into the lock file, which is ours."""
        if self._file is not None:
            os.ftruncate(self._file.fileno(), 0)
            self._file.write(text.encode())

    def holder(self) -> str:
        """Who has the lock, as far as that can be known, like "process 4711 (python)"."""
        noted = ""
        if not self.path.is_dir():
            try:
                with OwnFile(self.path, os.O_RDONLY) as file:
                    noted = file.read(200).decode(errors="replace").strip()
            except OSError:
                noted = ""
        pid = _locked_by(self.path)
        if pid is None or f"process {pid} " in noted:
            return noted or "another process"
        return f"process {pid} ({_name_of(pid)})"

    def works(self) -> bool:
        """Whether the filesystem keeps locks: some take every lock and keep none."""
        with interrupts.held_back(), self._open() as first, self._open() as second:
            if not _try(first):
                return True
            kept = not _try(second)
            _unlock(first)
            return kept

    def _open(self) -> OwnFile:
        file = OwnFile(self.path, self._flags)
        _opened.add(file)
        return file

    def _is_at_its_path(self, file: OwnFile) -> bool:
        try:
            return os.path.samestat(os.stat(self.path), os.fstat(file.fileno()))
        except FileNotFoundError:
            return False


def too_long(what: object, limit: float, lock: ProcessLock) -> RegistryBusy:
    """The sentence for having waited `limit` seconds for the lock on `what`."""
    return RegistryBusy(
        f"{what} has been held for over {limit:g} s by {lock.holder()}",
        "try again when it is done, or stop that process",
    )


class _Wait:
    """A thread that waits in the kernel for a lock, as nothing else can be made to stop waiting."""

    def __init__(self, file: OwnFile) -> None:
        self._file = file
        self._guard = threading.Lock()
        self._done = threading.Event()
        self._abandoned = False
        self._error: OSError | None = None

    def until(self, deadline: float) -> bool:
        """Whether the lock came before `deadline`; when not, it will be given back as soon as it comes."""
        threading.Thread(target=self._wait, name="modelreg-lock", daemon=True).start()
        try:
            while True:
                left = max(0.0, deadline - time.monotonic())
                if self._done.wait(min(left, interrupts.PATIENCE)) or left == 0:
                    break
                interrupts.check()
        except BaseException:  # the user interrupts
            if self._came():
                _give_back(self._file)
            raise
        came = self._came()
        if self._error is not None:
            raise self._error
        return came

    def _came(self) -> bool:
        with self._guard:
            self._abandoned = not self._done.is_set()
            return not self._abandoned

    def _wait(self) -> None:
        try:
            _wait(self._file)
        except OSError as error:
            self._error = error
        with self._guard:
            self._done.set()
            if self._abandoned:
                _give_back(self._file)


def _give_back(file: OwnFile) -> None:
    if not file.closed:  # as it is in a process forked meanwhile
        with file:
            _unlock(file)


def _locked_by(path: Path) -> int | None:
    """The process that has locked the file or folder at `path`; None where that cannot be known."""
    try:
        inode = os.stat(path).st_ino
        lines = Path("/proc/locks").read_text().splitlines()
    except OSError:
        return None
    for line in lines:
        # Like "7: FLOCK  ADVISORY  WRITE 4711 08:01:1311 0 EOF"; with "->" for whoever waits.
        words = line.split()
        if "FLOCK" in words[1:2] and words[5].rpartition(":")[2] == str(inode) and int(words[4]) > 0:
            return int(words[4])
    return None


def _name_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return "python"


# What this process has open to lock it.
_opened: weakref.WeakSet[OwnFile] = weakref.WeakSet()


def _close_all() -> None:
    for file in list(_opened):
        file.close()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_all)
