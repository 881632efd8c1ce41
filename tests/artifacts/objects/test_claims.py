"""Who is at work on a version, where there are no locks."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts.objects import ObjectFiles, claims
from jupyter_modelreg.artifacts.objects.shared import SharedFolder
from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnavailable

HOLDING = """
import sys, time
from jupyter_modelreg.artifacts.objects import ObjectFiles, claims
claims.RENEWED = 0.2
with ObjectFiles(sys.argv[1]).claim(7):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ObjectFiles:
    monkeypatch.setattr(claims, "DEAD", 2.0)
    monkeypatch.setattr(claims, "RENEWED", 0.2)
    return ObjectFiles(f"local://{tmp_path}/shared")


@pytest.fixture
def holder(files: ObjectFiles, tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the claim on version 7."""
    command = [sys.executable, "-c", HOLDING, f"local://{tmp_path}/shared"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def test_a_claim_lasts_as_long_as_its_process_and_a_little_longer(
    files: ObjectFiles, holder: subprocess.Popen[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    time.sleep(2.5)  # longer than one that nobody renews
    assert files.claimed(7) is True
    assert files.claimed(8) is False
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.5")
    with pytest.raises(RegistryBusy, match=rf"7\.json has been held for over 0\.5 s by process {holder.pid} on "):
        files.claim(7).__enter__()
    holder.kill()
    holder.wait()
    assert files.claimed(7) is True
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "30")
    with files.claim(7):
        assert files.claimed(7) is True
    assert files.claimed(7) is False


def test_others_wait_until_it_is_given_back(files: ObjectFiles) -> None:
    order: list[str] = []

    def take() -> None:
        with files.claim(7):
            order.append("second")

    with files.claim(7):
        waiting = threading.Thread(target=take)
        waiting.start()
        time.sleep(0.3)
        order.append("first")
    waiting.join()
    assert order == ["first", "second"]


def test_who_may_only_read_cannot_tell(files: ObjectFiles, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(*_: object) -> bool:
        raise RegistryUnavailable("cannot keep model files there")

    with files.claim(7), monkeypatch.context() as reader:
        reader.setattr(SharedFolder, "put_new", refused)
        assert files.claimed(7) is None
        assert files.claimed(8) is False


def test_one_that_was_taken_for_dead_is_not_given_back(files: ObjectFiles, tmp_path: Path) -> None:
    other = tmp_path / "shared" / "claims" / "7.json"
    with files.claim(7):
        other.unlink()
        other.write_text("{}")
    assert other.exists()
