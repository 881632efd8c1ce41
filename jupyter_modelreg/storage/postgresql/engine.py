"""One connection to PostgreSQL, as a `Session` asks it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from psycopg import errors

from jupyter_modelreg.storage.postgresql.backend import POSTGRESQL
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.compiled import Statement
from jupyter_modelreg.storage.sql.migrations import MIGRATIONS
from jupyter_modelreg.storage.sql.row_cache import RowCache
from jupyter_modelreg.storage.sql.rows.events import EventRepository


def _state() -> sa.Select[Any]:
    """How many migrations have been done, and the newest event, whose columns are empty where there is none."""
    done = sa.select(sa.func.count().label("steps")).select_from(tables.migrations).subquery("done")
    newest = sa.select(tables.events).order_by(tables.events.c.seq.desc()).limit(1).subquery("newest")
    return sa.select(done.c.steps, *newest.c).select_from(done.outerjoin(newest, sa.true()))


_STATE = Statement(_state())
_CACHE = "modelreg_rows"  # what a connection's `info` has the row cache under


class PostgreSQLEngine:
    """A connection from the pool for the time of a transaction: the engine of a `Session`.

    Attributes:
        backend: that it is PostgreSQL.
        connection: SQLAlchemy's, whose transaction `ask` takes part in.
        cache: what was known when this connection was in use last, if that is still so.
    """

    backend = POSTGRESQL

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection
        self.cache: RowCache = connection.info.setdefault(_CACHE, RowCache())

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """All rows a statement answers. Raises psycopg.Error."""
        if not self.connection.in_transaction():
            self.connection.begin()
        with closing(self.connection.connection.cursor()) as cursor:
            cursor.execute(sql, parameters)
            return list(cursor.fetchall()) if cursor.description else []

    def refresh(self) -> bool:
        """See whether others have changed something since; whatever they change, they add to the log.

        Returns whether the tables are those that this code knows: a newer one may have been here meanwhile.
        """
        try:
            asked = _STATE.on(self.backend)
            [(steps, *found)] = self.ask(asked.sql, asked.parameters({}))
        except (errors.UndefinedColumn, errors.UndefinedTable):
            return False
        if steps != len(MIGRATIONS):
            return False
        newest = EventRepository.mapper.of_row(found) if found[0] is not None else None
        known = self.cache.last_event
        if newest is None or known is None or (newest.seq, newest.hash) != (known.seq, known.hash):
            self.cache.forget()
            self.cache.last_event = newest
        return True
