"""What was measured of a logged model: by `mlflow.evaluate`, `mlflow.genai.evaluate`, or `log_metric` with a dataset.

MLflow is imported inside the functions, since a registry that only answers questions never needs it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from jupyter_modelreg.core.entities.runs import Evaluation, Evaluations, EvaluationTable
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.mlflow_client.links import page_of
from jupyter_modelreg.mlflow_client.runs import BATCH, asking, asking_for, tracking_uri

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Metric, Run

# A run, and the name and digest of the dataset, as the metrics say.
_Key = tuple[str, str | None, str | None]
_DELETED = "the run is deleted"
_GONE = "the run is not there any more"


def evaluations(model_id: str, limit: int) -> Evaluations:
    """See `core.ports.tracking`. Raises SourceUnavailable."""
    try:
        with asking_for(f"logged model {model_id}") as client:
            model = client.get_logged_model(model_id)
    except NotFound as error:
        return Evaluations(note=gone(error))
    measured = _measured(model)
    shown = sorted(measured, key=lambda key: (_last(measured[key]), key[0]), reverse=True)[:limit]
    if not shown:
        return Evaluations(
            note=f"the logged model {model_id} has not been evaluated; mlflow.models.evaluate and "
            "mlflow.genai.evaluate do that, with model_id"
        )
    with asking() as (client, experiments):
        runs = _runs(client, list(experiments), dict.fromkeys(key[0] for key in shown))
    return Evaluations(
        evaluations=[_evaluation(key, measured[key], runs.get(key[0])) for key in shown],
        left_out=len(measured) - len(shown),
    )


def gone(error: NotFound) -> str:
    """What to say of a version whose logged model is not there."""
    return f"{error.message}: it is deleted, or tracked elsewhere; see mlflow.get_tracking_uri()"


def _measured(model: LoggedModel) -> Mapping[_Key, Sequence[Metric]]:
    """The metrics of a model by where they were measured; what its own run logs of it while training is none."""
    found: dict[_Key, list[Metric]] = {}
    for metric in model.metrics or ():
        if metric.run_id and (metric.run_id != model.source_run_id or metric.dataset_name):
            key = (metric.run_id, metric.dataset_name or None, metric.dataset_digest or None)
            found.setdefault(key, []).append(metric)
    return found


def _last(metrics: Iterable[Metric]) -> int:
    return max(int(metric.timestamp) for metric in metrics)


def _runs(client: MlflowClient, experiments: list[str], run_ids: Iterable[str]) -> Mapping[str, Run]:
    """Runs by id, deleted ones, too, as far as they are there."""
    from mlflow.entities import ViewType

    wanted, found = list(run_ids), {}
    for begin in range(0, len(wanted), BATCH):
        listed = ", ".join(f"'{run_id}'" for run_id in wanted[begin : begin + BATCH])
        for run in client.search_runs(
            experiments, f"attributes.run_id IN ({listed})", run_view_type=ViewType.ALL, max_results=BATCH
        ):
            found[run.info.run_id] = run
    return found


def _evaluation(key: _Key, metrics: Sequence[Metric], run: Run | None) -> Evaluation:
    run_id, dataset, digest = key
    used = [] if run is None or run.inputs is None else [each.dataset for each in run.inputs.dataset_inputs or ()]
    names = [dataset] if dataset else list(dict.fromkeys(each.name for each in used))
    if not dataset and len({(each.name, each.digest) for each in used}) == 1:
        digest = used[0].digest or None
    ordered = sorted(metrics, key=lambda metric: (metric.step, metric.timestamp))
    return Evaluation(
        run_id=run_id,
        run_name=None if run is None else run.info.run_name or run_id,
        evaluated_at=_last(metrics),
        datasets=names,
        digest=digest,
        metrics={metric.key: metric.value for metric in ordered},
        tables=[] if run is None else _tables(run),
        problem=_GONE if run is None else _DELETED if run.info.lifecycle_stage == "deleted" else None,
        url=None if run is None else page_of(tracking_uri(), run.info.experiment_id, run_id=run_id),
    )


def _tables(run: Run) -> Sequence[EvaluationTable]:
    """The tables that a run says it has logged (MLflow: `log_table`), each once."""
    from mlflow.utils.mlflow_tags import MLFLOW_LOGGED_ARTIFACTS

    try:
        told = json.loads(run.data.tags.get(MLFLOW_LOGGED_ARTIFACTS, "[]"))
    except ValueError:  # anybody may have written the tag
        return []
    logged = told if isinstance(told, list) else []
    paths = [each.get("path") for each in logged if isinstance(each, dict) and each.get("type") == "table"]
    return [
        EvaluationTable(
            path=path,
            url=page_of(tracking_uri(), run.info.experiment_id, run_id=run.info.run_id, artifact=path),
        )
        for path in dict.fromkeys(path for path in paths if isinstance(path, str))
    ]
