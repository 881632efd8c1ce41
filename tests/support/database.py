"""The database of a registry, seen and changed behind the registry's back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from jupyter_modelreg.storage.duckdb.lease.lease import lease_on
from jupyter_modelreg.storage.sql import tables

Dump = dict[str, list[tuple[object, ...]]]


@contextmanager
def opened(path: Path) -> Iterator[sa.Connection]:
    """The database, with everything in it; whoever holds it forgets what it knew."""
    with lease_on(path).acquire() as file:
        file.flush()
        connection = file.connection
        with connection.begin():
            yield connection
        file.cache.forget_rows()


def sql(path: Path, statement: str) -> None:
    """Do to the database what nobody should."""
    with opened(path) as connection:
        connection.execute(sa.text(statement))


def dump(path: Path, *, without: Collection[str] = ()) -> Dump:
    """Every row of every table but those left out."""
    with opened(path) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(table.select())), key=repr)
            for name, table in tables.metadata.tables.items()
            if name not in without
        }
