"""What there is to register, and where it came from, as whoever tracks the runs knows it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jupyter_modelreg.core.catalog.lookup import ReferenceLike, resolve_version
from jupyter_modelreg.core.context import Topic
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
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.query.search import Condition, Search

_PAGE = 100


class Tracking(Topic):
    """`registry.tracking`. All raise SourceUnavailable when the tracking server cannot be asked."""

    def logged_models(
        self,
        text: str | None = None,
        *,
        run_id: str | None = None,
        limit: int | None = None,
        page_token: str | None = None,
    ) -> Page[LoggedModelInfo]:
        """Logged models, newest first, `limit` a page (100): of one run, or those with `text` in name, id or run name.

        A page can be short, even empty, and still have one after it: `text` is looked for in so many models at a time.
        """
        return self._context.tracking.logged_models(text, run_id, limit or _PAGE, page_token)

    def runs(
        self, text: str | None = None, *, limit: int | None = None, page_token: str | None = None
    ) -> Page[RunInfo]:
        """Runs, newest first, `limit` a page (100): all, or those with `text` in name or id; see `logged_models`."""
        return self._context.tracking.runs(text, limit or _PAGE, page_token)

    def run(self, run_id: str) -> RunInfo:
        """One run. Raises NotFound."""
        return self._context.tracking.run(run_id)

    def run_details(self, run_id: str) -> RunDetails:
        """One run with what it logged: parameters, metrics, tags, artifacts, models. Raises NotFound."""
        return self._context.tracking.run_details(run_id)

    def experiment(self, experiment_id: str) -> ExperimentInfo:
        """One experiment. Raises NotFound."""
        return self._context.tracking.experiment(experiment_id)

    def experiment_runs(
        self, experiment_id: str, *, limit: int | None = None, page_token: str | None = None
    ) -> Page[ExperimentRun]:
        """The runs of an experiment, newest first, `limit` a page (100), each with what was registered from it.

        Raises NotFound.
        """
        page = self._context.tracking.experiment_runs(experiment_id, limit or _PAGE, page_token)
        made: dict[str, list[str]] = {}
        for version in self._from_runs([each.run.run_id for each in page]):
            made.setdefault(version.run_id or "", []).append(version.reference)
        return Page([replace(each, versions=made.get(each.run.run_id, [])) for each in page], page.token)

    def logged_model_details(self, model_id: str) -> LoggedModelDetails:
        """One logged model with parameters, metrics, tags, and what was registered from it. Raises NotFound."""
        found = self._context.tracking.logged_model_details(model_id)
        made = self._from_runs([] if found.model.run_id is None else [found.model.run_id])
        return replace(found, versions=[each.reference for each in made if each.logged_model_id == model_id])

    def _from_runs(self, run_ids: Sequence[str]) -> Sequence[Version]:
        if not run_ids:
            return []
        with self._context.read() as tx:
            return tx.versions.search(Search((Condition("run_id", "IN", tuple(run_ids)),), prompts=None))

    def logged_model(self, model_id: str) -> LoggedModelInfo:
        """One logged model. Raises NotFound."""
        return self._context.tracking.logged_model(model_id)

    def traces(
        self, reference: ReferenceLike, *, limit: int | None = None, page_token: str | None = None
    ) -> Page[TraceInfo]:
        """The traces of the logged model of a version, newest first, `limit` a page (100).

        None where the version comes from no logged model; `trace_summary` says so. Raises InvalidInput, NotFound,
        AliasNotFound.
        """
        version = self._version(reference)
        if version.logged_model_id is None:
            return Page()
        return self._context.tracking.traces(version.logged_model_id, limit or _PAGE, page_token)

    def trace_summary(self, reference: ReferenceLike) -> TraceSummary:
        """How many traces there are of the logged model of a version, and what was said of them.

        Raises InvalidInput, NotFound, AliasNotFound.
        """
        version = self._version(reference)
        if version.logged_model_id is None:
            return TraceSummary(note=_no_logged_model(version, "traces"))
        return self._context.tracking.trace_summary(version.logged_model_id)

    def evaluations(self, reference: ReferenceLike, *, limit: int | None = None) -> Evaluations:
        """What was measured of the logged model of a version, by run and dataset, newest first, `limit` at most (100).

        Raises InvalidInput, NotFound, AliasNotFound.
        """
        version = self._version(reference)
        if version.logged_model_id is None:
            return Evaluations(note=_no_logged_model(version, "evaluations"))
        return self._context.tracking.evaluations(version.logged_model_id, limit or _PAGE)

    def _version(self, reference: ReferenceLike) -> Version:
        with self._context.read() as tx:
            return resolve_version(tx, reference)


def _no_logged_model(version: Version, what: str) -> str:
    return (
        f"{version.reference} comes from no logged model of MLflow 3, and {what} are kept with those; "
        "register what log_model gives back: models:/m-…"
    )
