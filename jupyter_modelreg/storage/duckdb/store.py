"""`core.outside.Store` on one DuckDB file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from jupyter_modelreg.core.entities.values import Event
from jupyter_modelreg.storage.duckdb.errors import database_errors, wal_of
from jupyter_modelreg.storage.duckdb.journal import Journal
from jupyter_modelreg.storage.duckdb.lease.lease import lease_on
from jupyter_modelreg.storage.duckdb.snapshot import copy_database, opened_alone, replacing
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.rows.bulk import BulkRows
from jupyter_modelreg.storage.sql.rows.catalogs import CatalogRows, SchemaRows
from jupyter_modelreg.storage.sql.rows.events import EventRows
from jupyter_modelreg.storage.sql.rows.integrity import Integrity
from jupyter_modelreg.storage.sql.rows.models import ModelRows
from jupyter_modelreg.storage.sql.rows.versions import VersionRows
from jupyter_modelreg.storage.sql.rows.webhooks import WebhookRows
from jupyter_modelreg.storage.sql.session import Session


class SqlTransaction:
    """`core.outside.Transaction` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    @cached_property
    def catalogs(self) -> CatalogRows:
        """Catalogs."""
        return CatalogRows(self._session)

    @cached_property
    def schemas(self) -> SchemaRows:
        """Schemas."""
        return SchemaRows(self._session)

    @cached_property
    def models(self) -> ModelRows:
        """Models."""
        return ModelRows(self._session)

    @cached_property
    def versions(self) -> VersionRows:
        """Versions."""
        return VersionRows(self._session)

    @cached_property
    def events(self) -> EventRows:
        """The activity log."""
        return EventRows(self._session)

    @cached_property
    def webhooks(self) -> WebhookRows:
        """Webhooks."""
        return WebhookRows(self._session)

    @cached_property
    def bulk(self) -> BulkRows:
        """Rows by the thousand."""
        return BulkRows(self._session)

    @cached_property
    def integrity(self) -> Integrity:
        """Questions about the whole database."""
        return Integrity(self._session)

    def counts(self) -> Mapping[str, int]:
        """How many of each there are, the trash left out, under the names `RegistryStatus` uses."""
        models, versions = tables.models, tables.versions
        live = models.c.deleted_at.is_(None)

        def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
            return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()

        live_models = sa.select(models.c.id).where(live)
        statement = sa.select(
            count(tables.catalogs).label("catalogs"),
            count(tables.schemas).label("schemas"),
            count(models, live, models.c.schema_id.is_not(None)).label("governed_models"),
            count(models, live, models.c.schema_id.is_(None)).label("workspace_models"),
            count(versions, versions.c.deleted_at.is_(None), versions.c.model_id.in_(live_models)).label("versions"),
            count(tables.events).label("events"),
        )
        return dict(self._session.execute(statement).mappings().one())


class DuckDBStore:
    """The registry's database at `path`; opened on first use, shared with other processes by a lease.

    `uri` is what the registry is called by.
    """

    def __init__(self, path: Path, uri: str) -> None:
        self.uri = uri
        self._path = path
        self._lease = lease_on(path)
        self._paths = (path, wal_of(path), Journal(path).path)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """A consistent view; nothing done in it is kept."""
        with database_errors(self._path), self._lease.use() as file:
            session = Session(file, read_only=True)
            try:
                yield SqlTransaction(session)
            finally:
                session.rollback()

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        """All of it happens, or nothing."""
        with database_errors(self._path), self._lease.use() as file, _all_or_nothing(Session(file)) as tx:
            yield tx

    def exists(self) -> bool:
        """Whether there is a database, or has been one."""
        return any(path.exists() for path in self._paths)

    def copy_to(self, target: Path) -> None:
        """Copy the database as it is in one moment; others wait as long as that takes. Raises RegistryUnusable."""
        copy_database(self._lease, target)

    @contextmanager
    def opened(self, copy: Path) -> Iterator[SqlTransaction]:
        """A transaction on a copy that nobody else knows of; what it does is kept. Raises RegistryUnusable."""
        with opened_alone(copy) as file, _all_or_nothing(Session(file, keeping=False)) as tx:
            yield tx

    @contextmanager
    def replacing(self, fresh: Path, last: Event | None, aside: str | None) -> Iterator[Path | None]:
        """Put the database `fresh` in the place of this one when the body is done, which puts the files in place.

        Its newest event is `last`.

        With `aside` what is there now is kept under its own name and that ending, which the body is given as the path
        of the database; without, there must be none: raises AlreadyExists.
        """
        with replacing(self._lease, fresh, last, aside) as kept:
            yield kept

    def size(self) -> int:
        """Bytes on disk, the write-ahead log and the journal included."""
        return sum(path.stat().st_size for path in self._paths if path.exists())

    def close(self) -> None:
        """Let other processes have the file at once."""
        self._lease.release()


@contextmanager
def _all_or_nothing(session: Session) -> Iterator[SqlTransaction]:
    try:
        yield SqlTransaction(session)
    except BaseException:
        session.rollback()
        raise
    session.commit()
