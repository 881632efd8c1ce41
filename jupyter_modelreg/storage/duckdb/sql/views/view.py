"""How a view is declared: what it is called, its columns, and where they come from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.core.ports.sql import SqlColumn, SqlView


@dataclass(frozen=True)
class Column(SqlColumn):
    """A column, and the expression that it is over what its view is `of`; without one, the column of that name."""

    value: str = ""

    @property
    def selected(self) -> str:
        """The column, as a SELECT has it."""
        return f'{self.value or self.name} AS "{self.name}"'


@dataclass(frozen=True)
class View(SqlView):
    """A view.

    Attributes:
        of: what stands behind FROM: the relations of `seen`, and nothing else, so that nothing hidden gets into it.
        order: what its rows are sorted by.
    """

    columns: Sequence[Column] = field(default=())
    of: str = ""
    order: str = "1"

    @property
    def rows(self) -> str:
        """The statement that gives its rows."""
        return f"SELECT {', '.join(column.selected for column in self.columns)} FROM {self.of} ORDER BY {self.order}"

    @property
    def definition(self) -> str:
        """The statement that makes it, empty."""
        return f'CREATE TABLE "{self.name}" ({", ".join(f"{_quoted(each.name)} {each.type}" for each in self.columns)})'


def time(name: str, about: str, value: str = "") -> Column:
    """A time; what is stored is epoch milliseconds, and NULL stands for what cannot be a time."""
    return Column(name, "TIMESTAMPTZ", about, f"TRY(make_timestamptz(({value or name}) * 1000))")


def text(name: str, about: str, value: str = "") -> Column:
    """A text."""
    return Column(name, "VARCHAR", about, value)


def mapping(name: str, about: str, value: str = "", of: str = "VARCHAR") -> Column:
    """A JSON object as a map."""
    kind = f"MAP(VARCHAR, {of})"
    return Column(name, kind, about, f"CAST(CAST({value or name} AS JSON) AS {kind})")


def entries(column: str, of: str = "VARCHAR") -> str:
    """The entries of a JSON object, as a list of structures with `key` and `value`."""
    return f"map_entries(CAST(CAST({column} AS JSON) AS MAP(VARCHAR, {of})))"


def listed(name: str, about: str, value: str = "") -> Column:
    """A JSON list of text as a list."""
    return Column(name, "VARCHAR[]", about, f"CAST(CAST({value or name} AS JSON) AS VARCHAR[])")


def authored(what: str, table: str = "") -> Sequence[Column]:
    """Who made and changed it, and when."""
    return (
        time("created_at", f"When the {what} was made.", f"{table}created_at"),
        text("created_by", f"Who made the {what}.", f"{table}created_by"),
        time("updated_at", f"When the {what} was changed last.", f"{table}updated_at"),
        text("updated_by", f"Who changed the {what} last.", f"{table}updated_by"),
    )


# What says which version a row is about, where it is called `v`.
NAME = text("name", "The full name of the model.", "v.name")
VERSION = Column("version", "INTEGER", "The number of the version.", "v.version")


def by_name(views: Sequence[View]) -> Mapping[str, View]:
    """Views by their names."""
    return {view.name: view for view in views}


def _quoted(name: str) -> str:
    return f'"{name}"'
