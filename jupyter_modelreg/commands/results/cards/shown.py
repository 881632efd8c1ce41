"""A model or a version as `show` tells it: what it is, the facts, how to load it, and what happened lately."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results import layout
from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.commands.results.cards.sections import cautions, told_apart
from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import ago, alias_text, date_time, in_order, utc_date_time
from jupyter_modelreg.commands.results.results import Card
from jupyter_modelreg.commands.results.text import cell_text
from jupyter_modelreg.core.comparison.origins import told_of
from jupyter_modelreg.core.entities.values import JsonValue

if TYPE_CHECKING:
    from markupsafe import Markup

_WIDTH = 100
# The most lines of a description, and of each of its sections that are told apart, on a terminal.
_MOST_LINES, _MOST_APART = 12, 6
# Of what there may be many, so many are shown before the rest is cut, or folded.
_MOST: Mapping[str, int] = {"metrics": 8, "params": 8, "inputs": 8, "outputs": 8, "datasets": 4}
_LOADING, _LATELY, _ORIGIN = "How to load it", "Lately", "Where it comes from"

Facts = Sequence[tuple[Column, JsonValue]]


@dataclass(repr=False)
class ShownCard(Card):
    """A model or a version, to be read from the top.

    Attributes:
        about: what it is made of, but for what the record alone has.
        origin: the fields that say where it comes from: the last ones, and in HTML to be opened.
        everything: the command that tells what is cut.
    """

    about: Gathered = field(kw_only=True)
    origin: Sequence[Column] = field(default=(), kw_only=True)
    everything: str = field(default="--full", kw_only=True)

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """Blocks with a line between them; what is long is cut, and the last line says what tells all."""
        whole = self.full or width is None
        when = utc_date_time if width is None else date_time if now is None else lambda time: ago(time, now)
        facts = self._facts((*self.columns, *self.origin), when)
        shown = facts if whole else [_first(*fact) for fact in facts]
        written, apart = self._written(None if whole else (_MOST_LINES, _MOST_APART))
        blocks = [
            "\n".join([self.heading_text(colours), *(f"warning: {each}" for each in self._cautions())]),
            "\n".join(layout.paragraph(written, width, "")),
            *(_block(title, layout.paragraph(text, width), colours) for title, text in apart),
            _facts_text(shown, now, width, colours),
            _block(_LOADING, layout.paragraph(self.about.loading or "", None), colours),
            _block(_LATELY, layout.paragraph(_facts_text(self._lately(when), now, None), width), colours),
            "" if self.below is None or not self.below.data else self.below.text(width, now, colours),
        ]
        if (written, apart) != self._written(None) or shown != facts:
            blocks.append(layout.quiet(f"{self.everything} tells all of it", colours))
        return "\n\n".join(block for block in blocks if block)

    def html(self) -> Markup:
        """The same, with what is long to be opened."""
        from jupyter_modelreg.commands.results import html as renderer

        written, apart = self._written(None)
        parts = [self.heading_html(), renderer.warnings_html(self._cautions())]
        parts += [renderer.described_html(written)] if written else []
        parts += [renderer.apart_html(title, text, caution=cautions(title)) for title, text in apart]
        parts.append(_facts_html(self._facts(self.columns, date_time)))
        if self.about.loading is not None:
            parts += [renderer.heading_html(_LOADING), renderer.pre_html(self.about.loading)]
        if self.about.recent:
            parts += [renderer.heading_html(_LATELY), _facts_html(self._lately(date_time))]
        origin = self._facts(self.origin, date_time)
        parts += [renderer.folded_html(_ORIGIN, _facts_html(origin))] if origin else []
        if self.below is not None and self.below.data:
            parts += self.below.parts()
        return renderer.page(*parts)

    def _cautions(self) -> list[str]:
        """That it is not to be used any more."""
        told = self.record.get("deprecated")
        instead = self.record.get("in_favour_of")
        return [f"deprecated: {told}{f'; use {instead} instead' if instead else ''}"] if told else []

    def _written(self, most: tuple[int, int] | None) -> tuple[str, list[tuple[str, str]]]:
        """The description, and apart from it what it says that the thing is for, or not, by heading; cut to `most`."""
        written, own = told_apart(self.about.description)
        apart = own or self.about.inherited
        if most is None:
            return written, [(each.title, each.text) for each in apart]
        return _cut(written, most[0]), [(each.title, _cut(each.text, most[1])) for each in apart]

    def _facts(self, columns: Sequence[Column], when: Callable[[float], str]) -> Facts:
        """What there is in the record, and what else is known: each of `columns` that is not empty."""
        record = {**self.record, **self._known(when)}
        found = [(self._titled(column), column.of(record)) for column in columns]
        return [(column, value) for column, value in found if not empty(value)]

    def _known(self, when: Callable[[float], str]) -> Row:
        """What is told of the version that stands for a model, and of any where it was trained."""
        about, version = self.about, self.about.version
        if version is None:
            return {}
        datasets: list[JsonValue] = [
            f"{each.name}{f' ({each.context})' if each.context else ''}: {', '.join(told_of(each)) or 'no digest'}"
            for each in about.datasets
        ]
        known: dict[str, JsonValue] = {
            "datasets": datasets,
            "flavors": list(about.flavors),
            "owner": about.model.owner,
        }
        if about.whole_model:
            known |= {
                "standing": f"version {version.version}, registered {when(version.created_at)} by {version.created_by}",
                "metrics": dict(about.metrics),
                "inputs": about.fields("inputs"),
                "outputs": about.fields("outputs"),
            }
        return known

    def _titled(self, column: Column) -> Column:
        """`column`, which of a model says which version it tells of."""
        version = self.about.version
        if version is None or not self.about.whole_model:
            return column
        if column.key == "standing":
            alias = next(iter(in_order(version.aliases)), None)
            return replace(column, title="newest" if alias is None else alias_text(alias))
        return replace(column, title=f"metrics of v{version.version}") if column.key == "metrics" else column

    def _lately(self, when: Callable[[float], str]) -> Facts:
        """What has happened, by when and who."""
        return [
            (Column(str(number), f"{when(each.time)}, {each.actor}", "lines"), each.told)
            for number, each in enumerate(self.about.recent)
        ]


def _first(column: Column, value: JsonValue) -> tuple[Column, JsonValue]:
    """A fact, of which no more is told than there is room for on a terminal."""
    shown, others = _begun(column, value)
    if not others:
        return column, value
    between = "\n" if column.kind == "rows" else ", "
    return replace(column, kind="lines"), f"{cell_text(column, shown)}{between}and {others:,} more"


def _begun(column: Column, value: JsonValue) -> tuple[JsonValue, int]:
    """The first of what is many, and how many others there are."""
    most = _MOST.get(column.key)
    if most is None or not isinstance(value, Mapping | list) or len(value) <= most + 1:
        return value, 0
    shown: JsonValue = dict(list(value.items())[:most]) if isinstance(value, Mapping) else value[:most]
    return shown, len(value) - most


def _facts_text(facts: Facts, now: int | None, width: int | None, colours: bool = False) -> str:
    return layout.card_text([column for column, _ in facts], _record(facts), now, width, colours)


def _facts_html(facts: Facts) -> Markup:
    from jupyter_modelreg.commands.results import html as renderer

    def cells() -> Iterator[tuple[str, Markup]]:
        for column, value in facts:
            shown, others = _begun(column, value)
            cell = renderer.cell_html(column, shown, whole=True)
            if others:
                cell += renderer.folded_html(f"and {others:,} more", renderer.cell_html(column, value, whole=True))
            yield column.title, cell

    return renderer.fields_html(cells())


def _record(facts: Facts) -> Row:
    return {column.key: value for column, value in facts}


def _cut(text: str, most: int) -> str:
    """The first lines of a text; one more is shown, and not counted."""
    lines = text.splitlines()
    return text if len(lines) <= most + 1 else "\n".join([*lines[:most], f"… {len(lines) - most} more lines"])


def _block(title: str, lines: Sequence[str], colours: bool) -> str:
    """Lines under a heading; nothing where there are none."""
    return "\n".join([layout.strong(title, colours), *lines]) if any(lines) else ""
