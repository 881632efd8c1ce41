"""Operations over HTTP, on a real server."""

from __future__ import annotations

import asyncio
import getpass
import json
import logging
import subprocess
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

import jupyter_modelreg
from tests.server.conftest import Call


async def test_a_good_call(call: Call, registry_path: Path) -> None:
    status, reply = await call("models.create", {"name": "prod.ml.fraud", "reason": "first"})
    assert (status, reply["ok"]) == (200, True)
    assert reply["result"]["name"] == "prod.ml.fraud"
    status, reply = await call("schemas.list", {"catalog": "prod"})
    assert [schema["name"] for schema in reply["result"]["items"]] == ["prod.ml"]
    event = jupyter_modelreg.connect(str(registry_path)).history.last()
    assert event is not None
    assert (event.actor, event.reason) == (getpass.getuser(), "first")


@pytest.mark.parametrize(
    ("op", "params", "status", "code"),
    [
        ("models.lst", {}, 404, "NOT_FOUND"),
        ("models.get", {"name": "none"}, 404, "NOT_FOUND"),
        ("aliases.get", {"model": "m", "alias": "none"}, 404, "ALIAS_NOT_FOUND"),
        ("models.create", {"name": "m"}, 409, "ALREADY_EXISTS"),
        ("tags.edit", {"reference": "m", "set": {"a": "1"}, "expected": {"a": "0"}}, 409, "CONFLICT"),
        ("models.get", {"name": 3}, 400, "INVALID_INPUT"),
        ("models.get", {}, 400, "INVALID_INPUT"),
        ("models.search", {"conditions": [{"field": "x", "operator": "=", "value": 1}]}, 400, "INVALID_INPUT"),
        ("models.search", {"order": [{"field": "x"}]}, 400, "INVALID_INPUT"),
        ("models.list", {"page_token": "x"}, 400, "INVALID_INPUT"),
        ("versions.load", {"reference": "m/1"}, 400, "INVALID_INPUT"),
        ("versions.register", {"source": "/no/such/folder", "model": "a.b.c"}, 400, "SOURCE_UNAVAILABLE"),
    ],
)
async def test_a_bad_call(call: Call, op: str, params: object, status: int, code: str) -> None:
    await call("models.create", {"name": "m"})
    got, reply = await call(op, params)
    assert (got, reply["ok"], reply["error"]["code"]) == (status, False, code)
    assert set(reply["error"]) == {"code", "message", "hint"}


async def test_what_is_looked_for_in_vain_is_no_warning(call: Call, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await call("models.get", {"name": "not_there_y"})
    assert not [record for record in caplog.records if "models.get" in record.getMessage()]
    await call("models.get", {"name": 3})
    assert [record.levelname for record in caplog.records if "models.get" in record.getMessage()] == ["WARNING"]


async def test_the_past(call: Call, jp_fetch: Callable[..., Awaitable[HTTPResponse]]) -> None:
    await call("models.create", {"name": "m", "description": "old"})
    _, last = await call("history.last")
    await asyncio.sleep(0.01)
    await call("models.describe", {"name": "m", "description": "new"})

    async def asked(op: str, as_of: str) -> tuple[int, Any]:
        given = await jp_fetch(
            "modelreg", "api", op, method="POST", body='{"name": "m"}', params={"as_of": as_of}, raise_error=False
        )
        return given.code, json.loads(given.body)

    for as_of, description in ((str(last["result"]["time"]), "old"), ("now", "new")):
        status, reply = await asked("models.get", as_of)
        assert (status, reply["result"]["description"]) == (200, description)
    for op, as_of, code, status in (
        ("models.get", "some day", "INVALID_INPUT", 400),
        ("models.get", "1", "INVALID_STATE", 409),
        ("models.delete", "now", "INVALID_STATE", 409),
    ):
        got, reply = await asked(op, as_of)
        assert (got, reply["error"]["code"]) == (status, code)


@pytest.mark.parametrize("body", ["{", "\x00", "[]", "3", "[" * 100_000])
async def test_a_body_that_is_no_object(call: Call, body: str) -> None:
    status, reply = await call("models.list", body=body)
    assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT")


async def test_an_empty_body_means_no_parameters(call: Call) -> None:
    status, reply = await call("models.list", body="")
    assert (status, reply["result"]) == (200, {"items": [], "token": None})


@pytest.mark.parametrize("extension_config", [{"writable": False}])
async def test_writes_can_be_switched_off(call: Call) -> None:
    status, reply = await call("models.create", {"name": "m"})
    assert (status, reply["error"]["code"]) == (403, "WRITES_OFF")
    status, reply = await call("models.list")
    assert (status, reply["result"]["items"]) == (200, [])


@pytest.mark.parametrize("extension_config", [{"uri": "mysql://somewhere"}])
async def test_a_registry_that_cannot_be_opened_is_an_answer(call: Call) -> None:
    status, reply = await call("registry.status")
    assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT")
    assert "mysql://somewhere" in reply["error"]["message"]


async def test_a_file_that_is_no_registry_is_an_answer(call: Call, registry_path: Path) -> None:
    registry_path.write_text("not a database")
    status, reply = await call("registry.status")
    assert (status, reply["error"]["code"]) == (503, "UNUSABLE")


async def test_a_change_by_another_process_is_seen(call: Call, registry_path: Path) -> None:
    await call("models.create", {"name": "m"})
    _, reply = await call("history.last")
    seen = reply["result"]["seq"]
    code = f"import jupyter_modelreg as m; m.connect({str(registry_path)!r}).tags.set('m', {{'k': 'v'}})"
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
    _, reply = await call("history.list", {"after": seen})
    assert [(event["action"], event["after"]) for event in reply["result"]] == [("tag.set", {"k": "v"})]


async def test_the_answer_is_json_whatever_it_holds(call: Call) -> None:
    text = '</script><b>"\u2028 🦊'
    await call("models.create", {"name": "m", "description": text})
    _, reply = await call("models.get", {"name": "m"})
    assert reply["result"]["description"] == text
    json.dumps(reply, allow_nan=False)


async def test_a_body_that_is_too_large_is_refused(call: Call) -> None:
    status, reply = await call("models.create", {"name": "m", "description": "x" * (17 << 20)})
    assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT")
    assert "the body of the request has 17,8" in reply["error"]["message"]
    assert (await call("models.get", {"name": "m"}))[0] == 404
