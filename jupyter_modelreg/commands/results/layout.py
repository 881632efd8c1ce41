"""Rows as tables, records as cards: for a terminal, which has a width and colours, and a pipe, which has neither.

Not with rich: its import alone takes a fifth of the time of a whole command in a shell, and its tables fold and cut
columns where these leave them out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from jupyter_modelreg.commands.results.columns import Column, Row, empty
from jupyter_modelreg.commands.results.formats import exact
from jupyter_modelreg.commands.results.markdown import to_line
from jupyter_modelreg.commands.results.text import cell_text, clean, fitted, line, short_text, tone, width_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.rules.verdicts import BAD

_GAP = "  "
# What can do with less room than it would take, and with how much.
_LEAST = {"tags": 16, "summary": 16, "text": 16, "lines": 16, "markdown": 16, "code": 16, "aliases": 16}
_RIGHT = ("number", "size")
_BREAKS = re.compile(r"(?<!\d) ")
# The most lines of a description on a terminal.
_MOST_LINES = 12
# The share of a line that the first column has at most, unless most rows need more.
_LARGEST_SHARE = 0.6

_RESET, _BOLD, _DIM = "\x1b[0m", "\x1b[1m", "\x1b[2m"
_RED, _GREEN, _YELLOW, _CYAN = "\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[36m"
_STATUS = {"failed": _RED, "pending": _YELLOW}
_BAD_VALUE = re.compile(rf"(?<==)(?:{'|'.join(BAD)})(?=,|$| \+\d)", re.IGNORECASE)


def table_text(
    columns: Sequence[Column], rows: Sequence[Row], now: int | None, width: int | None, colours: bool = False
) -> str:
    """`rows` as aligned columns under a rule, a line each, in at most `width` columns of the terminal (None: any).

    The first column says which row it is: it is never cut, and a row with a very long name goes beyond the others.
    Where there is no room, the last columns are left out. `now` as in `cell_text`.
    """
    natural = [[short_text(column, column.of(row), now) for column in columns] for row in rows]
    widths = _widths(columns, natural, width)
    kept = columns[: len(widths)]
    heads = [_painted(column.title, _BOLD, colours) for column in kept]
    lines = [_line(kept, widths, [column.title for column in kept], heads, width)]
    lines.append("─" * (sum(widths) + len(_GAP) * (len(widths) - 1)))
    for row, whole in zip(rows, natural, strict=True):
        cells = [
            text if width_of(text) <= room or not index else fitted(column, column.of(row), room, now)
            for index, (column, text, room) in enumerate(zip(kept, whole, widths, strict=False))
        ]
        shown = [_coloured(column, cell, colours) for column, cell in zip(kept, cells, strict=True)]
        lines.append(_line(kept, widths, cells, shown, width))
    return "\n".join(lines)


def card_text(
    columns: Sequence[Column],
    row: Row,
    now: int | None,
    width: int | None,
    colours: bool = False,
    *,
    full: bool = False,
) -> str:
    """One record, a field a line; long text goes on under its own beginning. `now` as in `cell_text`."""
    label = max((len(column.title) for column in columns), default=0)
    out = []
    for column in columns:
        shown = _lines(cell_text(column, column.of(row), now))
        if column.kind == "markdown" and width is not None and not full and len(shown) > _MOST_LINES:
            shown = [*shown[:_MOST_LINES], f"… {len(shown) - _MOST_LINES} more lines; --full shows all"]
        room = None if width is None else width - label - len(_GAP)
        folded = [part for text in shown for part in _fold(text, room)]
        for index, text in enumerate(folded):
            title = column.title if index == 0 else ""
            room_left = " " * (label - len(title))
            out.append(f"{_painted(title, _DIM, colours)}{room_left}{_GAP}{_coloured(column, text, colours)}".rstrip())
    return "\n".join(out)


def tab_separated(columns: Sequence[Column], rows: Sequence[Row]) -> str:
    """`rows` for other programs: a line each under the names of all fields, nothing cut, times in ISO 8601."""
    lines = ["\t".join(column.key for column in columns)]
    lines += ["\t".join(_plain(column, column.value(row)) for column in columns) for row in rows]
    return "\n".join(lines)


def title_text(name: str, about: str, colours: bool = False) -> str:
    """The first line of a card: the name, and in brackets what it is."""
    return f"{_painted(clean(name), _BOLD, colours)}  ({about})"


def strong(text: str, colours: bool = False) -> str:
    """A heading within a card."""
    return _painted(clean(text), _BOLD, colours)


def quiet(text: str, colours: bool = False) -> str:
    """A line that is there to be found, not to be read."""
    return _painted(text, _DIM, colours)


def paragraph(text: str, width: int | None, indent: str = "  ") -> list[str]:
    """The lines of a text that somebody wrote, folded to `width` columns (None: any) and set in."""
    room = None if width is None else width - width_of(indent)
    return [f"{indent}{part}".rstrip() for each in _lines(text) for part in _fold(each, room)]


def difference(lines: Sequence[str], colours: bool = False) -> list[str]:
    """The lines of a unified diff, those that are gone in red, and the new ones in green."""
    kinds = {"-": _RED, "+": _GREEN, "@": _DIM}
    return [_painted(clean(each), kinds.get(each[:1], ""), colours) for each in lines]


def _widths(columns: Sequence[Column], cells: Sequence[Sequence[str]], width: int | None) -> list[int]:
    """The width of each column that there is room for."""
    natural = [
        max(width_of(column.title), *(width_of(row[index]) for row in cells), 0) for index, column in enumerate(columns)
    ]
    if width is None:
        return natural
    widths = [max(width_of(columns[0].title), _first_width([width_of(row[0]) for row in cells], width))]
    for column, full in zip(columns[1:], natural[1:], strict=True):
        least = min(full, max(_LEAST.get(column.kind, full), width_of(column.title)))
        if sum(widths) + len(_GAP) * len(widths) + least > width:
            break
        widths.append(least)
    spare = width - sum(widths) - len(_GAP) * (len(widths) - 1)
    for index in range(1, len(widths)):
        more = min(max(spare, 0), natural[index] - widths[index])
        widths[index] += more
        spare -= more
    return widths


def _first_width(wanted: Sequence[int], width: int) -> int:
    """What the first column gets: what it needs, but for a few very long names."""
    usual = [each for each in wanted if each <= width * _LARGEST_SHARE]
    return max(usual if 2 * len(usual) >= len(wanted) else wanted, default=0)


def _line(
    columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str], shown: Sequence[str], width: int | None
) -> str:
    """One row: each cell in its column, or behind what goes beyond its own; `shown` are the cells with colours."""
    out: list[str] = []
    used, start = 0, 0
    for column, room, cell, coloured in zip(columns, widths, cells, shown, strict=True):
        taken = width_of(cell)
        at = max(start + (room - taken if column.kind in _RIGHT else 0), used + len(_GAP) if out else 0)
        start += room + len(_GAP)
        if not cell:
            continue
        if out and width is not None and at + taken > width:
            break
        out.append(f"{'':{at - used}}{coloured}")
        used = at + taken
    return "".join(out)


def _coloured(column: Column, cell: str, colours: bool) -> str:
    if not colours or not cell:
        return cell
    if column.kind == "aliases":
        return _painted(cell, _CYAN, colours)
    if column.kind == "change":
        return _painted(cell, {"good": _GREEN, "bad": _RED}.get(tone(cell) or "", ""), colours)
    if column.kind == "tags":
        return _BAD_VALUE.sub(lambda found: _painted(found[0], _RED, colours), cell)
    return _painted(cell, _STATUS.get(cell, ""), colours) if column.kind == "status" else cell


def _painted(text: str, colour: str, colours: bool) -> str:
    return f"{colour}{text}{_RESET}" if colours and colour and text else text


def _plain(column: Column, value: JsonValue) -> str:
    if column.kind == "time" and isinstance(value, int | float):
        return exact(value)
    if column.kind == "flag":
        return "true" if value else "false"
    if empty(value) or isinstance(value, int | float):
        return "" if empty(value) else str(value)
    if column.kind == "summary":
        return line(to_line(str(value), None))
    return line(cell_text(column, value))


def _lines(text: str) -> list[str]:
    return clean(text.replace("\r\n", "\n")).split("\n")


def _fold(text: str, room: int | None) -> list[str]:
    """`text` broken at spaces into lines of at most `room` columns; a longer word stays whole, to be copied.

    A number stays with what it counts.
    """
    if room is None or width_of(text) <= room:
        return [text]
    out, current = [], ""
    for word in _BREAKS.split(text):
        if current and width_of(current) + 1 + width_of(word) > room:
            out.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*out, current]
