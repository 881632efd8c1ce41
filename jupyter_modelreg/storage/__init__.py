"""The database: what any SQL database shares, and a folder for each backend, imported when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_modelreg.storage.duckdb.store import DuckDBStore

__all__ = ["DuckDBStore"]


def __getattr__(name: str) -> object:
    if name != "DuckDBStore":
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from jupyter_modelreg.storage.duckdb.store import DuckDBStore

    return DuckDBStore
