"""What is kept, at registration, of where a version comes from; and that it goes along wherever a version goes."""

from __future__ import annotations

import json
import time
from importlib.metadata import version
from pathlib import Path

import mlflow
import pandas as pd
import pytest
from mlflow.entities import Dataset as MlflowDataset
from mlflow.entities import DatasetInput, InputTag
from mlflow.models.model import ModelInfo

import jupyter_modelreg
from jupyter_modelreg.core.lineage.environment import environment_in
from jupyter_modelreg.core.lineage.records import CopyOf, Dataset, Environment, GitState, Lineage, Place
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model

CONDA = """\
channels:
- conda-forge
dependencies:
- python=3.10.1
- conda-forge::cudatoolkit=11.8
- libgomp
- pip<=24.0
- pip:
  - mlflow==3.17.2
  - pandas
name: mlflow-env
"""
HERE = Place(
    kind="notebook",
    path="/home/train.ipynb",
    cell="cell-3",
    source="model = train()",
    session="s",
    python="3.11.7",
    git=GitState(commit="0123", branch="work", remote="https://example.org/x", dirty=True),
)


@pytest.fixture
def placed(registry: Registry) -> Registry:
    """A registry that is worked with from the cell of a notebook."""
    registry._context.provenance = lambda: HERE
    return registry


@pytest.fixture
def folder(tmp_path: Path) -> str:
    plain_model(tmp_path / "model", 10)
    (tmp_path / "model" / "requirements.txt").write_text("mlflow==3.17.2\n\n# of the model\nscikit-learn>=1.5\n")
    return str(tmp_path / "model")


def known(registry: Registry, reference: str) -> Lineage:
    return Lineage.of(registry.versions.get(reference).lineage)


def run_with(experiment: str, *inputs: DatasetInput) -> str:
    tracking = mlflow.MlflowClient()
    run = tracking.create_run(experiment, run_name="first", tags={"mlflow.source.name": "/home/train.ipynb"})
    tracking.set_tag(run.info.run_id, "mlflow.source.type", "NOTEBOOK")
    tracking.set_tag(run.info.run_id, "modelreg.notebook.source", "fit()")
    tracking.log_inputs(run.info.run_id, list(inputs))
    run_id: str = run.info.run_id
    return run_id


def used(name: str, digest: str, source: str = "{}", kind: str = "local", context: str = "training") -> DatasetInput:
    return DatasetInput(MlflowDataset(name, digest, kind, source), [InputTag("mlflow.data.context", context)])


def test_the_place_and_the_packages(placed: Registry, folder: str) -> None:
    made = placed.versions.register(folder, FRAUD)
    assert Lineage.of(made.lineage) == Lineage(
        registered=HERE,
        requirements=("mlflow==3.17.2", "scikit-learn>=1.5"),
        environment=Environment(installed={"mlflow": version("mlflow"), "scikit-learn": version("scikit-learn")}),
    )
    assert placed.versions.get(f"{FRAUD}/1") == made
    workspace = placed.versions.register(folder, "plain")
    assert Lineage.of(workspace.lineage) == Lineage(registered=HERE)


def test_the_environment(placed: Registry, folder: str) -> None:
    write = Path(folder)
    (write / "python_env.yaml").write_text("python: 3.11.7\nbuild_dependencies:\n- pip==24\ndependencies:\n- -r x\n")
    (write / "conda.yaml").write_text(CONDA)
    (write / "requirements.txt").write_text(
        "pandas\n--find-links x\nnot-there==1\nmlflow[extras]>3\na @ https://x.org\n"
    )
    placed.versions.register(folder, FRAUD)
    told = Environment(
        python="3.11.7",
        conda=("conda-forge::cudatoolkit=11.8", "libgomp"),
        installed={"pandas": version("pandas"), "mlflow": version("mlflow")},
    )
    assert known(placed, f"{FRAUD}/1").environment == told
    # A copy runs in the same, and was made where other packages may be installed.
    (write / "requirements.txt").write_text("pytest")
    placed.versions.copy(f"{FRAUD}/1", "prod.ml_team.copy")
    assert known(placed, "prod.ml_team.copy/1").environment == told


def test_what_a_server_registers_says_nothing_of_the_server(registry: Registry, folder: str) -> None:
    registry._context.provenance = lambda: None
    registry.versions.register(folder, FRAUD)
    assert known(registry, f"{FRAUD}/1").environment is None


@pytest.mark.parametrize(
    ("conda", "python", "packages"),
    [
        ("dependencies:\n  - python=3.10\n  - pip:\n    - mlflow\n", "3.10", ()),
        ("dependencies:\n- python >= 3.9\n- 'numpy=1.26'  # pinned\nname: x\n- other\n", "3.9", ("numpy=1.26",)),
        ("dependencies: [python=3.10]\n", None, ()),
        ("- lost\nchannels:\n- defaults\n", None, ()),
        ("\0", None, ()),
    ],
)
def test_conda_files_of_all_kinds(tmp_path: Path, conda: str, python: str | None, packages: tuple[str, ...]) -> None:
    (tmp_path / "conda.yaml").write_text(conda)
    assert environment_in(tmp_path) == Environment(python=python, conda=packages)


def test_the_run_and_its_datasets(placed: Registry, folder: str, experiment: str) -> None:
    secret = '{"uri": "https://ana:hunter2@example.org/loans.csv?token=hunter3"}'
    run_id = run_with(
        experiment,
        used("loans", "d1", secret, "http"),
        used("loans", "d2", '{"path": "/lake/loans", "delta_table_version": 7}', "delta_table", "evaluation"),
        used("iris", "d3", '{"path": "iris", "revision": "abc"}', "hugging_face"),
    )
    placed.versions.register(folder, FRAUD, run_id=run_id)
    found = known(placed, f"{FRAUD}/1")
    assert sorted(found.datasets, key=lambda each: each.digest or "") == [
        Dataset(
            name="loans",
            digest="d1",
            source="https://example.org/loans.csv?token=***",
            source_type="http",
            context="training",
        ),
        Dataset(
            name="loans",
            digest="d2",
            source="/lake/loans",
            source_type="delta_table",
            snapshot="7",
            context="evaluation",
        ),
        Dataset(
            name="iris", digest="d3", source="iris", source_type="hugging_face", snapshot="abc", context="training"
        ),
    ]
    assert found.training is not None
    assert (found.training.run_name, found.training.place) == (
        "first",
        Place(kind="notebook", path="/home/train.ipynb", source="fit()"),
    )
    assert "hunter" not in str([event.after for event in placed.history.list()])


def test_what_is_in_lakefs_has_a_state_where_its_address_has_a_commit(
    placed: Registry, folder: str, experiment: str
) -> None:
    commit = "9f" * 32
    at, moving, short = (f"lakefs://bank/{ref}/loans.csv" for ref in (commit, "main", commit[:12]))
    run_id = run_with(
        experiment,
        used("at", "d1", json.dumps({"uri": at}), "lakefs"),
        used("moving", "d2", json.dumps({"uri": moving}), "http"),
        used("short", "d3", json.dumps({"path": short}), "local"),
        used("elsewhere", "d4", json.dumps({"uri": f"s3://bank/{commit}/loans.csv"}), "s3"),
    )
    placed.versions.register(folder, FRAUD, run_id=run_id)
    assert {each.name: (each.source_type, each.snapshot) for each in known(placed, f"{FRAUD}/1").datasets} == {
        "at": ("lakefs", commit),
        "moving": ("lakefs", None),
        "short": ("lakefs", None),
        "elsewhere": ("s3", None),
    }


def test_metrics_by_dataset(placed: Registry, logged: ModelInfo) -> None:
    tracking, model_id = mlflow.MlflowClient(), logged.model_id
    run_id = tracking.get_logged_model(model_id).source_run_id
    held = mlflow.data.from_pandas(pd.DataFrame({"a": [1.0, 2.0]}), name="held out")
    tracking.log_inputs(run_id, [used("held out", held.digest, "{}", "code", "evaluation")])
    for key in ("auc", "f1"):
        tracking.log_metric(run_id, key, 0.5, model_id=model_id, dataset_name=held.name, dataset_digest=held.digest)
    tracking.log_metric(run_id, "drift", 0.1, model_id=model_id, dataset_name="last week", dataset_digest="w")
    placed.versions.register(logged.model_uri, FRAUD)
    found = {each.name: each for each in known(placed, f"{FRAUD}/1").datasets}
    assert set(found["held out"].metrics) == {"auc", "f1"}
    assert found["last week"] == Dataset(name="last week", digest="w", metrics=("drift",))


def test_a_copy_says_of_what(placed: Registry, folder: str, experiment: str) -> None:
    original = placed.versions.register(folder, FRAUD, run_id=run_with(experiment, used("loans", "d1")))
    placed.models.rename(FRAUD, "prod.risk.renamed")
    placed._context.provenance = lambda: None
    placed.versions.copy("prod.risk.renamed/1", "prod.risk.copy")
    found = known(placed, "prod.risk.copy/1")
    assert found.copied_from == CopyOf(model=original.model_id, version=1)
    assert [each.name for each in found.datasets] == ["loans"]
    assert found.training == known(placed, "prod.risk.renamed/1").training
    assert found.registered is None
    assert found.requirements == ("mlflow==3.17.2", "scikit-learn>=1.5")


def test_what_is_not_there_any_more_stops_nothing(
    placed: Registry, folder: str, experiment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    placed.versions.register(folder, FRAUD, run_id="0" * 32)
    assert known(placed, f"{FRAUD}/1").training is None
    run_id = run_with(experiment, used("loans", "d1"))
    mlflow.set_tracking_uri("http://127.0.0.1:9")  # where nothing listens
    began = time.monotonic()
    placed.versions.register(folder, FRAUD, run_id=run_id)
    assert time.monotonic() - began < 5
    assert known(placed, f"{FRAUD}/2") == known(placed, f"{FRAUD}/1")


def test_history_bundles_and_the_past_have_it(placed: Registry, folder: str, experiment: str, tmp_path: Path) -> None:
    placed.versions.register(folder, "plain")  # so that ids differ in the other registry
    placed.versions.register(folder, FRAUD, run_id=run_with(experiment, used("loans", "d1")))
    placed.versions.copy(f"{FRAUD}/1", "prod.risk.copy")
    told = [placed.versions.get(name).lineage for name in (f"{FRAUD}/1", "prod.risk.copy/1")]
    assert placed.maintenance.verify().sound
    assert [placed.as_of("now").versions.get(f"{FRAUD}/1").lineage] == told[:1]
    placed.exchange.export_to(tmp_path / "models.zip", ["prod"])
    other = jupyter_modelreg.connect(str(tmp_path / "other" / "registry.duckdb"), actor="ben")
    try:
        other.exchange.import_from(str(tmp_path / "models.zip"))
        assert known(other, f"{FRAUD}/1") == Lineage.of(told[0])
        copied = known(other, "prod.risk.copy/1").copied_from
        assert copied == CopyOf(model=other.models.get(FRAUD).id, version=1)
        found = other.versions.find("dataset = 'loans' and notebook like '%train.ipynb'")
        assert [each.reference for each in found] == [f"{FRAUD}/1", "prod.risk.copy/1"]
        assert other.maintenance.verify().sound
    finally:
        other.close()
    placed.exchange.export_to(tmp_path / "copy.zip", ["prod.risk.copy"])
    third = jupyter_modelreg.connect(str(tmp_path / "third" / "registry.duckdb"), actor="ben")
    try:
        third.exchange.import_from(str(tmp_path / "copy.zip"))
        assert known(third, "prod.risk.copy/1").copied_from is None
    finally:
        third.close()


def test_what_kind_of_model_it_is_is_kept_and_found(registry: Registry, tmp_path: Path) -> None:
    told = "flavors:\n  python_function:\n    loader_module: x\n  sklearn:\n    code: null\n  onnx:\n    data: y\n"
    folder = tmp_path / "model"
    plain_model(folder, 10)
    (folder / "MLmodel").write_text(told + (folder / "MLmodel").read_text().replace("flavors:", "other:"))
    registry.versions.register(str(folder), FRAUD)
    registry.versions.register(str(folder), "iris")  # whose files stay where they are
    registry.versions.register("s3://elsewhere/model", "iris", check_source=False)
    registry.versions.copy(f"{FRAUD}/1", "prod.ml_team.copied")
    for reference, flavors in ((f"{FRAUD}/1", ("sklearn", "onnx")), ("iris/1", ("sklearn", "onnx")), ("iris/2", ())):
        assert known(registry, reference).flavors == flavors
    assert known(registry, "prod.ml_team.copied/1").flavors == ("sklearn", "onnx")
    found = registry.versions.find("flavor = 'sklearn'")
    assert [each.reference for each in found] == ["iris/1", "prod.ml_team.copied/1", f"{FRAUD}/1"]
    assert [each.reference for each in registry.versions.find("flavor is null")] == ["iris/2"]
