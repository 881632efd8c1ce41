"""The progress bar of what takes long, on a real terminal."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import termios
import time
from contextlib import suppress
from pathlib import Path

import pytest

VERIFY = """
import sys
from pathlib import Path
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import FilesDamaged
try:
    ManagedFiles(Path(sys.argv[1])).verify(7, [FileEntry(path="weights.bin", size=int(sys.argv[2]), sha256="")])
except FilesDamaged as error:
    print(error.message)
"""


def shown_on_a_terminal(root: Path, size: int, pause: float) -> str:
    """What checking `size` bytes of zeros, `pause` seconds longer than it takes, writes to a terminal's stderr."""
    (root / "7").mkdir(parents=True)
    weights = root / "7" / "weights.bin"
    with weights.open("wb") as file:
        file.truncate(size)  # takes no space on disk
    master, terminal = pty.openpty()
    termios.tcsetwinsize(terminal, (24, 100))
    command = [sys.executable, "-c", VERIFY, str(root), str(size)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=terminal, text=True) as process:
        if pause:
            while str(weights) not in open_files(process.pid):
                assert process.poll() is None
            process.send_signal(signal.SIGSTOP)
            time.sleep(pause)
            process.send_signal(signal.SIGCONT)
        output = process.communicate(timeout=60)[0]
    assert "weights.bin has changed" in output
    os.set_blocking(master, False)
    shown = b""
    try:
        with suppress(BlockingIOError):
            while piece := os.read(master, 1 << 20):  # a terminal gives 4,095 bytes at a time
                shown += piece
        return shown.decode()
    finally:
        os.close(terminal)
        os.close(master)


def open_files(pid: int) -> set[str]:
    """What a process has open at the moment."""
    found = set()
    for link in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed since
            found.add(os.readlink(link))
    return found


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="looks into the process to stop it at work")
def test_what_takes_more_than_a_second_shows_a_bar(root: Path) -> None:
    shown = shown_on_a_terminal(root, 512 << 20, pause=1.2)
    assert "Checking model files:" in shown
    assert "/512M" in shown
    assert shown.endswith("\r")  # and takes it away at the end


def test_what_is_quick_shows_none(root: Path) -> None:
    assert shown_on_a_terminal(root, 1 << 20, pause=0) == ""
