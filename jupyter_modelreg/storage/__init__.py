"""The database: what any SQL database shares, and a folder for each backend, imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_modelreg.core.errors import RegistryUnavailable

if TYPE_CHECKING:
    from jupyter_modelreg.storage.duckdb.store import DuckDBStore
    from jupyter_modelreg.storage.postgresql.store import PostgreSQLStore

__all__ = ["DuckDBStore", "PostgreSQLStore"]


def __getattr__(name: str) -> object:
    if name == "DuckDBStore":
        from jupyter_modelreg.storage.duckdb.store import DuckDBStore

        return DuckDBStore
    if name == "PostgreSQLStore":
        try:
            from jupyter_modelreg.storage.postgresql.store import PostgreSQLStore
        except ImportError as error:  # psycopg is not there, or finds no libpq
            raise RegistryUnavailable(
                f"a registry in PostgreSQL needs psycopg: {error}", "pip install 'jupyter_modelreg[postgresql]'"
            ) from error
        return PostgreSQLStore
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
