"""Why a registry cannot be opened, read or written, in a sentence."""

from __future__ import annotations

import errno
import re
from contextlib import AbstractContextManager
from pathlib import Path

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnavailable
from jupyter_modelreg.storage.sql.changes import UnfitChange

RESTORE = "restore a backup: modelreg restore FILE --force; what is there now is moved aside"
_FULL = re.compile(r"no space left|disk quota|file too large|out of disk space", re.IGNORECASE)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_REFUSED = re.compile(r"read-only file ?system|permission denied|operation not permitted", re.IGNORECASE)
# What the system refuses or finds broken, as against what the database finds wrong with a statement.
_BROKEN = (duckdb.IOException, duckdb.FatalException, duckdb.InternalException, duckdb.SerializationException)
_DAMAGED = re.compile(r"could not (read|write|open|truncate|sync)|corrupt|checksum|deserializ", re.IGNORECASE)

# What a filesystem without locks answers.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


def wal_of(path: Path) -> Path:
    """Where DuckDB keeps the write-ahead log of the database at `path`."""
    return path.with_name(f"{path.name}.wal")


def journal_of(path: Path) -> Path:
    """Where the journal of the database at `path` is."""
    return path.with_name(f"{path.name}.journal")


def unusable(path: Path, error: duckdb.Error) -> RegistryUnavailable:
    """The sentence for an error of DuckDB on opening, reading or writing the database at `path`."""
    text = str(error)
    if _FULL.search(text):
        return _full(path)
    if _REFUSED.search(text):
        return RegistryUnavailable(
            f"{path} cannot be written or read: {_line(text)}", "check the permissions of the file and its folder"
        )
    if "not a valid DuckDB database" in text:
        return RegistryUnavailable(
            f"{path} is not a DuckDB database", f"give the registry another file name, or {RESTORE}"
        )
    if "replaying WAL" in text or "WAL file" in text:
        wal = wal_of(path)
        return RegistryUnavailable(
            f"the write-ahead log {wal} is damaged, or belongs to another database: {_line(text)}",
            f"put the right one back, or {RESTORE}; to open what there is without it, move {wal.name} away",
        )
    return RegistryUnavailable(f"{path} is damaged: {_line(text)}", RESTORE)


def not_written(path: Path, error: OSError) -> RegistryUnavailable:
    """The sentence for an error on writing a file of ours beside the database at `path`."""
    if error.errno in _NO_ROOM:
        return _full(path)
    return RegistryUnavailable(
        f"the change was not made: {error.filename or path} cannot be written ({error.strerror or error})",
        "check the permissions of the file and its folder",
    )


def _full(path: Path) -> RegistryUnavailable:
    return RegistryUnavailable(
        f"the disk that holds {path} is full: the change was not made", "free some space there, then do it again"
    )


class database_errors(AbstractContextManager[None]):  # noqa: N801  # it is used like `contextlib.suppress`
    """Let what the disk or a damaged file does to a statement leave as RegistryUnavailable."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        original = error.orig if isinstance(error, sa.exc.DBAPIError) else error
        if isinstance(original, duckdb.Error) and is_broken(original):
            raise unusable(self._path, original) from error
        if isinstance(error, UnfitChange):
            raise unfit_journal(self._path, error) from error
        if isinstance(error, RuntimeError) and "Query interrupted" in str(error):
            raise KeyboardInterrupt from error  # so DuckDB tells what a signal handler has raised meanwhile


def is_broken(error: duckdb.Error) -> bool:
    """Whether the disk or the file is at fault, not what was asked of the database."""
    return isinstance(error, _BROKEN) or any(known.search(str(error)) for known in (_FULL, _REFUSED, _DAMAGED))


def _line(text: str) -> str:
    """The first line, without the kind of error that DuckDB puts in front."""
    return re.sub(r"^(\w+ )*Error: ", "", text.strip().splitlines()[0])


def not_opened(path: Path, error: OSError) -> RegistryUnavailable:
    """The folder or its lock files cannot be used."""
    if error.errno in _NO_LOCKS:
        return no_locks(path, error)
    if error.errno == errno.ELOOP:
        return RegistryUnavailable(
            f"the registry {path} cannot be opened: {error.filename} is a symbolic link, which nobody here made",
            "see who put it there, and remove it",
        )
    return RegistryUnavailable(
        f"the registry {path} cannot be opened: {error.strerror or error} ({error.filename or path.parent})",
        "choose a folder you can write to, like: connect modelreg:////folder/registry.duckdb; to look into a registry "
        "that cannot be written to, copy it there, with its .files",
    )


def no_locks(path: Path, error: OSError | None = None) -> RegistryUnavailable:
    """Processes could not take turns, and would overwrite what the others have written."""
    why = f": {error.strerror or error}" if error else ""
    return RegistryUnavailable(
        f"the registry {path} is on a filesystem that keeps no file locks{why}",
        "put it on a local disk, or share it through a server: mlflow server --registry-store-uri modelreg:////…",
    )


def not_attached(path: Path, error: duckdb.Error) -> RegistryUnavailable | RegistryBusy:
    """DuckDB does not open the file."""
    if isinstance(error, duckdb.ResourceInUseException):
        return RegistryBusy(
            f"{path} is open in this very process, through a DuckDB connection that is not the registry's",
            "close that connection, then try again",
        )
    return unusable(path, error)


def unfit_journal(path: Path, error: duckdb.Error | UnfitChange) -> RegistryUnavailable:
    """The database does not take what the journal holds for it; nothing is lost by saying so."""
    journal = journal_of(path)
    return RegistryUnavailable(
        f"what is in {journal} does not go into {path}: {error}",
        f"keep a copy of both; to go on without those changes, move {journal.name} away",
    )
