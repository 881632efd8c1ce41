"""MLflow's REST API over our store and over MLflow's own: the same requests get the same answers, texts included.

MLflow's own handlers run in this process, through the test client of its Flask application.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from mlflow.server import app, handlers
from mlflow.store.model_registry import sqlalchemy_store
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.core.query.fields import Kind
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.contexts import context_of
from tests.support.mlflow_oracle import AUTHOR, first_sentence, is_our_language
from tests.support.rest_requests import ROOT, Request, RequestDice

REQUESTS = 150
SEARCHES: Mapping[str, Kind] = {"registered-models/search": "model", "model-versions/search": "version"}
# What ours knows of a version beyond what MLflow's store does.
RICHER = ("user_id", "model_id", "model_params", "model_metrics")


@dataclass(frozen=True)
class Answer:
    """The status of an answer, its body without what may differ, and the whole message of an error.

    The body is None when the server broke down.
    """

    status: int
    body: Any
    message: str | None = field(compare=False)


class RestPair:
    """MLflow's handlers in front of two stores, with one clock between them."""

    def __init__(self, ours: ModelRegistryStore, theirs: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1_700_000_000_000
        ours.registry = Registry(context_of(ours.registry, actor=AUTHOR, clock=lambda: self.now))
        self._stores = (ours, theirs)
        self._patch = monkeypatch
        self._client = app.test_client()

    def answers(self, request: Request) -> tuple[Answer, Answer]:
        """What our store's server says, and what MLflow's does."""
        return self._answer(0, request), self._answer(1, request)

    def _answer(self, which: int, request: Request) -> Answer:
        self._patch.setattr(handlers, "_get_model_registry_store", lambda *_: self._stores[which])
        given: dict[str, Any] = {"query_string" if request.method == "GET" else "json": dict(request.body)}
        answer = self._client.open(f"{ROOT}{request.path}", method=request.method, **given)
        body = answer.get_json(silent=True)
        return Answer(answer.status_code, _comparable(body, request), (body or {}).get("message"))


def _comparable(body: Any, request: Request) -> Any:
    """`body` without the author, what ours knows besides, and the hints below the first sentence of an error."""
    if isinstance(body, list):
        return [_comparable(each, request) for each in body]
    if not isinstance(body, Mapping):
        return body
    found: dict[str, Any] = {}
    for key, value in body.items():
        if key in RICHER or (key == "aliases" and "version" in body and request.path.endswith("search")):
            continue
        if key == "message":
            found[key] = first_sentence(value)
        elif key == "next_page_token":
            found[key] = bool(value)
        elif key == "latest_versions":
            versions = [{**version, "aliases": ()} for version in _comparable(value, request)]
            found[key] = sorted(versions, key=lambda version: int(version["version"]))
        elif key == "tags":
            found[key] = sorted(map(str, value))
        else:
            found[key] = _comparable(value, request)
    return found


@pytest.fixture
def pair(
    store: ModelRegistryStore,
    client: MlflowClient,
    empty_mlflow_db: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[RestPair]:
    shutil.copy(empty_mlflow_db, tmp_path / "oracle.db")
    theirs = SqlAlchemyStore(f"sqlite:///{tmp_path / 'oracle.db'}")
    made = RestPair(store, theirs, monkeypatch)
    monkeypatch.setattr(sqlalchemy_store, "get_current_time_millis", lambda: made.now)
    yield made
    theirs.engine.dispose()


def _only_ours_reads(request: Request, ours: Answer, theirs: Answer) -> bool:
    kind = SEARCHES.get(request.path)
    if kind is None or (ours.status, theirs.status) != (200, 400):
        return False
    return is_our_language(kind, request.body.get("filter"), request.body.get("order_by"))


@pytest.mark.parametrize("seed", range(4))
def test_same_answers(seed: int, pair: RestPair) -> None:
    dice = RequestDice(seed)
    statuses: Counter[int] = Counter()
    for _ in range(REQUESTS):
        request = dice.request()
        ours, theirs = pair.answers(request)
        # Where MLflow's own server breaks down over a bad argument, ours names it.
        named = theirs.body is None and ours.status == 400
        assert ours == theirs or named or _only_ours_reads(request, ours, theirs), f"{request}: {ours}, {theirs}"
        statuses[theirs.status] += 1
        pair.now += dice.tick()
    assert min(statuses[200], statuses[400], statuses[404]) > REQUESTS / 8, statuses


def test_our_hint_stands_below_the_sentence(pair: RestPair) -> None:
    pair.answers(Request("POST", "registered-models/create", {"name": "fraud"}))
    ours, theirs = pair.answers(Request("GET", "registered-models/get", {"name": "frued"}))
    assert theirs.message == "Registered Model with name=frued not found"
    assert ours.message == f"{theirs.message}\nHint: did you mean fraud?"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("registered-models/search", {"max_results": 0}),
        ("registered-models/search", {"max_results": -1}),
        ("model-versions/search", {"max_results": 0}),
    ],
)
def test_a_page_without_rows(pair: RestPair, path: str, body: Mapping[str, Any]) -> None:
    for there in ((), ("fraud",)):
        for name in there:
            pair.answers(Request("POST", "registered-models/create", {"name": name}))
        ours, theirs = pair.answers(Request("GET", path, body))
        assert ours == theirs
