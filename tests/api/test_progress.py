"""How far a long operation has come, as a caller of the api hears it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from jupyter_modelreg.api.dispatch import Envelope, answer, dispatch
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.system import progress
from tests.support.plain_models import MLMODEL, plain_model

SIZE = 3 << 20
TOTAL = SIZE + len(MLMODEL)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """The folder of a model with a signature, of three MiB and a little."""
    plain_model(tmp_path / "model", SIZE)
    return tmp_path / "model"


def test_registering_and_copying_tell_how_far_they_are(registry: Registry, model: Path) -> None:
    for op, params, what in (
        ("versions.register", {"source": str(model), "model": "a.b.c"}, "Adding model files"),
        ("versions.copy", {"reference": "a.b.c/1", "model": "a.b.d"}, "Linking model files"),
    ):
        heard: list[Envelope] = []
        reply = answer(registry, {"id": 7, "op": op, "params": params}, on_progress=heard.append)
        assert reply["ok"], reply
        assert heard[0] == {"id": 7, "progress": {"what": what, "done": 0, "total": TOTAL, "unit": "bytes"}}
        assert heard[-1] == {"id": 7, "progress": {"what": what, "done": TOTAL, "total": TOTAL, "unit": "bytes"}}


def test_news_is_throttled(registry: Registry, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def heard(every: float, name: str) -> list[int]:
        monkeypatch.setattr(progress, "_SAY_EVERY", every)
        news: list[Envelope] = []
        dispatch(registry, "versions.register", {"source": str(model), "model": name}, on_progress=news.append)
        return [each["progress"]["done"] for each in news]  # type: ignore[call-overload, index, misc]

    each_chunk = heard(0.0, "a.b.c")
    assert len(each_chunk) >= 6
    assert each_chunk == sorted(each_chunk)
    assert len(heard(60.0, "a.b.d")) == 2


def test_checking_files_tells_too_though_threads_do_it(
    registry: Registry, model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "_SAY_EVERY", 0.0)
    dispatch(registry, "versions.register", {"source": str(model), "model": "a.b.c"})
    heard: list[Envelope] = []
    dispatch(registry, "versions.location", {"reference": "a.b.c/1"}, on_progress=heard.append)
    assert len(heard) >= 5
    assert heard[-1]["progress"] == {
        "what": "Checking model files",
        "done": TOTAL,
        "total": TOTAL,
        "unit": "bytes",
    }


def test_a_listener_that_fails_does_not_stop_the_work(
    registry: Registry, model: Path, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[Envelope] = []

    def gone(news: Envelope) -> None:
        calls.append(news)
        raise OSError("the comm is closed")

    message = {"id": 1, "op": "versions.register", "params": {"source": str(model), "model": "a.b.c"}}
    with caplog.at_level(logging.ERROR):
        assert answer(registry, message, on_progress=gone)["ok"]
    assert len(calls) == 1
    assert "nobody can be told how far versions.register has come" in caplog.text


def test_a_call_without_a_listener_hears_nothing_of_another(registry: Registry, model: Path) -> None:
    heard: list[Envelope] = []
    dispatch(registry, "models.create", {"name": "m"}, on_progress=heard.append)
    registry.versions.register(str(model), "a.b.c")
    assert heard == []
