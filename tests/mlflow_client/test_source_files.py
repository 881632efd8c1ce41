"""The files and signatures of models that are at hand, and loading them."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import unquote, urlparse

import mlflow
import pytest
from mlflow import MlflowClient
from mlflow.models import infer_signature
from mlflow.models.model import ModelInfo
from mlflow.models.signature import ModelSignature

from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from tests.support.model_sources import fetch, names_in, sources
from tests.support.real_models import SaveModel, X

# --- local files -------------------------------------------------------------------------------------------


def test_a_local_folder_is_used_where_it_is(save_model: SaveModel) -> None:
    folder = save_model()
    before = names_in(folder)
    with sources.fetch(str(folder)) as files:
        assert (files.folder, files.disposable) == (folder, False)
    assert names_in(folder) == before


@pytest.mark.parametrize("name", ["two words", "模型", "a#b", "100%", "line\nbreak"])
def test_odd_folder_names(save_model: SaveModel, name: str) -> None:
    folder = save_model(name)
    for source in (str(folder), folder.as_uri()):
        with sources.fetch(source) as files:
            assert files.folder == folder
            assert files.signature is not None


def test_home_and_relative_folders(save_model: SaveModel, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save_model()
    monkeypatch.setenv("HOME", str(folder.parent))
    monkeypatch.chdir(folder.parent)
    for source in ("~/saved", "saved", "./saved/", "saved/../saved", f"file://localhost{folder}"):
        with sources.fetch(source) as files:
            assert files.folder.samefile(folder)


def test_files_at_hand_go_before_the_source(save_model: SaveModel) -> None:
    folder = save_model()
    with sources.fetch("s3://bucket/nothing", str(folder)) as files:
        assert (files.folder, files.disposable) == (folder, False)


def test_a_logged_model_is_used_where_it_is(logged: ModelInfo) -> None:
    folder = Path(unquote(urlparse(MlflowClient().get_logged_model(logged.model_id).artifact_location).path))
    before = names_in(folder)
    for source in (f"models:/{logged.model_id}", f"runs:/{logged.run_id}/fraud"):
        with sources.fetch(source) as files:
            assert (files.folder, files.disposable) == (folder, False)
            assert files.signature is not None
    assert names_in(folder) == before  # MLflow's own download would have left a note there


def test_where_mlflow_server_keeps_artifacts(save_model: SaveModel, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = save_model()
    monkeypatch.setenv("_MLFLOW_SERVER_SERVE_ARTIFACTS", "true")
    for destination in (str(folder.parent), folder.parent.as_uri()):
        monkeypatch.setenv("_MLFLOW_SERVER_ARTIFACT_DESTINATION", destination)
        with sources.fetch("mlflow-artifacts:/saved") as files:
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


def test_any_folder_need_not_be_a_model(tmp_path: Path) -> None:
    (tmp_path / "weights.bin").write_bytes(b"1")
    with sources.fetch(str(tmp_path), any_folder=True) as files:
        assert (files.folder, files.signature) == (tmp_path, None)
    with pytest.raises(SourceUnavailable, match="does not exist"), sources.fetch("/nowhere", any_folder=True):
        pass


# --- signatures --------------------------------------------------------------------------------------------


def test_a_signature_is_plain_json(save_model: SaveModel) -> None:
    with sources.fetch(str(save_model())) as files:
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
    with sources.fetch(str(save_model("m", signature))) as files:
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
