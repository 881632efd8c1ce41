"""Lock files: in order of arrival, for a limited time, and only where the filesystem keeps them."""

from __future__ import annotations

import errno
import fcntl
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.system.locks import ProcessLock


def far() -> float:
    return time.monotonic() + 60


def waiting_for(path: Path) -> int:
    """How many wait in the kernel for the lock on `path`."""
    inode = f":{path.stat().st_ino} "
    return sum("->" in line and inode in line for line in Path("/proc/locks").read_text().splitlines())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who waits")
def test_waiters_are_served_in_order_of_arrival(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    first = ProcessLock(path)
    assert first.acquire(far())
    served: list[int] = []

    def wait(number: int) -> None:
        lock = ProcessLock(path)
        assert lock.acquire(far())
        served.append(number)
        lock.release()

    threads = [threading.Thread(target=wait, args=(number,)) for number in range(8)]
    for number, thread in enumerate(threads):
        thread.start()
        while waiting_for(path) <= number:
            assert thread.is_alive()
            time.sleep(0.001)
    first.release()
    for thread in threads:
        thread.join()
    assert served == list(range(8))


def test_who_gives_up_waiting_is_in_nobodys_way(tmp_path: Path) -> None:
    first, second, third = (ProcessLock(tmp_path / "lock") for _ in range(3))
    assert first.acquire(far())
    assert not second.acquire(time.monotonic() + 0.05)
    assert third.taken()
    first.release()
    assert third.acquire(far())
    third.release()
    for waiter in threading.enumerate():  # whoever gave up still gets the lock once, to give it back
        if waiter.name == "modelreg-lock":
            waiter.join(10)
    assert not first.taken()


def test_a_lock_file_that_is_removed_is_no_second_lock(tmp_path: Path) -> None:
    first, second = (ProcessLock(tmp_path / "lock") for _ in range(2))
    assert first.acquire(far())
    waiter = threading.Thread(target=second.acquire, args=(far(),))
    waiter.start()
    first.path.unlink()
    first.release()
    waiter.join()
    third = ProcessLock(tmp_path / "lock")
    assert third.taken()
    second.release()
    assert not third.taken()


def test_a_filesystem_that_keeps_no_locks_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", lambda descriptor, operation: None)
    with pytest.raises(RegistryUnavailable, match="keeps no file locks"):
        registry.models.create("fraud")


def test_a_filesystem_that_refuses_locks_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(descriptor: int, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(RegistryUnavailable, match="keeps no file locks"):
        registry.models.create("fraud")
