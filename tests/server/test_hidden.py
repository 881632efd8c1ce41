"""Nobody learns what is hidden from them, nor changes what they may not, over HTTP."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import jupyter_modelreg
from tests.server.conftest import Call
from tests.support.doors import USER, Hidden


@pytest.fixture(autouse=True)
def works_as_ben(own_environment: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server belongs to ben."""
    monkeypatch.setenv("MODELREG_ACTOR", USER)


async def test_through_rest(call: Call, registry_path: Path, tmp_path: Path) -> None:
    hidden = Hidden(jupyter_modelreg.connect(str(registry_path), actor="ana"), tmp_path, 5)
    for step in hidden.steps():
        before = hidden.last()
        status, told = await call(step.operation, dict(step.parameters))
        assert (status == 200) == told["ok"]
        hidden.check(str(step.parameters), json.dumps(told))
        if step.takes is not None:
            hidden.check_change(step, told["ok"], before)
    hidden.ana.close()
