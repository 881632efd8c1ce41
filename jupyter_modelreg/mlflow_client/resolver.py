"""Where models come from: MLflow's URIs turned into facts and files.

Sources of the rules: MLflow's `SqlAlchemyStore.create_model_version`, and `register_model` for `runs:/` URIs.
MLflow is imported inside the methods, since a registry that only answers questions never needs it.
"""

from __future__ import annotations

import json
import logging
import posixpath
import re
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlparse

from jupyter_modelreg.core.entities.runs import (
    Evaluations,
    ExperimentInfo,
    ExperimentRun,
    LoggedModelDetails,
    LoggedModelInfo,
    RunDetails,
    RunInfo,
    TraceInfo,
    TraceSummary,
)
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Metric, ModelFiles
from jupyter_modelreg.core.errors import InvalidInput, NotFound, SourceUnavailable, SourceUnresolved
from jupyter_modelreg.core.governance.cases import flavors_in
from jupyter_modelreg.core.ports.tracking import Origin, ResolvedSource
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.redact import one_line
from jupyter_modelreg.mlflow_client import evaluations, experiments, lineage, runs, traces
from jupyter_modelreg.mlflow_client.time_limit import answered, downloaded
from jupyter_modelreg.mlflow_client.uris import server_location
from jupyter_modelreg.uri import local_path, scheme_of

if TYPE_CHECKING:
    from mlflow.entities import LoggedModel, Run

_MLMODEL = "MLmodel"
_NOT_IN_PATHS = re.compile(r"[%#?:\\]")
_HOW_TO_LOG = "log it with mlflow.<flavor>.log_model(…), and register the URI that gives back"
_GO_THERE = "relative paths are those of the folder that MLflow ran in: do it again from there"
_CHECK_TRACKING = "check the id, and that mlflow.get_tracking_uri() is where the model was logged"

_logger = logging.getLogger(__name__)
# Folders of models loaded from afar, kept as long as the process lives.
_kept: list[tempfile.TemporaryDirectory[str]] = []


class MlflowTracking:
    """Sources as MLflow understands them, read with MLflow's current tracking URI."""

    def resolve(
        self, source: str, run_id: str | None, logged_model_id: str | None, *, strict: bool = False
    ) -> ResolvedSource:
        """What MLflow's tracking store knows about `source`; its files are left alone.

        The tracking store is asked no more than MLflow's own registry store would: for `models:/m-…`, and for
        `logged_model_id` without a `run_id`. Beyond that only for `runs:/…` with neither, and there a failure is
        just a warning, as MLflow takes such a source unseen. With `strict` a run, or a folder on this machine, that
        does not hold a model is an error.

        Raises:
            SourceUnresolved: a `models:/` source that leads nowhere.
            NotFound: no such logged model, and no `run_id` to go by.
            SourceUnavailable, InvalidInput: with `strict`, see `files`.
        """
        scheme = scheme_of(source)
        if scheme == "models":
            named = _named_model(source)
            origin = _origin_of(named, named.artifact_location, run_id, logged_model_id or named.model_id)
            if logged_model_id and not origin.run_id:
                origin = replace(origin, run_id=_known_model(logged_model_id).source_run_id)
            return origin
        in_run = None
        if scheme == "runs" and (strict or not (run_id or logged_model_id)):
            in_run = _strict_run_origin(source) if strict else _run_origin(source)
        elif strict and (folder := local_path(source)) is not None:
            _check_folder(folder, source, source)
            _model_files(folder, source)
        if logged_model_id and not run_id:
            return _origin_of(_known_model(logged_model_id), source, None, logged_model_id)
        if in_run is not None and not run_id:
            return in_run
        return ResolvedSource(location=source, run_id=run_id, logged_model_id=logged_model_id)

    def origin(
        self,
        run_id: str | None,
        logged_model_id: str | None,
        *,
        patience: float | None = None,
        read: Sequence[object] = (),
    ) -> Origin:
        """What the run and the logged model say; see `core.ports.tracking`."""
        if not run_id and not logged_model_id:
            return Origin()
        return answered(lambda: lineage.origin(run_id, logged_model_id, read), patience)

    @contextmanager
    def fetch(self, source: str, location: str | None = None, *, any_folder: bool = False) -> Iterator[ModelFiles]:
        """The files of `source`: where they are if that is a local folder, else downloaded for as long as this lasts.

        `location` is where they can be read from when that is known, so that nobody need be asked again. With
        `any_folder` they need not be an MLflow model, and have no signature.

        Raises:
            SourceUnavailable: they cannot be fetched, or there is nothing.
            InvalidInput: they are not an MLflow model.
        """
        if not source and not location:
            raise InvalidInput("the source of the model is empty", _HOW_TO_LOG)
        location = _location(source) if location is None or location == source else server_location(location)
        folder = local_path(location)
        if folder is not None:
            _check_folder(folder, source, location)
            yield ModelFiles(folder=folder) if any_folder else _model_files(folder, source)
            return
        with tempfile.TemporaryDirectory(prefix="modelreg-") as temp:
            fetched = _download(location, source, temp)
            _check_folder(fetched, source, source)
            yield ModelFiles(folder=fetched) if any_folder else _model_files(fetched, source, disposable=True)

    def flavors(self, location: str) -> Sequence[str]:
        """What the MLmodel file says, where it is on this machine; see `core.ports.tracking`."""
        return flavors_in(runs.mlmodel_lines(location) or ())

    def signature(self, source: str, location: str) -> Mapping[str, JsonValue] | None:
        """The signature of `source` where its files are on this machine, else None; see `core.ports.tracking`."""
        folder = local_path(server_location(location))
        if folder is None:
            return None
        _check_folder(folder, source, location)
        return _model_files(folder, source).signature

    def load(self, source: str) -> object:
        """The model at `source` as an MLflow pyfunc model; whatever goes wrong in the model's own code passes.

        What has to be downloaded stays until the process ends, since a model may read its files when it predicts.
        Raises SourceUnavailable, InvalidInput: see `files`.
        """
        import mlflow.pyfunc

        location = _location(source)
        folder = local_path(location) or _download(location, source, _kept_folder())
        _check_folder(folder, source, location)
        return mlflow.pyfunc.load_model(_plainly_named(_model_files(folder, source).folder))

    def logged_models(
        self, text: str | None, run_id: str | None, limit: int, page_token: str | None
    ) -> Page[LoggedModelInfo]:
        """Logged models of all experiments, newest first; see `core.sources`."""
        return answered(lambda: runs.logged_models(text, run_id, limit, page_token))

    def runs(self, text: str | None, limit: int, page_token: str | None) -> Page[RunInfo]:
        """Runs of all experiments, newest first; see `core.sources`."""
        return answered(lambda: runs.runs(text, limit, page_token))

    def run(self, run_id: str) -> RunInfo:
        """One run. Raises NotFound, SourceUnavailable."""
        return answered(lambda: runs.run(run_id))

    def run_details(self, run_id: str) -> RunDetails:
        """One run with all it logged. Raises NotFound, SourceUnavailable."""
        return answered(lambda: runs.run_details(run_id))

    def logged_model(self, model_id: str) -> LoggedModelInfo:
        """One logged model. Raises NotFound, SourceUnavailable."""
        return answered(lambda: runs.logged_model(model_id))

    def logged_model_details(self, model_id: str) -> LoggedModelDetails:
        """One logged model with all that was noted of it. Raises NotFound, SourceUnavailable."""
        return answered(lambda: experiments.logged_model_details(model_id))

    def experiment(self, experiment_id: str) -> ExperimentInfo:
        """One experiment. Raises NotFound, SourceUnavailable."""
        return answered(lambda: experiments.experiment(experiment_id))

    def experiment_runs(self, experiment_id: str, limit: int, page_token: str | None) -> Page[ExperimentRun]:
        """The runs of an experiment, newest first. Raises NotFound, SourceUnavailable, InvalidInput."""
        return answered(lambda: experiments.experiment_runs(experiment_id, limit, page_token))

    def traces(self, model_id: str, limit: int, page_token: str | None) -> Page[TraceInfo]:
        """The traces of a logged model, newest first. Raises SourceUnavailable, InvalidInput."""
        return answered(lambda: traces.traces(model_id, limit, page_token))

    def trace_summary(self, model_id: str) -> TraceSummary:
        """The same, counted. Raises SourceUnavailable."""
        return answered(lambda: traces.trace_summary(model_id))

    def evaluations(self, model_id: str, limit: int) -> Evaluations:
        """What was measured of a logged model, by run and dataset. Raises SourceUnavailable."""
        return answered(lambda: evaluations.evaluations(model_id, limit))


# --- facts -------------------------------------------------------------------------------------------------


def _named_model(source: str) -> LoggedModel:
    """The logged model of `models:/m-…`. Raises SourceUnresolved (MLflow: INTERNAL_ERROR)."""
    from mlflow import MlflowClient

    try:
        path = urlparse(source, allow_fragments=False).path
        if path.count("/") != 1 or not path.strip("/"):
            raise ValueError("write models:/ and the id of a logged model, or models:/, a name, and /version or @alias")
        return answered(lambda: MlflowClient().get_logged_model(path.strip("/")))
    except Exception as error:
        raise SourceUnresolved(f"the source {source} cannot be found: {one_line(error)}", _CHECK_TRACKING) from error


def _known_model(logged_model_id: str) -> LoggedModel:
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    try:
        return answered(lambda: MlflowClient().get_logged_model(logged_model_id))
    except SourceUnavailable as error:
        raise SourceUnresolved(
            f"the logged model {logged_model_id} cannot be found: {error.message}", error.hint
        ) from error
    except MlflowException as error:
        missing = error.error_code == "RESOURCE_DOES_NOT_EXIST"
        raise (NotFound if missing else SourceUnresolved)(
            f"the logged model {logged_model_id} cannot be found: {one_line(error)}", _CHECK_TRACKING
        ) from error


def _origin_of(
    model: LoggedModel, location: str, run_id: str | None, logged_model_id: str | None, run: Run | None = None
) -> ResolvedSource:
    metrics = tuple(map(lineage.metric_of, model.metrics or ()))
    run = run or _run_of(model, metrics)
    return ResolvedSource(
        location=location,
        run_id=run_id or model.source_run_id,
        logged_model_id=logged_model_id,
        params=dict(model.params),
        metrics=metrics,
        last_metrics=metrics if run is None else lineage.last_metrics(model, metrics, run),
        read=[each for each in (model, run) if each is not None],
    )


def _run_of(model: LoggedModel, own: tuple[Metric, ...]) -> Run | None:
    """The run of a logged model with metrics of its `own`, which may have logged more; None where it cannot be read."""
    from mlflow import MlflowClient
    from mlflow.exceptions import MlflowException

    run_id = model.source_run_id
    if not own or not run_id:
        return None
    try:
        return answered(lambda: MlflowClient().get_run(run_id))
    except (MlflowException, SourceUnavailable) as error:
        _logger.warning("run %s cannot be read, so metrics are those of its logged model: %s", run_id, one_line(error))
        return None


def _run_origin(source: str) -> ResolvedSource:
    try:
        return _found_in_run(source)
    except Exception as error:
        _logger.warning("%s could not be looked up, so it is registered as it stands: %s", source, one_line(error))
        _logger.debug("the look-up of %s failed", source, exc_info=True)
        return ResolvedSource(location=source)


def _strict_run_origin(source: str) -> ResolvedSource:
    try:
        return _found_in_run(source)
    except Exception as error:
        raise _unavailable(source, error) from error


def _found_in_run(source: str) -> ResolvedSource:
    run, location, model = answered(lambda: _in_run(source))
    if model is None:
        return ResolvedSource(location=location, run_id=run.info.run_id, read=[run])
    return _origin_of(model, location, run.info.run_id, model.model_id, run)


def _in_run(source: str) -> tuple[Run, str, LoggedModel | None]:
    """The run of a `runs:/` URI, and where it leads: to its own artifacts, else to the model it logged by that name."""
    import mlflow
    from mlflow import MlflowClient
    from mlflow.store.artifact.runs_artifact_repo import RunsArtifactRepository
    from mlflow.utils.uri import append_to_uri_path

    run_id, path = RunsArtifactRepository.parse_runs_uri(source)
    run = MlflowClient().get_run(run_id)
    own = append_to_uri_path(run.info.artifact_uri, path) if path else run.info.artifact_uri
    listed = mlflow.artifacts.list_artifacts(artifact_uri=server_location(own))
    if any(posixpath.basename(file.path) == _MLMODEL for file in listed):
        return run, own, None
    model = _logged_in(run, path)
    if model is None:
        problem, hint = f"run {run_id} has no model {path!r}", "check the run and the name of the model"
        if _is_relative(own):
            problem, hint = f"{problem} in {own} below {Path.cwd()}", _GO_THERE
        raise SourceUnavailable(problem, hint)
    return run, model.artifact_location, model


def _logged_in(run: Run, name: str | None) -> LoggedModel | None:
    """The model called `name` that `run` logged, at the highest step if there are several (MLflow)."""
    from mlflow import MlflowClient

    if not name or "'" in name:  # no model can be called so
        return None
    client, token = MlflowClient(), None
    steps = {output.model_id: output.step for output in (run.outputs.model_outputs if run.outputs else ())}
    found: list[LoggedModel] = []
    while True:
        page = client.search_logged_models(
            experiment_ids=[run.info.experiment_id], filter_string=f"name = '{name}'", page_token=token
        )
        found += [model for model in page if model.source_run_id == run.info.run_id]
        token = page.token
        if not token:
            return max(found, key=lambda model: steps.get(model.model_id, 0), default=None)


# --- files -------------------------------------------------------------------------------------------------


def _location(source: str) -> str:
    """Where the files of `source` are: MLflow's own look-up copies them, or writes beside them."""
    scheme = scheme_of(source)
    try:
        if scheme == "runs":
            return server_location(answered(lambda: _in_run(source))[1])
        if scheme == "models" and "/" not in source.removeprefix("models:/") and "@" not in source:
            return server_location(_named_model(source).artifact_location)
    except Exception as error:
        raise _unavailable(source, error) from error
    return server_location(source)


def _download(location: str, source: str, target: str) -> Path:
    import mlflow

    try:
        fetch = mlflow.artifacts.download_artifacts
        return Path(downloaded(lambda: fetch(artifact_uri=location, dst_path=target), Path(target), source))
    except Exception as error:
        raise _unavailable(source, error) from error


def _kept_folder() -> str:
    """A temporary folder that is removed when the process ends."""
    _kept.append(tempfile.TemporaryDirectory(prefix="modelreg-"))
    return _kept[-1].name


def _plainly_named(folder: Path) -> str:
    """A path to `folder` that MLflow can load from: it decodes `%20` in a path, too, and reads `a:b` as a URI."""
    if not _NOT_IN_PATHS.search(folder.as_posix().removeprefix(folder.drive)):
        return str(folder)
    link = Path(_kept_folder(), "model")
    link.symlink_to(folder, target_is_directory=True)
    # MLflow takes nothing that leads out of the folder above it: with the dot, that is the folder itself.
    return f"{link}/."


def _unavailable(source: str, error: Exception) -> SourceUnavailable:
    if isinstance(error, SourceUnavailable):
        return SourceUnavailable(error.message, error.hint)
    return SourceUnavailable(
        f"the files of {source} cannot be fetched: {one_line(error)}",
        "check the URI, mlflow.get_tracking_uri(), and that you may read there",
    )


def _check_folder(folder: Path, source: str, location: str) -> None:
    """Raises SourceUnavailable unless `folder`, to which the `location` of `source` leads, is one."""
    if folder.is_dir():
        return
    problem = "is a file, not the folder of a model" if folder.exists() else "does not exist"
    if _is_relative(location):
        problem, hint = f"{problem} in {Path.cwd()}", _GO_THERE
    else:
        hint = "name the folder that holds the MLmodel file"
    where = source if location == source else f"{location}, where the files of {source} are said to be,"
    raise SourceUnavailable(f"{where} {problem}", hint)


def _is_relative(location: str) -> bool:
    """Whether it is a path that starts from the folder this process works in."""
    return not scheme_of(location) and not Path(location).expanduser().is_absolute()


def _model_files(folder: Path, source: str, *, disposable: bool = False) -> ModelFiles:
    if not (folder / _MLMODEL).is_file():
        below = sorted(path.parent.name for path in folder.glob(f"*/{_MLMODEL}"))
        hint = f"did you mean {source.rstrip('/')}/{below[0]}?" if below else _HOW_TO_LOG
        raise InvalidInput(f"{source} is not an MLflow model: it holds no MLmodel file", hint)
    return ModelFiles(folder=folder, disposable=disposable, signature=_signature(folder, source))


def _signature(folder: Path, source: str) -> Mapping[str, JsonValue] | None:
    import yaml
    from mlflow.models import Model

    # The one in C, which wheels of PyYAML have, takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        # Model.load would read the file of `run 1` in the place of that of `run%201`.
        content = yaml.load((folder / _MLMODEL).read_text(encoding="utf-8"), Loader=loader)  # noqa: S506  # both are safe ones
        signature = Model.from_dict(content).signature
        if signature is None:
            return None
        return {key: None if text is None else json.loads(text) for key, text in signature.to_dict().items()}
    except Exception as error:
        raise InvalidInput(f"the MLmodel file of {source} cannot be read: {one_line(error)}", _HOW_TO_LOG) from error
