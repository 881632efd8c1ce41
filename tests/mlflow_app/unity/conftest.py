"""Unity Catalog's routes over a registry, in this process and behind the gate, with ana, who runs it, and ben."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from httpx import Response
from starlette.applications import Starlette
from starlette.routing import BaseRoute
from starlette.testclient import TestClient

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity.gate import Gate
from jupyter_modelreg.mlflow_app.identity.signing_in import sign_in_by
from jupyter_modelreg.mlflow_app.running import let_first_in
from jupyter_modelreg.mlflow_app.unity.routes import unity_routes
from jupyter_modelreg.mlflow_app.unity.uploads.local import LocalUploads
from tests.support.object_store import bucket, object_store
from tests.support.real_models import save_model

__all__ = ["bucket", "object_store", "save_model"]
BASE = "/api/2.1/unity-catalog"


@dataclass(frozen=True)
class Unity:
    """The routes, and the tokens of who is let in.

    Attributes:
        ana, ben, looker: tokens of the administrator, of somebody without rights, and one of ana's that only reads.
        routes: all of them.
        registry: as ana has it, without a server in between.
    """

    client: TestClient
    routes: Sequence[BaseRoute]
    registry: Registry
    ana: str
    ben: str
    looker: str

    def ask(self, method: str, path: str, token: str | None = None, **body: Any) -> Response:
        """Ask as ana, or whose `token` it is; a body goes with what is not asked by GET."""
        headers = {"Authorization": f"Bearer {token or self.ana}"}
        where = path if path.startswith("/api") else f"{BASE}{path}"
        if method == "GET":
            return self.client.request(method, where, params=body, headers=headers)
        return self.client.request(method, where, content=json.dumps(body), headers=headers)

    def told(self, method: str, path: str, token: str | None = None, **body: Any) -> Any:
        """What is answered, which must be that it is done."""
        reply = self.ask(method, path, token, **body)
        assert reply.status_code == 200, reply.text
        return reply.json() if reply.text != "200 OK" else None

    def refused(self, method: str, path: str, token: str | None = None, **body: Any) -> tuple[int, str, str]:
        """The status, the code and Unity Catalog's name of what is wrong."""
        reply = self.ask(method, path, token, **body)
        said = reply.json()
        [detail] = said["details"]
        assert said["message"]
        assert detail["@type"] == "type.googleapis.com/google.rpc.ErrorInfo"
        return reply.status_code, said["error_code"], detail["reason"]


@pytest.fixture
def unity(registry: Registry, tmp_path: Path) -> Iterator[Unity]:
    """The routes over a new registry, in which there is the schema prod.ml_team."""
    ana = let_first_in(registry, registry.actor)
    assert ana is not None
    registry.users.create("ben")
    registry.schemas.create("prod.ml_team")
    routes = unity_routes(registry, LocalUploads(tmp_path / "uploads"))
    app = Gate(Starlette(routes=routes), sign_in=sign_in_by(registry))
    with TestClient(app, raise_server_exceptions=False) as client:
        yield Unity(
            client,
            routes,
            registry,
            ana,
            registry.tokens.create(user="ben").secret,
            registry.tokens.create(read_only=True).secret,
        )
