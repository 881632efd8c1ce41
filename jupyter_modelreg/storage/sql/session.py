"""One unit of work, with as few statements as it takes.

What a unit of work changes is kept until it ends. Then it goes to the journal; or to the database, when something had
to be asked that only the database can answer, or when it is more than a few rows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.storage.sql.backend import Backend, Engine, Row, RowCache
from jupyter_modelreg.storage.sql.changes import LOOK_UPS, Changes
from jupyter_modelreg.storage.sql.compiled import Statement, Values
from jupyter_modelreg.system import interrupts

# More rows than this go to the database directly.
_MOST_KEPT = 100
_BY_LOOK_UP: Mapping[sa.Table, Statement] = {
    table: Statement(sa.select(table).where(table.c[column] == sa.bindparam("value")))
    for table, column in LOOK_UPS.items()
}


class Ground(Protocol):
    """What a session works on."""

    @property
    def memory(self) -> RowCache:
        """What is known without asking the database."""

    def database(self) -> Engine:
        """The open database."""

    def append(self, unit: Changes) -> None:
        """Keep a unit of work in the journal."""

    def flush(self) -> None:
        """Enter what is in the journal in the database."""

    def preview(self) -> None:
        """Begin a transaction that holds what is in the journal, to be rolled back: where `flush` fails."""

    def note_commit(self, newest: Event | None) -> None:
        """Take note of a transaction of the database, and of its last event."""


class Session:
    """A unit of work. `read_only`, it changes nothing.

    Attributes:
        backend: what kind of database it is.
        memory: what is known without asking the database.
        appended: the newest event of this unit.
    """

    def __init__(self, backend: Backend, ground: Ground, *, read_only: bool = False, keeping: bool = True) -> None:
        self.backend = backend
        self.memory = ground.memory
        self.appended: Event | None = None
        self._ground = ground
        self._read_only = read_only
        self._keeping = keeping
        self._database: Engine | None = None
        self._changes = Changes()
        self._written = False  # whether the transaction of the database holds changes of this unit
        self._previewing = False  # whether it holds what is in the journal

    def find(self, table: sa.Table, value: object) -> Row | None:
        """The row whose look-up column (see `LOOK_UPS`) has that value, this unit's own changes included."""
        own = self._changes.find(table, value)
        if own is not None:
            return own
        if self._changes.moves(table):
            self.flush()  # only the database knows which row has that value now
        row = self.memory.find(table, value)
        if row is None:
            statement = _BY_LOOK_UP[table]
            found = self._ask(statement, {"value": value})
            if not found:
                return None
            row = self.memory.learn(table, statement.on(self.backend).row(found[0]))
        row = self._changes.patched(table, row)
        return row if row[LOOK_UPS[table]] == value else None

    def execute(self, statement: sa.Executable, parameters: Values | None = None) -> sa.CursorResult[*tuple[Any, ...]]:
        """Run any statement, what was changed before included."""
        interrupts.check()
        self.flush()
        if not (statement.is_select or self._read_only):  # of text one cannot tell
            self._begin()
            self.memory.forget_rows()
        return self._opened().connection.execute(statement, parameters)

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
        self.memory.forget_rows()
        self._ask(statement, values)

    def insert(self, table: sa.Table, values: Values) -> None:
        """Add a row."""
        self._changes.add(table, values)

    def update(self, table: sa.Table, row_id: int, values: Values) -> None:
        """Change the row with that id."""
        self._changes.change(table, row_id, values)

    def flush(self) -> None:
        """Tell the database of everything that has been changed, by this unit and before."""
        if not self._written and not self._previewing:
            self._flush_ground()
        if len(self._changes):
            self._begin()
            changes, self._changes = self._changes, Changes()
            changes.write(self._opened())
            self.memory.forget_rows()

    def commit(self) -> None:
        """Make it last."""
        try:
            if not self._written and (not len(self._changes) or self._can_be_kept()):
                self.end_read()
                if len(self._changes):
                    self._ground.append(self._changes)
                return
            self.flush()
            self._opened().connection.commit()
            self._ground.note_commit(self.appended)
        except BaseException:
            self.rollback()
            raise

    def end_read(self) -> None:
        """End the transaction of the database in which this unit has looked at it, if it has."""
        if self._database is not None and self._database.connection.in_transaction():
            self._database.connection.rollback()

    def rollback(self) -> None:
        """Leave the database as it was."""
        if self._previewing:
            self._opened()
        self.end_read()
        if self._written:
            self.memory.forget_rows()

    def _flush_ground(self) -> None:
        try:
            self._ground.flush()
        except (self.backend.error, sa.exc.DBAPIError):
            if not self._read_only:
                raise
            # On a full disk one can still look.
            self._database = None
            self._ground.preview()
            self._previewing = True

    def _can_be_kept(self) -> bool:
        few = len(self._changes) <= _MOST_KEPT
        return few and self._keeping and self.appended is not None and self._changes.can_wait()

    def _begin(self) -> None:
        assert not self._read_only
        connection = self._opened().connection
        if not connection.in_transaction():
            connection.begin()
        self._written = True

    def _opened(self) -> Engine:
        self._database = self._ground.database()
        return self._database

    def _ask(self, statement: Statement, values: Values) -> Sequence[Sequence[Any]]:
        interrupts.check()
        compiled = statement.on(self.backend)
        return self._opened().ask(compiled.sql, compiled.parameters(values))
