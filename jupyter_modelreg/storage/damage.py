"""What is wrong with a database, and what the errors of DuckDB mean for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.errors import RegistryUnusable
from jupyter_modelreg.storage.mark import Mark

_RESTORE = "restore a backup: modelreg restore FILE --force; what is there now is moved aside"
_FULL = re.compile(r"no space left|disk quota|file too large|out of disk space", re.IGNORECASE)
_REFUSED = re.compile(r"read-only file ?system|permission denied|operation not permitted", re.IGNORECASE)
# What the system refuses or finds broken, as against what the database finds wrong with a statement.
_BROKEN = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_DAMAGED = re.compile(r"could not (read|write|open|truncate|sync)|corrupt|checksum|deserializ", re.IGNORECASE)


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of the database at `path`."""
    return path.with_name(f"{path.name}.wal")


def check_before_opening(path: Path) -> None:
    """Raises RegistryUnusable for what DuckDB would take for a new database, and so lose what was there."""
    wal = wal_of(path)
    if not path.exists():
        Mark(path).check_missing()
        if wal.exists() and wal.stat().st_size:
            raise RegistryUnusable(
                f"the registry {path} is gone, but its write-ahead log {wal} is there",
                f"put the file back, or {_RESTORE}; to begin anew, move {wal.name} away",
            )
    elif path.stat().st_size == 0:
        raise RegistryUnusable(f"{path} is empty, and so is not a DuckDB database any more", _RESTORE)


def unusable(path: Path, error: duckdb.Error) -> RegistryUnusable:
    """The sentence for an error of DuckDB on opening, reading or writing the database at `path`."""
    text = str(error)
    if _FULL.search(text):
        return RegistryUnusable(
            f"the disk that holds {path} is full: the change was not made", "free some space there, then do it again"
        )
    if _REFUSED.search(text):
        return RegistryUnusable(
            f"{path} cannot be written or read: {_line(text)}", "check the permissions of the file and its folder"
        )
    if "not a valid DuckDB database" in text:
        return RegistryUnusable(
            f"{path} is not a DuckDB database", f"give the registry another file name, or {_RESTORE}"
        )
    if "replaying WAL" in text or "WAL file" in text:
        wal = wal_of(path)
        return RegistryUnusable(
            f"the write-ahead log {wal} is damaged, or belongs to another database: {_line(text)}",
            f"put the right one back, or {_RESTORE}; to open what there is without it, move {wal.name} away",
        )
    return RegistryUnusable(f"{path} is damaged: {_line(text)}", _RESTORE)


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Let what the disk or a damaged file does to a statement leave as RegistryUnusable."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, duckdb.Error) and _is_broken(error.orig):
            raise unusable(path, error.orig) from error
        raise
    except duckdb.Error as error:
        if _is_broken(error):
            raise unusable(path, error) from error
        raise


def _is_broken(error: duckdb.Error) -> bool:
    return isinstance(error, _BROKEN) or bool(_FULL.search(str(error)) or _DAMAGED.search(str(error)))


def _line(text: str) -> str:
    """The first line, without the kind of error that DuckDB puts in front."""
    return re.sub(r"^(\w+ )*Error: ", "", text.strip().splitlines()[0])
