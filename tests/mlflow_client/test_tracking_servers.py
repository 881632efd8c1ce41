"""Tracking servers that are asked once, that are down, and that hang: a registration neither asks twice nor waits."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from mlflow import MlflowClient
from mlflow.models.model import ModelInfo

from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from tests.support.model_sources import sources
from tests.support.processes import free_port
from tests.support.silence import silent_port, tracking_at

SOON = 10.0  # seconds; MLflow by itself tries for minutes


@pytest.fixture
def asked(logged: ModelInfo, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What MLflow's client is asked for: each request would be one to the tracking server."""
    calls: list[str] = []

    def counting(name: str) -> None:
        method = getattr(MlflowClient, name)

        def counted(*args: object, **kwargs: object) -> object:
            calls.append(name)
            return method(*args, **kwargs)

        monkeypatch.setattr(MlflowClient, name, counted)

    for name in ("get_run", "get_logged_model", "search_logged_models"):
        counting(name)
    return calls


@pytest.mark.parametrize("name", ["fraud", "prod.ml_team.fraud"])
def test_a_run_is_asked_for_once(registry: Registry, logged: ModelInfo, asked: list[str], name: str) -> None:
    version = registry.versions.register(f"runs:/{logged.run_id}/fraud", name)
    assert version.logged_model_id == logged.model_id
    assert asked == ["get_run", "search_logged_models"]


@pytest.mark.parametrize("name", ["fraud", "prod.ml_team.fraud"])
def test_a_logged_model_is_asked_for_once(registry: Registry, logged: ModelInfo, asked: list[str], name: str) -> None:
    assert registry.versions.register(f"models:/{logged.model_id}", name).run_id == logged.run_id
    assert asked == ["get_logged_model", "get_run"]  # the run has the last value of each metric


@pytest.fixture
def down() -> Iterator[str]:
    """The address of a tracking server that is down, and MLflow set to it."""
    address = f"http://127.0.0.1:{free_port()}"
    with tracking_at(address):
        yield address


@pytest.fixture
def hanging(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a tracking server that takes connections and never answers, and MLflow set to it."""
    monkeypatch.setenv("MODELREG_TRACKING_TIMEOUT", "2")
    with silent_port() as port, tracking_at(f"http://127.0.0.1:{port}") as address:
        yield address


@pytest.mark.parametrize("name", ["fraud", "prod.ml_team.fraud"])
@pytest.mark.parametrize("source", ["runs:/0123456789abcdef/model", "models:/m-0123456789abcdef"])
def test_a_server_that_is_down_is_said_to_be(registry: Registry, down: str, source: str, name: str) -> None:
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=f"{down} does not answer"):
        registry.versions.register(source, name)
    assert time.monotonic() - began < SOON
    assert registry.status().versions == 0


@pytest.mark.parametrize("name", ["fraud", "prod.ml_team.fraud"])
@pytest.mark.parametrize("source", ["runs:/0123456789abcdef/model", "models:/m-0123456789abcdef"])
def test_a_server_that_hangs_is_given_up(registry: Registry, hanging: str, source: str, name: str) -> None:
    began = time.monotonic()
    with pytest.raises(SourceUnavailable, match=f"{hanging} has not answered for 2 seconds"):
        registry.versions.register(source, name)
    assert time.monotonic() - began < SOON


def test_so_is_one_that_is_asked_what_there_is(hanging: str) -> None:
    began = time.monotonic()
    for ask in (
        lambda: sources.runs(None, 5, None),
        lambda: sources.logged_models(None, None, 5, None),
        lambda: sources.run("0123456789abcdef"),
    ):
        with pytest.raises(SourceUnavailable, match="has not answered for 2 seconds"):
            ask()
    assert time.monotonic() - began < SOON


@pytest.mark.parametrize("scheme", ["http", "postgresql"])
def test_a_registry_that_hangs_is_not_imported_for_ever(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, scheme: str
) -> None:
    monkeypatch.setenv("MODELREG_TRACKING_TIMEOUT", "0.5")
    began = time.monotonic()
    with silent_port() as port:
        uri = f"{scheme}://ana:s3cret@127.0.0.1:{port}/models"
        with pytest.raises(SourceUnavailable, match="has not answered for 2 seconds") as caught:
            registry.exchange.import_from(uri)
    assert time.monotonic() - began < SOON
    assert "s3cret" not in str(caught.value)
    assert registry.history.last() is None


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan"])
def test_a_limit_that_is_none(registry: Registry, monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setenv("MODELREG_TRACKING_TIMEOUT", text)
    with pytest.raises(InvalidInput, match="MODELREG_TRACKING_TIMEOUT"):
        registry.tracking.runs(limit=1)
