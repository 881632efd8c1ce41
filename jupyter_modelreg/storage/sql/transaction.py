"""One transaction of the store: the rows of each kind over one session."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.rows.catalogs import CatalogRepository, RootRepository, SchemaRepository
from jupyter_modelreg.storage.sql.rows.events import EventRepository
from jupyter_modelreg.storage.sql.rows.models import ModelRepository
from jupyter_modelreg.storage.sql.rows.versions import VersionRepository
from jupyter_modelreg.storage.sql.searching.visibility import in_sight, visible_values
from jupyter_modelreg.storage.sql.session import Session

if TYPE_CHECKING:
    from jupyter_modelreg.storage.sql.rows.bulk import BulkRepository
    from jupyter_modelreg.storage.sql.rows.discussion import CommentRepository, RequestRepository
    from jupyter_modelreg.storage.sql.rows.integrity import Integrity
    from jupyter_modelreg.storage.sql.rows.retired_names import RetiredNameRepository
    from jupyter_modelreg.storage.sql.rows.usage import UsageRepository
    from jupyter_modelreg.storage.sql.rows.webhooks import WebhookRepository


class SqlTransaction:
    """`core.ports.Transaction` in SQL: a repository for each kind of row, all on one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.root = RootRepository(session)
        self.catalogs = CatalogRepository(session)
        self.schemas = SchemaRepository(session)
        self.models = ModelRepository(session)
        self.versions = VersionRepository(session)
        self.events = EventRepository(session)

    # What most commands never use is imported when it is.

    @cached_property
    def retired_names(self) -> RetiredNameRepository:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.retired_names import RetiredNameRepository

        return RetiredNameRepository(self._session)

    @cached_property
    def usage(self) -> UsageRepository:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.usage import UsageRepository

        return UsageRepository(self._session)

    @cached_property
    def comments(self) -> CommentRepository:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.discussion import CommentRepository

        return CommentRepository(self._session)

    @cached_property
    def requests(self) -> RequestRepository:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.discussion import RequestRepository

        return RequestRepository(self._session)

    @cached_property
    def webhooks(self) -> WebhookRepository:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.webhooks import WebhookRepository

        return WebhookRepository(self._session)

    @cached_property
    def bulk(self) -> BulkRepository:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.bulk import BulkRepository

        return BulkRepository(self._session)

    @cached_property
    def integrity(self) -> Integrity:
        """See `core.ports`."""
        from jupyter_modelreg.storage.sql.rows.integrity import Integrity

        return Integrity(self._session)

    def apply(self, event: Event) -> None:
        """See `core.ports`."""
        from jupyter_modelreg.core.history.projection import apply
        from jupyter_modelreg.core.history.stored_rows import StoredRows

        self._session.applying = True
        try:
            apply(event, StoredRows(self))
        finally:
            self._session.applying = False
        self._session.note_applied(event)

    def counts(self, visible: Visibility | None = None) -> Mapping[str, int]:
        """How many of each there are, the trash left out, under the names `RegistryStatus` uses."""
        models, versions, events = tables.models, tables.versions, tables.events
        live: sa.ColumnElement[bool] = models.c.deleted_at.is_(None)
        values: dict[str, object] = {}
        told: list[sa.ColumnElement[bool]] = []
        if visible is not None:
            shown = in_sight(self._session.backend, len(visible.principals))
            live &= shown
            told = [events.c.subject == "model", events.c.subject_id.in_(sa.select(models.c.id).where(shown))]
            values = visible_values(self._session.backend, visible)

        def count(table: sa.Table, *where: sa.ColumnElement[bool]) -> sa.ScalarSelect[int]:
            return sa.select(sa.func.count()).select_from(table).where(*where).scalar_subquery()

        live_models = sa.select(models.c.id).where(live)
        statement = sa.select(
            count(tables.catalogs).label("catalogs"),
            count(tables.schemas).label("schemas"),
            count(models, live, ~models.c.is_prompt, models.c.schema_id.is_not(None)).label("governed_models"),
            count(models, live, ~models.c.is_prompt, models.c.schema_id.is_(None)).label("workspace_models"),
            count(models, live, models.c.is_prompt).label("prompts"),
            count(versions, versions.c.deleted_at.is_(None), versions.c.model_id.in_(live_models)).label("versions"),
            count(events, *told).label("events"),
        )
        return dict(self._session.execute(statement, values).mappings().one())


@contextmanager
def all_or_nothing(session: Session) -> Iterator[SqlTransaction]:
    """A transaction that is committed when the body is done, and rolled back when it raises."""
    try:
        yield SqlTransaction(session)
    except BaseException:
        session.rollback()
        raise
    session.commit()
