"""The timeline as the result of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.results.timeline import drawing
from jupyter_modelreg.core.entities.history import Timeline
from jupyter_modelreg.core.entities.values import JsonValue

if TYPE_CHECKING:
    from markupsafe import Markup

# How wide the lanes of characters are at most.
_WIDTH = 100
_COLUMNS = (
    Column("alias", "alias"),
    Column("version", "version", "number"),
    Column("began_at", "from", "time"),
    Column("ended_at", "to", "time"),
    Column("actor", "who"),
    Column("gone", "now", "word"),
    Column("reason", "why", "lines"),
)


@dataclass(repr=False)
class Plot(Result):
    """A timeline: a picture in a notebook, and everywhere else lanes of characters with a list of the spans.

    Attributes:
        timeline: what to show.
        limit: how many spans are listed, the newest ones; None for all.
    """

    timeline: Timeline
    limit: int | None = None

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The spans, in the order in which they began."""
        return [dict(vars(span)) for span in self.timeline.spans]

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """A lane an alias, and below them the newest spans."""
        if not self.timeline.spans:
            return self._table(self.limit).nothing
        drawn = drawing.lanes_text(self.timeline, min(width or _WIDTH, _WIDTH))
        return f"{drawn}\n\n{self._table(self.limit).text(width, now, colours)}"

    def piped(self) -> str:
        """The spans, a line each."""
        return self._table(None).piped()

    def html(self) -> Markup:
        """The picture, and the list to be opened below it; where no picture is allowed, the list is what there is."""
        from jupyter_modelreg.commands.results import html as html_renderer
        from jupyter_modelreg.commands.results.timeline.picture import svg

        listed = html_renderer.folded_html(
            f"timeline of {self.timeline.model}, as a table", *self._table(self.limit).parts()
        )
        return html_renderer.page(html_renderer.picture_html(svg(self.timeline)), listed)

    def _table(self, limit: int | None) -> Table:
        spans = self.timeline.spans
        shown: Sequence[dict[str, JsonValue]] = self.rows[::-1][:limit]
        for row in shown:
            row["alias"] = f"@{row['alias']}"
        more = (
            f"the newest {len(shown)} of {len(spans):,}; -n {len(spans)} shows all" if len(shown) < len(spans) else None
        )
        return Table(_COLUMNS, shown, f"no alias of {self.timeline.model} pointed at a version in this time", more)
