"""The database: tables, migrations, the lease on the file, and one module a topic."""

from jupyter_modelreg.storage.duckdb.store import DuckDBStore

__all__ = ["DuckDBStore"]
