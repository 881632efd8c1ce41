"""Archives and backups that somebody has changed, with hashes that are right again."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

Members = dict[str, bytes]


@contextmanager
def rewritten(bundle: Path, target: Path) -> Iterator[Members]:
    """The members of a bundle, by name, to be changed; `target` becomes one that holds them, with their hashes."""
    with zipfile.ZipFile(bundle) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    manifest = json.loads(members.pop("manifest.json"))
    yield members
    manifest["members"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()} for name, content in members.items()
    }
    with zipfile.ZipFile(target, "w") as written:
        for name, content in members.items():
            written.writestr(name, content)
        written.writestr("manifest.json", json.dumps(manifest))


def with_table(bundle: Path, target: Path, name: str, change: Callable[[pa.Table], pa.Table]) -> Path:
    """`target`, which is `bundle` but for what `change` makes of the table `name`."""
    with rewritten(bundle, target) as members:
        member = f"tables/{name}.parquet"
        sink = pa.BufferOutputStream()
        pq.write_table(change(pq.read_table(pa.BufferReader(members[member]))), sink)
        members[member] = sink.getvalue().to_pybytes()
    return target


def with_value(bundle: Path, target: Path, name: str, column: str, value: Any) -> Path:
    """`target`, which is `bundle` but for `value` in the first row of a column; the column gets the type of it."""

    def change(table: pa.Table) -> pa.Table:
        values = table[column].to_pylist()
        at = table.schema.names.index(column)
        try:
            if value is not None and values[0] is not None and type(value) is not type(values[0]):
                raise pa.ArrowTypeError  # which it would quietly convert
            return table.set_column(at, column, pa.array([value, *values[1:]], table.schema.field(column).type))
        except (pa.ArrowInvalid, pa.ArrowTypeError):
            return table.set_column(at, column, pa.array([value] * len(values)))

    return with_table(bundle, target, name, change)
