"""An MLflow model registry, as something to import from."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol, TypeVar
from urllib.parse import unquote, urlparse

from mlflow.exceptions import MlflowException
from mlflow.store.db.utils import _verify_schema, create_sqlalchemy_engine
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking._model_registry.utils import _get_store
from mlflow.tracking._tracking_service.utils import _use_tracking_uri

from jupyter_modelreg.core.entities import Catalog, Model, Schema, Version
from jupyter_modelreg.core.errors import RegistryError, SourceUnavailable
from jupyter_modelreg.core.outside import Incoming, ModelFiles
from jupyter_modelreg.mlflow_plugin.incoming_database import DatabasePages
from jupyter_modelreg.mlflow_plugin.incoming_search import SearchPages
from jupyter_modelreg.mlflow_plugin.places import check_there, reason, shown
from jupyter_modelreg.mlflow_plugin.sources import MlflowSources

T = TypeVar("T")

_DATABASES = ("sqlite", "postgresql", "mysql", "mssql")
_TRACKING = "MLFLOW_TRACKING_URI"
# What only the tracking server of a registry can lead to its files.
_TRACKED = ("runs", "models", "mlflow-artifacts")
_CHECK = "check the URI, and that you may read there"


class Pages(Protocol):
    """How models and versions are read, a page at a time."""

    def models(self) -> Iterator[Sequence[Model]]:
        """Models and prompts, by name."""

    def versions(self) -> Iterator[Sequence[Version]]:
        """Versions of both, by name and number."""


@contextmanager
def open_mlflow_registry(uri: str) -> Iterator[Incoming]:
    """The registry at an MLflow URI. Raises SourceUnavailable when there is none, or it cannot be read."""
    scheme = urlparse(uri).scheme.partition("+")[0]
    if scheme in _DATABASES:
        store = _database(uri)
        try:
            yield _MlflowRegistry(uri, DatabasePages(store))
        finally:
            store.engine.dispose()
        return
    if scheme in ("http", "https"):
        _knock(uri)
    with _asking(uri):
        pages = SearchPages(_get_store(uri))
    yield _MlflowRegistry(uri, pages)


class _MlflowRegistry:
    """`core.outside.Incoming` over an MLflow registry, which does not know the authors of models: they are ""."""

    def __init__(self, uri: str, pages: Pages) -> None:
        self._uri = uri
        self._pages = pages

    @property
    def uri(self) -> str:
        return shown(self._uri)

    def containers(self) -> Sequence[Catalog | Schema]:
        return ()

    def models(self) -> Iterator[Sequence[Model]]:
        return self._each(self._pages.models())

    def versions(self) -> Iterator[Sequence[Version]]:
        return self._each(self._pages.versions())

    @contextmanager
    def files(self, version: Version) -> Iterator[ModelFiles]:
        with _tracked_by(self._uri, version.files_uri), MlflowSources().files(version.files_uri) as files:
            yield files

    def _each(self, pages: Iterator[Sequence[T]]) -> Iterator[Sequence[T]]:
        while True:
            with _asking(self._uri):
                page = next(pages, None)
            if page is None:
                return
            yield page


def _database(uri: str) -> SqlAlchemyStore:
    """MLflow's store on a database that is there already: MLflow would make one, or fill another's with tables."""
    parts = urlparse(uri)
    if parts.scheme.startswith("sqlite") and not Path(unquote(parts.path[1:])).is_file():
        raise SourceUnavailable(f"there is no database {parts.path[1:]}", _CHECK)
    with _asking(uri):
        engine = create_sqlalchemy_engine(uri)
        try:
            _verify_schema(engine)
        except MlflowException as error:
            raise SourceUnavailable(
                f"{shown(uri)} is not a database of this version of MLflow: {reason(error).partition('. ')[0]}",
                f"if an older MLflow made it, back it up and run: mlflow db upgrade {shown(uri)}",
            ) from error
        finally:
            engine.dispose()
        return SqlAlchemyStore(uri)


def _knock(uri: str) -> None:
    try:
        check_there(uri)
    except SourceUnavailable as error:
        raise SourceUnavailable(error.message, "check the address, and that the server runs") from error


@contextmanager
def _asking(uri: str) -> Iterator[None]:
    """Turn whatever goes wrong while MLflow is asked, in any of its drivers, into SourceUnavailable."""
    try:
        yield
    except RegistryError:
        raise
    except Exception as error:
        raise SourceUnavailable(
            f"{shown(uri)} cannot be read as an MLflow registry: {reason(error)}", _CHECK
        ) from error


@contextmanager
def _tracked_by(uri: str, location: str) -> Iterator[None]:
    """Let MLflow look for `location` where that registry's runs are, if it takes a tracking server to find it."""
    if urlparse(location).scheme not in _TRACKED:
        yield
        return
    before = os.environ.get(_TRACKING)
    try:
        with _use_tracking_uri(uri):
            yield
    finally:
        if before is not None:  # MLflow restores what was set in Python, and forgets what was set outside
            os.environ[_TRACKING] = before
