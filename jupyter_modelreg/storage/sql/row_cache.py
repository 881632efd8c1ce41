"""What this process knows of a registry without asking the database."""

from __future__ import annotations

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql.backend import Row
from jupyter_modelreg.storage.sql.changes import LOOK_UPS, Changes
from jupyter_modelreg.storage.sql.unit import LoggedUnit

# Rows remembered at a time.
_MOST_ROWS = 2000


class RowCache:
    """Rows as the database has them, and over them what is in the journal and not yet in the database.

    Attributes:
        last_event: the newest event; None where there is none.
        overlay: what is in the journal only.
    """

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Know nothing, since others may have changed everything."""
        self.last_event: Event | None = None
        self.overlay = Changes()
        self.forget_rows()

    def forget_rows(self) -> None:
        """Know no rows of the database; what is in the journal stays known."""
        self._base: dict[tuple[sa.Table, object], Row] = {}  # by the value in the look-up column
        self._values: dict[tuple[sa.Table, object], object] = {}  # that value, by the id of the row

    def find(self, table: sa.Table, value: object) -> Row | None:
        """The row whose look-up column has that value; None when it is not known."""
        row = self._base.get((table, value))
        return self.overlay.find(table, value) if row is None else self.overlay.patched(table, row)

    def put(self, table: sa.Table, row: Row) -> Row:
        """Remember a row of the database; returns it as it is with the overlay."""
        if len(self._base) >= _MOST_ROWS:
            self.forget_rows()
        value = row[LOOK_UPS[table]]
        self._base[table, value] = row
        self._values[table, row["id"]] = value
        return self.overlay.patched(table, row)

    def take(self, unit: LoggedUnit, changes: Changes) -> None:
        """Know of a unit of work that is in the journal now, and has made these changes."""
        self.overlay.take(changes)
        self.last_event = unit.events[-1]

    def project(self, unit: LoggedUnit) -> None:
        """Know of a unit of work that was found in the journal. Raises UnfitChange."""
        from jupyter_modelreg.storage.sql.rows.projected import project

        project(unit, self.overlay)
        self.last_event = unit.events[-1]

    def mark_flushed(self) -> None:
        """Know that the whole overlay is in the database now."""
        flushed, self.overlay = self.overlay, Changes()
        for (table, row_id), values in flushed.changed.items():
            value = self._values.get((table, row_id))
            if value is not None:
                self._base[table, value] = {**self._base[table, value], **values}
        for table, row in flushed.added():
            if table in LOOK_UPS:
                self.put(table, row)

    def wrote(self, changes: Changes) -> None:
        """Know that this was written into the database, in a transaction that may still be rolled back."""
        self.forget_rows()

    def note_commit(self, newest: Event | None) -> None:
        """Know of a transaction that has gone to the database directly; `newest` is its last event."""
        self.forget_rows()
        self.last_event = newest or self.last_event
