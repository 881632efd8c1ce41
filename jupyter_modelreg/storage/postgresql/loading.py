"""Another schema, which is filled and takes the place of the one in use."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import sqlalchemy as sa

from jupyter_modelreg.storage.postgresql.schema import settle
from jupyter_modelreg.storage.sql.migrations import migrate

_SCHEMAS = sa.text("SELECT count(*) FROM pg_namespace WHERE nspname = :schema")


def fresh_name(schema: str) -> str:
    """What the schema is called that is to take the place of `schema`."""
    return f"{schema}_loading"


def has_schema(connection: sa.Connection, schema: str) -> bool:
    """Whether there is a schema of that name."""
    return bool(connection.scalar(_SCHEMAS, {"schema": schema}))


def drop(connection: sa.Connection, schema: str) -> None:
    """Drop a schema, if it is there, with all that is in it."""
    connection.exec_driver_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")


@contextmanager
def fresh_schema(connection: sa.Connection, schema: str, uri: str) -> Iterator[None]:
    """An empty registry in a schema of its own, which is the current one from now on; dropped where the block raises.

    Where the connection is gone by then, it is left.
    """
    fresh = fresh_name(schema)
    try:
        drop(connection, fresh)
        connection.exec_driver_sql(f"CREATE SCHEMA {fresh}")
        connection.exec_driver_sql(f"SET search_path = {fresh}")
        connection.commit()
        migrate(connection, uri)
        settle(connection)
        yield
    except BaseException:
        with suppress(sa.exc.DBAPIError):
            connection.rollback()
            drop(connection, fresh)
            connection.commit()
        raise


def put_in_place(connection: sa.Connection, schema: str, aside: str | None) -> str | None:
    """Give the fresh schema the name `schema`; returns the new name of the one that had it, None where there was none.

    Args:
        connection: with a transaction that keeps it, or does not.
        schema: the name.
        aside: the ending of that new name.
    """
    kept = _free(connection, f"{schema}_{aside or 'old'}") if has_schema(connection, schema) else None
    if kept is not None:
        connection.exec_driver_sql(f"ALTER SCHEMA {schema} RENAME TO {kept}")
    connection.exec_driver_sql(f"ALTER SCHEMA {fresh_name(schema)} RENAME TO {schema}")
    return kept


def _free(connection: sa.Connection, name: str) -> str:
    base = re.sub(r"[^a-z0-9_]+", "_", name.lower())[:55]
    names = (base if number == 1 else f"{base}_{number}" for number in itertools.count(1))
    return next(each for each in names if not has_schema(connection, each))
