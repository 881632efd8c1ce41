"""The activity log, read back."""

from __future__ import annotations

from jupyter_modelreg.core.catalog.lookup import require_model
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.history.chain import walk_chain
from jupyter_modelreg.core.query.paging import NEWEST_EVENT_FIRST, Page, decode_token, page_of


class History(Topic):
    """`registry.history`."""

    def list(self, model: str | None = None, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """Events with `seq` above `after`, oldest first: of one model, or of the whole registry. Raises NotFound."""
        with self._context.read() as tx:
            subject = None if model is None else ("model", require_model(tx, model).id)
            return tx.events.list(subject, after, limit)

    def recent(
        self,
        model: str | None = None,
        *,
        version: int | None = None,
        limit: int | None = None,
        page_token: str | None = None,
    ) -> Page[Event]:
        """Events, newest first, `limit` a page: of the whole registry, of one model, or of one version of it.

        An alias that moved away from a version concerns that one, too. Raises InvalidInput for a version without a
        model, NotFound for an unknown model.
        """
        if version is not None and model is None:
            raise InvalidInput(f"version {version} belongs to a model, and none is named", "name the model as well")
        start = decode_token(page_token, NEWEST_EVENT_FIRST)
        with self._context.read() as tx:
            subject = None if model is None else ("model", require_model(tx, model).id)
            events = tx.events.recent(subject, version, limit and limit + 1, start)
            return page_of(events, limit, NEWEST_EVENT_FIRST)

    def last(self) -> Event | None:
        """The newest event of the whole registry; None when nothing has happened yet."""
        with self._context.read() as tx:
            return tx.events.last()

    def broken_at(self) -> int | None:
        """The `seq` of the first event that does not follow from the one before it; None when the chain holds."""
        return next((link.expected for link in walk_chain(self._context) if link.broken), None)
