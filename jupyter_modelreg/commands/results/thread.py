"""Comments, one after the other: who said what, in full."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_modelreg.commands.results import layout
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Table
from jupyter_modelreg.commands.results.text import cell_text
from jupyter_modelreg.core.discussion.records import ToldComment

_TIME = Column("created_at", "when", "time")
_COLUMNS = (
    Column("id", "comment", "number"),
    Column("reference", "on", "name"),
    Column("author", "who", "word"),
    _TIME,
    Column("edited", "edited", "flag"),
    Column("text", "text", "markdown"),
)


def comment_row(comment: ToldComment) -> Row:
    """A comment as plain values."""
    return {
        "id": comment.id,
        "reference": comment.reference,
        "author": comment.author,
        "text": comment.text,
        "mentions": list(comment.mentions),
        "created_at": comment.created_at,
        "updated_at": comment.updated_at,
        "edited": comment.edited,
        "actions": list(comment.actions),
    }


@dataclass(repr=False)
class Thread(Table):
    """Comments: a table where there is room for one, and on a terminal each with its whole text."""

    def text(self, width: int | None = 100, now: int | None = None, colours: bool = False) -> str:
        """Who said it, about what and when, in a line, and below it what was said."""
        if not self.data:
            return self.nothing
        blocks = []
        for row in self.data:
            marks = [cell_text(_TIME, row["created_at"], now), *(["edited"] if row["edited"] else [])]
            about = f"comment {row['id']} on {row['reference']}, {', '.join(marks)}"
            head = layout.title_text(str(row["author"]), about, colours)
            blocks.append("\n".join([head, *layout.paragraph(str(row["text"]), width)]))
        return "\n\n".join([*blocks, *([self.more] if self.more else [])])


def thread(comments: Sequence[ToldComment], nothing: str, more: str | None = None) -> Thread:
    """These comments; `nothing` and `more` as for any table."""
    return Thread(_COLUMNS, [comment_row(each) for each in comments], nothing, more)
