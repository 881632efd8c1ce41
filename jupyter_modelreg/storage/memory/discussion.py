"""Comments and requests in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.query.paging import NEWEST_FIRST
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.memory.rows import Table, page


class CommentTable(Table):
    """`core.ports.rows` for comments."""

    kind = "comments"

    def of_model(self, model_id: int) -> list[Comment]:
        """See `core.ports`."""
        return sorted((row for row in self._rows.values() if row.model_id == model_id), key=attrgetter("id"))

    def recent(
        self, mentioning: Sequence[str] | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Comment]:
        """See `core.ports`."""
        found = [row for row in self._rows.values() if row.deleted_at is None]
        if mentioning is not None:
            found = [row for row in found if not set(mentioning).isdisjoint(row.mentions)]
        return page(found, NEWEST_FIRST, limit, start)


class RequestTable(Table):
    """`core.ports.rows` for requests."""

    kind = "requests"

    def of_subject(self, subject: str, subject_id: int) -> list[Request]:
        """See `core.ports`."""
        found = (row for row in self._rows.values() if (row.subject, row.subject_id) == (subject, subject_id))
        return sorted(found, key=attrgetter("id"))

    def recent(
        self, state: str | None = None, author: str | None = None, limit: int | None = None, start: Start = FIRST
    ) -> list[Request]:
        """See `core.ports`."""
        found = [row for row in self._rows.values() if row.deleted_at is None]
        found = [row for row in found if state in (None, row.state) and author in (None, row.author)]
        return page(found, NEWEST_FIRST, limit, start)
