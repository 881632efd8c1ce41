"""The short way to MLflow's registry routes: it answers what the long one does, which the web page's paths go."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest
import requests
from fastapi import FastAPI, Request, Response
from mlflow.server import app as flask_app
from mlflow.server.fastapi_app import create_fastapi_app
from starlette.routing import Match, Route

from jupyter_modelreg.mlflow_app.short_way import guards_of
from tests.mlflow_app.conftest import Team, bearer

SHORT, LONG = "/api/2.0/mlflow/", "/ajax-api/2.0/mlflow/"
JSON = {"Content-Type": "application/json"}
NAME, ALIAS = "registered-models/get?name=way", "registered-models/alias?name=way&alias=champion"
# Method, path below either prefix, body, headers.
ASKED: list[tuple[str, str, bytes, dict[str, str]]] = [
    ("GET", NAME, b"", {}),
    ("HEAD", NAME, b"", {}),
    ("GET", ALIAS, b"", {}),
    ("GET", "registered-models/alias?name=way&alias=gone", b"", {}),
    ("GET", "registered-models/alias?name=way", b"", {}),
    ("GET", "registered-models/alias?name=%C3%BC%2F%00&alias=champion", b"", {}),
    ("GET", "registered-models/search?max_results=1", b"", {}),
    ("GET", "registered-models/search?filter=nonsense", b"", {}),
    ("GET", "model-versions/search?filter=name%3D%27way%27&order_by=version_number+DESC", b"", {}),
    ("GET", "model-versions/get-download-uri?name=way&version=1", b"", {}),
    ("POST", "registered-models/get-latest-versions", b'{"name": "way", "stages": ["None"]}', JSON),
    ("POST", "registered-models/create", b'{"name": "way"}', JSON),
    ("POST", "registered-models/create", b'{"name": 3}', JSON),
    ("POST", "registered-models/create", b"{", JSON),
    ("POST", "registered-models/create", b"name=other", {"Content-Type": "application/x-www-form-urlencoded"}),
    ("POST", "model-versions/create", b'{"name": "way", "source": "/etc/passwd"}', JSON),
    ("POST", "model-versions/set-tag", b'{"name": "way", "version": "1", "key": "k", "value": "\xc3\xbc"}', JSON),
    ("DELETE", "model-versions/delete-tag", b'{"name": "way", "version": "1", "key": "gone"}', JSON),
    ("PATCH", "registered-models/update", b'{"name": "way", "description": "twice"}', JSON),
    ("PUT", "registered-models/create", b"{}", JSON),
    ("GET", "registered-models/nothing", b"", {}),
    ("GET", NAME, b"", {"Host": "evil.example"}),
    ("GET", NAME, b"", {"Origin": "http://localhost:8888"}),
    ("POST", "registered-models/create", b'{"name": "stolen"}', {**JSON, "Origin": "https://evil.example"}),
    (
        "OPTIONS",
        "registered-models/create",
        b"",
        {"Origin": "http://localhost", "Access-Control-Request-Method": "POST"},
    ),
    ("GET", NAME, b"", {"X-MLFLOW-WORKSPACE": "elsewhere"}),
]


@pytest.fixture(scope="module")
def way(team: Team) -> Team:
    """The server, with a model `way` that has a version, tags and an alias."""
    team.registry.models.create("way", description="to <&> fro", tags={"a": "ü"})
    team.registry.versions.register("s3://bucket/x", "way", tags={"b": "1"}, aliases=("champion",), check_source=False)
    return team


@pytest.mark.parametrize(("method", "path", "body", "headers"), ASKED)
def test_both_ways_answer_alike(way: Team, method: str, path: str, body: bytes, headers: dict[str, str]) -> None:
    told = []
    for prefix in (LONG, SHORT):
        given = {**bearer(way.ana), **headers}
        reply = requests.request(method, f"{way.url}{prefix}{path}", data=body, headers=given, timeout=60)
        different = ("date", "x-request-id")
        # Each process has the methods of a route in an order of its own.
        ordered = {key.lower(): ", ".join(sorted(value.split(", "))) for key, value in reply.headers.items()}
        kept = sorted((key, value) for key, value in ordered.items() if key not in different)
        said = reply.content.replace(prefix.encode(), SHORT.encode())
        described = [(key, value) for key, value in kept if key != "content-length" or reply.ok]
        told.append((reply.status_code, described, _timeless(said)))
    assert told[0] == told[1]


def _timeless(said: bytes) -> bytes:
    """Without the lines that say when something was changed, which a request that is made twice changes twice."""
    return b"\n".join(line for line in said.split(b"\n") if b"last_updated_timestamp" not in line)


def test_the_short_way_knows_who_asks(way: Team) -> None:
    url = f"{way.url}{SHORT}{NAME}"
    assert requests.get(url, timeout=60).status_code == 401
    assert requests.get(url, headers=bearer(way.ben), timeout=60).status_code == 404
    renamed = requests.post(
        f"{way.url}{SHORT}registered-models/rename",
        json={"name": "way", "new_name": "taken"},
        headers=bearer(way.looker),
        timeout=60,
    )
    assert (renamed.status_code, renamed.json()["error_code"]) == (403, "PERMISSION_DENIED")


def test_nothing_but_flask_answers_there() -> None:
    app = create_fastapi_app(flask_app)
    for path in {rule.rule for rule in flask_app.url_map.iter_rules() if rule.rule.startswith(SHORT)}:
        if "/registered-models/" in path or "/model-versions/" in path:
            scope = {"type": "http", "path": path, "method": "GET", "headers": [], "root_path": ""}
            own = [
                each for each in app.router.routes if isinstance(each, Route) and each.matches(scope)[0] is Match.FULL
            ]
            assert own == []


def test_no_short_way_past_what_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    app = create_fastapi_app(flask_app)
    assert guards_of(app) is not None
    monkeypatch.setenv("MLFLOW_ENABLE_WORKSPACES", "true")
    assert guards_of(app) is None
    monkeypatch.undo()
    _add_something_new(app)
    assert guards_of(app) is None


def _add_something_new(app: FastAPI) -> None:
    @app.middleware("http")
    async def something_new(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        return await call_next(request)
