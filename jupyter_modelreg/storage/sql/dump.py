"""A whole registry as records, out of the tables and into them: `Store.dump` and `Store.load` for any SQL database."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Root, Schema
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.ports.store import TableReader, TableWriter
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.rows.bulk import BulkRepository
from jupyter_modelreg.storage.sql.rows.catalogs import CatalogRepository, RootRepository, SchemaRepository
from jupyter_modelreg.storage.sql.rows.discussion import CommentRepository, RequestRepository
from jupyter_modelreg.storage.sql.rows.events import EventRepository
from jupyter_modelreg.storage.sql.rows.models import ModelRepository
from jupyter_modelreg.storage.sql.rows.retired_names import RetiredNameRepository
from jupyter_modelreg.storage.sql.rows.usage import UsageRepository
from jupyter_modelreg.storage.sql.rows.versions import VersionRepository
from jupyter_modelreg.storage.sql.rows.webhooks import WebhookRepository
from jupyter_modelreg.storage.sql.session import Session

_PAGE = 5000  # rows


class _Files(Repository[VersionFile]):
    """The manifests of all versions."""

    table = tables.version_files
    mapper = RowMapper(VersionFile, tables.version_files.c)


def dump(session: Session, target: TableWriter) -> None:
    """See `Store.dump`."""
    models, versions, files = tables.models, tables.versions, tables.version_files
    named = sa.select(versions, models.c.name, models.c.aliases).join(models, models.c.id == versions.c.model_id)
    target.write(Root, _pages(session, RootRepository(session), _by_id(tables.registry)))
    target.write(Catalog, _pages(session, CatalogRepository(session), _by_id(tables.catalogs)))
    target.write(Schema, _pages(session, SchemaRepository(session), _by_id(tables.schemas)))
    target.write(Model, _pages(session, ModelRepository(session), _by_id(models)))
    target.write(Version, _pages(session, VersionRepository(session), named.order_by(versions.c.id)))
    by_path = sa.select(files).order_by(files.c.version_id, files.c.path)
    target.write(VersionFile, _pages(session, _Files(session), by_path))
    # What belongs to no version is nothing that anybody could have back.
    known = sa.select(tables.usage).where(tables.usage.c.version_id.in_(sa.select(versions.c.id)))
    by_day = known.order_by(*(tables.usage.c[name] for name in ("version_id", "day", "actor", "notebook")))
    target.write(UsageDay, _pages(session, UsageRepository(session), by_day))
    target.write(Comment, _pages(session, CommentRepository(session), _by_id(tables.comments)))
    target.write(Request, _pages(session, RequestRepository(session), _by_id(tables.requests)))
    target.write(RetiredName, _pages(session, RetiredNameRepository(session), _by_id(tables.retired_names)))
    target.write(Webhook, _pages(session, WebhookRepository(session), _by_id(tables.webhooks)))
    target.write(
        Event, _pages(session, EventRepository(session), sa.select(tables.events).order_by(tables.events.c.seq))
    )


def load(session: Session, source: TableReader) -> None:
    """Add all records of `source` to tables that are empty."""
    bulk = BulkRepository(session)
    for roots in source.read(Root):
        for root in roots:
            RootRepository(session).update(root.id, vars(root))  # a migration has made it
    for catalogs in source.read(Catalog):
        bulk.insert(tables.catalogs, catalogs)
    for schemas in source.read(Schema):
        bulk.insert(tables.schemas, schemas)
    for models in source.read(Model):
        bulk.insert_models(models)
    for versions in source.read(Version):
        bulk.insert_versions(versions)
    for files in source.read(VersionFile):
        bulk.insert(tables.version_files, files)
    for usage in source.read(UsageDay):
        bulk.insert(tables.usage, usage)
    for comments in source.read(Comment):
        bulk.insert(tables.comments, comments)
    for requests in source.read(Request):
        bulk.insert(tables.requests, requests)
    for names in source.read(RetiredName):
        bulk.insert(tables.retired_names, names)
    for webhooks in source.read(Webhook):
        bulk.insert(tables.webhooks, webhooks)
    for events in source.read(Event):
        bulk.append_events(events)


def _by_id(table: sa.Table) -> sa.Select[Any]:
    return sa.select(table).order_by(table.c.id)


def _pages(session: Session, rows: Repository[Any], statement: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    """The answer in pages, so that not all of it is in memory."""
    found = session.execute(statement)
    names = tuple(found.keys())
    for page in found.partitions(_PAGE):
        yield rows.entities(_named(names, page))


def _named(names: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[Mapping[str, Any]]:
    return (dict(zip(names, row, strict=True)) for row in rows)
