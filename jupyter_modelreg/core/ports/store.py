"""The database, as core needs it: a store, and the transactions it opens."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, Protocol, TypeVar

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.ports.rows import (
    BulkRows,
    CatalogRows,
    CommentRows,
    EventRows,
    Integrity,
    ModelRows,
    RequestRows,
    RetiredNames,
    RootRows,
    SchemaRows,
    UsageRows,
    VersionRows,
    WebhookRows,
)
from jupyter_modelreg.core.query.visibility import Visibility

R = TypeVar("R")
T = TypeVar("T")


class Transaction(Protocol):
    """One unit of work on the database: all of it happens, or nothing.

    It sees one state of the database, and what it has done itself. It belongs to the thread that opened it, and is of
    no use after the block it was opened for.
    """

    @property
    def root(self) -> RootRows:
        """The registry itself."""

    @property
    def catalogs(self) -> CatalogRows:
        """Catalogs."""

    @property
    def schemas(self) -> SchemaRows:
        """Schemas."""

    @property
    def models(self) -> ModelRows:
        """Models."""

    @property
    def versions(self) -> VersionRows:
        """Versions, and the manifests of their files."""

    @property
    def usage(self) -> UsageRows:
        """Who loaded which version: beside the log, and no part of what it says."""

    @property
    def comments(self) -> CommentRows:
        """What was said of models and versions."""

    @property
    def requests(self) -> RequestRows:
        """What people ask each other for."""

    @property
    def retired_names(self) -> RetiredNames:
        """Names that governed models have left."""

    @property
    def events(self) -> EventRows:
        """The activity log."""

    @property
    def webhooks(self) -> WebhookRows:
        """Webhooks."""

    @property
    def integrity(self) -> Integrity:
        """Questions about the whole database."""

    @property
    def bulk(self) -> BulkRows:
        """Rows by the thousand."""

    def apply(self, event: Event) -> None:
        """Have the rows be what `history.projection.apply` makes of them by `event`.

        The event is appended later in this transaction, with the same number. Where all events of a transaction were
        applied, and nothing else was changed but manifests and the secrets of webhooks, a store may keep the events
        instead of the rows. Raises UnfitEvent.
        """

    def counts(self, visible: Visibility | None = None) -> Mapping[str, int]:
        """How much there is, by name.

        `catalogs`, `schemas`, `governed_models`, `workspace_models`, `prompts` (which are no models), `versions` (those
        of prompts, too) and `events`. What is in the trash is left out, and so are versions of models there; of models
        and versions only the `visible` ones are counted, where that is given.
        """


def rows_of(tx: Transaction, kind: str) -> Any:
    """The rows of `catalog`, `schema` or `model`; None for any other kind of what events are about."""
    name = {"catalog": "catalogs", "schema": "schemas", "model": "models"}.get(kind)
    return None if name is None else getattr(tx, name)


def whole(tx: Transaction) -> Transaction:
    """`tx` with what it hides from its actor (`core.access.guard`): for rules, which hold whoever looks."""
    found: Transaction = getattr(tx, "whole", tx)
    return found


class TableWriter(Protocol):
    """Takes the records of a whole registry, in a form that names no database."""

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """Take all records of the class `kind`, in pages of any length; once for each class."""


class TableReader(Protocol):
    """Gives the records that a `TableWriter` has taken."""

    def read(self, kind: type[R]) -> Iterator[Sequence[R]]:
        """All records of the class `kind`, in the order in which they were written; any time again.

        Raises `core.exchange.schema.UnfitValue`.
        """


class Store(Protocol):
    """The database behind a registry, which is opened on first use.

    Any number of threads, and of processes that have a store of the same database, may use it at a time. Writing
    transactions run one after the other, as the next id is the number of the newest event and one. Opening one waits
    for others, in turn and not for ever: it raises RegistryBusy, which says who is in the way. A transaction is not
    opened inside another one of the same thread.
    """

    @property
    def uri(self) -> str:
        """What the registry is called by, without a password; it does not change."""

    def read(self) -> AbstractContextManager[Transaction]:
        """A consistent view, which sees every transaction that was over when it was opened, and no other.

        Nothing is to be changed in it. Raises RegistryBusy, RegistryUnavailable.
        """

    def look(self, work: Callable[[Transaction], T]) -> T:
        """What `work` finds in a view as `read` gives it. It only looks, as it may be called twice.

        Where a store knows what `work` asks for, that takes less time. Raises what `read` and `work` raise.
        """

    def write(self, patience: float | None = None) -> AbstractContextManager[Transaction]:
        """A transaction that is kept when its block ends, and leaves nothing behind when its block raises.

        `patience` is how long to wait for others at most, in seconds; None for as long as the store usually does.

        Once the block has ended without an error, what was done outlives the process and the power. Raises
        RegistryBusy, RegistryUnavailable, when it is opened and when it ends; nothing has been kept then.
        """

    def size(self) -> int:
        """Bytes the database takes on disk, all its files together; 0 where there is none. Opens nothing."""

    def close(self) -> None:
        """Let go of the database at once; the next transaction opens it again. Nothing is lost. Any number of times."""

    def exists(self) -> bool:
        """Whether there is a database, or has been one and is gone. Opens and makes nothing."""

    def leftovers(self) -> Sequence[str]:
        """The paths of what processes that are gone have left beside the database.

        Raises RegistryBusy, RegistryUnavailable.
        """

    def clean_up(self) -> None:
        """Remove the `leftovers`; what cannot be removed stays. Raises RegistryBusy, RegistryUnavailable."""

    def dump(self, target: TableWriter) -> None:
        """Give `target` every record of the registry, as it is in one moment, while others go on working.

        Each class of `ports.records` is written, in its order: the registry itself, catalogs, schemas, models,
        versions, comments, requests, retired names, webhooks by id, files by version and path, usage by version and
        day, events by number; what is in the trash, too.
        Raises RegistryBusy, RegistryUnavailable, OSError.
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


# Makes a store of what another one held when an event, by its number, had just happened, at a time in epoch
# milliseconds. It can be read only: `write` raises InvalidState.
PastStoreFactory = Callable[[Store, int, int], Store]
# Gives the time, in epoch milliseconds.
Clock = Callable[[], int]
