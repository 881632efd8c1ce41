"""What this process knows of a registry without asking the database."""

from __future__ import annotations

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql.backend import Row
from jupyter_modelreg.storage.sql.changes import LOOK_UPS, Changes

# Rows remembered at a time.
_MOST_ROWS = 2000


class RowCache:
    """Rows that were looked up, and what is in the journal and not yet in the database.

    Attributes:
        head: the newest event; None where there is none.
        pending: what is in the journal only.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing, since others may have changed everything."""
        self.head: Event | None = None
        self.pending = Changes()
        self.forget_rows()

    def forget_rows(self) -> None:
        """Know no rows; what is in the journal stays known."""
        self._rows: dict[tuple[sa.Table, object], Row] = {}
        self._values: dict[tuple[sa.Table, int], object] = {}

    def find(self, table: sa.Table, value: object) -> Row | None:
        """The row whose look-up column has that value; None when it is not known."""
        return self.pending.find(table, value) or self._rows.get((table, value))

    def learn(self, table: sa.Table, row: Row) -> Row:
        """Remember a row of the database; returns it as it is with what is pending."""
        if len(self._rows) >= _MOST_ROWS:
            self._rows.clear()
            self._values.clear()
        row = self.pending.patched(table, row)
        value = row[LOOK_UPS[table]]
        self._rows[table, value] = row
        self._values[table, row["id"]] = value
        return row

    def apply(self, unit: Changes) -> None:
        """Know of a unit of work that is in the journal now."""
        self.pending.take(unit)
        self._patch(unit)
        if unit.last_event is not None:
            self.head = Event(**unit.last_event)

    def mark_flushed(self) -> None:
        """Know that everything pending is in the database now."""
        flushed, self.pending = self.pending, Changes()
        for table, row in flushed.added():
            if table in LOOK_UPS:
                self.learn(table, row)

    def _patch(self, changes: Changes) -> None:
        for (table, row_id), values in changes.changed.items():
            value = self._values.get((table, row_id))
            if value is not None:
                self._rows[table, value] = {**self._rows[table, value], **values}
