"""Runs and logged models to choose from, on a real tracking store."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlparse
from urllib.request import url2pathname

import mlflow
import pytest
from mlflow.models.model import ModelInfo

from jupyter_modelreg.api.dispatch import dispatch
from jupyter_modelreg.api.wire import encode
from jupyter_modelreg.core.entities.runs import LoggedModelInfo
from jupyter_modelreg.core.errors import InvalidInput, NotFound, SourceUnavailable
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client import runs as ours
from jupyter_modelreg.mlflow_client.uris import check_there
from tests.support.model_sources import sources
from tests.support.real_models import FITTED


@pytest.fixture
def shelf(experiment: str, tmp_path: Path) -> list[str]:
    """Ids of five models without files, two in the run `evening`, oldest first, in two experiments."""
    other = mlflow.create_experiment("other")
    ids = []
    for at, (name, run) in enumerate([("fraud", "morning"), ("churn", "evening"), ("Fraud-eu", "evening")]):
        where = experiment if at else other
        with mlflow.start_run(experiment_id=where, run_name=run):
            ids.append(mlflow.create_external_model(name, experiment_id=where).model_id)
        time.sleep(0.002)  # the order is by millisecond
    for name in ("loose_1", "loose 2"):
        ids.append(mlflow.create_external_model(name, experiment_id=other).model_id)
        time.sleep(0.002)
    return ids


def names(page: Page[LoggedModelInfo]) -> list[str]:
    return [model.name for model in page]


def test_logged_models_newest_first(shelf: list[str]) -> None:
    found = sources.logged_models(None, None, 10, None)
    assert [model.model_id for model in found] == shelf[::-1]
    newest, oldest = found[0], found[-1]
    assert (newest.run_id, newest.run_name, newest.experiment) == (None, None, "other")
    assert (oldest.uri, oldest.name, oldest.run_name) == (f"models:/{shelf[0]}", "fraud", "morning")
    assert [model.experiment == "other" for model in found] == [True, True, False, False, True]
    assert newest.created_at > oldest.created_at


def test_text_is_looked_for_in_name_id_and_name_of_the_run(shelf: list[str]) -> None:
    assert names(sources.logged_models("FRAUD", None, 10, None)) == ["Fraud-eu", "fraud"]
    assert names(sources.logged_models("e 2", None, 10, None)) == ["loose 2"]
    assert names(sources.logged_models("_", None, 10, None)) == ["loose_1"]
    assert names(sources.logged_models("even", None, 10, None)) == ["Fraud-eu", "churn"]
    assert names(sources.logged_models(shelf[3], None, 10, None)) == ["loose_1"]
    assert names(sources.logged_models("' OR 1=1", None, 10, None)) == []


def test_of_one_run(shelf: list[str]) -> None:
    run_id = sources.logged_models("churn", None, 10, None)[0].run_id
    assert run_id is not None
    assert names(sources.logged_models(None, run_id, 10, None)) == ["churn"]
    assert names(sources.logged_models("fraud", run_id, 10, None)) == []
    assert names(sources.logged_models(None, "x' OR 'a' = 'a", 10, None)) == []


@pytest.mark.parametrize("batch", [1, 2, 100])
def test_pages_join_up_whatever_the_server_gives_at_a_time(
    shelf: list[str], monkeypatch: pytest.MonkeyPatch, batch: int
) -> None:
    monkeypatch.setattr(ours, "BATCH", batch)
    for text, whole in ((None, shelf[::-1]), ("fraud", [shelf[2], shelf[0]])):
        found: list[str] = []
        token: str | None = None
        while True:
            page = sources.logged_models(text, None, 2, token)
            found += [model.model_id for model in page]
            token = page.token
            if token is None:
                break
        assert found == whole


def test_a_long_search_comes_in_short_pages(shelf: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ours, "BATCH", 2)
    monkeypatch.setattr(ours, "_PATIENCE", -1.0)
    page = sources.logged_models("morning", None, 2, None)
    assert page == []
    assert page.token is not None
    page = sources.logged_models("morning", None, 2, sources.logged_models("morning", None, 2, page.token).token)
    assert (names(page), page.token) == (["fraud"], None)


@pytest.mark.parametrize("token", ["x", "e30=", "W10=", "eyJvZmZzZXQiOiAzfQ=="])
def test_a_token_of_something_else_is_refused(shelf: list[str], token: str) -> None:
    with pytest.raises(InvalidInput, match="page token"):
        sources.logged_models(None, None, 2, token)
    with pytest.raises(InvalidInput, match="page token"):
        sources.runs(None, 2, token)


def test_whether_it_has_a_signature(logged: ModelInfo, experiment: str, tmp_path: Path) -> None:
    with mlflow.start_run(experiment_id=experiment):
        mlflow.sklearn.log_model(FITTED, name="bare", signature=False, pip_requirements=[])
        gone = mlflow.create_external_model("gone", experiment_id=experiment)
    shutil.rmtree(url2pathname(urlparse(gone.artifact_location).path))
    found = {model.name: model.has_signature for model in sources.logged_models(None, None, 10, None)}
    assert found == {"fraud": True, "bare": False, "gone": None}


def test_runs_newest_first(shelf: list[str]) -> None:
    assert [run.name for run in sources.runs(None, 10, None)] == ["evening", "evening", "morning"]
    (morning,) = sources.runs("MORN", 10, None)
    assert [run.name for run in sources.runs(morning.run_id[:12], 10, None)] == ["morning"]
    first = sources.runs(None, 2, None)
    assert [run.name for run in sources.runs(None, 2, first.token)] == ["morning"]


def test_a_run(experiment: str, tracking: str) -> None:
    tags = {"mlflow.source.git.commit": "abc1", "mlflow.user": "ana"}
    with mlflow.start_run(experiment_id=experiment, run_name="night", tags=tags) as active:
        pass
    run = sources.run(active.info.run_id)
    assert (run.name, run.status, run.user, run.git_commit) == ("night", "FINISHED", "ana", "abc1")
    assert run.experiment == mlflow.get_experiment(experiment).name
    assert run.start_time is not None
    assert run.end_time is not None
    assert run.start_time <= run.end_time
    assert (run.notebook, run.url) == (None, None)
    assert run.source_name is not None


@pytest.mark.parametrize(
    ("source", "kind", "notebook"),
    [
        ("work/fraud.ipynb", "NOTEBOOK", "work/fraud.ipynb"),
        ("/usr/lib/ipykernel_launcher.py", "NOTEBOOK", None),
        ("train.py", "LOCAL", None),
    ],
)
def test_the_notebook_it_ran_in(experiment: str, source: str, kind: str, notebook: str | None) -> None:
    tags = {"mlflow.source.name": source, "mlflow.source.type": kind}
    with mlflow.start_run(experiment_id=experiment, tags=tags) as active:
        pass
    assert sources.run(active.info.run_id).notebook == notebook


@pytest.mark.parametrize("run_id", ["0" * 32, "no such run", ""])
def test_a_run_nobody_knows(tracking: str, run_id: str) -> None:
    with pytest.raises(NotFound, match="knows no run") as caught:
        sources.run(run_id)
    assert "mlflow.get_tracking_uri()" in str(caught.value.hint)


def test_through_the_door(registry: Registry, shelf: list[str]) -> None:
    page = dispatch(registry, "tracking.logged_models", {"text": "fraud", "limit": 1})
    assert isinstance(page, dict)
    assert [item["name"] for item in page["items"]] == ["Fraud-eu"]  # type: ignore[index, call-overload, union-attr]
    assert isinstance(page["token"], str)
    runs = dispatch(registry, "tracking.runs", {})
    assert isinstance(runs, dict)
    assert len(runs["items"]) == 3  # type: ignore[arg-type]


# --- bad days ----------------------------------------------------------------------------------------------


def asked(call: str) -> SourceUnavailable:
    with pytest.raises(SourceUnavailable) as caught:
        sources.run("0" * 32) if call == "run" else getattr(sources, call)(None, *([None] * (call != "runs")), 1, None)
    return caught.value


CALLS = ["run", "runs", "logged_models"]


@pytest.fixture
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A working folder where MLflow has nothing, and no tracking server."""
    monkeypatch.chdir(tmp_path)
    mlflow.set_tracking_uri(None)
    yield tmp_path
    mlflow.set_tracking_uri(None)


@pytest.mark.parametrize("call", CALLS)
def test_asking_makes_no_tracking_store(nowhere: Path, call: str) -> None:
    error = asked(call)
    assert error.message == f"there is no MLflow tracking server, and nothing is tracked in {nowhere / 'mlflow.db'} yet"
    assert "MLFLOW_TRACKING_URI" in str(error.hint)
    assert list(nowhere.iterdir()) == []


@pytest.mark.parametrize("call", CALLS)
def test_a_server_that_is_down_is_said_so_at_once(nowhere: Path, call: str) -> None:
    mlflow.set_tracking_uri("http://ana:s3cret@127.0.0.1:9/mlflow")
    began = time.monotonic()
    error = asked(call)
    assert time.monotonic() - began < 4
    assert error.message.startswith("MLflow's tracking server http://127.0.0.1:9/mlflow does not answer")
    assert "s3cret" not in str(error)


@pytest.mark.parametrize("call", CALLS)
def test_a_store_that_fails_is_said_so(nowhere: Path, call: str) -> None:
    (nowhere / "broken.db").write_text("not a database" * 100)
    mlflow.set_tracking_uri(f"sqlite:///{nowhere}/broken.db")
    error = asked(call)
    assert error.message.startswith(f"MLflow's tracking server sqlite:///{nowhere}/broken.db cannot be asked")
    assert "\n" not in error.message


@pytest.mark.parametrize("uri", ["databricks", "databricks://profile", "postgresql://ana@here/db", "sqlite://"])
def test_what_only_asking_can_tell_is_not_looked_for_here(nowhere: Path, uri: str) -> None:
    check_there(uri)


def test_a_run_of_a_server_has_a_page(experiment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with mlflow.start_run(experiment_id=experiment) as active:
        pass
    monkeypatch.setattr(mlflow, "get_tracking_uri", lambda: "https://me:pw@mlflow.example/team/")
    run = ours.run_info(active, "Default")
    assert run.url == f"https://mlflow.example/team/#/experiments/{experiment}/runs/{active.info.run_id}"
    assert run.experiment_url == f"https://mlflow.example/team/#/experiments/{experiment}"


def test_a_run_with_all_it_logged(experiment: str, tmp_path: Path) -> None:
    (tmp_path / "plot.svg").write_text("<svg/>")
    tags = {
        "team": "risk",
        "mlflow.source.name": "/home/ana/fraud.ipynb",
        "mlflow.source.type": "NOTEBOOK",
        "modelreg.notebook.cell": "4f",
        "mlflow.source.git.commit": "abc1234",
        "mlflow.source.git.repoURL": "git@github.com:team/fraud.git",
    }
    with mlflow.start_run(experiment_id=experiment, run_name="night", tags=tags) as active:
        mlflow.log_params({"depth": 3})
        mlflow.log_metric("loss", 1.0, step=0)
        mlflow.log_metric("loss", 0.25, step=14)
        mlflow.log_artifact(str(tmp_path / "plot.svg"))
        mlflow.log_artifact(str(tmp_path / "plot.svg"), "more")
        model = mlflow.create_external_model("fraud", experiment_id=experiment)
    found = sources.run_details(active.info.run_id)
    assert (found.run.name, found.run.cell) == ("night", "4f")
    assert found.run.commit_url == "https://github.com/team/fraud/commit/abc1234"
    assert (found.params, found.metrics, found.tags) == ({"depth": "3"}, {"loss": 0.25}, {"team": "risk"})
    assert [(at.path, at.is_folder, at.size) for at in found.artifacts] == [
        ("more", True, None),
        ("plot.svg", False, 6),
    ]
    assert found.artifacts_problem is None
    assert [each.model_id for each in found.models] == [model.model_id]
    travelled = encode(found)
    assert isinstance(travelled, dict)
    assert isinstance(travelled["models"], list)


def test_a_run_whose_artifacts_are_out_of_reach(tracking: str) -> None:
    experiment = mlflow.create_experiment("away", artifact_location="nowhere://bucket")
    with mlflow.start_run(experiment_id=experiment) as active:
        mlflow.log_params({"depth": 3})
    found = sources.run_details(active.info.run_id)
    assert (found.params, found.artifacts) == ({"depth": "3"}, [])
    assert str(found.artifacts_problem).startswith("the artifacts cannot be listed: ")


def test_a_logged_model(shelf: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    found = sources.logged_model(shelf[0])
    assert (found.name, found.run_name, found.experiment, found.url) == ("fraud", "morning", "other", None)
    with pytest.raises(NotFound, match="knows no logged model m-0"):
        sources.logged_model("m-0")


def test_importing_the_sources_does_not_import_mlflow() -> None:
    code = "import sys, jupyter_modelreg.mlflow_client.resolver; print('mlflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.strip() == "False"
