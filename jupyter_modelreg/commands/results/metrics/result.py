"""Metrics over versions as the result of a command."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NoReturn

from jupyter_modelreg.commands.results import layout
from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.formats import number_text
from jupyter_modelreg.commands.results.metrics.series import Series
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.results.text import cut, width_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH = 100
_BARS = "▁▂▃▄▅▆▇█"
_LEAST_BARS = 10
_MOST_OF_LINE = 30
# How many versions are listed below the picture, the newest ones.
_LISTED = 20


@dataclass(repr=False)
class Metrics(Result):
    """Metrics of a model over its versions.

    In a notebook it is Vega-Lite, with a picture for wherever that is not drawn; on a terminal, bars of characters and
    a list.

    Attributes:
        model: what it is about.
        versions: oldest first.
        series: the metrics, each over all of `versions`.
        more: how to see the versions that were left out, if any.
    """

    model: str
    versions: Sequence[Version]
    series: Sequence[Series]
    more: str | None = None

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """A row a version, oldest first; `metrics` has those that were asked for, None where it has none."""
        return [
            {
                "name": self.model,
                "version": version.version,
                "aliases": list(version.aliases),
                "created_at": version.created_at,
                "metrics": {each.metric: each.values[at] for each in self.series},
            }
            for at, version in enumerate(self.versions)
        ]

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """A line of bars a metric, and below them the newest versions."""
        wide = min(width or _WIDTH, _WIDTH)
        listed = self._table(self.rows[::-1][:_LISTED]).text(width, now, colours)
        parts = [layout.title_text(self.model, "oldest version at the left", colours), *self._bars(wide), "", listed]
        return "\n".join([*parts, *([layout.quiet(self.more, colours)] if self.more else [])])

    def piped(self) -> str:
        """All versions, a line each."""
        return self._table(self.rows).piped()

    def html(self) -> Markup:
        """The picture, and the list to be opened below it."""
        from jupyter_modelreg.commands.results import html as html_renderer
        from jupyter_modelreg.commands.results.metrics.picture import svg

        listed = html_renderer.folded_html(
            f"metrics of {self.model}, as a table", *self._table(self.rows[::-1]).parts()
        )
        picture = html_renderer.picture_html(svg(self.model, self.versions, self.series))
        return html_renderer.page(picture, listed)

    def _repr_mimebundle_(self, **_asked: object) -> dict[str, JsonValue]:
        """Vega-Lite and SVG."""
        from jupyter_modelreg.commands.results.metrics import vegalite
        from jupyter_modelreg.commands.results.metrics.picture import svg

        return {
            vegalite.MIME: vegalite.spec(self.model, self.versions, self.series),
            "image/svg+xml": str(svg(self.model, self.versions, self.series)),
        }

    def _repr_html_(self) -> NoReturn:
        """None: JupyterLab would prefer it, and draw no Vega-Lite. IPython takes the error for that."""
        raise NotImplementedError

    def _bars(self, width: int) -> list[str]:
        names = [cut(each.metric, _MOST_OF_LINE) for each in self.series]
        left = max(map(width_of, names)) + 2
        ranges = [" … ".join(map(number_text, each.range)) for each in self.series]
        room = max(width - left - max(map(len, ranges)) - 2, _LEAST_BARS)
        return [
            f"{name}{'':{left - width_of(name)}}{_bars_of(each, room)}  {span}"
            for name, each, span in zip(names, self.series, ranges, strict=True)
        ]

    def _table(self, rows: Sequence[dict[str, JsonValue]]) -> Table:
        columns = (
            Column("version", "version", "number"),
            Column("aliases", "aliases", "aliases"),
            *(Column(f"metrics.{each.metric}", each.metric, "number") for each in self.series),
            Column("created_at", "registered", "time"),
        )
        left = len(self.versions) - len(rows)
        return Table(columns, rows, more=f"and {left:,} older ones" if left else None)


def _bars_of(series: Series, room: int) -> str:
    """A bar a version, the newest `room` of them, and nothing where there is a gap."""
    low, high = series.range
    steps = len(_BARS) - 1

    def bar(value: float | None) -> str:
        if value is None:
            return " "
        return _BARS[round((value - low) / (high - low) * steps) if high > low else steps // 2]

    return "".join(map(bar, series.values[-room:]))
