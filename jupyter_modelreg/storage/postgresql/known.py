"""What a process knows of a registry in PostgreSQL, as it was after one event; its threads look it up together."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import Any, NoReturn

import sqlalchemy as sa

from jupyter_modelreg.storage.postgresql.backend import POSTGRESQL
from jupyter_modelreg.storage.sql.changes import LOOK_UPS, Changes
from jupyter_modelreg.storage.sql.row_cache import RowCache


class NotKnown(Exception):
    """Something that the database has to be asked for."""


class KnownRows(RowCache):
    """Rows of the registry as it was when `last_event` was the newest one.

    Many threads look them up at a time, and add what they have read at that moment. Whoever changes something works
    with rows of its `own`, which are those of all others once it is done.
    """

    def own(self) -> KnownRows:
        """The same rows, for a unit of work that changes some."""
        made = copy(self)
        made._base, made._values = dict(self._base), dict(self._values)
        return made

    def wrote(self, changes: Changes) -> None:
        """Know the rows that were written into the database."""
        for (table, row_id), values in changes.changed.items():
            before = self._values.pop((table, row_id), None)
            row = self._base.pop((table, before), None)
            if row is not None:
                self.put(table, {**row, **values})
        for table, row in changes.added():
            if table in LOOK_UPS:
                self.put(table, row)

    def note_commit(self, newest: Any) -> None:
        """See `RowCache`: what was written is known."""
        self.last_event = newest or self.last_event


class OnlyKnown:
    """In place of a connection, for those who can do with what is known. All it does is to raise NotKnown."""

    backend = POSTGRESQL

    @property
    def connection(self) -> sa.Connection:
        """See `Engine`."""
        return self._ask()

    def ask(self, sql: str, parameters: Sequence[object]) -> Sequence[Sequence[Any]]:
        """See `Engine`."""
        return self._ask()

    def _ask(self) -> NoReturn:
        raise NotKnown
