"""Putting a registry together: the one place where core meets its storage, its files and MLflow."""

from __future__ import annotations

import getpass
import os
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Origins, Traffic
from jupyter_modelreg.core.registry import Registry

SCHEME = "modelreg"
_BARE = tuple(f"{SCHEME}:{slashes}" for slashes in ("", "//", "///"))


def open_registry(uri: str | None = None, actor: str | None = None) -> Registry:
    """Open the registry at `uri`; see `jupyter_modelreg.connect`."""
    from jupyter_modelreg.artifacts import ManagedFiles
    from jupyter_modelreg.storage import DuckDBStore

    path = registry_path(uri)
    files = ManagedFiles(path.with_name(f"{path.name}.files"))
    store = DuckDBStore(path, registry_uri(path))
    return Registry(store, files, mlflow_sources, actor or current_actor(), traffic=_traffic)


def registry_path(uri: str | None = None) -> Path:
    """The absolute path of the DuckDB file that `uri` names. Raises InvalidInput for another scheme."""
    text = uri if uri and uri not in _BARE else os.environ.get("MODELREG_URI", "")
    if not text or text in _BARE:
        return home()
    scheme, colon, rest = text.partition(":")
    if not colon or (len(scheme) == 1 and os.name == "nt"):
        return Path(text).expanduser().absolute()
    if scheme != SCHEME:
        raise InvalidInput(
            f"{text!r} is not the URI of a registry", "write modelreg:///file.duckdb or modelreg:////folder/file.duckdb"
        )
    if not rest.startswith("///"):
        raise InvalidInput(
            f"{text!r} is not the URI of a registry",
            f"a relative path takes three slashes, an absolute one four: modelreg:///{rest.lstrip('/')}",
        )
    return Path(rest[3:]).absolute()


def registry_uri(path: Path) -> str:
    """The URI of the registry at an absolute path: four slashes, as in SQLAlchemy's SQLite URLs."""
    return f"{SCHEME}:///{path.as_posix()}"


def home() -> Path:
    """Where the registry is when nothing says otherwise: the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("jupyter_modelreg", appauthor=False) / "registry.duckdb"


def current_actor() -> str:
    """The JupyterHub user, else the user of the operating system."""
    return os.environ.get("JUPYTERHUB_USER") or getpass.getuser()


def mlflow_sources() -> Origins:
    """Where models come from, as MLflow knows it; MLflow itself is imported when it is asked."""
    from jupyter_modelreg.mlflow_client.resolver import MlflowSources

    return MlflowSources()


def _traffic() -> Traffic:
    from jupyter_modelreg.exchange.open import LocalTraffic

    return LocalTraffic()
