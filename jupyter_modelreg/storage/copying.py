"""The database as a file: copied while others wait, opened on the side, put in the place of another one."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from jupyter_modelreg.core.entities import Event
from jupyter_modelreg.core.errors import AlreadyExists, RegistryUnusable
from jupyter_modelreg.storage.damage import check_before_opening, database_errors, wal_of
from jupyter_modelreg.storage.engine import Database
from jupyter_modelreg.storage.lease import Lease
from jupyter_modelreg.storage.mark import Mark
from jupyter_modelreg.storage.migrations import migrate

_TRIES = 10


def copy_database(lease: Lease, target: Path) -> None:
    """Copy the database, complete and in one state, to `target`. Raises RegistryBusy, RegistryUnusable."""
    for _ in range(_TRIES):
        with lease.use():
            pass  # whoever opens it brings in what a killed process has left in the write-ahead log
        with lease.alone() as path:
            # Somebody may have been killed in between.
            if not wal_of(path).exists():
                _copy(path, target)
                return
    raise RegistryUnusable(
        f"the write-ahead log {wal_of(lease.path)} stays, so {lease.path} is never complete",
        "free some space on that disk, and see which process is killed over and over",
    )


@contextmanager
def opened_alone(path: Path) -> Iterator[sa.Connection]:
    """A database that nobody else knows of, brought up to date. Raises RegistryUnusable."""
    check_before_opening(path)
    database = Database()
    try:
        with database_errors(path):
            database.attach(path)
            migrate(database.connection, path)
            yield database.connection
            database.detach()
    finally:
        database.close()


@contextmanager
def replacing(lease: Lease, fresh: Path, last: Event | None, aside: str | None) -> Iterator[Path | None]:
    """See `DuckDBStore.replacing`.

    There is no moment without a database: whenever this process ends, there is the old one or the new one.
    """
    with lease.alone() as path:
        there = [old for old in (path, wal_of(path), Mark(path).path) if old.exists()]
        if there and aside is None:
            raise AlreadyExists(f"there is a registry at {path}", "restore --force moves it aside")
        kept = path.with_name(f"{path.name}.{aside}") if aside is not None else None
        yield kept
        try:
            if kept is not None:
                _put_aside(path, kept)
            fresh.replace(path)
            if last is not None:
                lease.note(last)
        except OSError as error:
            raise RegistryUnusable(
                f"{path} cannot be replaced: {error.strerror or error}", "check the permissions of its folder"
            ) from error


def _put_aside(path: Path, kept: Path) -> None:
    for old, new in ((wal_of(path), wal_of(kept)), (Mark(path).path, Mark(kept).path)):
        if old.exists():
            old.rename(new)
    if path.exists():
        try:
            os.link(path, kept)
        except OSError as error:
            if error.errno not in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK):
                raise
            path.rename(kept)


def _copy(path: Path, target: Path) -> None:
    try:
        shutil.copyfile(path, target)
    except OSError as error:
        raise RegistryUnusable(
            f"{path} cannot be copied to {target.parent}: {error.strerror or error}", "free some space there"
        ) from error
