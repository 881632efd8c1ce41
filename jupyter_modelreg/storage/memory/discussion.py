"""Comments in plain Python."""

from __future__ import annotations

from collections.abc import Sequence
from operator import attrgetter

from jupyter_modelreg.core.discussion.records import Comment
from jupyter_modelreg.core.query.paging import NEWEST_COMMENT_FIRST
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
        return page(found, NEWEST_COMMENT_FIRST, limit, start)
