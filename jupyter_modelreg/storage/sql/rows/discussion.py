"""Rows of comments and requests."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.query.paging import NEWEST_FIRST
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.json_text import contains_text
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.searching.pages import paged
from jupyter_modelreg.storage.sql.session import Session

Ids = sa.Select[Any] | Sequence[int]
_COMMENTS, _REQUESTS = tables.comments, tables.requests
# What was said, with the column that says of which model, and which rows are about models.
_SAID: Sequence[tuple[sa.Table, sa.Column[int], sa.ColumnElement[bool]]] = (
    (_COMMENTS, _COMMENTS.c.model_id, sa.true()),
    (_REQUESTS, _REQUESTS.c.subject_id, _REQUESTS.c.subject == "model"),
)


class CommentRepository(Repository[Comment]):
    """`core.ports.CommentRows` in SQL."""

    table = _COMMENTS
    mapper = RowMapper(Comment, _COMMENTS.c)

    def of_model(self, model_id: int) -> list[Comment]:
        """Comments on a model and its versions, by id, the deleted ones, too."""
        return self._all(sa.select(_COMMENTS).where(_COMMENTS.c.model_id == model_id).order_by(_COMMENTS.c.id))

    def recent(
        self, mentioning: Sequence[str] | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Comment]:
        """Comments that are not deleted, newest first; only those that speak to one of `mentioning`."""
        statement = sa.select(_COMMENTS).where(_COMMENTS.c.deleted_at.is_(None))
        if mentioning is not None:
            backend = self._session.backend
            statement = statement.where(
                sa.or_(sa.false(), *(contains_text(backend, _COMMENTS.c.mentions, each) for each in mentioning))
            )
        return self._all(paged(statement, NEWEST_FIRST, {"id": _COMMENTS.c.id}, limit, start))


class RequestRepository(Repository[Request]):
    """`core.ports.RequestRows` in SQL."""

    table = _REQUESTS
    mapper = RowMapper(Request, _REQUESTS.c)

    def of_subject(self, subject: str, subject_id: int) -> list[Request]:
        """Requests about something, by id, the deleted ones, too."""
        about = (_REQUESTS.c.subject == subject) & (_REQUESTS.c.subject_id == subject_id)
        return self._all(sa.select(_REQUESTS).where(about).order_by(_REQUESTS.c.id))

    def recent(
        self, state: str | None = None, author: str | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Request]:
        """Requests that are not deleted, newest first."""
        statement = sa.select(_REQUESTS).where(_REQUESTS.c.deleted_at.is_(None))
        if state is not None:
            statement = statement.where(_REQUESTS.c.state == state)
        if author is not None:
            statement = statement.where(_REQUESTS.c.author == author)
        return self._all(paged(statement, NEWEST_FIRST, {"id": _REQUESTS.c.id}, limit, start))


def forget_versions(session: Session, version_ids: Ids) -> None:
    """Remove what was said of versions that are there, by their ids."""
    versions = tables.versions
    for table, model_id, about_models in _SAID:
        of_version = (versions.c.model_id == model_id) & (versions.c.version == table.c.version)
        gone = sa.exists().where(of_version, versions.c.id.in_(version_ids))
        session.execute(table.delete().where(about_models, gone))


def forget_models(session: Session, model_ids: Ids) -> None:
    """Remove what was said of models and their versions, by the ids of the models."""
    for table, model_id, about_models in _SAID:
        session.execute(table.delete().where(about_models, model_id.in_(model_ids)))


def lost(table: sa.Table) -> sa.Select[Any]:
    """The ids of what was said, in one of both tables, of a model or a version that is not there."""
    models, versions = tables.models, tables.versions
    [(model_id, about_models)] = [(column, which) for each, column, which in _SAID if each is table]
    of_model = sa.exists().where(models.c.id == model_id)
    of_version = sa.exists().where(versions.c.model_id == model_id, versions.c.version == table.c.version)
    nowhere = ~of_model | (table.c.version.is_not(None) & ~of_version)
    return sa.select(table.c.id).where(about_models, nowhere).order_by(table.c.id)
