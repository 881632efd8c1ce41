"""Threads that give way to others."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from jupyter_modelreg.system.threads import give_way


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a priority for each thread")
def test_a_thread_gives_way_and_so_do_those_it_starts_but_no_other() -> None:
    found: dict[str, int] = {}

    def note(name: str) -> None:
        found[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def run() -> None:
        give_way()
        give_way()
        note("own")
        inner = threading.Thread(target=note, args=("inner",))
        inner.start()
        inner.join()

    before = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())
    outer = threading.Thread(target=run)
    outer.start()
    outer.join()
    note("main")
    assert found == {"own": max(10, before), "inner": max(10, before), "main": before}
