"""A real Jupyter server with the extension, over HTTP; its event loop and a browser test's do not go together."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

# Imported, not named in `pytest_plugins`: the plugin's automatic fixtures are for this folder alone.
from pytest_jupyter.jupyter_core import *  # noqa: F403
from pytest_jupyter.jupyter_server import *  # noqa: F403
from pytest_jupyter.pytest_tornasync import *  # noqa: F403
from tornado.httpclient import HTTPResponse

Call = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture(autouse=True)
def own_environment(isolated: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let what the extension sets for the kernels end with the test."""
    monkeypatch.setenv("MODELREG_URI", "")
    os.environ.pop("MODELREG_URI")


@pytest.fixture
def extension_config(registry_path: Path) -> dict[str, object]:
    """The traits of the extension; tests parametrise it."""
    return {"uri": f"modelreg:///{registry_path}"}


@pytest.fixture  # type: ignore[no-redef]
def jp_server_config(
    extension_config: dict[str, object],
) -> dict[str, object]:
    """A server with the extension."""
    return {
        "ServerApp": {"jpserver_extensions": {"jupyter_modelreg": True}},
        "ModelregExtension": extension_config,
    }


@pytest.fixture
def call(jp_fetch: Callable[..., Awaitable[HTTPResponse]]) -> Call:
    """Call an operation with the token; gives the HTTP status and the envelope."""

    async def post(op: str, params: object = None, *, body: str | None = None) -> tuple[int, Any]:
        text = json.dumps(params or {}) if body is None else body
        response = await jp_fetch("modelreg", "api", op, method="POST", body=text, raise_error=False)
        return response.code, json.loads(response.body)

    return post
