"""The database, as core needs it: a store, and the transactions it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Protocol, TypeVar

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook
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

R = TypeVar("R")

# What a registry is made of, each kind after those it refers to.
RECORDS: tuple[type, ...] = (Catalog, Schema, Model, Version, VersionFile, Webhook, Event)


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


class TableWriter(Protocol):
    """Takes the records of a whole registry, in a form that names no database."""

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """Take all records of the class `kind`, one of `RECORDS`, in pages of any length; once for each class."""


class TableReader(Protocol):
    """Gives the records that a `TableWriter` has taken."""

    def read(self, kind: type[R]) -> Iterator[Sequence[R]]:
        """All records of the class `kind`, one of `RECORDS`, in the order in which they were written; any time again.

        Raises `core.exchange.schema.UnfitValue`.
        """


class Store(Protocol):
    """The database behind a registry."""

    @property
    def uri(self) -> str: ...
    def read(self) -> AbstractContextManager[Transaction]: ...
    def write(self) -> AbstractContextManager[Transaction]: ...
    def size(self) -> int: ...
    def close(self) -> None: ...
    def exists(self) -> bool: ...

    def dump(self, target: TableWriter) -> None:
        """Give `target` every record of the registry, as it is in one moment, while others go on working.

        Each class of `RECORDS` is written, in that order: catalogs, schemas, models, versions, webhooks by id, files
        by version and path, events by number; what is in the trash, too. Raises RegistryBusy, RegistryUnavailable,
        OSError.
        """

    def load(
        self, source: TableReader, *, aside: str | None = None, along: Sequence[tuple[Path, Path]] = ()
    ) -> str | None:
        """Make this the registry that `source` holds, all of it or, whenever this process ends, nothing of it.

        Args:
            source: what `dump` has given; it fits `core.exchange.consistency`.
            aside: the ending of the name under which what is here now is kept; None where there must be nothing.
            along: folders, from where to where, that are put in place in the same step; what is there goes aside too.

        Returns the path of what was here before, under its new name, or None.
        Raises AlreadyExists (without `aside`), RegistryBusy, RegistryUnavailable.
        """


Clock = Callable[[], int]
