"""Rows of webhooks."""

from __future__ import annotations

import sqlalchemy as sa

from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.query.paging import NEWEST_WEBHOOK_FIRST
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.searching.pages import paged

_TABLE = tables.webhooks
_LIVE = _TABLE.c.deleted_at.is_(None)


class WebhookRepository(Repository[Webhook]):
    """`core.ports.WebhookRows` in SQL."""

    table = _TABLE
    mapper = RowMapper(Webhook, _TABLE.c, {"events": lambda pairs: tuple((entity, action) for entity, action in pairs)})

    def get(self, webhook_id: str) -> Webhook | None:
        """The webhook with that public id, unless deleted."""
        return next(iter(self._all(sa.select(_TABLE).where(_TABLE.c.webhook_id == webhook_id, _LIVE))), None)

    def list(
        self, event: tuple[str, str] | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Webhook]:
        """Webhooks, newest first; only those for `event` when given."""
        statement = sa.select(_TABLE).where(_LIVE)
        if event is not None:
            statement = statement.where(json_text.contains_item(self._session.backend, _TABLE.c.events, event))
        columns = {"created_at": _TABLE.c.created_at, "id": _TABLE.c.id}
        return self._all(paged(statement, NEWEST_WEBHOOK_FIRST, columns, limit, start))
