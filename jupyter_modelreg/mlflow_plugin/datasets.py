"""Tables as datasets of MLflow: what `jupyter_modelreg.dataset` gives to `mlflow.log_input`.

MLflow itself knows files, Delta tables and Hugging Face's datasets, but neither a table of DuckDB nor one of Iceberg,
nor what is in lakeFS: their sources are here, as the entry points `mlflow.dataset_source`.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeGuard

from mlflow.data.dataset import Dataset
from mlflow.data.dataset_source import DatasetSource
from mlflow.data.delta_dataset_source import DeltaDatasetSource

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.redact import one_line

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_DIGITS = 12  # of a digest, which MLflow shows whole
_DATABASES = (".duckdb", ".ddb", ".db")
_READERS = {".parquet": "read_parquet", ".csv": "read_csv", ".tsv": "read_csv", ".json": "read_json"}
_COMMIT = re.compile(r"(\d{20})\.json")
_DVC = re.compile(r"^\s*-?\s*md5:\s*(\w+)", re.MULTILINE)
# What MLflow calls the types of DuckDB; others it shows as they are.
_TYPES = {
    "BIGINT": "long",
    "INTEGER": "integer",
    "DOUBLE": "double",
    "FLOAT": "float",
    "VARCHAR": "string",
    "BOOLEAN": "boolean",
    "BLOB": "binary",
    "TIMESTAMP": "datetime",
    "DATE": "datetime",
}


class _Source(DatasetSource):  # type: ignore[misc]  # MLflow comes without types
    """A source that is a few texts."""

    kind = ""

    def __init__(self, **told: str | None) -> None:
        self.told = {name: value for name, value in told.items() if value is not None}

    @classmethod
    def _get_source_type(cls) -> str:
        return cls.kind

    @staticmethod
    def _can_resolve(raw_source: Any) -> bool:
        return False

    @classmethod
    def _resolve(cls, raw_source: Any) -> Self:
        raise NotImplementedError

    def to_dict(self) -> dict[str, str]:
        """See MLflow's `DatasetSource`."""
        return dict(self.told)

    @classmethod
    def from_dict(cls, source_dict: Mapping[str, str]) -> Self:
        """See MLflow's `DatasetSource`."""
        return cls(**source_dict)


class DuckDBSource(_Source):
    """A table, a view or a query of DuckDB: the `path` of the database's file, and the `table`, if it is one."""

    kind = "duckdb"

    @staticmethod
    def _can_resolve(raw_source: Any) -> bool:
        return _is_relation(raw_source)

    @classmethod
    def _resolve(cls, raw_source: Any) -> Self:
        return cls(**_place_of(raw_source))

    def load(self) -> Any:
        """The table as it is now, as a DataFrame of pandas. Raises InvalidInput where it cannot be read again."""
        path, table = self.told.get("path"), self.told.get("table")
        if path is None or table is None:
            raise InvalidInput("this dataset was a query, or in memory, and cannot be read again")
        with _opened(path) as connection:
            return connection.table(table).df()


class IcebergSource(_Source):
    """An Iceberg table: the `path` of its folder, and the `snapshot` that was read."""

    kind = "iceberg"

    def load(self) -> Any:
        """The snapshot, as a DataFrame of pandas, by DuckDB's extension iceberg, which has to be there."""
        import duckdb

        told = {"path": self.told["path"], "snapshot": int(self.told["snapshot"])}
        connection = duckdb.connect()
        return connection.execute("FROM iceberg_scan($path, snapshot_from_id = $snapshot)", told).df()


class LakeFSSource(_Source):
    """What is in lakeFS: its address `uri`, `lakefs://repository/ref/path`, and the `commit` where the ref is one."""

    kind = "lakefs"

    @staticmethod
    def _can_resolve(raw_source: Any) -> bool:
        from jupyter_modelreg.core.lineage.lakefs import is_lakefs

        return isinstance(raw_source, str) and is_lakefs(raw_source)

    @classmethod
    def _resolve(cls, raw_source: str) -> Self:
        from jupyter_modelreg.core.lineage.lakefs import commit_of

        return cls(uri=raw_source, commit=commit_of(raw_source))

    def load(self) -> Any:
        """Raise InvalidInput: it takes a client of lakeFS, and leave of its server, to read it."""
        raise InvalidInput(
            f"{self.told['uri']} is not read from here", "read it with a client of lakeFS, as lakefs-spec"
        )


class TableDataset(Dataset):  # type: ignore[misc]
    """A dataset whose digest, columns and number of rows are known.

    Args:
        source: where it is.
        name: what it is called.
        digest: of its content.
        schema: its columns and their types, as MLflow calls them.
        rows: how many it has; None where that was not counted.
    """

    def __init__(
        self,
        source: DatasetSource,
        name: str,
        digest: str,
        schema: Mapping[str, str] | None = None,
        rows: int | None = None,
    ) -> None:
        self._columns = schema
        self._rows = rows
        super().__init__(source=source, name=name, digest=digest)

    @property
    def schema(self) -> Mapping[str, str] | None:
        """Its columns and their types."""
        return self._columns

    @property
    def profile(self) -> Mapping[str, int] | None:
        """How many rows it has."""
        return None if self._rows is None else {"num_rows": self._rows}

    def to_dict(self) -> dict[str, str]:
        """See MLflow's `Dataset`."""
        found: dict[str, str] = super().to_dict()
        if self._columns:
            columns = [{"name": name, "type": kind, "required": False} for name, kind in self._columns.items()]
            found["schema"] = json.dumps({"mlflow_colspec": columns})
        if self.profile:
            found["profile"] = json.dumps(self.profile)
        return found


def dataset(what: object, name: str | None = None, table: str | None = None) -> Dataset:
    """See `jupyter_modelreg.dataset`."""
    from jupyter_modelreg.core.lineage.lakefs import is_lakefs

    if _is_relation(what):
        if table is not None:
            raise InvalidInput("a relation is a table already", "leave table= out")
        return _of_relation(what, name)
    if not isinstance(what, str | os.PathLike):
        raise InvalidInput(
            f"a {type(what).__name__} is neither a relation of DuckDB nor a path",
            "for a DataFrame there is mlflow.data.from_pandas(df, source=…, name=…)",
        )
    if isinstance(what, str) and is_lakefs(what):
        return _of_lakefs(what, name, table)
    path = Path(os.path.abspath(os.fspath(what)))
    if not path.exists():
        raise InvalidInput(f"there is no {path}", "give the path of a file, or of the folder of a table")
    if path.suffix in _DATABASES:
        return _in_database(path, table, name)
    if table is not None:
        raise InvalidInput(f"{path} is no DuckDB file, so it has no tables", "leave table= out")
    if (path / "_delta_log").is_dir():
        return _of_delta(path, name)
    if (path / "metadata").is_dir():
        return _of_iceberg(path, name)
    return _of_files(path, name)


# --- DuckDB -------------------------------------------------------------------------------------------------------


def _is_relation(what: object) -> TypeGuard[DuckDBPyRelation]:
    duckdb: Any = sys.modules.get("duckdb")
    return duckdb is not None and isinstance(what, duckdb.DuckDBPyRelation)


def _of_relation(relation: DuckDBPyRelation, name: str | None, path: str | None = None) -> TableDataset:
    place = _place_of(relation) if path is None else {"path": path, "table": name}
    digest, rows = _digest_of(relation)
    return TableDataset(
        DuckDBSource(**place), name or place.get("table") or "dataset", digest, _columns(relation), rows
    )


def _place_of(relation: DuckDBPyRelation) -> dict[str, str | None]:
    """The file of the database that a relation reads, and its table, if it is one."""
    [(path,)] = _asked(
        relation, "SELECT any_value(path) FROM duckdb_databases() WHERE database_name = current_database()"
    )
    tables = "SELECT table_name FROM duckdb_tables() UNION SELECT view_name FROM duckdb_views() WHERE NOT internal"
    names = {found for (found,) in _asked(relation, tables)}
    return {"path": path and os.path.abspath(path), "table": relation.alias if relation.alias in names else None}


def _digest_of(relation: DuckDBPyRelation) -> tuple[str, int]:
    """A digest of the rows, whatever their order, and of the columns; and how many rows there are."""
    # MD5 of a row as text is the same in every version of DuckDB, as its own hash is not.
    summed = "SELECT count(*), sum(md5_number_lower(row::VARCHAR)::HUGEINT) FROM (SELECT relation AS row FROM relation)"
    [(rows, total)] = _asked(relation, summed)
    return _digest(repr((list(relation.columns), list(map(str, relation.types)), rows, total)).encode()), int(rows)


def _asked(relation: DuckDBPyRelation, query: str) -> list[Any]:
    """What a query gives, on the connection of a relation, which it calls `relation`."""
    found = relation.query("relation", query)
    assert found is not None  # it is no statement that gives nothing
    return found.fetchall()


def _columns(relation: DuckDBPyRelation) -> dict[str, str]:
    types = (str(each) for each in relation.types)
    return {name: _TYPES.get(kind, kind) for name, kind in zip(relation.columns, types, strict=True)}


def _in_database(path: Path, table: str | None, name: str | None) -> TableDataset:
    with _opened(str(path)) as connection:
        there = [found for (found,) in connection.execute("SHOW TABLES").fetchall()]
        if table is None and len(there) == 1:
            [table] = there
        if table is None or table not in there:
            missing = f"{path} has no table {table}" if table else f"{path} has {len(there)} tables"
            raise InvalidInput(missing, f"say which with table=: {', '.join(there) or 'there is none yet'}")
        made = _of_relation(connection.table(f'"{table.replace(chr(34), chr(34) * 2)}"'), table, str(path))
    made._name = name or table
    return made


def _opened(path: str) -> DuckDBPyConnection:
    import duckdb

    try:
        return duckdb.connect(path, read_only=True)
    except duckdb.Error as error:
        raise InvalidInput(
            f"{path} cannot be opened beside whoever has it open: {one_line(error)}",
            "give the table of the connection that has it: dataset(connection.table('name'))",
        ) from error


# --- files --------------------------------------------------------------------------------------------------------


def _of_delta(path: Path, name: str | None) -> TableDataset:
    """A Delta table at its newest version, by its log."""
    log = path / "_delta_log"
    commits = sorted(each for each in log.iterdir() if _COMMIT.fullmatch(each.name))
    if not commits:
        raise InvalidInput(f"{log} has no commit in it", "give the folder of a Delta table")
    source = DeltaDatasetSource(path=str(path), delta_table_version=int(commits[-1].stem))
    return TableDataset(source, name or path.name, _digest(commits[-1].read_bytes()))


def _of_iceberg(path: Path, name: str | None) -> TableDataset:
    """An Iceberg table at its current snapshot, by the newest of its metadata."""
    found = sorted((path / "metadata").glob("*.metadata.json"), key=_number)
    if not found:
        raise InvalidInput(f"{path / 'metadata'} has no *.metadata.json in it", "give the folder of an Iceberg table")
    try:
        told = json.loads(found[-1].read_text(encoding="utf-8"))
        snapshot, table = told["current-snapshot-id"], told.get("table-uuid", "")
        schemas = {each.get("schema-id", 0): each for each in told.get("schemas", [])}
        fields = schemas.get(told.get("current-schema-id", 0), {}).get("fields", [])
        columns = {str(each["name"]): str(each["type"]) for each in fields if isinstance(each["type"], str)}
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise InvalidInput(f"{found[-1]} is no metadata of an Iceberg table: {one_line(error)}") from error
    source = IcebergSource(path=str(path), snapshot=str(snapshot))
    return TableDataset(source, name or path.name, _digest(f"{table}/{snapshot}".encode()), columns or None)


def _of_lakefs(uri: str, name: str | None, table: str | None) -> TableDataset:
    """What is in lakeFS at a commit, which says what is in it: nothing is fetched."""
    from jupyter_modelreg.core.lineage.lakefs import commit_of

    if table is not None:
        raise InvalidInput(f"{uri} is no DuckDB file, so it has no tables", "leave table= out")
    if commit_of(uri) is None:
        raise InvalidInput(
            f"{uri} names no commit, and a branch moves on",
            "write lakefs://repository/COMMIT/path with all 64 digits; of a branch there is "
            "mlflow.data.from_pandas(df, source=…), whose digest is over the rows",
        )
    path = uri.rstrip("/").split("/", 4)
    return TableDataset(LakeFSSource._resolve(uri), name or Path(path[-1]).stem, _digest(uri.encode()))


def _number(path: Path) -> tuple[int, float]:
    """What metadata are sorted by: the number that their names begin with, `v3` or `00003-…`."""
    number = re.match(r"v?(\d+)", path.name)
    return int(number[1]) if number else -1, path.stat().st_mtime


def _of_files(path: Path, name: str | None) -> TableDataset:
    """A file, or a folder of files, by what is in them; where DVC keeps it, by its hash."""
    from mlflow.data.sources import LocalArtifactDatasetSource  # which MLflow makes when it starts

    kept = path.with_name(f"{path.name}.dvc")
    hashed = _DVC.search(kept.read_text(encoding="utf-8")) if kept.is_file() else None
    digest = hashed[1] if hashed else _digest_of_files(path)
    columns, rows = _contents_of(path) if path.is_file() and path.suffix in _READERS else (None, None)
    return TableDataset(LocalArtifactDatasetSource(str(path)), name or path.stem, digest, columns, rows)


def _contents_of(path: Path) -> tuple[dict[str, str], int]:
    """The columns of a file, and how many rows it has. Raises InvalidInput."""
    import duckdb

    connection = duckdb.connect()
    try:
        relation = getattr(connection, _READERS[path.suffix])(str(path))
        [(rows,)] = _asked(relation, "SELECT count(*) FROM relation")
        return _columns(relation), int(rows)
    except duckdb.Error as error:
        raise InvalidInput(f"{path} cannot be read: {one_line(error)}", "see that it is what its name says") from error
    finally:
        connection.close()


def _digest_of_files(path: Path) -> str:
    files: Sequence[Path] = [path] if path.is_file() else sorted(each for each in path.rglob("*") if each.is_file())
    whole = hashlib.sha256()
    for each in files:
        if len(files) > 1:
            whole.update(f"{each.relative_to(path).as_posix()}\0".encode())
        with each.open("rb") as file:
            whole.update(hashlib.file_digest(file, "sha256").digest())
    return whole.hexdigest()[:_DIGITS]


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:_DIGITS]
