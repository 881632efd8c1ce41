"""One connection to PostgreSQL, as a `Session` asks it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from typing import Any

import sqlalchemy as sa
from psycopg import errors

from jupyter_modelreg.storage.postgresql.backend import POSTGRESQL
from jupyter_modelreg.storage.postgresql.known import KnownRows
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.compiled import Statement
from jupyter_modelreg.storage.sql.migrations import MIGRATIONS
from jupyter_modelreg.storage.sql.rows.events import EventRepository

_EVENTS = tables.events
_NEWEST = sa.select(_EVENTS).order_by(_EVENTS.c.seq.desc()).limit(sa.literal_column("1")).subquery("newest")
_DONE = sa.select(sa.func.count().label("steps")).select_from(tables.migrations).subquery("done")
# How many migrations have been done, and the newest event, whose columns are empty where there is none.
_STATE = Statement(sa.select(_DONE.c.steps, *_NEWEST.c).select_from(_DONE.outerjoin(_NEWEST, sa.true())))
# The same, as far as it takes to see whether anything has happened.
_MOMENT = Statement(
    sa.select(_DONE.c.steps, _NEWEST.c.seq, _NEWEST.c.hash).select_from(_DONE.outerjoin(_NEWEST, sa.true()))
)
_AT_SEQ, _AT_HASH = _EVENTS.c.keys().index("seq"), _EVENTS.c.keys().index("hash")


class PostgreSQLEngine:
    """A connection from the pool for the time of a transaction: the engine of a `Session`.

    Attributes:
        backend: that it is PostgreSQL.
        connection: SQLAlchemy's, whose transaction `ask` takes part in.
    """

    backend = POSTGRESQL

    def __init__(self, connection: sa.Connection) -> None:
        self.connection = connection

    def ask(self, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        """All rows a statement answers. Raises psycopg.Error."""
        if not self.connection.in_transaction():
            self.connection.begin()
        with closing(self.connection.connection.cursor()) as cursor:
            cursor.execute(sql, parameters)
            # What `description` tells is gathered anew whenever it is asked for.
            answers = cursor.pgresult is not None and cursor.pgresult.nfields
            return list(cursor.fetchall()) if answers else []

    def known(self, before: KnownRows | None) -> KnownRows | None:
        """What is known at this moment: `before` where nothing has happened since; whoever changes rows adds events.

        None where the tables are not those that this code knows: a newer one may have been here meanwhile.
        """
        try:
            asked = _STATE.on(self.backend)
            [(steps, *found)] = self.ask(asked.sql, asked.parameters({}))
        except (errors.UndefinedColumn, errors.UndefinedTable):
            return None
        if steps != len(MIGRATIONS):
            return None
        if before is not None and _reached(before) == (found[_AT_SEQ], found[_AT_HASH]):
            return before
        known = KnownRows()
        known.last_event = EventRepository.mapper.of_row(found) if found[_AT_SEQ] is not None else None
        return known

    def is_current(self, known: KnownRows) -> bool:
        """Whether nothing has happened since that was so, and the tables are what they were."""
        asked = _MOMENT.on(self.backend)
        [(steps, *reached)] = self.ask(asked.sql, asked.parameters({}))
        return steps == len(MIGRATIONS) and tuple(reached) == _reached(known)


def _reached(known: KnownRows) -> tuple[int | None, str | None]:
    last = known.last_event
    return (None, None) if last is None else (last.seq, last.hash)
