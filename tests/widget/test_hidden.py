"""Nobody learns what is hidden from them, nor changes what they may not, over the comm of a real kernel."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from jupyter_client.manager import start_new_kernel

import jupyter_modelreg
from tests.support.doors import USER, Hidden
from tests.widget.test_comm import FrontEnd

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def front(registry_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FrontEnd]:
    """A kernel of ben's."""
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{registry_path}")
    monkeypatch.setenv("MODELREG_ACTOR", USER)
    manager, client = start_new_kernel(kernel_name="python3", startup_timeout=90)
    try:
        yield FrontEnd(client)
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_through_a_comm(registry_path: Path, front: FrontEnd, tmp_path: Path) -> None:
    hidden = Hidden(jupyter_modelreg.connect(str(registry_path), actor="ana"), tmp_path, 4)
    shown = front.run("import jupyter_modelreg as mr\nw = mr.explore()\nw")
    hidden.check("explore", json.dumps(shown, default=str))
    front.opened("w = mr.explore()")
    for number, step in enumerate(hidden.steps()):
        before = hidden.last()
        told = front.ask({"id": number, "op": step.operation, "params": dict(step.parameters)})
        hidden.check(str(step.parameters), json.dumps(told))
        if step.takes is not None:
            hidden.check_change(step, told["ok"], before)
    hidden.ana.close()
