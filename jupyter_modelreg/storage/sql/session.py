"""One unit of work, with as few statements as it takes.

What a unit of work changes is gathered until it ends. Then it goes to the buffer, where there is one; or to the
database, when something had to be asked that only the database can answer, or when it is more than a few rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import Enum, auto
from functools import cache
from typing import Any, Protocol

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Engine, Row, RowCache
from jupyter_modelreg.storage.sql.changes import LOOK_UPS, Changes
from jupyter_modelreg.storage.sql.compiled import Statement, Values
from jupyter_modelreg.storage.sql.unit import LoggedUnit, event_row
from jupyter_modelreg.system import interrupts

# More rows than this go to the database directly.
_MOST_BUFFERED = 100
_BY_LOOK_UP: Mapping[sa.Table, Statement] = {
    table: Statement(sa.select(table).where(table.c[column] == sa.bindparam("value")))
    for table, column in LOOK_UPS.items()
}


class Buffer(Protocol):
    """Where small units of work are safe and wait until they enter the database, for a database that is slow to write.

    What waits there is in the row cache too.
    """

    def append(self, unit: LoggedUnit, changes: Changes) -> None:
        """Make a unit of work last, which has made these changes."""

    def flush(self) -> None:
        """Enter what waits in the database."""

    def preview(self) -> None:
        """Begin a transaction that holds what waits, to be rolled back: where `flush` fails."""

    def note_commit(self, newest: Event | None) -> None:
        """Take note of a transaction that has gone to the database directly; `newest` is its last event."""


class _Holds(Enum):
    """What the transaction of the database holds that others do not see in the database."""

    NOTHING = auto()
    BUFFER = auto()  # what waits in the buffer, as `preview` has written it
    CHANGES = auto()  # what this unit has changed


class Session:
    """A unit of work on an open database. `read_only`, it changes nothing.

    Args:
        engine: the database; nothing is asked of it before it has to be.
        cache: what is known without asking the database.
        buffer: where small changes go; without one they go to the database.

    Attributes:
        backend: what kind of database it is.
        cache: see above.
        appended: the newest event of this unit.
        applying: whether an event is being applied, which says what is changed meanwhile.
    """

    def __init__(
        self, engine: Engine, cache: RowCache, buffer: Buffer | None = None, *, read_only: bool = False
    ) -> None:
        self.backend = engine.backend
        self.cache = cache
        self.appended: Event | None = None
        self.applying = False
        self._applied: list[int] = []
        self._events: list[Event] = []
        self._files: list[Row] = []
        self._secrets: dict[int, str | None] = {}
        self._unexplained = False  # whether something was changed that neither events nor these say
        self._engine = engine
        self._buffer = buffer
        self._read_only = read_only
        self._connection: sa.Connection | None = None  # once a transaction may have begun on it
        self._changes = Changes()
        self._holds = _Holds.NOTHING

    def find(self, table: sa.Table, value: object) -> Row | None:
        """The row whose look-up column (see `LOOK_UPS`) has that value, this unit's own changes included."""
        own = self._changes.find(table, value)
        if own is not None:
            return own
        if self._changes.moves(table):
            self.flush()  # only the database knows which row has that value now
        row = self.cache.find(table, value)
        if row is None:
            statement = _BY_LOOK_UP[table]
            found = self._ask(statement, {"value": value})
            if not found:
                return None
            row = self.cache.put(table, statement.on(self.backend).row(found[0]))
        row = self._changes.patched(table, row)
        return row if row[LOOK_UPS[table]] == value else None

    def find_by_id(self, table: sa.Table, row_id: int) -> Row | None:
        """The row with that id, this unit's own changes included."""
        found = self.fetch(_by_id(table), row_id=row_id)
        return found[0] if found else None

    def execute(self, statement: sa.Executable, parameters: Values | None = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run any statement, what was changed before included."""
        interrupts.check()
        self.flush()
        if not (statement.is_select or self._read_only):  # SQLAlchemy takes a text for no SELECT, whatever it says
            self._begin()
            self.cache.forget_rows()
        self._connection = self._engine.connection
        return self._connection.execute(statement, parameters)

    def fetch(self, statement: Statement, **values: object) -> list[Row]:
        """The rows of the answer, by the names of their columns."""
        compiled = statement.on(self.backend)
        return [compiled.row(found) for found in self.rows(statement, values)]

    def rows(self, statement: Statement, values: Values) -> Sequence[Sequence[Any]]:
        """The rows of the answer, as the database gives them."""
        self.flush()
        return self._ask(statement, values)

    def run(self, statement: Statement, values: Values) -> None:
        """Run a statement that changes something, after what was changed before."""
        self.flush()
        self._begin()
        self.cache.forget_rows()
        self._ask(statement, values)

    def insert(self, table: sa.Table, values: Values) -> None:
        """Add a row."""
        if table is tables.version_files:
            self._files.append(dict(values))
        elif not self.applying:
            self._unexplained = True
        self._changes.add(table, values)

    def update(self, table: sa.Table, row_id: int, values: Mapping[str, Any]) -> None:
        """Change the row with that id."""
        if table is tables.webhooks and values.keys() == {"secret"}:
            self._secrets[row_id] = values["secret"]
        elif not self.applying:
            self._unexplained = True
        self._changes.change(table, row_id, values)

    def append(self, event: Event) -> None:
        """Add an event to the log."""
        self._changes.add(tables.events, event_row(event))
        self._events.append(event)
        self.appended = event

    def note_applied(self, event: Event) -> None:
        """Know that what was changed while `applying` is what `event` says, which is appended later."""
        self._applied.append(event.seq)

    def flush(self) -> None:
        """Tell the database of everything that has been changed, by this unit and before."""
        if self._holds is _Holds.NOTHING and self._buffer is not None:
            self._flush_buffer(self._buffer)
        if len(self._changes):
            self._begin()
            changes, self._changes = self._changes, Changes()
            changes.write(self._engine)
            self.cache.wrote(changes)

    def commit(self) -> None:
        """Make it last."""
        try:
            if self._buffer is not None and self._can_wait():
                self.end_read()
                unit = LoggedUnit(self._events, self._files, self._secrets)
                self._buffer.append(unit, self._changes)
            elif len(self._changes) or self._holds is _Holds.CHANGES:
                self._commit_directly()
            else:
                self.end_read()
        except BaseException:
            self.rollback()
            raise

    def end_read(self) -> None:
        """End the transaction of the database in which this unit has only looked at it, if there is one."""
        if self._connection is not None and self._connection.in_transaction():
            self._connection.rollback()  # where it holds what `preview` has written, that must not stay

    def rollback(self) -> None:
        """Leave the database as it was."""
        self.end_read()
        if self._holds is _Holds.CHANGES:
            self.cache.forget_rows()

    def _flush_buffer(self, buffer: Buffer) -> None:
        try:
            buffer.flush()
        except (self.backend.error, sa.exc.DBAPIError):
            if not self._read_only:
                raise
            # On a full disk one can still look.
            buffer.preview()
            self._connection = self._engine.connection
            self._holds = _Holds.BUFFER

    def _can_wait(self) -> bool:
        """Whether the changes of this unit can go to the buffer."""
        if not 0 < len(self._changes) <= _MOST_BUFFERED or self._holds is _Holds.CHANGES or self._unexplained:
            return False
        told = [event.seq for event in self._events]
        return bool(told) and told == self._applied and self._changes.can_wait()

    def _commit_directly(self) -> None:
        self.flush()
        self._engine.connection.commit()
        self.cache.note_commit(self.appended)
        if self._buffer is not None:
            self._buffer.note_commit(self.appended)

    def _begin(self) -> None:
        assert not self._read_only
        self._connection = self._engine.connection
        if not self._connection.in_transaction():
            self._connection.begin()
        self._holds = _Holds.CHANGES

    def _ask(self, statement: Statement, values: Values) -> Sequence[Sequence[Any]]:
        interrupts.check()
        compiled = statement.on(self.backend)
        return self._engine.ask(compiled.sql, compiled.parameters(values))


@cache
def _by_id(table: sa.Table) -> Statement:
    return Statement(sa.select(table).where(table.c.id == sa.bindparam("row_id")))
