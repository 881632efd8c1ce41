"""The text renderer of results: aligned columns that fit a given width."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import (
    ago,
    alias_text,
    date_time,
    in_order,
    size_text,
    tag_text,
    value_text,
)
from jupyter_modelreg.commands.results.markdown import to_line
from jupyter_modelreg.core.entities.values import JsonValue

_GAP = "  "
_NARROWEST = 12
# What gives way first when a line is too long.
_SHRINKING = (("text", "summary", "tags", "code", "lines", "markdown"), ("aliases", "name"))
_RIGHT = ("number", "size")


def table_text(columns: Sequence[Column], rows: Sequence[Row], now: int | None, width: int | None) -> str:
    """`rows` as aligned columns under a rule; long cells are cut so that a line fits `width` (None: never).

    `now` as in `cell_text`.
    """
    cells = [[line(cell_text(column, column.of(row), now)) for column in columns] for row in rows]
    widths = [
        max(width_of(column.title), *(width_of(row[index]) for row in cells)) if cells else width_of(column.title)
        for index, column in enumerate(columns)
    ]
    if width is not None:
        _squeeze(columns, widths, width)
    heads = [column.title for column in columns]
    rule = "─" * (sum(widths) + len(_GAP) * (len(widths) - 1))
    return "\n".join([_join(columns, heads, widths), rule, *(_join(columns, row, widths) for row in cells)])


def card_text(columns: Sequence[Column], row: Row, now: int | None, width: int | None) -> str:
    """One record, a field a line; long text goes on under its own beginning. `now` as in `cell_text`."""
    label = max((len(column.title) for column in columns), default=0)
    out = []
    for column in columns:
        shown = _lines(cell_text(column, column.of(row), now))
        room = None if width is None else width - label - len(_GAP)
        folded = [part for text in shown for part in _fold(text, room)]
        out += [f"{column.title if index == 0 else '':<{label}}{_GAP}{text}" for index, text in enumerate(folded)]
    return "\n".join(out)


def cell_text(column: Column, value: JsonValue, now: int | None = None) -> str:
    """One value as text; `now`, in epoch milliseconds, is what times are told from: without it they are dates."""
    if empty(value):
        return ""
    if column.kind == "time" and isinstance(value, int | float):
        return date_time(value) if now is None else ago(value, now)
    if column.kind == "size" and isinstance(value, int):
        return size_text(value)
    if column.kind == "summary":
        return to_line(str(value))
    if column.kind == "aliases":
        return _aliases_text(value)
    if column.kind == "tags" and isinstance(value, Mapping):
        return ", ".join(tag_text(key, item) for key, item in value.items())
    if column.kind == "status":
        return str(value).removesuffix("_REGISTRATION").lower()
    return value_text(value)


def alias_pairs(value: JsonValue) -> list[tuple[str, JsonValue]]:
    """Aliases in order, from names or from a mapping of names to versions, with where each points if that is known."""
    if isinstance(value, Mapping):
        return [(name, value[name]) for name in in_order(value)]
    return [(name, None) for name in in_order(map(str, value))] if isinstance(value, list) else []


def line(text: str) -> str:
    """`text` on one line, with nothing in it that could steer a terminal."""
    return clean(" ".join(text.split()) if "\n" in text else text)


def clean(text: str) -> str:
    """`text` with every character that does not print, line breaks apart, replaced."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else "\N{REPLACEMENT CHARACTER}" for char in text)


def cut(text: str, width: int) -> str:
    """`text`, at most `width` columns wide."""
    if width_of(text) <= width:
        return text
    if text.isascii():
        return f"{text[: max(0, width - 1)]}…"
    from wcwidth import iter_graphemes

    kept, used = [], 0
    for cluster in iter_graphemes(text):
        used += width_of(cluster)
        if used >= width:
            break
        kept.append(cluster)
    return f"{''.join(kept)}…"


def width_of(text: str) -> int:
    """How many columns of a terminal `text` takes: two for a Chinese character or an emoji."""
    if text.isascii():
        return len(text)
    from wcwidth import wcswidth  # its tables take longer to import than most commands do to run

    return max(wcswidth(text), 0)


def padded(text: str, width: int, right: bool = False) -> str:
    """`text` with blanks up to `width` columns, in front of it if `right`."""
    blanks = " " * (width - width_of(text))
    return f"{blanks}{text}" if right else f"{text}{blanks}"


def _squeeze(columns: Sequence[Column], widths: list[int], width: int) -> None:
    """Narrow the widest columns that may be cut, until a line fits or none can give more."""
    for kinds in _SHRINKING:
        giving = [index for index, column in enumerate(columns) if column.kind in kinds]
        while sum(widths) + len(_GAP) * (len(widths) - 1) > width:
            widest = max(giving, key=lambda index: widths[index], default=None)
            if widest is None or widths[widest] <= _NARROWEST:
                break
            widths[widest] -= 1


def _aliases_text(value: JsonValue) -> str:
    separator = ", " if isinstance(value, Mapping) else " "
    return separator.join(alias_text(*pair) for pair in alias_pairs(value))


def _join(columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int]) -> str:
    filled = [
        padded(cut(cell, width), width, column.kind in _RIGHT)
        for column, cell, width in zip(columns, cells, widths, strict=True)
    ]
    return _GAP.join(filled).rstrip()


def _lines(text: str) -> list[str]:
    return clean(text.replace("\r\n", "\n")).split("\n")


def _fold(text: str, room: int | None) -> list[str]:
    """`text` broken at spaces into lines of at most `room` columns; a longer word stays whole, to be copied."""
    if room is None or width_of(text) <= room:
        return [text]
    out, current = [], ""
    for word in text.split(" "):
        if current and width_of(current) + 1 + width_of(word) > room:
            out.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*out, current]
