"""Rows of comments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.discussion.records import Comment
from jupyter_modelreg.core.query.paging import NEWEST_COMMENT_FIRST
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.json_text import contains_text
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.search import paged
from jupyter_modelreg.storage.sql.session import Session

Ids = sa.Select[Any] | Sequence[int]
_COMMENTS = tables.comments


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
        return self._all(paged(statement, NEWEST_COMMENT_FIRST, {"id": _COMMENTS.c.id}, limit, start))


def forget_versions(session: Session, version_ids: Ids) -> None:
    """Remove what was said of versions that are there, by their ids."""
    versions = tables.versions
    for table in (_COMMENTS,):
        of_version = (versions.c.model_id == table.c.model_id) & (versions.c.version == table.c.version)
        session.execute(table.delete().where(sa.exists().where(of_version, versions.c.id.in_(version_ids))))


def forget_models(session: Session, model_ids: Ids) -> None:
    """Remove what was said of models and their versions, by the ids of the models."""
    for table in (_COMMENTS,):
        session.execute(table.delete().where(table.c.model_id.in_(model_ids)))
