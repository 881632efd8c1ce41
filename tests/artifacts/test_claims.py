"""Claims: who is at work on a version is known for as long as that process lives."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.errors import RegistryBusy

HOLD = """
import sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
with ManagedFiles(Path(sys.argv[1])).claim(7):
    print("held", flush=True)
    sys.stdin.read()
"""

LOCK = """
import sys, time
from pathlib import Path
from jupyter_modelreg.system.locks import ProcessLock
lock = ProcessLock(Path(sys.argv[1]), create=False)
assert lock.acquire(time.monotonic() + 60)
print("held", flush=True)
sys.stdin.read()
"""


def hold(root: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(root)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def test_a_claim_lasts_as_long_as_the_work(managed: ManagedFiles, root: Path) -> None:
    assert managed.claimed(7) is False
    with hold(root) as process:
        assert managed.claimed(7) is True
        assert managed.claimed(8) is False
        assert managed.inventory().stale == []
        process.communicate("")
    assert managed.claimed(7) is False
    assert list((root / ".staging").iterdir()) == []


def test_the_claim_of_a_killed_process_holds_nothing_and_is_swept_up(managed: ManagedFiles, root: Path) -> None:
    with hold(root) as process:
        process.kill()
    assert managed.claimed(7) is False
    assert managed.inventory().stale == ["7.lock"]
    managed.clean_up()
    assert managed.inventory().stale == []


def test_sweeping_up_leaves_claims_that_are_held(managed: ManagedFiles, root: Path) -> None:
    with hold(root) as process:
        managed.clean_up()
        assert managed.claimed(7) is True
        process.communicate("")


def test_looking_makes_nothing(managed: ManagedFiles, root: Path) -> None:
    assert managed.claimed(7) is False
    assert managed.inventory().versions == frozenset()
    managed.clean_up()
    assert not root.exists()


def test_somebody_who_is_stopped_while_sweeping_up_is_named(
    managed: ManagedFiles, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / ".staging").mkdir(parents=True)
    stopped = subprocess.Popen(
        [sys.executable, "-c", LOCK, str(root / ".staging")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert stopped.stdout is not None
    assert stopped.stdout.readline() == "held\n"
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.2")
    for call in (managed.inventory, managed.clean_up):
        with pytest.raises(RegistryBusy, match=f"has been held for over 0.2 s by process {stopped.pid} "):
            call()
    stopped.communicate("")
    assert managed.inventory().stale == []
