"""Models that have to be downloaded, from a real server over HTTP."""

from __future__ import annotations

import json
import posixpath
import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import mlflow
import pytest
from mlflow.exceptions import MlflowException

from jupyter_modelreg.core.errors import SourceUnavailable
from tests.support.model_sources import fetch, names_in, sources
from tests.support.real_models import SaveModel


class ArtifactServer(ThreadingHTTPServer):
    """The part of an MLflow server that lists and hands out artifacts, from a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.forbidden: set[str] = set()
        super().__init__(("127.0.0.1", 0), ArtifactHandler)


class ArtifactHandler(BaseHTTPRequestHandler):
    server: ArtifactServer
    prefix = "/api/2.0/mlflow-artifacts/artifacts"

    def do_GET(self) -> None:
        url = urlparse(self.path)
        if url.path == self.prefix:
            folder = self.server.folder / parse_qs(url.query).get("path", [""])[0]
            self.answer(json.dumps({"files": self.listing(folder)}).encode())
        elif url.path.startswith(f"{self.prefix}/"):
            path = unquote(url.path.removeprefix(f"{self.prefix}/"))
            if posixpath.basename(path) in self.server.forbidden:
                self.send_error(403, "no right to read this")
            else:
                self.answer((self.server.folder / path).read_bytes())
        else:
            self.send_error(404)

    def listing(self, folder: Path) -> list[Mapping[str, object]]:
        return [
            {"path": path.name, "is_dir": path.is_dir(), "file_size": path.stat().st_size}
            for path in (folder.iterdir() if folder.is_dir() else ())
        ]

    def answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def server(tmp_path: Path, tracking: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[ArtifactServer]:
    """An artifact server over HTTP, which MLflow has for its tracking server."""
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    (tmp_path / "served").mkdir()
    with ArtifactServer(tmp_path / "served") as running:
        thread = threading.Thread(target=running.serve_forever, args=[0.02])
        thread.start()
        mlflow.set_tracking_uri(f"http://127.0.0.1:{running.server_port}")
        yield running
        running.shutdown()
        thread.join()


def test_a_download_lasts_as_long_as_it_is_used(server: ArtifactServer, save_model: SaveModel, temp: Path) -> None:
    folder = save_model("served/fraud")
    (folder / "code").mkdir()
    (folder / "code" / "two words.py").write_text("x = 1")
    with sources.fetch("mlflow-artifacts:/fraud") as files:
        assert files.disposable
        assert files.folder.is_relative_to(temp)
        assert names_in(files.folder) == names_in(folder)
        assert (files.folder / "MLmodel").read_bytes() == (folder / "MLmodel").read_bytes()
        assert files.signature is not None
    assert list(temp.iterdir()) == []


def test_a_download_is_removed_when_its_user_fails(server: ArtifactServer, save_model: SaveModel, temp: Path) -> None:
    save_model("served/fraud")
    with pytest.raises(KeyboardInterrupt), sources.fetch("mlflow-artifacts:/fraud"):
        raise KeyboardInterrupt
    assert list(temp.iterdir()) == []


def test_a_model_from_afar_can_read_its_files_after_loading(server: ArtifactServer, tmp_path: Path, temp: Path) -> None:
    (tmp_path / "words.txt").write_text("late")

    class Lazy(mlflow.pyfunc.PythonModel):
        def predict(self, context: object, model_input: list[str]) -> list[str]:
            return [Path(context.artifacts["words"]).read_text()]  # type: ignore[attr-defined]

    mlflow.pyfunc.save_model(
        str(tmp_path / "served" / "lazy"),
        python_model=Lazy(),
        artifacts={"words": str(tmp_path / "words.txt")},
        pip_requirements=[],
    )
    model = sources.load("mlflow-artifacts:/lazy")
    assert model.predict(["x"]) == ["late"]  # type: ignore[attr-defined]


def test_a_download_that_was_moved_away_leaves_nothing(
    server: ArtifactServer, save_model: SaveModel, temp: Path, tmp_path: Path
) -> None:
    save_model("served/fraud")
    with sources.fetch("mlflow-artifacts:/fraud") as files:
        files.folder.rename(tmp_path / "moved")
    assert list(temp.iterdir()) == []
    assert (tmp_path / "moved" / "MLmodel").is_file()


def test_a_download_that_breaks(server: ArtifactServer, save_model: SaveModel, temp: Path, tmp_path: Path) -> None:
    save_model("served/fraud")
    server.forbidden |= names_in(tmp_path / "served" / "fraud")
    with pytest.raises(SourceUnavailable, match="the files of mlflow-artifacts:/fraud cannot be fetched") as caught:
        fetch("mlflow-artifacts:/fraud")
    assert "403" in caught.value.message or "no right" in caught.value.message
    assert len(caught.value.message) < 450
    assert "\n" not in caught.value.message
    assert isinstance(caught.value.__cause__, MlflowException)
    assert list(temp.iterdir()) == []


def test_a_download_of_nothing(server: ArtifactServer, temp: Path) -> None:
    with pytest.raises(SourceUnavailable):
        fetch("mlflow-artifacts:/nothing")
    assert list(temp.iterdir()) == []


def test_a_server_that_is_down(tracking: str, temp: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri("http://127.0.0.1:9")
    with pytest.raises(SourceUnavailable, match="cannot be fetched"):
        fetch("mlflow-artifacts:/fraud")
    assert list(temp.iterdir()) == []
