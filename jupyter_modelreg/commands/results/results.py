"""What commands return: objects that render as text and as HTML, usable from Python.

Every result has `rows` (a list of dicts with plain values), `to_df()` and `to_json()`. Times in rows are UTC epoch
milliseconds, sizes bytes.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results import layout
from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import utc_date_time
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.text import cell_text, line
from jupyter_modelreg.core.entities.values import ChangeWarning, JsonValue
from jupyter_modelreg.core.times import plausible

if TYPE_CHECKING:
    import pandas as pd
    from markupsafe import Markup

_WIDTH = 100
_STATUS = Column("status", "status", "status")


def _in_utc(columns: Sequence[Column], row: Row) -> Row:
    times = {column.key: column.value(row) for column in columns if column.kind == "time"}
    return {**row, **{key: utc_date_time(time) for key, time in times.items() if isinstance(time, int | float)}}


class Result(ABC):
    """What all results have in common. A kind of its own gives `rows`, `text` and `html`."""

    @property
    @abstractmethod
    def rows(self) -> list[dict[str, JsonValue]]:
        """The content as plain values."""

    @abstractmethod
    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """The result as text.

        Args:
            width: how many columns wide at most, where that is possible; None for no limit.
            now: the moment that times are told from, in epoch milliseconds; None gives dates, for text that is kept.
            colours: with the escape sequences of a terminal that has colours.
        """

    def piped(self) -> str:
        """The result for another program: nothing cut, no colours, and times as dates."""
        return self.text(None)

    @abstractmethod
    def html(self) -> Markup:
        """The result as HTML, safe to show whatever the registry holds."""

    @property
    def value(self) -> object:
        """What a notebook gets: the result itself, unless the command was asked for something else."""
        return self

    @property
    def exit_code(self) -> int:
        """What a shell gives back when this was the answer: 0, unless the answer is that something is wrong."""
        return 0

    @property
    def confirms(self) -> bool:
        """Whether it says what a command has changed, so that it is to be seen wherever the command stands."""
        return False

    def to_json(self) -> str:
        """`rows` as JSON."""
        return json_text(self.rows)

    def to_df(self) -> pd.DataFrame:
        """`rows` as a DataFrame, times as UTC timestamps. Needs pandas.

        What is a mapping in a row has a column for each key: `metrics.auc`, `tags.task`, `aliases.Champion`.
        A time that cannot be one is NaT, and its column has another one beside it, `…_as_stored`, with the numbers.
        """
        import pandas as pd

        rows = self.rows
        frame = pd.DataFrame([_flat(row) for row in rows], columns=_flat_names(rows))
        for name in [str(name) for name in frame.columns if str(name).endswith("_at")]:
            stored = list(frame[name])
            times = [int(time) if plausible(time) else None for time in stored]
            if any(time is None and not pd.isna(kept) for time, kept in zip(times, stored, strict=True)):
                frame[f"{name}_as_stored"] = stored
            frame[name] = pd.to_datetime(pd.Series(times, index=frame.index, dtype="Int64"), unit="ms", utc=True)
        return frame

    def __repr__(self) -> str:
        return self.text()

    def _repr_html_(self) -> str:
        return str(self.html())


@dataclass(repr=False)
class Table(Result):
    """Rows of one kind.

    Attributes:
        columns: what to show, in order; a column with nothing in it is left out, except the first.
        data: the rows; they may hold more than is shown.
        nothing: the sentence to show when there are no rows.
        more: how to see the rest, when the list was cut.
    """

    columns: Sequence[Column]
    data: Sequence[Row]
    nothing: str = "nothing here"
    more: str | None = None

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The rows, cut as they are on screen."""
        return [dict(row) for row in self.data]

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """Aligned columns."""
        if not self.data:
            return self.nothing
        shown = layout.table_text(self._used(), self.data, now, width, colours)
        return f"{shown}\n{self.more}" if self.more else shown

    def piped(self) -> str:
        """A line a row, with tabs between all columns, under their names."""
        return layout.tab_separated(self.columns, self.data)

    def html(self) -> Markup:
        """A table."""
        from jupyter_modelreg.commands.results import html as html_renderer

        return html_renderer.page(*self.parts())

    def parts(self) -> list[Markup]:
        """The pieces of the HTML, to be part of another result's."""
        from jupyter_modelreg.commands.results import html as html_renderer

        if not self.data:
            return [html_renderer.more_html(self.nothing)]
        shown = html_renderer.table_html(self._used(), self.data)
        return [shown, html_renderer.more_html(self.more)] if self.more else [shown]

    def in_utc(self, row: Row) -> Row:
        """A row with its times as text, in UTC."""
        return _in_utc(self.columns, row)

    def _used(self) -> list[Column]:
        return [
            column
            for index, column in enumerate(self.columns)
            if index == 0 or any(not empty(column.of(row)) for row in self.data)
        ]


@dataclass(repr=False)
class Card(Result):
    """One record.

    Attributes:
        title: what it is, by name.
        kind: which kind of thing, in a word or two.
        columns: the fields to show; empty ones are left out.
        record: the values; they may hold more than is shown.
        status: the status of a version, shown beside the title.
        marks: what else is shown there, in a word each.
        below: a table of what belongs to it.
        full: whether a long description is shown to its end on a terminal.
        says_change: whether it is what a change has led to, as of `connect`.
    """

    title: str
    kind: str
    columns: Sequence[Column]
    record: Row
    status: str | None = None
    below: Table | None = None
    full: bool = False
    marks: Sequence[str] = field(default=(), kw_only=True)
    says_change: bool = field(default=False, kw_only=True)

    @property
    def confirms(self) -> bool:
        """Where it says what a change has led to."""
        return self.says_change

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The one record."""
        return [dict(self.record)]

    def to_json(self) -> str:
        """The record as a JSON object."""
        return json_text(self.record)

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """A field a line."""
        parts = [self.heading_text(colours)]
        parts.append(layout.card_text(self._used(), self.record, now, width, colours, full=self.full))
        if self.below is not None and self.below.data:
            parts += ["", self.below.text(width, now, colours)]
        return "\n".join(parts)

    def piped(self) -> str:
        """The same with times in UTC."""
        below = None if self.below is None else replace(self.below, data=[*map(self.below.in_utc, self.below.data)])
        return replace(self, record=_in_utc(self.columns, self.record), below=below).text(None)

    def html(self) -> Markup:
        """A title with badges, and a field a line."""
        from jupyter_modelreg.commands.results import html as html_renderer

        parts = [self.heading_html(), html_renderer.card_html(self._used(), self.record)]
        if self.below is not None and self.below.data:
            parts += self.below.parts()
        return html_renderer.page(*parts)

    def heading_text(self, colours: bool = False) -> str:
        """What it is, by name and kind, in a line."""
        about = [self.kind, *self.marks, cell_text(_STATUS, self.status)]
        return layout.title_text(self.title, ", ".join(word for word in about if word), colours)

    def heading_html(self) -> Markup:
        """The same as a title with badges."""
        from jupyter_modelreg.commands.results import html as html_renderer

        status = html_renderer.cell_html(_STATUS, self.status)
        about = [*map(html_renderer.badge, (self.kind, *self.marks)), *([status] if status else [])]
        return html_renderer.title_html(self.title, about)

    def _used(self) -> list[Column]:
        return [column for column in self.columns if not empty(column.of(self.record))]


@dataclass(frozen=True)
class WayBack:
    """What takes a change back.

    Attributes:
        unit: the number of the unit of work, which `undo` takes.
        line: the line that does it, as it can be pasted where the change was made.
    """

    unit: int
    line: str


class Changed(Result):
    """What a command has changed.

    Attributes:
        way_back: what takes it back, the last line; whoever runs the command knows. None where nothing does.
    """

    way_back: WayBack | None = None


@dataclass(repr=False)
class Note(Changed):
    """What a write has changed, in a line or a few.

    Attributes:
        lines: what was done.
        data: the same as plain values.
        asides: what else there is to know, below the lines.
        warnings: what may be wrong with it, below that.
        done: whether the lines say what was done as asked; without it they bear no tick.
        undoing: whether what was done is taking something back, so that its way back does that again.
    """

    lines: Sequence[str]
    data: Sequence[Row]
    asides: Sequence[str] = field(default=(), kw_only=True)
    warnings: Sequence[ChangeWarning] = field(default=(), kw_only=True)
    done: bool = field(default=True, kw_only=True)
    undoing: bool = field(default=False, kw_only=True)

    @property
    def confirms(self) -> bool:
        """Always."""
        return True

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """What was changed, a row each, with what `undo` takes to take it back, where something does."""
        back: Row = {"undo": self.way_back.unit} if self.way_back else {}
        return [{**row, **back} for row in self.data]

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """The lines; they are short, and never cut."""
        said = [line(entry) for entry in (*self.lines, *self.asides, *map(warning_text, self.warnings))]
        if self.way_back:
            said.append(layout.quiet(f"{line(self.way_back.line)} {self._back}", colours))
        return "\n".join(said)

    def html(self) -> Markup:
        """The lines, ticked."""
        from jupyter_modelreg.commands.results import html as html_renderer

        parts = [html_renderer.note_html(self.lines, ticked=self.done)]
        parts += [html_renderer.more_html(aside) for aside in self.asides]
        parts.append(html_renderer.warnings_html(list(map(warning_text, self.warnings))))
        if self.way_back:
            parts.append(html_renderer.command_html(self.way_back.line, self._back))
        return html_renderer.page(*parts)

    @property
    def _back(self) -> str:
        return "does it again" if self.undoing else "takes this back"


def warning_text(warning: ChangeWarning) -> str:
    """A warning with its hint, in one line."""
    return f"warning: {'; '.join(filter(None, (warning.message, warning.hint)))}"


@dataclass(repr=False)
class Loaded(Note):
    """A loaded model; `model` is what a notebook gets when no variable was named for it."""

    model: object = None
    named: bool = False

    @property
    def value(self) -> object:
        """The model, or this note when the model went into a variable."""
        return self if self.named else self.model


@dataclass(repr=False)
class Plain(Result):
    """Text to be shown as it is: help, or the JSON of another result, whose rows it keeps."""

    content: str
    data: Sequence[Row] = ()
    code: int = 0

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The rows of the result behind it, if any."""
        return [dict(row) for row in self.data]

    @property
    def exit_code(self) -> int:
        """That of the result behind it."""
        return self.code

    def text(self, width: int | None = _WIDTH, now: int | None = None, colours: bool = False) -> str:
        """The text as it is."""
        return self.content

    def html(self) -> Markup:
        """The text as it is, in a fixed-width font."""
        from jupyter_modelreg.commands.results import html as html_renderer

        return html_renderer.page(html_renderer.pre_html(self.content))


def _flat(row: Row) -> dict[str, JsonValue]:
    """`row` with an entry for each key of a mapping in it."""
    flat: dict[str, JsonValue] = {}
    for name, value in row.items():
        flat |= {f"{name}.{key}": item for key, item in value.items()} if isinstance(value, Mapping) else {name: value}
    return flat


def _flat_names(rows: Sequence[Row]) -> list[str]:
    """The columns of `rows` made flat: in the order of a row, the keys of a mapping where the mapping stands."""
    names = dict.fromkeys(name for row in rows for name in row)
    nested = {name for row in rows for name, value in row.items() if isinstance(value, Mapping)}
    out: dict[str, None] = {}
    for name in names:
        if name not in nested:
            out[name] = None
            continue
        within = (row.get(name) for row in rows)
        out |= dict.fromkeys(f"{name}.{key}" for value in within if isinstance(value, Mapping) for key in value)
    return list(out)
