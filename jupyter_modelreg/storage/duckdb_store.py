"""`core.outside.Store` on one DuckDB file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import sqlalchemy as sa

from jupyter_modelreg.storage import tables
from jupyter_modelreg.storage.catalogs import CatalogRows, SchemaRows
from jupyter_modelreg.storage.events import EventRows
from jupyter_modelreg.storage.lease import lease_on
from jupyter_modelreg.storage.models import ModelRows
from jupyter_modelreg.storage.versions import VersionRows
from jupyter_modelreg.storage.webhooks import WebhookRows


class SqlTransaction:
    """`core.outside.Transaction` on an open SQLAlchemy transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    @cached_property
    def catalogs(self) -> CatalogRows:
        """Catalogs."""
        return CatalogRows(self._connection)

    @cached_property
    def schemas(self) -> SchemaRows:
        """Schemas."""
        return SchemaRows(self._connection)

    @cached_property
    def models(self) -> ModelRows:
        """Models."""
        return ModelRows(self._connection)

    @cached_property
    def versions(self) -> VersionRows:
        """Versions."""
        return VersionRows(self._connection)

    @cached_property
    def events(self) -> EventRows:
        """The activity log."""
        return EventRows(self._connection)

    @cached_property
    def webhooks(self) -> WebhookRows:
        """Webhooks."""
        return WebhookRows(self._connection)

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
        return dict(self._connection.execute(statement).mappings().one())


class DuckDBStore:
    """The registry's database at `path`; opened on first use, shared with other processes by a lease.

    `uri` is what the registry is called by.
    """

    def __init__(self, path: Path, uri: str) -> None:
        self.uri = uri
        self._path = path
        self._lease = lease_on(path)

    @contextmanager
    def read(self) -> Iterator[SqlTransaction]:
        """A consistent view; nothing done in it is kept."""
        with self._lease.use() as connection, connection.begin() as transaction:
            yield SqlTransaction(connection)
            transaction.rollback()

    @contextmanager
    def write(self) -> Iterator[SqlTransaction]:
        """All of it happens, or nothing."""
        with self._lease.use() as connection, connection.begin():
            yield SqlTransaction(connection)

    def size(self) -> int:
        """Bytes on disk, the write-ahead log included."""
        files = (self._path, self._path.with_name(f"{self._path.name}.wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Let other processes have the file at once."""
        self._lease.release()
