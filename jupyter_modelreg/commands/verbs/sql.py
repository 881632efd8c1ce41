"""Ask the registry in SQL: sql."""

from __future__ import annotations

import datetime
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, limit_option
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import counted
from jupyter_modelreg.commands.results.results import Note, Plain, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.new_file import write_new
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.sql import FileFormat, SqlResult, SqlView

if TYPE_CHECKING:
    import pandas as pd

_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "FLOAT", "DOUBLE", "DECIMAL")
_VIEWS = (
    Column("view", "view", "name"),
    Column("about", "a row for each of", "lines"),
    Column("columns", "columns", "lines"),
)
_COLUMNS = (
    Column("column", "column", "name"),
    Column("type", "type", "word"),
    Column("about", "what it says", "lines"),
)
_PLAN = ["explain_key", "explain_value"]
_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(repr=False)
class Answer(Table):
    """What a statement has found; `rows` are those shown, `to_df()` has all.

    Attributes:
        answer: all of it.
    """

    answer: SqlResult | None = None

    def to_df(self) -> pd.DataFrame:
        """All rows, as DuckDB makes a DataFrame of them: with its types, which those of `rows` are not."""
        if self.answer is None:
            return super().to_df()
        frame: pd.DataFrame = self.answer.to_df()
        return frame


@dataclass(repr=False)
class Kept(Note):
    """What a statement has found, as something else than a table: a DataFrame or a relation of DuckDB.

    Attributes:
        found: it.
        named: whether it went into a variable.
    """

    found: object = None
    named: bool = False

    @property
    def value(self) -> object:
        """It, or this note when it went into a variable."""
        return self if self.named else self.found


@command(
    "sql",
    calls=[],
    examples=[
        'sql "select owner, count(*) from models group by owner"',
        "sql \"from versions where metrics['auc'] > 0.9 order by created_at desc\" --as df",
        "sql \"select name, size from 'sizes/*.parquet' join models using (name)\" --csv sizes.csv",
        "sql --schema versions",
    ],
)
@click.argument("statement", nargs=-1, metavar="[STATEMENT]", shell_complete=candidates.sql)
@click.option(
    "--schema", is_flag=True, help="Show the views, or the columns of the one that stands in place of STATEMENT."
)
@click.option("--as", "name", metavar="NAME", help="Put all rows into this variable, as a DataFrame (notebook only).")
@click.option("--relation", is_flag=True, help="Give a relation of DuckDB, not a table or a DataFrame (notebook only).")
@click.option("--csv", metavar="FILE", help="Write all rows to a CSV file; - is standard output.")
@click.option("--parquet", metavar="FILE", help="Write all rows to a Parquet file.")
@click.option("--json-file", "json_file", metavar="FILE", help="Write all rows to a JSON file, a list of objects.")
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@limit_option
def sql(
    session: CommandSession,
    statement: tuple[str, ...],
    schema: bool,
    name: str | None,
    relation: bool,
    csv: str | None,
    parquet: str | None,
    json_file: str | None,
    force: bool,
    limit: int | None,
) -> Result:
    """Ask what you may see of the registry in SQL.

    It is DuckDB's SQL over views (models, versions, metrics, ...; --schema tells them all), Parquet, CSV and JSON files
    named in it, and DataFrames of the notebook, by the names of their variables. It only reads, and holds up nobody who
    works on the registry. Put STATEMENT in double quotes, or into the cell below %%modelreg sql.
    """
    if schema:
        return _schema(session.registry.sql_views(), statement)
    files = _files(csv, parquet, json_file)
    if (name is not None or relation) and files:
        raise click.UsageError("--as and --relation go without a file")
    assign = None if name is None else session.variable(name)
    text = " ".join(statement)
    tables, asides = _tables(session, text)
    found = session.registry.sql(text, tables)
    if files:
        return _written(found, files, force)
    if name is None and not relation:
        return _shown(found, limit, asides)
    made = found.relation() if relation else found.to_df()
    if assign is not None:
        assign(made)
    said = f"{name} = {counted(len(found), 'row')}, {counted(len(found.columns), 'column')}"
    return Kept([said], [{"variable": name, "rows": len(found)}], asides=asides, found=made, named=name is not None)


def _schema(views: Sequence[SqlView], names: Sequence[str]) -> Table:
    if not names:
        rows: list[Row] = [
            {
                "view": each.name,
                "about": _plain(each.about),
                "columns": ", ".join(column.name for column in each.columns),
            }
            for each in views
        ]
        return Table(_VIEWS, rows, more="sql --schema VIEW says what its columns hold")
    known = {view.name: view for view in views}
    unknown = [name for name in names if name.lower() not in known]
    if unknown:
        from difflib import get_close_matches

        close = get_close_matches(unknown[0].lower(), known, n=1)
        question = f"; did you mean {close[0]}?" if close else ""
        raise InvalidInput(f"there is no view {unknown[0]}{question}", f"there are {', '.join(known)}")
    told: list[Row] = [
        {
            "column": column.name if len(names) == 1 else f"{view.name}.{column.name}",
            "type": column.type,
            "about": _plain(column.about),
        }
        for view in (known[name.lower()] for name in names)
        for column in view.columns
    ]
    return Table(_COLUMNS, told)


def _plain(about: str) -> str:
    return about.replace("`", "").removesuffix(".")


def _tables(session: CommandSession, statement: str) -> tuple[Mapping[str, object], Sequence[str]]:
    """The tables among the user's variables that a statement names, and what to say of those that are hidden."""
    words = dict.fromkeys(_WORD.findall(statement))
    views = {view.name for view in session.registry.sql_views()}
    found = session.host.tables(list(words))
    hidden = [name for name in found if name.lower() in views]
    asides = [f"note: {name} is the view of the registry here, not your variable" for name in hidden]
    return {name: table for name, table in found.items() if name not in hidden}, asides


def _shown(found: SqlResult, limit: int | None, asides: Sequence[str]) -> Result:
    """The table of the first rows; of EXPLAIN the plan, which is drawn."""
    if list(found.columns) == _PLAN:
        return Plain("\n".join(str(row[1]) for row in found.rows))
    count = len(found)
    rows = found.head(count if limit is None else limit)
    names = _unique(found.columns)
    columns = [
        Column(name, title, "number" if each.startswith(_NUMBERS) else "text")
        for name, title, each in zip(names, found.columns, found.types, strict=True)
    ]
    data: list[Row] = [dict(zip(names, map(_value, row), strict=True)) for row in rows]
    more = f"{len(rows)} of {count:,} rows; -n {count} shows all, --as df keeps them" if len(rows) < count else None
    return Answer(
        columns, data, "no row is like that", "\n".join([*([more] if more else []), *asides]) or None, answer=found
    )


def _unique(names: Sequence[str]) -> Sequence[str]:
    """A name of its own for each column, as a DataFrame has it."""
    made: list[str] = []
    for name in names:
        unique, number = name, 1
        while unique in made:
            unique, number = f"{name}_{number}", number + 1
        made.append(unique)
    return made


def _value(value: object) -> JsonValue:
    """A value as JSON has it: times as in ISO 8601, in UTC."""
    if value is None or isinstance(value, str | bool | int | float):
        return value
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Mapping):
        return {str(key): _value(item) for key, item in value.items()}
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return [_value(item) for item in value]
    return str(value)


def _files(csv: str | None, parquet: str | None, json_file: str | None) -> tuple[FileFormat, str] | None:
    """The one file to write, and as what; None for none."""
    asked: Sequence[tuple[FileFormat, str | None]] = (("csv", csv), ("parquet", parquet), ("json", json_file))
    found = [(format, file) for format, file in asked if file is not None]
    if len(found) > 1:
        raise click.UsageError("one file is written at a time")
    return found[0] if found else None


def _written(found: SqlResult, file: tuple[FileFormat, str], force: bool) -> Result:
    format, name = file
    if name == "-":
        if format == "parquet":
            raise InvalidInput("a Parquet file cannot be shown", "name a file: --parquet models.parquet")
        return Plain(_as_text(found, format).removesuffix("\n"))
    path = Path(name).expanduser()
    write_new(path, lambda fresh: found.write(fresh, format), force=force)
    row: dict[str, JsonValue] = {"file": str(path), "rows": len(found)}
    return Note([f"wrote {counted(len(found), 'row')} to {path}"], [row])


def _as_text(found: SqlResult, format: FileFormat) -> str:
    """What would be in the file, as text."""
    with tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
        path = Path(folder) / "found"
        found.write(path, format)
        return path.read_text(encoding="utf-8")
