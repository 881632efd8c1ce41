"""Values as text on a terminal: one cell each, as wide as there is room."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Literal

from jupyter_modelreg.commands.results.columns import Column, empty
from jupyter_modelreg.commands.results.formats import (
    ago,
    alias_text,
    date_time,
    fields_text,
    in_order,
    size_text,
    tag_text,
    value_text,
)
from jupyter_modelreg.commands.results.markdown import to_line
from jupyter_modelreg.core.entities.values import JsonValue

# The most aliases in a list; `+7` says how many more there are.
MOST_ALIASES = 3
# The most files on a card.
MOST_FILES = 12
# What is left of a key when the value needs its room: `val…=passed`.
_LEAST_OF_KEY = 3


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
        return _aliases_text(value, None)
    if column.kind == "tags" and isinstance(value, Mapping):
        return ", ".join(tag_text(key, item) for key, item in value.items())
    if column.kind == "links" and isinstance(value, Mapping):
        return "\n".join(f"{kind} {url}" for url, kind in value.items())
    if column.kind == "kinds" and isinstance(value, Mapping):
        return ", ".join(dict.fromkeys(map(str, value.values())))
    if column.kind == "list" and isinstance(value, list):
        return ", ".join(map(str, value))
    if column.kind == "rows" and isinstance(value, list):
        return "\n".join(map(str, value))
    if column.kind == "fields":
        return fields_text(value)
    if column.kind == "files" and isinstance(value, list):
        return _files_text(value)
    if column.kind == "flag":
        return column.title
    if column.kind == "status":
        return str(value).removesuffix("_REGISTRATION").lower()
    return value_text(value)


def short_text(column: Column, value: JsonValue, now: int | None = None) -> str:
    """`cell_text` on one line, with a few of many aliases: what a cell of a list has at most."""
    if column.kind == "aliases":
        return line(_aliases_text(value, MOST_ALIASES))
    return line(cell_text(column, value, now))


def fitted(column: Column, value: JsonValue, width: int, now: int | None = None) -> str:
    """`short_text` in at most `width` columns: whole aliases and tags with a count of the others, else a cut text."""
    shown = short_text(column, value, now)
    if width_of(shown) <= width:
        return shown
    if column.kind == "aliases":
        pairs = [line(alias_text(*pair)) for pair in alias_pairs(value)]
        return _as_many(pairs[:MOST_ALIASES], len(pairs), _separator(value), width) or _first(
            pairs, width, _short_alias
        )
    if column.kind == "tags" and isinstance(value, Mapping):
        pairs = [line(tag_text(key, item)) for key, item in value.items()]
        return _as_many(pairs, len(pairs), ", ", width) or _first(pairs, width, _short_tag)
    return cut(shown, width)


def tone(change: str) -> Literal["good", "bad"] | None:
    """Whether a change is for the better or the worse; None for one that does not say."""
    if change.endswith(("worse", "breaks callers")):
        return "bad"
    return "good" if change.endswith("better") else None


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


def _files_text(files: Sequence[JsonValue]) -> str:
    """The first files, a line each, with their sizes, and how many others there are."""
    shown = [file for file in files[:MOST_FILES] if isinstance(file, Mapping)]
    lines = [f"{file['path']}  {size_text(file['size'])}" for file in shown if isinstance(file["size"], int)]
    rest = len(files) - MOST_FILES
    return "\n".join([*lines, f"and {rest:,} more"] if rest > 0 else lines)


def _aliases_text(value: JsonValue, most: int | None) -> str:
    pairs = [alias_text(*pair) for pair in alias_pairs(value)]
    shown = pairs if most is None else pairs[:most]
    return _counted(_separator(value).join(shown), len(pairs) - len(shown))


def _separator(aliases: JsonValue) -> str:
    return ", " if isinstance(aliases, Mapping) else " "


def _counted(text: str, others: int) -> str:
    return f"{text} +{others}" if others else text


def _as_many(texts: Sequence[str], total: int, separator: str, width: int) -> str:
    """As many of `texts` as fit, from the first, with a count of the others of `total`; empty if none fits."""
    for count in range(len(texts), 0, -1):
        shown = _counted(separator.join(texts[:count]), total - count)
        if width_of(shown) <= width:
            return shown
    return ""


def _first(texts: Sequence[str], width: int, shorten: Callable[[str, int], str]) -> str:
    """The first of `texts`, shortened, with a count of the others."""
    counted = _counted("", len(texts) - 1)
    return f"{shorten(texts[0], width - len(counted))}{counted}"


def _short_alias(text: str, width: int) -> str:
    """`@Champion v3` as `@Cham… v3`: which version it is, is what one looks for."""
    name, blank, version = text.partition(" ")
    return f"{cut(name, width - len(blank) - width_of(version))}{blank}{version}"


def _short_tag(text: str, width: int) -> str:
    """`validation_status=passed` as `valid…=passed`: the value is what one looks for, so the key gives way first."""
    key, equals, value = text.partition("=")
    room = width - width_of(value) - len(equals)
    return f"{cut(key, room)}={value}" if equals and room > _LEAST_OF_KEY else cut(text, width)
