"""Requests that wait for a tracking server hold up no others, and those nobody waits for any more never begin."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from concurrent.futures import CancelledError

import pytest

from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.core.errors import RegistryBusy
from jupyter_modelreg.server.pools import ASKING, LONG, QUICK, Pool, pool_for
from tests.server.conftest import Call
from tests.support.silence import silent_port, tracking_at


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A tracking server that takes connections and never answers."""
    monkeypatch.setenv("MODELREG_TRACKING_TIMEOUT", "7")
    with silent_port() as port, tracking_at(f"http://127.0.0.1:{port}") as address:
        yield address


async def test_a_hanging_tracking_server_holds_up_nothing_else(call: Call, hanging: str) -> None:
    await call("registry.status")
    source = {"source": "runs:/0123456789abcdef/model", "model": "prod.ml.fraud"}
    # More than there are threads for such; with one more they are the ten that Tornado's client has at a time.
    slow = [asyncio.ensure_future(call("versions.register", source)) for _ in range(5)]
    slow += [asyncio.ensure_future(call("tracking.runs")) for _ in range(4)]
    await asyncio.sleep(0.5)
    began = time.monotonic()
    status, reply = await call("registry.status")
    assert (status, reply["ok"]) == (200, True)
    assert time.monotonic() - began < 5
    assert not any(task.done() for task in slow)
    for status, reply in await asyncio.gather(*slow):
        assert (status, reply["error"]["code"]) == (400, "SOURCE_UNAVAILABLE")
        assert f"{hanging} has not answered for 7 seconds" in reply["error"]["message"]


def test_too_many_are_refused_and_what_waits_can_be_cancelled() -> None:
    pool, go = Pool("slow", 1, 1), threading.Event()
    pool.submit(go.wait)
    second = pool.submit(lambda: "never")
    with pytest.raises(RegistryBusy, match="2 slow requests are at work or waiting already"):
        pool.submit(lambda: None)
    assert second.cancel()
    third = pool.submit(lambda: "at last")
    go.set()
    assert third.result(10) == "at last"
    with pytest.raises(CancelledError):
        second.result()


def test_every_operation_has_its_pool() -> None:
    found = {name: pool_for(name) for name in OPERATIONS}
    assert found["registry.status"] is found["models.search"] is QUICK
    assert found["versions.register"] is found["maintenance.verify"] is LONG
    assert {name for name, pool in found.items() if pool is ASKING} == {
        name for name in OPERATIONS if name.startswith("tracking.")
    }
