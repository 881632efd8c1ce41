"""Records as Parquet files, which DuckDB writes and reads by itself.

A column for each field of the record's class, in its order: numbers, text and truth as they are, all else as JSON
text. A field the file lacks, as one written by an older version may, keeps its default.
"""

from __future__ import annotations

import dataclasses
import json
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from jupyter_modelreg.core.entities.versions import Metric, Version

R = TypeVar("R")

_PLAIN: Mapping[object, str] = {int: "BIGINT", str: "VARCHAR", bool: "BOOLEAN"}
_PAGE = 2000


def write_parquet(path: Path, kind: type, records: Sequence[object]) -> None:
    """Write `records`, all of the dataclass `kind`, into a new Parquet file."""
    columns = _columns(kind)
    shape = json.dumps([columns])
    names = ", ".join(f"new.{name}" for name in columns)
    declared = ", ".join(f"{name} {of_type}" for name, of_type in columns.items())
    with _database() as database:
        database.execute(f"CREATE TABLE records ({declared})")
        for start in range(0, len(records), _PAGE):
            rows = [_row(record, columns) for record in records[start : start + _PAGE]]
            database.execute(
                f"INSERT INTO records SELECT {names} "  # noqa: S608 - names of our own fields
                "FROM (SELECT unnest(from_json(CAST($rows AS VARCHAR), $shape)) AS new) AS added",
                {"rows": json.dumps(rows, ensure_ascii=False), "shape": shape},
            )
        database.execute("COPY records TO $path (FORMAT parquet, COMPRESSION zstd)", {"path": str(path)})


def read_parquet(path: Path, kind: type[R]) -> Iterator[list[R]]:
    """The records in a Parquet file, in its order, a page at a time."""
    columns = _columns(kind)
    with _database() as database:
        found = database.execute("SELECT * FROM read_parquet($path)", {"path": str(path)})
        names = [column[0] for column in found.description or ()]
        while page := found.fetchmany(_PAGE):
            yield [kind(**_values(dict(zip(names, row, strict=True)), kind, columns)) for row in page]


@contextmanager
def _database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:") as database:
        database.execute("SET preserve_insertion_order = true")
        yield database


def _columns(kind: type) -> dict[str, str]:
    hints = typing.get_type_hints(kind)
    return {field.name: _PLAIN.get(_core(hints[field.name]), "VARCHAR") for field in dataclasses.fields(kind)}


def _core(hint: object) -> object:
    """`int` of `int | None`; a union of several stays what it is."""
    if typing.get_origin(hint) in (types.UnionType, typing.Union):
        arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
        return arms[0] if len(arms) == 1 else hint
    return str if typing.get_origin(hint) is typing.Literal else hint


def _row(record: object, columns: Mapping[str, str]) -> dict[str, object]:
    return {name: _flat(getattr(record, name)) for name in columns}


def _flat(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return json.dumps(dict(value), ensure_ascii=False)
    assert isinstance(value, Sequence)
    items = [vars(item) if dataclasses.is_dataclass(item) else item for item in value]
    return json.dumps(items, ensure_ascii=False)


def _values(row: Mapping[Any, Any], kind: type, columns: Mapping[str, str]) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    plain = {name for name in columns if _core(hints[name]) in _PLAIN}
    values = {name: value for name, value in row.items() if name in columns}
    for name, value in values.items():
        if name not in plain and value is not None:
            values[name] = json.loads(value)
    if kind is Version:
        values["aliases"] = tuple(values.get("aliases") or ())
        metrics = values.get("metrics")
        values["metrics"] = None if metrics is None else tuple(Metric(**metric) for metric in metrics)
    return values
