"""What tells one database from another, declared in one record: SQL here asks it instead of naming a database.

A backend's folder makes the record (`storage/duckdb/backend.py`); whoever adds a database adds such a folder. The row
cache and the write buffer are a backend's own too: a `Session` is handed what it works on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event

if TYPE_CHECKING:
    from jupyter_modelreg.storage.sql.changes import Changes

Row = dict[str, Any]
Type = sa.types.TypeEngine[Any]
Clause = sa.ColumnElement[Any]


@dataclass(frozen=True, kw_only=True, eq=False)
class Backend:
    """What a database can do that SQL's standard leaves open, and how it is said to it.

    Attributes:
        name: what people call it.
        dialect: compiles statements; one for all, as it keeps nothing of any connection.
        error: what its driver raises, where SQLAlchemy does not come between.
        value_list: many values of one column type as one parameter; values of JSON columns come as text.
        unnest: a set of rows from a parameter that `value_list` has made of values of that type. Several of them in one
            SELECT go side by side.
        contains: whether a text holds another one, every character of which means itself.
        json_key: the key of a JSON object as `json_value` takes it; the key holds no `"`, no backslash and no `*`.
        json_value: the text under that key in a column of JSON text, as text; NULL where there is none.
        json_items: the keys of an object in a column of JSON text, and its values as text: a row each, side by side.
        aligned_number: the number under a key in a column of `json_text.AlignedNumbers`, NULL where there is none; from
            the column, the piece of text that the key is there, and the key as `json_key` has made it.
        number: a text as a number, where it is one as `core.query.evaluation.NUMBER` says; else NULL.
        edit_distance: how many keystrokes two texts are apart, case aside; None where the database cannot tell.
        knows_counts: whether it knows how many rows a table has, without counting them.
        objects: a SELECT for `kind` and `name` of all that somebody has made in the database: tables, views, macros ...
    """

    name: str
    dialect: sa.Dialect
    error: type[Exception]
    value_list: Callable[[Type, Sequence[object]], object]
    unnest: Callable[[Clause, Type], Clause]
    contains: Callable[[Clause, Clause], sa.ColumnElement[bool]]
    json_key: Callable[[str], str]
    json_value: Callable[[Clause, Clause], sa.ColumnElement[str]]
    json_items: Callable[[Clause], tuple[sa.ColumnElement[str], sa.ColumnElement[str]]]
    aligned_number: Callable[[Clause, Clause, Clause], sa.ColumnElement[float]]
    number: Callable[[Clause], sa.ColumnElement[float]]
    edit_distance: Callable[[Clause, str], sa.ColumnElement[int]] | None
    knows_counts: bool
    objects: sa.TextualSelect


class Engine(Protocol):
    """An open database, for one thread at a time."""

    @property
    def backend(self) -> Backend:
        """What kind of database it is."""

    @property
    def connection(self) -> sa.Connection:
        """The connection, whose transaction `ask` takes part in."""

    def ask(self, sql: str, parameters: Sequence[object]) -> Sequence[Sequence[Any]]:
        """All rows a statement answers, as the driver gives them. Raises the backend's own `error`."""


class RowCache(Protocol):
    """What a process knows of a registry without asking the database.

    Attributes:
        last_event: the newest event; None where there is none.
    """

    last_event: Event | None

    def find(self, table: sa.Table, value: object) -> Row | None:
        """The row whose look-up column has that value; None when it is not known."""

    def put(self, table: sa.Table, row: Row) -> Row:
        """Remember a row of the database; returns it as it is with what is not in the database yet."""

    def forget_rows(self) -> None:
        """Know no rows of the database, as some may have been changed."""

    def wrote(self, changes: Changes) -> None:
        """Know that this was written into the database, in a transaction that may still be rolled back."""

    def note_commit(self, newest: Event | None) -> None:
        """Know of a transaction that has gone to the database directly; `newest` is its last event."""
