"""Rows of the activity log."""

from __future__ import annotations

import sqlalchemy as sa

from jupyter_modelreg.core.entities import Event
from jupyter_modelreg.storage import tables
from jupyter_modelreg.storage.rows import Rows, page


class EventRows(Rows[Event]):
    """`core.outside.EventRows` in SQL."""

    table = tables.events
    entity = Event

    def last(self) -> Event | None:
        """The newest event."""
        return self._one(sa.select(self.table).order_by(self.table.c.seq.desc()).limit(1))

    def append(self, event: Event) -> None:
        """Add a line; nothing ever changes or removes one."""
        self.insert(event)

    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        """Events after number `after`, oldest first, of one subject or all."""
        statement = sa.select(self.table).where(self.table.c.seq > after).order_by(self.table.c.seq)
        if subject is not None:
            kind, subject_id = subject
            statement = statement.where(self.table.c.subject_id == subject_id, self.table.c.subject == kind)
        return self._all(page(statement, limit, 0))
