"""What MLflow's tracking server knows of runs and logged models, to choose from and to look at.

MLflow is imported inside the functions, since a registry that only answers questions never needs it.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from jupyter_modelreg.core.entities.runs import ArtifactInfo, LoggedModelInfo, RunDetails, RunInfo
from jupyter_modelreg.core.errors import InvalidInput, NotFound, SourceUnavailable
from jupyter_modelreg.core.governance.cases import flavors_in
from jupyter_modelreg.core.query.paging import Page, encode_token
from jupyter_modelreg.core.redact import one_line, redacted, safe_cause
from jupyter_modelreg.mlflow_client.links import commit_page, page_of
from jupyter_modelreg.mlflow_client.uris import server_location
from jupyter_modelreg.uri import local_path

if TYPE_CHECKING:
    from mlflow import MlflowClient
    from mlflow.entities import LoggedModel, Run
    from mlflow.store.entities.paged_list import PagedList

T = TypeVar("T")

# What is asked of the server at a time, and how long to look for a text before handing over what was found, in seconds.
BATCH = 100
_PATIENCE = 4.0
_LAUNCHER = "ipykernel_launcher.py"  # what MLflow notes when it does not find the notebook
# The tag by which a run knows the cell it was made in: an id of the notebook format 4.5.
CELL_TAG = "modelreg.notebook.cell"
CELL_SOURCE_TAG = "modelreg.notebook.source"
"""The tag by which it knows what that cell said."""
_NOT_FOR_PEOPLE = ("mlflow.", "modelreg.")  # tags that programs set


def logged_models(text: str | None, run_id: str | None, limit: int, page_token: str | None) -> Page[LoggedModelInfo]:
    """Logged models of all experiments, newest first. Raises SourceUnavailable, InvalidInput for a bad token."""
    with asking() as (client, experiments):
        if not experiments or (run_id is not None and not re.fullmatch(r"\w+", run_id)):
            return Page()
        names: dict[str, str] = {}

        def fetch(token: str | None) -> PagedList[LoggedModel]:
            found = client.search_logged_models(
                list(experiments),
                filter_string=run_id and f"source_run_id = '{run_id}'",
                max_results=BATCH,
                order_by=[{"field_name": "creation_timestamp", "ascending": False}],
                page_token=token,
            )
            names.update(run_names(client, experiments, {model.source_run_id for model in found}))
            return found

        def matches(model: LoggedModel) -> bool:
            return _mentions(text, model.name, model.model_id, names.get(model.source_run_id or ""))

        page = collect(fetch, matches, limit, page_token)
        items = [logged_model_info(model, names, experiments) for model in page]
        return Page(items, page.token)


def runs(text: str | None, limit: int, page_token: str | None) -> Page[RunInfo]:
    """Runs of all experiments, newest first. Raises SourceUnavailable, InvalidInput for a bad token."""
    with asking() as (client, experiments):
        if not experiments:
            return Page()

        def fetch(token: str | None) -> PagedList[Run]:
            return client.search_runs(list(experiments), max_results=BATCH, page_token=token)

        page: Page[Run] = collect(
            fetch, lambda run: _mentions(text, run.info.run_name, run.info.run_id), limit, page_token
        )
        return Page([run_info(run, experiments[run.info.experiment_id]) for run in page], page.token)


def run(run_id: str) -> RunInfo:
    """One run. Raises NotFound, SourceUnavailable."""
    with asking_for(f"run {run_id}") as client:
        found = client.get_run(run_id)
        return run_info(found, client.get_experiment(found.info.experiment_id).name)


def run_details(run_id: str) -> RunDetails:
    """One run with all it logged. Raises NotFound, SourceUnavailable."""
    with asking_for(f"run {run_id}") as client:
        found = client.get_run(run_id)
        info = run_info(found, client.get_experiment(found.info.experiment_id).name)
        artifacts, problem = _artifacts(client, run_id)
        return RunDetails(
            run=info,
            params=found.data.params,
            metrics=found.data.metrics,
            tags=tags_of_people(found.data.tags),
            artifacts=artifacts,
            artifacts_problem=problem,
            models=list(logged_models(None, run_id, BATCH, None)),  # a page would travel as one
        )


def logged_model(model_id: str) -> LoggedModelInfo:
    """One logged model. Raises NotFound, SourceUnavailable."""
    with asking_for(f"logged model {model_id}") as client:
        found = client.get_logged_model(model_id)
        experiments = {found.experiment_id: client.get_experiment(found.experiment_id).name}
        return logged_model_info(found, run_names(client, experiments, {found.source_run_id}), experiments)


# --- asking the server -------------------------------------------------------------------------------------


@contextmanager
def asking_for(what: str | None = None) -> Iterator[MlflowClient]:
    """MLflow's client; what it raises becomes NotFound, when `what` is said to be asked for, or SourceUnavailable."""
    import mlflow
    from mlflow.exceptions import MlflowException

    uri = mlflow.get_tracking_uri()
    try:
        yield mlflow.MlflowClient()
    except (SourceUnavailable, InvalidInput):
        raise
    except Exception as error:
        code = error.error_code if isinstance(error, MlflowException) else None
        if what is not None and code in ("RESOURCE_DOES_NOT_EXIST", "INVALID_PARAMETER_VALUE"):
            raise NotFound(
                f"{redacted(uri)} knows no {what}", "it may be tracked elsewhere: see mlflow.get_tracking_uri()"
            ) from error
        raise SourceUnavailable(
            f"MLflow's tracking server {redacted(uri)} cannot be asked: {one_line(error, uri)}",
            "check that it runs and that MLFLOW_TRACKING_URI is right, then try again",
        ) from safe_cause(error, uri)


@contextmanager
def asking() -> Iterator[tuple[MlflowClient, Mapping[str, str]]]:
    """MLflow's client, and the names of the experiments by id."""
    with asking_for() as client:
        experiments: dict[str, str] = {}
        token = None
        while True:
            page = client.search_experiments(page_token=token)
            experiments |= {each.experiment_id: each.name for each in page}
            token = page.token
            if not token:
                break
        yield client, experiments


def run_names(client: MlflowClient, experiments: Mapping[str, str], run_ids: set[str | None]) -> dict[str, str]:
    """The names of runs by id, as far as they are there."""
    from mlflow.entities import ViewType

    wanted = ", ".join(f"'{run_id}'" for run_id in sorted(filter(None, run_ids)))
    if not wanted:
        return {}
    found = client.search_runs(
        list(experiments), f"attributes.run_id IN ({wanted})", run_view_type=ViewType.ALL, max_results=BATCH
    )
    return {run.info.run_id: run.info.run_name for run in found}


def collect(
    fetch: Callable[[str | None], PagedList[T]], matches: Callable[[T], bool], limit: int, page_token: str | None
) -> Page[T]:
    """Up to `limit` of what `fetch` gives batch by batch, those that match; our token says how far in which batch."""
    token, skip = _decode(page_token)
    found: list[T] = []
    began = time.monotonic()
    while True:
        batch = fetch(token)
        for at, item in enumerate(batch):
            if at < skip or not matches(item):
                continue
            if len(found) == limit:
                return Page(found, encode_token({"batch": token, "skip": at}))
            found.append(item)
        token, skip = batch.token or None, 0
        if token is None:
            return Page(found)
        if time.monotonic() - began > _PATIENCE:
            return Page(found, encode_token({"batch": token, "skip": 0}))


def _decode(page_token: str | None) -> tuple[str | None, int]:
    if not page_token:
        return None, 0
    try:
        content = json.loads(base64.b64decode(page_token, validate=True))
        return content["batch"], int(content["skip"])
    except (binascii.Error, ValueError, KeyError, TypeError, RecursionError) as error:
        raise InvalidInput("invalid page token", "take it from the page before, unchanged") from error


def tags_of_people(tags: Mapping[str, str]) -> Mapping[str, str]:
    """Those of `tags` that no program has set."""
    return {key: value for key, value in tags.items() if not key.startswith(_NOT_FOR_PEOPLE)}


def _mentions(text: str | None, *words: str | None) -> bool:
    return not text or any(text.lower() in word.lower() for word in words if word)


# --- in our words ------------------------------------------------------------------------------------------


def logged_model_info(model: LoggedModel, names: Mapping[str, str], experiments: Mapping[str, str]) -> LoggedModelInfo:
    """A logged model; `names` are those of runs, `experiments` those of experiments, by id."""
    lines = mlmodel_lines(model.artifact_location)
    return LoggedModelInfo(
        uri=f"models:/{model.model_id}",
        name=model.name,
        model_id=model.model_id,
        run_id=model.source_run_id or None,
        run_name=names.get(model.source_run_id or ""),
        experiment=experiments[model.experiment_id],
        created_at=model.creation_timestamp,
        has_signature=None if lines is None else any(line.rstrip() == "signature:" for line in lines),
        flavors=flavors_in(lines or ()),
        metrics={metric.key: metric.value for metric in model.metrics or ()},
        url=page_of(tracking_uri(), model.experiment_id, model_id=model.model_id),
    )


def _artifacts(client: MlflowClient, run_id: str) -> tuple[list[ArtifactInfo], str | None]:
    """What is at the top of a run's artifacts, and why that is not known: they may be in a store of their own."""
    try:
        found = client.list_artifacts(run_id)
    except Exception as error:  # noqa: BLE001 - the library of each store raises its own, and the page says it
        return [], f"the artifacts cannot be listed: {one_line(error)}"
    return [ArtifactInfo(path=at.path, is_folder=at.is_dir, size=at.file_size) for at in found], None


def mlmodel_lines(location: str) -> Sequence[str] | None:
    """The lines of the MLmodel file; None where they are not to be had without fetching it."""
    folder = local_path(server_location(location))
    if folder is None:
        return None
    try:
        return (folder / "MLmodel").read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeError):  # not there any more, or not for us to read: registering it will say so
        return None


def run_info(run: Run, experiment: str) -> RunInfo:
    """A run of the experiment of that name."""
    from mlflow.utils import mlflow_tags

    info, tags = run.info, run.data.tags
    source = tags.get(mlflow_tags.MLFLOW_SOURCE_NAME)
    in_notebook = tags.get(mlflow_tags.MLFLOW_SOURCE_TYPE) == "NOTEBOOK" and not (source or "").endswith(_LAUNCHER)
    return RunInfo(
        run_id=info.run_id,
        name=info.run_name or info.run_id,
        experiment=experiment,
        experiment_id=info.experiment_id,
        status=info.status,
        user=tags.get(mlflow_tags.MLFLOW_USER) or info.user_id or None,
        start_time=info.start_time,
        end_time=info.end_time,
        notebook=source if in_notebook else None,
        source_name=source,
        git_commit=tags.get(mlflow_tags.MLFLOW_GIT_COMMIT),
        url=page_of(tracking_uri(), info.experiment_id, run_id=info.run_id),
        cell=tags.get(CELL_TAG) if in_notebook else None,
        experiment_url=page_of(tracking_uri(), info.experiment_id),
        commit_url=commit_page(tags.get(mlflow_tags.MLFLOW_GIT_REPO_URL), tags.get(mlflow_tags.MLFLOW_GIT_COMMIT)),
    )


def tracking_uri() -> str:
    """Where MLflow tracks."""
    import mlflow

    uri: str = mlflow.get_tracking_uri()
    return uri
