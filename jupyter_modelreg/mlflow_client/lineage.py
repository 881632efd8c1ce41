"""What MLflow's tracking server knows of where a model comes from: its run, and the datasets that one has logged."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from jupyter_modelreg.core.entities.versions import Metric
from jupyter_modelreg.core.lineage import lakefs
from jupyter_modelreg.core.lineage.records import Dataset, GitState, Place, PlaceKind, Training
from jupyter_modelreg.core.ports.tracking import Origin
from jupyter_modelreg.core.redact import redacted
from jupyter_modelreg.mlflow_client.runs import CELL_SOURCE_TAG, asking_for, run_info

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel, Run
    from mlflow.entities import Metric as MlflowMetric

# Where a source says where it is, as each kind of source of MLflow's writes it.
_PLACES = ("uri", "url", "path", "delta_table_name", "table_name", "table", "name")
# And where it says which state of it was read.
_SNAPSHOTS = ("snapshot", "delta_table_version", "revision", "version_id", "commit")
_MOST_COLUMNS = 500


def origin(run_id: str | None, logged_model_id: str | None, read: Sequence[object] = ()) -> Origin:
    """See `core.ports.tracking`. Raises NotFound, SourceUnavailable."""
    from mlflow.entities import LoggedModel, Run

    model = run = None
    if logged_model_id:
        model = next(
            (each for each in read if isinstance(each, LoggedModel) and each.model_id == logged_model_id), None
        )
        if model is None:
            with asking_for(f"logged model {logged_model_id}") as client:
                model = client.get_logged_model(logged_model_id)
        run_id = run_id or model.source_run_id
    experiment = None
    if run_id:
        run = next((each for each in read if isinstance(each, Run) and each.info.run_id == run_id), None)
        with asking_for(f"run {run_id}") as client:
            run = run or client.get_run(run_id)
            experiment = client.get_experiment(run.info.experiment_id).name
    own = None if model is None else tuple(map(metric_of, model.metrics or ()))
    return Origin(
        training=None if run is None or experiment is None else training_of(run, experiment),
        datasets=datasets_of(run, model),
        params=None if model is None else dict(model.params),
        metrics=own,
        last_metrics=own if model is None or own is None or run is None else last_metrics(model, own, run),
    )


def metric_of(metric: MlflowMetric) -> Metric:
    """A metric of a run or of a logged model."""
    return Metric(key=metric.key, value=metric.value, timestamp=metric.timestamp, step=metric.step)


def last_metrics(model: LoggedModel, own: tuple[Metric, ...], run: Run) -> tuple[Metric, ...]:
    """The metrics of a logged model, each as its `run` has it last; of a checkpoint as they are.

    MLflow keeps with a logged model what was logged while that one was at hand, so that a metric of many steps may be
    the first of them there.
    """
    outputs = run.outputs.model_outputs if run.outputs else ()
    if any(output.model_id == model.model_id and output.step for output in outputs):
        return own
    last = {metric.key: metric_of(metric) for metric in run.data._metric_objs}
    return tuple({metric.key: last.get(metric.key, metric) for metric in own}.values())


def training_of(run: Run, experiment: str) -> Training:
    """The run that made a model, in the experiment of that name."""
    return Training(
        experiment=experiment,
        experiment_id=run.info.experiment_id,
        run_name=run.info.run_name or None,
        place=_place(run, experiment),
    )


def _place(run: Run, experiment: str) -> Place | None:
    """The code that made a run, as its tags tell."""
    from mlflow.utils import mlflow_tags

    tags, known = run.data.tags, run_info(run, experiment)
    path, kind = known.notebook, None
    if path is not None:
        kind = "notebook"
    elif _is_script(tags.get(mlflow_tags.MLFLOW_SOURCE_TYPE), known.source_name):
        path, kind = known.source_name, "script"
    dirty = {"true": True, "false": False}.get(tags.get(mlflow_tags.MLFLOW_GIT_DIRTY, "").lower())
    remote, branch = tags.get(mlflow_tags.MLFLOW_GIT_REPO_URL), tags.get(mlflow_tags.MLFLOW_GIT_BRANCH)
    commit = known.git_commit
    source = tags.get(CELL_SOURCE_TAG) or None
    if path is None and commit is None and source is None:
        return None
    return Place(
        kind=_kind(kind),
        path=path,
        cell=known.cell,
        source=source,
        git=GitState(commit=commit, branch=branch, remote=remote and redacted(remote), dirty=dirty) if commit else None,
    )


def _kind(kind: str | None) -> PlaceKind | None:
    return "notebook" if kind == "notebook" else "script" if kind == "script" else None


def _is_script(source_type: str | None, name: str | None) -> bool:
    """Whether a run says the script that it was made by, and not the program that runs others (a kernel, pytest)."""
    return source_type == "LOCAL" and bool(name) and str(name).endswith(".py") and "site-packages" not in str(name)


# --- datasets -----------------------------------------------------------------------------------------------------


def datasets_of(run: Run | None, model: LoggedModel | None) -> tuple[Dataset, ...]:
    """What a run has logged as inputs, and which metrics of the model were measured on which of them."""
    from mlflow.utils.mlflow_tags import MLFLOW_DATASET_CONTEXT

    measured = _measured([*((model and model.metrics) or ()), *(run.data._metric_objs if run else ())])
    found: dict[tuple[str, str | None], Dataset] = {}
    for used in (run.inputs.dataset_inputs if run and run.inputs else None) or ():
        dataset = used.dataset
        digest = dataset.digest or None
        contexts = [tag.value for tag in used.tags if tag.key == MLFLOW_DATASET_CONTEXT and tag.value]
        source = _json(dataset.source)
        where = _where(source, dataset.source)
        known = found.get((dataset.name, digest))
        if known is not None and known.context:
            contexts.insert(0, known.context)
        found[dataset.name, digest] = Dataset(
            name=dataset.name,
            digest=digest,
            source=where,
            source_type="lakefs" if lakefs.is_lakefs(where) else dataset.source_type or None,
            snapshot=_first(source, _SNAPSHOTS) or lakefs.commit_of(where),
            context=", ".join(dict.fromkeys(contexts)) or None,
            schema=_schema(dataset.schema),
            rows=_rows(dataset.profile),
            metrics=tuple(measured.pop((dataset.name, digest), known.metrics if known else ())),
        )
    for (name, digest), metrics in measured.items():  # which were not logged as inputs of this run
        found[name, digest] = Dataset(name=name, digest=digest, metrics=tuple(metrics))
    return tuple(found.values())


def _measured(metrics: Iterable[MlflowMetric]) -> dict[tuple[str, str | None], list[str]]:
    """The names of metrics by the dataset, its name and digest, that they were measured on."""
    found: dict[tuple[str, str | None], list[str]] = {}
    for metric in metrics:
        if getattr(metric, "dataset_name", None):
            there = found.setdefault((metric.dataset_name, metric.dataset_digest or None), [])
            if metric.key not in there:
                there.append(metric.key)
    return found


def _json(text: str | None) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _where(source: Mapping[str, Any], text: str | None) -> str | None:
    """Where a dataset is, as its source says, without credentials."""
    place = _first(source, _PLACES)
    tags = source.get("tags")
    if place is None and isinstance(tags, dict):  # data that code has made says which code
        place = _first(tags, ("mlflow.source.name",))
    if place is None and not source:
        place = text or None
    table = _first(source, ("table", "table_name"))
    if place is not None and table is not None and table != place and "path" in source:
        return f"{redacted(place)}#{table}"
    return None if place is None else redacted(place)


def _first(told: Mapping[str, Any], names: Iterable[str]) -> str | None:
    found = (told.get(name) for name in names)
    return next((str(each) for each in found if each not in (None, "") and not isinstance(each, dict | list)), None)


def _schema(text: str | None) -> Mapping[str, str] | None:
    """The columns of a dataset and their types; of tensors their shapes."""
    told = _json(text)
    columns = told.get("mlflow_colspec") or told.get("columns")
    if isinstance(columns, list) and columns:
        named = [each for each in columns[:_MOST_COLUMNS] if isinstance(each, dict)]
        return {str(each.get("name") or at): str(each.get("type")) for at, each in enumerate(named)} or None
    return None


def _rows(text: str | None) -> int | None:
    found = _json(text).get("num_rows")
    return found if isinstance(found, int) and not isinstance(found, bool) else None
