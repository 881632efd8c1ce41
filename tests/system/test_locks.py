"""Lock files: in order of arrival, for a limited time, and only where the filesystem keeps them."""

from __future__ import annotations

import errno
import fcntl
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.system.locks import ProcessLock

HOLD = """
import sys, time
from pathlib import Path
from jupyter_modelreg.system.locks import ProcessLock
lock = ProcessLock(Path(sys.argv[1]))
assert lock.acquire(time.monotonic() + 60)
print("held", flush=True)
sys.stdin.read()
"""


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


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_keeps_no_lock_of_its_parent(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path / "lock")
    assert lock.acquire(far())
    child = os.fork()
    if child == 0:
        time.sleep(60)
        os._exit(0)
    try:
        other = ProcessLock(lock.path)
        assert other.taken()
        lock.release()
        assert other.acquire(time.monotonic() + 1)
        other.release()
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_child_that_ends_takes_no_lock_from_its_parent(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path / "lock")
    assert lock.acquire(far())
    child = os.fork()
    if child == 0:
        lock.release()
        os._exit(0)
    os.waitpid(child, 0)
    assert ProcessLock(lock.path).taken()
    lock.release()


def test_a_symbolic_link_in_the_place_of_a_lock_is_not_followed(new_registry: Registry, registry_path: Path) -> None:
    precious = registry_path.with_name("precious.txt")
    precious.write_text("not to be touched")
    registry_path.with_name(f"{registry_path.name}.lock").symlink_to(precious)
    with pytest.raises(RegistryUnavailable, match=r"registry\.duckdb\.lock is a symbolic link"):
        new_registry.models.create("fraud")
    assert precious.read_text() == "not to be touched"
    assert not registry_path.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells who holds a lock")
def test_a_holder_that_noted_nothing_is_named(tmp_path: Path) -> None:
    lock = ProcessLock(tmp_path, create=False)
    assert lock.try_acquire()
    assert ProcessLock(tmp_path, create=False).holder().startswith(f"process {os.getpid()} (")
    lock.release()
    assert ProcessLock(tmp_path, create=False).holder() == "another process"


def test_a_waiter_that_was_stopped_is_named(
    registry: Registry, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.models.create("fraud")
    registry.close()
    stopped = subprocess.Popen(
        [sys.executable, "-c", HOLD, registry_path.with_name(f"{registry_path.name}.turn")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert stopped.stdout is not None
    assert stopped.stdout.readline() == "held\n"
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.2")
    with pytest.raises(RegistryBusy, match=f"by process {stopped.pid} "):
        registry.models.list()
    stopped.communicate("")
    assert registry.models.get("fraud").name == "fraud"


def test_a_filesystem_that_keeps_no_locks_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fcntl, "flock", lambda file, operation: None)
    with pytest.raises(RegistryUnavailable, match="keeps no file locks"):
        registry.models.create("fraud")


def test_a_filesystem_that_refuses_locks_is_refused(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(file: object, operation: int) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(RegistryUnavailable, match="keeps no file locks"):
        registry.models.create("fraud")
