"""The sidebar on a registry that another server has: the extension asks that one, with the token of who runs it."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from jupyter_server.serverapp import ServerApp

import jupyter_modelreg
from jupyter_modelreg.core.context import own_version
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.remote import sending
from jupyter_modelreg.system import progress
from tests.server.conftest import Call
from tests.support.plain_models import plain_model
from tests.support.served import TOKEN, Served, serving

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(scope="module")
def artifacts(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the other server keeps what it is sent."""
    return tmp_path_factory.mktemp("artifacts")


@pytest.fixture
def uploads(artifacts: Path) -> Path:
    """What is sent there to be registered."""
    return artifacts / "uploads"


@pytest.fixture(scope="module")
def served(artifacts: Path) -> Iterator[Served]:
    with serving(artifacts) as found:
        yield found


@pytest.fixture
def there(served: Served, registry: Registry) -> Registry:
    """The registry that the other server has."""
    served.shown = registry
    return registry


@pytest.fixture
def extension_config(served: Served, there: Registry, monkeypatch: pytest.MonkeyPatch) -> dict[str, object]:
    monkeypatch.setenv("MODELREG_TOKEN", TOKEN)
    return {"uri": served.url}


async def test_the_panel_works_there(call: Call, there: Registry, served: Served) -> None:
    status, reply = await call("models.create", {"name": "prod.ml.fraud", "reason": "first"})
    assert (status, reply["ok"]) == (200, True), reply
    assert isinstance(reply["unit"], int)
    status, reply = await call("registry.identity")
    assert (reply["result"]["uri"], reply["result"]["actor"]) == (f"modelreg:{served.url}", "ana")
    assert (reply["result"]["version"], reply["result"]["read_only"]) == (own_version(), False)
    status, reply = await call("schemas.list", {"catalog": "prod"})
    assert [schema["name"] for schema in reply["result"]["items"]] == ["prod.ml"]
    status, reply = await call("models.get", {"name": "none"})
    assert (status, reply["error"]["code"]) == (404, "NOT_FOUND")
    event = there.history.last()
    assert event is not None
    assert (event.actor, event.reason) == ("ana", "first")


async def test_files_are_shown_from_there(
    call: Call, there: Registry, model_folder: Path, jp_fetch: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / "cache"))
    there.versions.register(str(model_folder), "prod.ml.fraud")
    reply = await jp_fetch("modelreg", "files", "prod.ml.fraud", "1", "MLmodel")  # type: ignore[operator]
    assert reply.body == (model_folder / "MLmodel").read_bytes()
    status, told = await call("versions.register", {"source": str(model_folder), "model": "prod.ml.sent"})
    assert (status, told["ok"]) == (200, True), told
    assert there.versions.get("prod.ml.sent/1").managed


async def test_an_upload_tells_how_far_it_is_and_leaves_nothing_when_it_is_stopped(
    call: Call,
    there: Registry,
    uploads: Path,
    jp_serverapp: ServerApp,
    jp_base_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plain_model(tmp_path / "large", 8 << 20)
    monkeypatch.setattr(progress, "_SAY_EVERY", 0.0)
    read = sending._Told.read

    def slowly(told: sending._Told, size: int = -1) -> bytes:
        time.sleep(0.02)
        return read(told, size)

    over, close = threading.Event(), sending.Upload.close

    def closed(upload: sending.Upload) -> None:
        close(upload)
        over.set()

    monkeypatch.setattr(sending._Told, "read", slowly)
    monkeypatch.setattr(sending.Upload, "close", closed)
    body = json.dumps({"source": str(tmp_path / "large"), "model": "prod.ml.large"})
    request = (
        f"POST {jp_base_url}modelreg/api/versions.register HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: token {jp_serverapp.identity_provider.token}\r\nAccept: application/x-ndjson\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    reader, writer = await asyncio.open_connection("localhost", jp_serverapp.port)
    writer.write(request.encode())
    for _ in range(20):
        line = await reader.readuntil(b"}}\n")
    news = json.loads(line[line.index(b"{") :])["progress"]
    assert (news["what"], news["unit"]) == ("Sending model files", "bytes")
    assert 0 < news["done"] < news["total"]
    writer.close()
    await writer.wait_closed()
    assert await asyncio.to_thread(over.wait, 5), "all of it takes ten seconds"
    assert list(uploads.rglob("*")) == []
    assert not there.models.list()
    monkeypatch.setattr(sending._Told, "read", read)
    status, reply = await call("versions.register", {"source": str(tmp_path / "large"), "model": "prod.ml.large"})
    assert (status, reply["result"]["version"]) == (200, 1), reply


async def test_what_has_to_be_run_there_says_so(call: Call) -> None:
    status, reply = await call("maintenance.verify", {"rebuild": False})
    assert (status, reply["result"]["findings"]) == (200, [])
    with closing(jupyter_modelreg.connect()) as own:
        assert own.actor == "ana"  # the kernels are named the same registry
