"""Versions side by side: a line for each thing in which they differ, and below it how their text files do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results import layout
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import counted, date_time, exact, number_text, size_text, utc_date_time
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.results.text import cell_text, cut, line, width_of
from jupyter_modelreg.core.comparison.origins import SOURCE
from jupyter_modelreg.core.comparison.records import ComparedValue, Comparison, Section
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.rules.sentences import listed

if TYPE_CHECKING:
    from markupsafe import Markup

_WORDS: dict[Section, str] = {
    "metrics": "metric",
    "params": "parameter",
    "tags": "tag",
    "datasets": "dataset",
    "requirements": "package",
    "files": "file",
}
_HASH = 8  # characters of a hash that tell two files apart
_LEAST, _GAP = 12, 2  # columns of a terminal
_MOST_LINES = 20  # of one text file, unless all is asked for
_TIME = "registered at"
_LIST = Column("", "", "list")


@dataclass(repr=False)
class Differences(Result):
    """What `comparison` has found.

    Attributes:
        everything: whether it tells what is the same, too, and each text file to its end.
        fail_on: `breaking` or `any`, for which a shell gets 2; None for neither.
    """

    comparison: Comparison
    everything: bool = False
    fail_on: str | None = None

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """A row for each thing; `values` are by version, times in ISO 8601, sizes bytes, files their SHA-256 in hex."""
        texts = {(each.section, each.path): list[JsonValue](each.lines) for each in self.comparison.texts}
        return [
            {
                "section": each.section,
                "key": each.key,
                "values": dict(zip(self.comparison.references, map(_plain, repeat(each), each.values), strict=False)),
                "differs": each.differs,
                "change": each.change,
                "improved": each.improved,
                "breaking": each.breaking,
                "lines": texts.get((each.section, each.key)),
            }
            for each in self.comparison.values
        ]

    @property
    def exit_code(self) -> int:
        """2 for what was not to be."""
        differs = any(each.differs for each in self.comparison.values)
        failed = differs if self.fail_on == "any" else self.fail_on is not None and self.comparison.breaking
        return 2 if failed else 0

    def text(self, width: int | None = 100, now: int | None = None, colours: bool = False) -> str:
        """Aligned columns, what breaks, what was not read, and text line by line."""
        parts = [self._table(in_utc=False, width=width).text(width, now, colours), *self._said()]
        for path, lines, more in self._texts():
            parts += ["", layout.title_text(path, "text", colours), *layout.difference(lines, colours)]
            parts += [layout.quiet(more, colours)] if more else []
        return "\n".join(parts)

    def piped(self) -> str:
        """The lines of the table, with tabs between all columns."""
        return self._table(in_utc=True).piped()

    def html(self) -> Markup:
        """The same as HTML."""
        from jupyter_modelreg.commands.results import html

        parts = self._table(in_utc=False).parts()
        parts.append(html.warnings_html(self._breaking()))
        parts += map(html.more_html, self.comparison.unread)
        for path, lines, more in self._texts():
            shown = [html.difference_html(lines), *([html.more_html(more)] if more else [])]
            parts.append(html.folded_html(path, *shown))
        return html.page(*parts)

    def _said(self) -> list[str]:
        return [*(f"warning: {each}" for each in self._breaking()), *self.comparison.unread]

    def _breaking(self) -> list[str]:
        """What breaks callers, as one sentence; none where nothing does."""
        found = self.comparison.breaking
        return [f"callers of {self.comparison.references[0]} may fail: {listed(found)}"] if found else []

    def _texts(self) -> list[tuple[str, Sequence[str], str | None]]:
        """Each text file, as much of it as is shown, and how to see the rest."""
        found: list[tuple[str, Sequence[str], str | None]] = []
        for each in self.comparison.texts:
            left = 0 if self.everything else max(0, len(each.lines) - _MOST_LINES)
            more = f"{left:,} more lines; --all shows them" if left else None
            found.append((each.path, each.lines[: len(each.lines) - left], more))
        return found

    def _table(self, *, in_utc: bool, width: int | None = None) -> Table:
        """The lines of the table; each version gets as much of `width` as the others."""
        references, values = self.comparison.references, self.comparison.values
        [model, *others] = dict.fromkeys(reference.rpartition("/")[0] for reference in references)
        names = references if others else [f"version {reference.rpartition('/')[2]}" for reference in references]
        columns = [
            Column("what", "what" if others else model, "word"),
            *(Column(f"values.{reference}", name) for reference, name in zip(references, names, strict=True)),
            Column("change", "change", "change"),
        ]
        whats, changes = list(map(_what, values)), list(map(_change, values))
        room = None
        if width is not None:
            beside = [max(map(width_of, texts)) for texts in ([columns[0].title, *whats], ["change", *changes])]
            room = max(_LEAST, (width - sum(beside)) // len(references) - _GAP)
        rows: list[Row] = []
        for each, what, change in zip(values, whats, changes, strict=True):
            shown = [line(_shown(each, value, in_utc)) for value in each.values]
            told: dict[str, JsonValue] = {
                reference: text if room is None else cut(text, room)
                for reference, text in zip(references, shown, strict=True)
            }
            rows.append({"what": what, "values": told, "change": change})
        same = f"all of these are {references[0]}" if len(references) == 1 else f"{listed(references)} do not differ"
        return Table(columns, rows, same)


def _what(each: ComparedValue) -> str:
    word = _WORDS.get(each.section)
    return f"{word} {each.key}" if word else each.key


def _plain(each: ComparedValue, value: JsonValue) -> JsonValue:
    return exact(value) if each.key == _TIME and each.section == "version" and isinstance(value, int) else value


def _shown(each: ComparedValue, value: JsonValue, in_utc: bool) -> str:
    if value is None:
        return "–"
    if each.section == "version" and isinstance(value, int):
        return (utc_date_time if in_utc else date_time)(value) if each.key == _TIME else size_text(value)
    if each.section == "metrics" and isinstance(value, int | float):
        return number_text(value)
    if each.section == "files":
        return str(value)[:_HASH]
    if each.section == "code" and each.key == SOURCE:
        return counted(len(str(value).splitlines()), "line")
    return cell_text(_LIST, value)


def _change(each: ComparedValue) -> str:
    if each.breaking:
        return "breaks callers"
    change = each.change
    if not change or math.isnan(change):
        return ""
    verdict = {True: " better", False: " worse", None: ""}[each.improved]
    return f"{'▲' if change > 0 else '▼'} {number_text(abs(change))}{verdict}"
