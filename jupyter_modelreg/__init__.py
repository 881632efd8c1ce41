"""A governed model registry that lives in the notebook.

`connect()` opens a registry, `explore()` shows one; `%load_ext jupyter_modelreg` adds the `%modelreg` magics.
Nothing heavy is imported before it is needed: neither MLflow nor SQLAlchemy nor ipywidgets.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_modelreg.core.errors import RegistryError

if TYPE_CHECKING:
    import os

    from duckdb import DuckDBPyRelation
    from IPython.core.interactiveshell import InteractiveShell
    from mlflow.data.dataset import Dataset

    from jupyter_modelreg.core.registry import Registry
    from jupyter_modelreg.widget import ExplorerWidget

__all__ = [
    "RegistryError",
    "__version__",
    "connect",
    "dataset",
    "explore",
    "load_ipython_extension",
    "unload_ipython_extension",
]
__version__ = "0.1.0"


def connect(uri: str | None = None, *, actor: str | None = None) -> Registry:
    """Open a registry.

    Args:
        uri: `modelreg:///relative.duckdb`, `modelreg:////absolute/path.duckdb`, or a path; `https://host` for that of
            a server, which knows by a token who asks: MODELREG_TOKEN, MLFLOW_TRACKING_TOKEN, one from the keyring, or
            one that is typed on a terminal. By default `MODELREG_URI`, else the registry in the user's data folder.
        actor: on whose behalf; by default MODELREG_ACTOR, the JupyterHub user, or the user of the operating system. Not
            for a server.

    Raises:
        InvalidInput: `uri` cannot be read.
    """
    from jupyter_modelreg.connection import ask_on_terminal, open_registry

    return open_registry(uri, actor, ask=ask_on_terminal)


def dataset(
    what: DuckDBPyRelation | str | os.PathLike[str], name: str | None = None, table: str | None = None
) -> Dataset:
    """Make a dataset for `mlflow.log_input` of what MLflow does not know by itself, with a digest of its content.

    Args:
        what: a relation of DuckDB (`connection.table("loans")`, `duckdb.sql("…")`), whose rows are all read; or a path:
            of a DuckDB file, a Parquet or CSV file, any other file or folder of files, or the folder of a Delta or an
            Iceberg table, which is noted at its current version or snapshot. A file that DVC keeps has its hash. Or
            the address of something in lakeFS at a commit: `lakefs://repository/COMMIT/path`.
        name: what it is called; by default as the table or the file.
        table: which table of a DuckDB file; by default the only one.

    Raises:
        InvalidInput: there is no such path or table, or it cannot be read.
    """
    from jupyter_modelreg.mlflow_plugin.datasets import dataset

    return dataset(what, name, table)


def explore(namespace: str | None = None, *, registry: Registry | None = None) -> ExplorerWidget:
    """Make a catalog explorer for the output of a cell; its `selected` is what was clicked.

    Args:
        namespace: the catalog or schema to open first; None begins with everything closed.
        registry: what to explore; by default the registry `connect()` opens.

    Raises:
        NotFound: there is no such namespace.
    """
    from jupyter_modelreg.widget import ExplorerWidget

    return ExplorerWidget(registry or connect(), namespace)


def _jupyter_server_extension_points() -> list[dict[str, object]]:
    """What the Jupyter server loads: `server.ModelregExtension`."""
    from jupyter_modelreg.server import ModelregExtension

    return [{"module": "jupyter_modelreg.server", "app": ModelregExtension}]


def load_ipython_extension(ipython: InteractiveShell) -> None:
    """Add `%modelreg` and `%%modelreg` (called by `%load_ext jupyter_modelreg`)."""
    from jupyter_modelreg.magics import load

    load(ipython)


def unload_ipython_extension(ipython: InteractiveShell) -> None:
    """Take the magics away again."""
    from jupyter_modelreg.magics import unload

    unload(ipython)
