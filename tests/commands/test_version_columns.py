"""Chosen columns of `versions`, sorting by one of them, and the same as a flat frame."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import mlflow
import pytest

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from tests.support.real_models import log_model

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[str]]:
    """Three logged models with metrics and parameters, the last without an auc."""
    folder = tmp_path_factory.mktemp("tracking")
    mlflow.set_tracking_uri(f"sqlite:///{folder}/mlflow.db")
    experiment = mlflow.create_experiment("cards", artifact_location=(folder / "artifacts").as_uri())
    uris = []
    for auc, depth in ((0.8, "3"), (0.93, "10"), (None, "5")):
        with mlflow.start_run(experiment_id=experiment):
            info = log_model()
            mlflow.log_metric("loss", 0.25, model_id=info.model_id)
            if auc is not None:
                mlflow.log_metric("auc", auc, model_id=info.model_id)
            mlflow.log_params({"depth": depth})
        mlflow.MlflowClient().log_model_params(info.model_id, {"depth": depth})
        uris.append(info.model_uri)
    yield uris
    mlflow.set_tracking_uri(None)


@pytest.fixture
def fraud(do: Do, runs: list[str], registry: Registry) -> str:
    """A model with three versions."""
    for number, uri in enumerate(runs, start=1):
        do(f"register {uri} prod.ml.fraud --tag stage=s{number} --tag owner.team=risk")
    return "prod.ml.fraud"


def test_metrics_parameters_and_tags_become_columns_and_rows_can_be_sorted_by_them(do: Do, fraud: str) -> None:
    shown = do(f"versions {fraud} --metrics auc,loss --params depth --tags stage,owner.team --sort -auc")
    head, _, *rows = shown.text().splitlines()
    assert head.split()[:6] == ["version", "auc", "loss", "depth", "stage", "owner.team"]
    assert [row.split()[0] for row in rows] == ["2", "1", "3"]
    assert rows[0].split()[1:6] == ["0.93", "0.25", "10", "s2", "risk"]
    assert [row["version"] for row in do(f"versions {fraud} --sort depth").rows] == [1, 3, 2]
    assert [row["version"] for row in do(f"versions {fraud} --sort version").rows] == [1, 2, 3]
    cut = do(f"versions {fraud} --sort -auc -n 1")
    assert [row["version"] for row in cut.rows] == [2]
    assert cut.text().endswith("1 of 3 versions; -n 3 shows all")
    assert "<th" in shown._repr_html_()
    assert shown.piped().splitlines()[1].split("\t")[2:4] == ["0.93", "0.25"]


@pytest.mark.parametrize(
    ("asked", "said", "hint"),
    [
        ("--metrics auv", "no version here has the metric auv", "there is auc, loss"),
        ("--tags nothing", "no version here has the tag nothing", "there is owner.team, stage"),
        ("--sort nothing", "no version has nothing to sort by", "sort by a metric, a parameter or a tag of theirs"),
    ],
)
def test_a_column_that_nobody_has_is_an_error_that_says_what_there_is(
    do: Do, fraud: str, asked: str, said: str, hint: str
) -> None:
    with pytest.raises(InvalidInput) as caught:
        do(f"versions {fraud} {asked}")
    assert (caught.value.message, caught.value.hint) == (said, hint)


def test_a_frame_has_a_column_for_each_metric_parameter_tag_and_alias(do: Do, fraud: str) -> None:
    do(f"alias {fraud}@Champion 2")
    frame = do(f"versions {fraud}").to_df().set_index("version")
    assert frame["metrics.auc"].fillna(-1).to_dict() == {3: -1, 2: 0.93, 1: 0.8}
    assert frame["params.depth"].to_dict() == {3: "5", 2: "10", 1: "3"}
    assert frame["tags.owner.team"].tolist() == ["risk"] * 3
    assert str(frame["created_at"].dtype).startswith("datetime64[")
    assert not {"metrics", "params", "tags"} & set(frame.columns)
    models = do("models").to_df()
    assert models["aliases.Champion"].tolist() == [2]
