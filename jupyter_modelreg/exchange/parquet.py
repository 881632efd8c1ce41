"""Tables of records as Parquet files, one a table; see `core.exchange.schema` for what is in them.

Whatever a file holds, reading it ends in records that fit the schema, or in one sentence that names table, row and
column.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import pyarrow as pa
import pyarrow.parquet as pq

from jupyter_modelreg.core.exchange.schema import Stored, Table, UnfitValue, table_of

R = TypeVar("R")

_TYPES: Mapping[Stored, pa.DataType] = {"integer": pa.int64(), "text": pa.string(), "boolean": pa.bool_()}
_PAGE = 5000  # rows


def table_file(folder: Path, kind: type) -> Path:
    """Where the table for records of the class `kind` is in `folder`."""
    return folder / f"{table_of(kind).name}.parquet"


class ParquetWriter:
    """`core.ports.TableWriter` into a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """Write a new file. Raises OSError."""
        table = table_of(kind)
        fields = [pa.field(column.name, _TYPES[column.stored], column.nullable) for column in table.columns]
        schema = pa.schema(fields)
        with pq.ParquetWriter(table_file(self._folder, kind), schema, compression="zstd") as writer:
            for records in pages:
                writer.write_table(pa.table(table.stored(records), schema=schema))


class ParquetReader:
    """`core.ports.TableReader` from a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def read(self, kind: type[R]) -> Iterator[list[R]]:
        """The records, in their order, a page at a time. Raises UnfitValue."""
        table = table_of(kind)
        if table.added and not table_file(self._folder, kind).exists():
            return
        with _parquet(table), pq.ParquetFile(table_file(self._folder, kind)) as file:
            _check_columns(table, file.schema_arrow)
            row = 1
            for batch in file.iter_batches(_PAGE):
                columns = {name: column.to_pylist() for name, column in zip(batch.schema.names, batch, strict=True)}
                yield table.records(columns, row)
                row += batch.num_rows


@contextmanager
def _parquet(table: Table[R]) -> Iterator[None]:
    try:
        yield
    except (pa.ArrowException, OSError, UnicodeDecodeError) as error:
        why = " ".join(str(error).split())[:200]
        raise UnfitValue(f"the table {table.name} cannot be read as Parquet: {why}") from error


def _check_columns(table: Table[R], found: pa.Schema) -> None:
    """Raises UnfitValue unless a file has the columns of the table, each of its type, and no others.

    It may lack those that were added since files of the kind were first written.
    """
    names = [column.name for column in table.columns]
    lacking = [column.name for column in table.columns if column.name not in found.names and not column.added]
    if lacking:
        raise UnfitValue(f"the table {table.name} lacks the column {lacking[0]}")
    for name in found.names:
        if name not in names:
            raise UnfitValue(f"the table {table.name} has a column {name!r}, which is not known")
        if found.names.count(name) > 1:
            raise UnfitValue(f"the table {table.name} has the column {name} twice")
    for column in table.columns:
        if column.name not in found.names:
            continue
        expected, is_ = _TYPES[column.stored], found.field(column.name).type
        if is_ != expected:
            raise UnfitValue(f"the table {table.name} holds {is_} in its column {column.name}, not {expected}")
