"""News of a long operation, line by line before its answer."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPResponse

from jupyter_modelreg.system import progress
from tests.server.conftest import Call
from tests.support.plain_models import MLMODEL, plain_model

Stream = Callable[..., Awaitable[tuple[HTTPResponse, list[Any], int]]]
SIZE = 8 << 20


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The folder of a model with a signature, of eight MiB and a little."""
    plain_model(tmp_path / "model", SIZE)
    return tmp_path / "model"


@pytest.fixture
def stream(jp_fetch: Callable[..., Awaitable[HTTPResponse]]) -> Stream:
    """Call an operation that accepts lines; gives the response, the lines, and in how many pieces they came."""

    async def post(op: str, params: object) -> tuple[HTTPResponse, list[Any], int]:
        pieces: list[bytes] = []
        response = await jp_fetch(
            "modelreg",
            "api",
            op,
            method="POST",
            body=json.dumps(params),
            headers={"Accept": "application/x-ndjson"},
            streaming_callback=pieces.append,
            raise_error=False,
        )
        return response, [json.loads(line) for line in b"".join(pieces).splitlines()], len(pieces)

    return post


async def test_news_comes_while_it_works_and_the_answer_last(
    stream: Stream, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SAY_EVERY", 0.0)
    response, lines, pieces = await stream("versions.register", {"source": str(model), "model": "a.b.c"})
    assert response.code == 200
    assert response.headers["Content-Type"] == "application/x-ndjson"
    assert lines[-1]["ok"] is True
    assert lines[-1]["result"]["version"] == 1
    done = [line["progress"]["done"] for line in lines[:-1]]
    assert done[0] == 0
    assert done == sorted(done)
    assert done[-1] == lines[-2]["progress"]["total"] == SIZE + len(MLMODEL)
    assert lines[0]["progress"]["what"] == "Adding model files"
    assert pieces > 2


async def test_an_error_ends_with_its_envelope_too(stream: Stream, model: Path, call: Call) -> None:
    response, lines, _ = await stream("versions.register", {"source": "/no/such/folder", "model": "a.b.c"})
    assert response.code == 400
    assert [line["error"]["code"] for line in lines] == ["SOURCE_UNAVAILABLE"]
    await call("versions.register", {"source": str(model), "model": "a.b.c"})
    _, found = await call("versions.location", {"reference": "a.b.c/1"})
    weights = Path(found["result"].removeprefix("file://"), "weights.bin")
    weights.chmod(0o600)
    weights.write_bytes(b"x" * SIZE)
    response, lines, _ = await stream("versions.location", {"reference": "a.b.c/1"})
    assert response.code == 200, "it was on its way when the damage showed"
    assert "progress" in lines[0]
    assert lines[-1]["error"]["code"] == "FILES_DAMAGED"


async def test_a_quick_operation_is_one_line(stream: Stream) -> None:
    response, lines, _ = await stream("models.list", {})
    assert (response.code, lines) == (200, [{"ok": True, "result": {"items": [], "token": None}}])


async def test_who_does_not_accept_lines_gets_the_answer_alone(call: Call, model: Path) -> None:
    status, reply = await call("versions.register", {"source": str(model), "model": "a.b.c"})
    assert (status, reply["ok"], reply["result"]["version"]) == (200, True, 1)


async def test_what_has_begun_goes_on_when_nobody_listens_any_more(
    jp_serverapp: ServerApp, jp_base_url: str, call: Call, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SAY_EVERY", 0.0)
    body = json.dumps({"source": str(model), "model": "a.b.c"})
    request = (
        f"POST {jp_base_url}modelreg/api/versions.register HTTP/1.1\r\nHost: localhost\r\n"
        f"Authorization: token {jp_serverapp.identity_provider.token}\r\nAccept: application/x-ndjson\r\n"
        f"Content-Length: {len(body)}\r\n\r\n{body}"
    )
    reader, writer = await asyncio.open_connection("localhost", jp_serverapp.port)
    writer.write(request.encode())
    await reader.readuntil(b'"progress"')
    writer.close()
    await writer.wait_closed()
    deadline = time.monotonic() + 30
    while (await call("versions.get", {"reference": "a.b.c/1"}))[1]["result"]["status"] != "READY":
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)
