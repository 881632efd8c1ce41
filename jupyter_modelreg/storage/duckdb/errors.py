"""What is wrong with a database, and what the errors of DuckDB mean for a person."""

from __future__ import annotations

import errno
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.errors import RegistryUnusable

RESTORE = "restore a backup: modelreg restore FILE --force; what is there now is moved aside"
_FULL = re.compile(r"no space left|disk quota|file too large|out of disk space", re.IGNORECASE)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = re.compile(r"read-only file ?system|permission denied|operation not permitted", re.IGNORECASE)
# What the system refuses or finds broken, as against what the database finds wrong with a statement.
_BROKEN = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_DAMAGED = re.compile(r"could not (read|write|open|truncate|sync)|corrupt|checksum|deserializ", re.IGNORECASE)


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of the database at `path`."""
    return path.with_name(f"{path.name}.wal")


def unusable(path: Path, error: duckdb.Error) -> RegistryUnusable:
    """The sentence for an error of DuckDB on opening, reading or writing the database at `path`."""
    text = str(error)
    if _FULL.search(text):
        return _full(path)
    if _REFUSED.search(text):
        return RegistryUnusable(
            f"{path} cannot be written or read: {_line(text)}", "check the permissions of the file and its folder"
        )
    if "not a valid DuckDB database" in text:
        return RegistryUnusable(
            f"{path} is not a DuckDB database", f"give the registry another file name, or {RESTORE}"
        )
    if "replaying WAL" in text or "WAL file" in text:
        wal = wal_of(path)
        return RegistryUnusable(
            f"the write-ahead log {wal} is damaged, or belongs to another database: {_line(text)}",
            f"put the right one back, or {RESTORE}; to open what there is without it, move {wal.name} away",
        )
    return RegistryUnusable(f"{path} is damaged: {_line(text)}", RESTORE)


def not_written(path: Path, error: OSError) -> RegistryUnusable:
    """The sentence for an error on writing a file of ours beside the database at `path`."""
    if error.errno in _NO_ROOM:
        return _full(path)
    return RegistryUnusable(
        f"the change was not made: {error.filename or path} cannot be written ({error.strerror or error})",
        "check the permissions of the file and its folder",
    )


def _full(path: Path) -> RegistryUnusable:
    return RegistryUnusable(
        f"the disk that holds {path} is full: the change was not made", "free some space there, then do it again"
    )


@contextmanager
def database_errors(path: Path) -> Iterator[None]:
    """Let what the disk or a damaged file does to a statement leave as RegistryUnusable."""
    try:
        yield
    except sa.exc.DBAPIError as error:
        if isinstance(error.orig, duckdb.Error) and is_broken(error.orig):
            raise unusable(path, error.orig) from error
        raise
    except duckdb.Error as error:
        if is_broken(error):
            raise unusable(path, error) from error
        raise


def is_broken(error: duckdb.Error) -> bool:
    """Whether the disk or the file is at fault, not what was asked of the database."""
    return isinstance(error, _BROKEN) or bool(_FULL.search(str(error)) or _DAMAGED.search(str(error)))


def _line(text: str) -> str:
    """The first line, without the kind of error that DuckDB puts in front."""
    return re.sub(r"^(\w+ )*Error: ", "", text.strip().splitlines()[0])
