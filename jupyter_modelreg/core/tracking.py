"""What there is to register, and where it came from, as whoever tracks the runs knows it."""

from __future__ import annotations

from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.runs import LoggedModelInfo, RunDetails, RunInfo
from jupyter_modelreg.core.query.paging import Page

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

    def logged_model(self, model_id: str) -> LoggedModelInfo:
        """One logged model. Raises NotFound."""
        return self._context.tracking.logged_model(model_id)
