"""MLflow's tracking side: runs, logged models, and the files that a source URI names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

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
from jupyter_modelreg.core.lineage.records import Dataset, Training
from jupyter_modelreg.core.query.paging import Page


@dataclass(frozen=True, kw_only=True)
class ResolvedSource:
    """What is known of a source before its files are touched.

    Attributes:
        location: where its files can be read from.
        run_id, logged_model_id: the run and the logged model it comes from, if any.
        params, metrics: of that logged model, as MLflow keeps them with it.
        last_metrics: the same metrics as the page of the run shows them, each at its last step; of a checkpoint, which
            was logged for a step of its own, they are `metrics`.
        read: what the tracking server has told of the run and the logged model, for `Tracking.origin`, which need not
            ask for that again; nobody else knows what it is.
    """

    location: str
    run_id: str | None = None
    logged_model_id: str | None = None
    params: Mapping[str, str] | None = None
    metrics: tuple[Metric, ...] | None = None
    last_metrics: tuple[Metric, ...] | None = None
    read: Sequence[object] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What a run, and the model it logged, say of where a model comes from.

    Attributes:
        training: the run, and the code that made it.
        datasets: what it was trained and measured on.
        params, metrics, last_metrics: as those of a `ResolvedSource`, as they are now; None without a logged model.
    """

    training: Training | None = None
    datasets: tuple[Dataset, ...] = ()
    params: Mapping[str, str] | None = None
    metrics: tuple[Metric, ...] | None = None
    last_metrics: tuple[Metric, ...] | None = None


class Tracking(Protocol):
    """Everything that turns a source URI into facts and files; MLflow's implementation is imported on first use.

    Any thread may call it, several at a time. Nothing here changes a run, a model or a file of anybody's.
    """

    def resolve(
        self, source: str, run_id: str | None, logged_model_id: str | None, *, strict: bool = False
    ) -> ResolvedSource:
        """Where the files of `source` are, and the run and logged model it comes from; no file is fetched.

        `run_id` and `logged_model_id` are what the caller says of them, and go before what the source says. `strict`
        refuses a run or a local folder that is not there.
        Raises SourceUnresolved for a `models:/` source that leads nowhere, NotFound for a logged model that is not
        there when there is no `run_id` to go by, and with `strict` what `fetch` raises.
        """

    def origin(
        self,
        run_id: str | None,
        logged_model_id: str | None,
        *,
        patience: float | None = None,
        read: Sequence[object] = (),
    ) -> Origin:
        """What this run and this logged model say of where a model comes from; nothing where there is neither.

        What a `ResolvedSource` has `read` of them is not asked for again.
        No answer is waited for longer than `patience`, in seconds, or as long as any other.
        Raises NotFound where one of them is not there any more, SourceUnavailable.
        """

    def fetch(
        self, source: str, location: str | None = None, *, any_folder: bool = False
    ) -> AbstractContextManager[ModelFiles]:
        """The files of `source`, at hand in a local folder until the block ends.

        `location` is where they are, when that is known. Without `any_folder` the folder must hold an MLflow model.
        Raises SourceUnavailable when they cannot be fetched, InvalidInput when they are no MLflow model.
        """

    def flavors(self, location: str) -> Sequence[str]:
        """The flavors of the model at `location` where its files are on this machine, else none; never raises."""

    def signature(self, source: str, location: str) -> Mapping[str, JsonValue] | None:
        """The signature of `source`, whose files are at `location`, as `fetch` gives it.

        None where it has none, and where its files would have to be downloaded for that. Raises as `fetch` does.
        """

    def load(self, source: str) -> object:
        """The model at `source` as an MLflow pyfunc model. Raises SourceUnavailable."""

    def logged_models(
        self, text: str | None, run_id: str | None, limit: int, page_token: str | None
    ) -> Page[LoggedModelInfo]:
        """Logged models, newest first, at most `limit`: of one run, or with `text` in name, id or run name.

        Raises InvalidInput for a page token that was not given out here, SourceUnavailable.
        """

    def runs(self, text: str | None, limit: int, page_token: str | None) -> Page[RunInfo]:
        """Runs, newest first, at most `limit`: all, or those with `text` in name or id. Raises as `logged_models`."""

    def run(self, run_id: str) -> RunInfo:
        """One run. Raises NotFound, SourceUnavailable."""

    def run_details(self, run_id: str) -> RunDetails:
        """One run with all it logged. Raises NotFound, SourceUnavailable."""

    def logged_model(self, model_id: str) -> LoggedModelInfo:
        """One logged model. Raises NotFound, SourceUnavailable."""

    def logged_model_details(self, model_id: str) -> LoggedModelDetails:
        """The same with all that was noted of it; its `versions` are the registry's business. Raises as that."""

    def experiment(self, experiment_id: str) -> ExperimentInfo:
        """One experiment. Raises NotFound, SourceUnavailable."""

    def experiment_runs(self, experiment_id: str, limit: int, page_token: str | None) -> Page[ExperimentRun]:
        """The runs of an experiment, newest first, at most `limit`; their `versions` are the registry's business.

        Raises NotFound, and as `logged_models`.
        """

    def traces(self, model_id: str, limit: int, page_token: str | None) -> Page[TraceInfo]:
        """The traces of a logged model, newest first, at most `limit`, in whichever experiment. As `logged_models`."""

    def trace_summary(self, model_id: str) -> TraceSummary:
        """The same, counted, with what was said of them. Raises SourceUnavailable."""

    def evaluations(self, model_id: str, limit: int) -> Evaluations:
        """What was measured of a logged model, by run and dataset, newest first, at most `limit`.

        Raises SourceUnavailable.
        """


TrackingFactory = Callable[[], Tracking]
TrackingLimit = Callable[[Tracking, Sequence[str]], Tracking]
"""Makes of a tracking one that reads sources in some places only: folders, and URIs up to any point in their path."""
