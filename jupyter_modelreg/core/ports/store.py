"""The database, as core needs it: a store, and the transactions it opens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.ports.rows import (
    BulkRows,
    CatalogRows,
    EventRows,
    Integrity,
    ModelRows,
    SchemaRows,
    VersionRows,
    WebhookRows,
)


class Transaction(Protocol):
    """One unit of work on the database: all of it happens, or nothing."""

    @property
    def catalogs(self) -> CatalogRows: ...
    @property
    def schemas(self) -> SchemaRows: ...
    @property
    def models(self) -> ModelRows: ...
    @property
    def versions(self) -> VersionRows: ...
    @property
    def events(self) -> EventRows: ...
    @property
    def webhooks(self) -> WebhookRows: ...
    @property
    def integrity(self) -> Integrity: ...
    @property
    def bulk(self) -> BulkRows: ...
    def counts(self) -> Mapping[str, int]: ...


class Store(Protocol):
    """The database behind a registry."""

    @property
    def uri(self) -> str: ...
    def read(self) -> AbstractContextManager[Transaction]: ...
    def write(self) -> AbstractContextManager[Transaction]: ...
    def size(self) -> int: ...
    def close(self) -> None: ...
    def exists(self) -> bool: ...
    def copy_to(self, target: Path) -> None: ...
    def opened(self, copy: Path) -> AbstractContextManager[Transaction]: ...
    def replacing(self, fresh: Path, last: Event | None, aside: str | None) -> AbstractContextManager[Path | None]: ...


Clock = Callable[[], int]
