"""Rows of webhooks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.query.paging import NEWEST_WEBHOOK_FIRST
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.mapping import Rows
from jupyter_modelreg.storage.sql.search import paged

_TABLE = tables.webhooks
_LIVE = _TABLE.c.deleted_at.is_(None)


class WebhookRows(Rows[Webhook]):
    """`core.ports.WebhookRows` in SQL."""

    table = _TABLE
    entity = Webhook

    def get(self, webhook_id: str) -> Webhook | None:
        """The webhook with that public id, unless deleted."""
        return self._one(sa.select(_TABLE).where(_TABLE.c.webhook_id == webhook_id, _LIVE))

    def list(
        self, event: tuple[str, str] | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Webhook]:
        """Webhooks, newest first; only those for `event` when given."""
        statement = sa.select(_TABLE).where(_LIVE)
        if event is not None:
            wanted = '["{}", "{}"]'.format(*event)
            statement = statement.where(sa.func.contains(sa.type_coerce(_TABLE.c.events, sa.Text), wanted))
        columns = {"created_at": _TABLE.c.created_at, "id": _TABLE.c.id}
        return self._all(paged(statement, NEWEST_WEBHOOK_FIRST, columns, limit, start))

    def _entity(self, row: Mapping[Any, Any]) -> Webhook:
        return super()._entity({**row, "events": tuple((entity, action) for entity, action in row["events"])})
