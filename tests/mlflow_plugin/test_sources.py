"""Where models come from: facts, files and signatures, with a real tracking store and real downloads."""

from __future__ import annotations

import json
import logging
import posixpath
import socket
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlparse

import mlflow
import pandas as pd
import pytest
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo
from mlflow.models.signature import ModelSignature
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from sklearn.linear_model import LogisticRegression

from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError, SourceUnavailable, SourceUnresolved
from jupyter_modelreg.core.outside import ModelFiles, Origin
from jupyter_modelreg.mlflow_plugin.errors import CODES, to_mlflow
from jupyter_modelreg.mlflow_plugin.sources import MlflowSources

X = pd.DataFrame({"amount": [1.0, 20.0, 3.0, 40.0], "age": [30, 41, 52, 23]})
FITTED = LogisticRegression().fit(X, [0, 1, 0, 1])
SIGNATURE = infer_signature(X, FITTED.predict(X))

sources = MlflowSources()
SaveModel = Callable[..., Path]


@pytest.fixture
def tracking(tracking_uri: str) -> Iterator[str]:
    """MLflow pointed at an empty tracking store; gives its URI."""
    mlflow.set_tracking_uri(tracking_uri)
    yield tracking_uri
    while mlflow.active_run() is not None:
        mlflow.end_run()
    mlflow.set_tracking_uri(None)


@pytest.fixture
def experiment(tracking: str, tmp_path: Path) -> str:
    """The id of an experiment that keeps its artifacts below `tmp_path`."""
    return mlflow.create_experiment("tests", artifact_location=(tmp_path / "artifacts").as_uri())


@pytest.fixture
def save_model(tmp_path: Path) -> SaveModel:
    """Saves the fitted model in a folder."""

    def save(name: str = "saved", signature: ModelSignature | None = SIGNATURE) -> Path:
        folder = tmp_path / name
        mlflow.sklearn.save_model(FITTED, str(folder), signature=signature, pip_requirements=[])
        return folder

    return save


@pytest.fixture
def temp(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary folders are made during the test."""
    folder = tmp_path / "temp"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


def log_model(name: str = "fraud", **arguments: object) -> ModelInfo:
    return mlflow.sklearn.log_model(FITTED, name=name, signature=SIGNATURE, pip_requirements=[], **arguments)


def fetch(source: str) -> ModelFiles:
    with sources.files(source) as files:
        return files


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


# --- facts -------------------------------------------------------------------------------------------------


@pytest.fixture
def logged(experiment: str) -> ModelInfo:
    """A model logged in a run, with a parameter and a metric."""
    with mlflow.start_run(experiment_id=experiment):
        mlflow.log_param("C", 1.0)
        info = log_model()
        mlflow.log_metric("auc", 0.93, step=4, model_id=info.model_id)
    return info


def test_a_logged_model(logged: ModelInfo) -> None:
    origin = sources.origin(f"models:/{logged.model_id}", None, None)
    there = MlflowClient().get_logged_model(logged.model_id)
    assert origin.location == there.artifact_location
    assert (origin.run_id, origin.logged_model_id) == (logged.run_id, logged.model_id)
    assert origin.params is not None
    assert origin.params["C"] == "1.0"
    assert origin.metrics is not None
    assert [(metric.key, metric.value, metric.step) for metric in origin.metrics] == [("auc", 0.93, 4)]
    assert origin.metrics[0].timestamp == there.metrics[0].timestamp


def test_the_callers_run_goes_before_the_models(logged: ModelInfo) -> None:
    assert sources.origin(f"models:/{logged.model_id}", "run1", None).run_id == "run1"


def test_a_model_by_run_and_name(logged: ModelInfo) -> None:
    origin = sources.origin(f"runs:/{logged.run_id}/fraud", None, None)
    assert origin == sources.origin(f"models:/{logged.model_id}", None, None)


def test_a_model_among_the_files_of_a_run(experiment: str, save_model: SaveModel) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(save_model()), "old/style")
    origin = sources.origin(f"runs:/{run.info.run_id}/old/style", None, None)
    assert origin == Origin(location=f"{run.info.artifact_uri}/old/style", run_id=run.info.run_id)


def test_a_model_that_is_all_the_files_of_a_run(experiment: str, save_model: SaveModel) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        mlflow.log_artifacts(str(save_model()))
    source = f"runs:/{run.info.run_id}"
    assert sources.origin(source, None, None) == Origin(location=run.info.artifact_uri, run_id=run.info.run_id)
    with sources.files(source) as files:
        assert (files.folder / "MLmodel").is_file()


def test_of_two_models_of_one_name_the_one_of_the_later_step(experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        late = log_model(step=7)
        log_model(step=2)
    origin = sources.origin(f"runs:/{run.info.run_id}/fraud", None, None)
    assert origin.logged_model_id == late.model_id


def test_a_model_of_the_same_name_in_another_run(logged: ModelInfo, experiment: str) -> None:
    with mlflow.start_run(experiment_id=experiment) as run:
        log_model()
    for info in (logged, run.info):
        assert sources.origin(f"runs:/{info.run_id}/fraud", None, None).run_id == info.run_id
    assert sources.origin(f"runs:/{logged.run_id}/fraud", None, None).logged_model_id == logged.model_id


@pytest.mark.parametrize("source", ["runs:/0123/model", "runs:/", "runs:/{run}/nothing", "runs:/{run}/it's"])
def test_a_run_that_leads_nowhere_is_taken_as_it_stands(
    logged: ModelInfo, source: str, caplog: pytest.LogCaptureFixture
) -> None:
    source = source.format(run=logged.run_id)
    with caplog.at_level(logging.WARNING, "jupyter_modelreg"):
        assert sources.origin(source, None, None) == Origin(location=source)
    assert f"{source} could not be looked up" in caplog.text


@pytest.mark.parametrize(
    "source", ["models:/m-0123", "models:/", "models:", "models:name", "models:/m-1/", "models://m-1"]
)
def test_a_models_uri_that_leads_nowhere(tracking: str, source: str) -> None:
    with pytest.raises(SourceUnresolved, match=f"the source {source} cannot be found") as caught:
        sources.origin(source, None, None)
    assert "mlflow.get_tracking_uri()" in str(caught.value.hint)
    assert "\n" not in caught.value.message


def test_a_logged_model_gives_its_run(logged: ModelInfo) -> None:
    origin = sources.origin("s3://bucket/model", None, logged.model_id)
    assert (origin.location, origin.run_id) == ("s3://bucket/model", logged.run_id)
    assert origin.params is not None
    assert origin.params["C"] == "1.0"


def test_an_unknown_logged_model_without_a_run(tracking: str) -> None:
    with pytest.raises(NotFound, match="m-missing cannot be found"):
        sources.origin("s3://bucket/model", None, "m-missing")


CASES = [
    (source, run_id, model_id)
    for source in (
        "s3://bucket/one",
        "/local/path",
        "",
        "runs:/0123/model",
        "models:/{model}",
        "models:/{loose}",
        "models:/m-0123",
        "models:/",
    )
    for run_id in (None, "", "run1")
    for model_id in (None, "{model}", "m-missing")
]


def test_as_mlflows_own_store_has_it(logged: ModelInfo, experiment: str, tracking: str) -> None:
    oracle = SqlAlchemyStore(tracking)
    oracle.create_registered_model("fraud")

    def mlflows(source: str, run_id: str | None, model_id: str | None) -> object:
        try:
            version = oracle.create_model_version("fraud", source, run_id, model_id=model_id)
        except MlflowException as error:
            return error.error_code
        return oracle.get_model_version_download_uri("fraud", version.version), version.run_id or None

    def ours(source: str, run_id: str | None, model_id: str | None) -> object:
        try:
            origin = sources.origin(source, run_id, model_id)
        except RegistryError as error:
            return to_mlflow(error).error_code
        return origin.location or source, origin.run_id or None

    ids = {"model": logged.model_id, "loose": mlflow.initialize_logged_model(experiment_id=experiment).model_id}
    for source, run_id, model_id in CASES:
        case = (source.format(**ids), run_id, model_id and model_id.format(**ids))
        assert ours(*case) == mlflows(*case), case


@pytest.mark.parametrize(
    ("source", "run_id", "model_id"),
    [
        ("s3://bucket/model", None, None),
        ("/local/path", "run1", None),
        ("runs:/0123/model", "0123", None),
        ("s3://bucket/model", "run1", "m-0123"),
        ("runs:/0123/model", "0123", "m-0123"),
    ],
)
def test_the_tracking_server_is_not_asked_when_mlflow_would_not_ask(
    source: str, run_id: str | None, model_id: str | None, tracking: str
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        mlflow.set_tracking_uri(f"http://127.0.0.1:{server.getsockname()[1]}")
        origin = sources.origin(source, run_id, model_id)
        with pytest.raises(BlockingIOError):
            server.accept()
    assert origin == Origin(location=source, run_id=run_id, logged_model_id=model_id)


def test_a_tracking_server_that_is_down_stops_no_run_source(
    tracking: str, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("MLFLOW_HTTP_REQUEST_MAX_RETRIES", "0")
    mlflow.set_tracking_uri("http://127.0.0.1:9")
    assert sources.origin("runs:/0123/model", None, None) == Origin(location="runs:/0123/model")
    assert "could not be looked up" in caplog.text


def test_every_error_has_a_code_at_mlflows_door() -> None:
    for error in (InvalidInput, NotFound, SourceUnavailable, SourceUnresolved):
        assert error.code in CODES


# --- local files -------------------------------------------------------------------------------------------


def test_a_local_folder_is_used_where_it_is(save_model: SaveModel) -> None:
    folder = save_model()
    before = names_in(folder)
    with sources.files(str(folder)) as files:
        assert (files.folder, files.disposable) == (folder, False)
    assert names_in(folder) == before


@pytest.mark.parametrize("name", ["two words", "模型", "a#b", "100%", "line\nbreak"])
def test_odd_folder_names(save_model: SaveModel, name: str) -> None:
    folder = save_model(name)
    for source in (str(folder), folder.as_uri()):
        with sources.files(source) as files:
            assert files.folder == folder
            assert files.signature is not None


def test_home_and_relative_folders(save_model: SaveModel, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save_model()
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    for source in ("~/saved", "saved", "./saved/", "saved/../saved", f"file://localhost{folder}"):
        with sources.files(source) as files:
            assert files.folder.samefile(folder)


def test_files_at_hand_go_before_the_source(save_model: SaveModel) -> None:
    folder = save_model()
    with sources.files("s3://bucket/nothing", str(folder)) as files:
        assert (files.folder, files.disposable) == (folder, False)


def test_a_logged_model_is_used_where_it_is(logged: ModelInfo) -> None:
    folder = Path(unquote(urlparse(MlflowClient().get_logged_model(logged.model_id).artifact_location).path))
    before = names_in(folder)
    for source in (f"models:/{logged.model_id}", f"runs:/{logged.run_id}/fraud"):
        with sources.files(source) as files:
            assert (files.folder, files.disposable) == (folder, False)
            assert files.signature is not None
    assert names_in(folder) == before  # MLflow's own download would have left a note there


def test_where_mlflow_server_keeps_artifacts(save_model: SaveModel, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save_model()
    monkeypatch.setenv("_MLFLOW_SERVER_SERVE_ARTIFACTS", "true")
    for destination in (str(folder.parent), folder.parent.as_uri()):
        monkeypatch.setenv("_MLFLOW_SERVER_ARTIFACT_DESTINATION", destination)
        with sources.files("mlflow-artifacts:/saved") as files:
            assert (files.folder, files.disposable) == (folder, False)


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("{tmp}/nothing", "does not exist"),
        ("file://{tmp}/nothing", "does not exist"),
        ("", "is empty"),
        ("{tmp}/saved/MLmodel", "is a file, not the folder of a model"),
        ("models:/m-0123", "cannot be found"),
        ("models:/", "cannot be found"),
        ("runs:/0123/model", "cannot be fetched"),
        ("nonsense://bucket/model", "cannot be fetched"),
        ("models:/nowhere/1", "cannot be fetched"),
    ],
)
def test_what_is_not_there(
    tracking: str, save_model: SaveModel, temp: Path, monkeypatch: pytest.MonkeyPatch, source: str, complaint: str
) -> None:
    folder = save_model()
    source = source.format(tmp=folder.parent)
    monkeypatch.chdir(folder)
    with pytest.raises((SourceUnavailable, InvalidInput), match=complaint) as caught:
        fetch(source)
    assert caught.value.message.count("\n") == 0
    assert len(caught.value.message) < 450
    assert caught.value.hint
    assert list(temp.iterdir()) == []


def test_a_run_without_that_model(logged: ModelInfo) -> None:
    with pytest.raises(SourceUnavailable, match="has no model 'churn'"):
        fetch(f"runs:/{logged.run_id}/churn")


def test_a_folder_that_is_no_model(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b")
    with pytest.raises(InvalidInput, match="is not an MLflow model") as caught:
        fetch(str(tmp_path))
    assert "log_model" in str(caught.value.hint)


def test_a_folder_around_a_model(save_model: SaveModel) -> None:
    folder = save_model("inner")
    with pytest.raises(InvalidInput) as caught:
        fetch(str(folder.parent))
    assert caught.value.hint == f"did you mean {folder}?"


# --- signatures --------------------------------------------------------------------------------------------


def test_a_signature_is_plain_json(save_model: SaveModel) -> None:
    with sources.files(str(save_model())) as files:
        signature = files.signature
    assert signature == {
        "inputs": [
            {"type": "double", "name": "amount", "required": True},
            {"type": "long", "name": "age", "required": True},
        ],
        "outputs": [{"type": "tensor", "tensor-spec": {"dtype": "int64", "shape": [-1]}}],
        "params": None,
    }
    assert json.loads(json.dumps(signature)) == signature


@pytest.mark.parametrize(
    ("signature", "expected"),
    [
        (None, None),
        (infer_signature(X), (True, False, False)),
        (infer_signature(None, X), (False, True, False)),
        (infer_signature(X, X, params={"threshold": 0.5}), (True, True, True)),
    ],
    ids=["none", "inputs", "outputs", "params"],
)
def test_parts_of_a_signature(
    save_model: SaveModel, signature: ModelSignature | None, expected: tuple[bool, ...] | None
) -> None:
    with sources.files(str(save_model("m", signature))) as files:
        found = files.signature
    parts = None if found is None else tuple(found[part] is not None for part in ("inputs", "outputs", "params"))
    assert parts == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "- a\n- list",
        "{ not yaml",
        "flavours: {}\nsignature: {inputs: 'not json', outputs: null}",
        'signature: {inputs: \'[{"type": "nonsense"}]\', outputs: null}',
        b"\xff\xfe\x00",
    ],
    ids=["empty", "a list", "no yaml", "no json", "no type", "no text"],
)
def test_a_malformed_mlmodel(tmp_path: Path, text: str | bytes) -> None:
    (tmp_path / "MLmodel").write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(InvalidInput, match=f"the MLmodel file of {tmp_path} cannot be read") as caught:
        fetch(str(tmp_path))
    assert "\n" not in caught.value.message


def test_loading(save_model: SaveModel) -> None:
    model = sources.load(str(save_model()))
    assert isinstance(model, mlflow.pyfunc.PyFuncModel)
    assert list(model.predict(X)) == [0, 1, 0, 1]


# --- downloads ---------------------------------------------------------------------------------------------


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
    with sources.files("mlflow-artifacts:/fraud") as files:
        assert files.disposable
        assert files.folder.is_relative_to(temp)
        assert names_in(files.folder) == names_in(folder)
        assert (files.folder / "MLmodel").read_bytes() == (folder / "MLmodel").read_bytes()
        assert files.signature is not None
    assert list(temp.iterdir()) == []


def test_a_download_is_removed_when_its_user_fails(server: ArtifactServer, save_model: SaveModel, temp: Path) -> None:
    save_model("served/fraud")
    with pytest.raises(KeyboardInterrupt), sources.files("mlflow-artifacts:/fraud"):
        raise KeyboardInterrupt
    assert list(temp.iterdir()) == []


def test_a_model_from_afar_can_read_its_files_after_loading(server: ArtifactServer, tmp_path: Path, temp: Path) -> None:
    (tmp_path / "words.txt").write_text("late")

    class Lazy(mlflow.pyfunc.PythonModel):  # type: ignore[misc]
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


def test_any_folder_need_not_be_a_model(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"1")
    with sources.files(str(tmp_path), any_folder=True) as files:
        assert (files.folder, files.signature) == (tmp_path, None)
    with pytest.raises(SourceUnavailable, match="does not exist"), sources.files("/nowhere", any_folder=True):
        pass


def test_strictly_a_source_has_to_be_there(tracking: str, save_model: SaveModel, tmp_path: Path) -> None:
    folder = save_model()
    assert sources.origin(str(folder), None, None, strict=True).location == str(folder)
    assert sources.origin("s3://bucket/model", None, None, strict=True).location == "s3://bucket/model"
    for missing in (f"runs:/{'0' * 32}/model", str(tmp_path / "nowhere")):
        assert sources.origin(missing, "some-run", None).location == missing
        with pytest.raises(SourceUnavailable):
            sources.origin(missing, "some-run", None, strict=True)
    (tmp_path / "plain").mkdir()
    with pytest.raises(InvalidInput, match="not an MLflow model"):
        sources.origin(str(tmp_path / "plain"), None, None, strict=True)


def test_a_download_that_was_moved_away_leaves_nothing(
    server: ArtifactServer, save_model: SaveModel, temp: Path, tmp_path: Path
) -> None:
    save_model("served/fraud")
    with sources.files("mlflow-artifacts:/fraud") as files:
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
