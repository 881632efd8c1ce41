"""An MLflow model registry, as something to import from."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Protocol, TypeVar
from urllib.parse import urlparse

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import ModelFiles, Version
from jupyter_modelreg.core.errors import RegistryError, SourceUnavailable
from jupyter_modelreg.core.ports.exchange import ImportSource
from jupyter_modelreg.core.redact import one_line, redacted, safe_cause, without_secrets
from jupyter_modelreg.mlflow_client.importing.database_pages import DatabasePages
from jupyter_modelreg.mlflow_client.importing.databases import is_database, open_database
from jupyter_modelreg.mlflow_client.importing.file_store import open_file_store, tracking_uri_of
from jupyter_modelreg.mlflow_client.importing.search_pages import SearchPages
from jupyter_modelreg.mlflow_client.mlflow_compat import registry_store, tracked_at
from jupyter_modelreg.mlflow_client.resolver import MlflowTracking
from jupyter_modelreg.mlflow_client.time_limit import page_answered
from jupyter_modelreg.mlflow_client.uris import check_answers
from jupyter_modelreg.uri import local_path

T = TypeVar("T")

# What only the tracking server of a registry can lead to its files.
_TRACKED = ("runs", "models", "mlflow-artifacts")
_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")
_CHECK = "check the URI, and that you may read there"


class Pages(Protocol):
    """How models and versions are read, a page at a time."""

    def models(self) -> Iterator[Sequence[Model]]:
        """Models and prompts, by name."""

    def versions(self) -> Iterator[Sequence[Version]]:
        """Versions of both, by name and number."""


@contextmanager
def open_mlflow_registry(uri: str) -> Iterator[ImportSource]:
    """The registry at an MLflow URI. Raises SourceUnavailable when there is none, or it cannot be read."""
    if is_database(uri):
        with _asking(uri):
            store = page_answered(lambda: open_database(uri), uri)
        try:
            yield _MlflowRegistry(uri, DatabasePages(store), store.db_uri)
        finally:
            store.engine.dispose()
        return
    if uri.startswith(("http:", "https:")):
        check_answers(uri)
    folder = local_path(uri)
    with _asking(uri):
        store = registry_store(uri) if folder is None else open_file_store(folder)
    yield _MlflowRegistry(uri, SearchPages(store), None if folder is None else tracking_uri_of(folder))


class _MlflowRegistry:
    """`core.ports.ImportSource` over an MLflow registry, which does not know the authors of models: they are ""."""

    def __init__(self, uri: str, pages: Pages, tracked: str | None = None) -> None:
        self._uri = uri
        self._tracked = tracked or uri  # where MLflow finds its runs
        self._pages = pages

    @property
    def uri(self) -> str:
        return redacted(self._uri)

    @property
    def local(self) -> bool:
        parts = urlparse(self._uri)
        return parts.scheme in ("sqlite", "file", "") or parts.hostname in _THIS_MACHINE

    def containers(self) -> Sequence[Catalog | Schema]:
        return ()

    def models(self) -> Iterator[Sequence[Model]]:
        return self._each(self._pages.models())

    def versions(self) -> Iterator[Sequence[Version]]:
        return self._each(self._pages.versions())

    @contextmanager
    def files(self, version: Version) -> Iterator[ModelFiles]:
        with ExitStack() as held:
            try:
                held.enter_context(_tracked_by(self._tracked, version.files_uri))
                files = held.enter_context(MlflowTracking().fetch(version.files_uri))
            except RegistryError as error:  # MLflow may have named the registry where the runs are
                said = without_secrets(error.message, self._tracked)
                raise type(error)(said, error.hint) from safe_cause(error, self._tracked)
            yield files

    def _each(self, pages: Iterator[Sequence[T]]) -> Iterator[Sequence[T]]:
        while True:
            with _asking(self._uri):
                page = page_answered(lambda: next(pages, None), self._uri)
            if page is None:
                return
            yield page


@contextmanager
def _asking(uri: str) -> Iterator[None]:
    """Turn whatever goes wrong while MLflow is asked, in any of its drivers, into SourceUnavailable."""
    try:
        yield
    except RegistryError:
        raise
    except Exception as error:  # noqa: BLE001 - each driver raises its own, and all are raised again
        raise SourceUnavailable(
            f"{redacted(uri)} cannot be read as an MLflow registry: {one_line(error, uri)}", _CHECK
        ) from safe_cause(error, uri)


@contextmanager
def _tracked_by(uri: str, location: str) -> Iterator[None]:
    """Let MLflow look for `location` where that registry's runs are, if it takes a tracking server to find it."""
    if urlparse(location).scheme not in _TRACKED:
        yield
        return
    with tracked_at(uri):
        yield
