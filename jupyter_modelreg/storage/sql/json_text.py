"""JSON kept in text columns: how it is written, read and searched. No other module knows how it is spaced."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import canonical
from jupyter_modelreg.storage.sql.backend import Backend, Clause

# `json.dumps` would make an encoder for each call.
to_json = json.JSONEncoder(ensure_ascii=False).encode


def from_json(text: str | None) -> Any:
    """What `JsonText` has stored; most of it is empty."""
    return None if text is None else {} if text == "{}" else json.loads(text)


def from_json_of(texts: Sequence[str | None]) -> list[Any]:
    """The same of many texts at once."""
    found: list[Any] = json.loads(f"[{','.join('null' if text is None else text for text in texts)}]")
    if len(found) != len(texts):
        raise ValueError("what is stored as one JSON value is several")
    return found


def to_text(value: object) -> str | None:
    """What `JsonText` stores; NULL stays NULL."""
    if value is None:
        return None
    # Asking for a Mapping takes long.
    return to_json(value if isinstance(value, (dict, list, tuple)) or not isinstance(value, Mapping) else dict(value))


class JsonText(sa.types.TypeDecorator[object]):
    """A value kept as JSON text."""

    impl = sa.Text
    cache_ok = True

    def text_of(self, value: object) -> str | None:
        """What Python has, as text; NULL stays NULL."""
        return to_text(value)

    def process_bind_param(self, value: object, dialect: sa.Dialect) -> str | None:
        """See `text_of`."""
        return self.text_of(value)

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> object:
        """Turn text into what Python had."""
        return from_json(value)


class Unparsed(Mapping[str, Any]):
    """A JSON object that is parsed when it is looked into: one that is long, and that few want to know."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def _found(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = json.loads(self._text)
        return found

    def __getitem__(self, key: str) -> Any:
        return self._found[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __repr__(self) -> str:
        return repr(self._found)


def unparsed(text: str | None) -> Unparsed | None:
    """What `LazyJson` has stored."""
    return None if text is None else Unparsed(text)


class LazyJson(JsonText):
    """An object kept as JSON text, which whoever reads it gets unparsed."""

    cache_ok = True

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> object:
        """See `JsonText`."""
        return unparsed(value)


class AlignedNumbers(JsonText):
    """An object of numbers as JSON text, each number at the right of as many characters as the longest needs.

    Which characters a number is then follows from where its key stands, and nothing has to be parsed to read it.
    """

    cache_ok = True

    def text_of(self, value: object) -> str | None:
        """See `JsonText`."""
        if not isinstance(value, Mapping):
            return to_text(value)
        return "{" + ", ".join(f"{key_piece(key)}{to_json(each):>{NUMBER_WIDTH}}" for key, each in value.items()) + "}"


class CanonicalJson(JsonText):
    """The same in the one spelling that events have: see `core.entities.events.canonical`."""

    cache_ok = True

    def text_of(self, value: object) -> str | None:
        """See `JsonText`."""
        return None if value is None else canonical(dict(value) if isinstance(value, Mapping) else value)


NUMBER_WIDTH = len(to_json(-sys.float_info.max))
"""How many characters there are for each of `AlignedNumbers`."""

EMPTY = to_json({})
"""An object that holds nothing."""


def as_text(column: sa.ColumnElement[Any]) -> sa.ColumnElement[str]:
    """A column of JSON as the text that is stored."""
    return sa.type_coerce(column, sa.Text)


def key_piece(key: str) -> str:
    """A piece of text that every object with that key holds."""
    return f"{to_json(key)}: "


def inside(text: str) -> str:
    """A text as it stands inside of others that hold it."""
    return to_json(text)[1:-1]


def pair_piece(key: str, value: str) -> str:
    """A piece of text that every object with that value under that key holds."""
    return key_piece(key) + to_json(value)


def contains_pair(backend: Backend, column: sa.ColumnElement[Any], piece: sa.ColumnElement[str]) -> Clause:
    """Whether an object holds a `pair_piece` or a `key_piece`; inside one of its values that piece would be escaped."""
    return backend.contains(as_text(column), piece)


def contains_item(backend: Backend, column: sa.ColumnElement[Any], item: Sequence[str]) -> Clause:
    """Whether a list of lists of text holds that one."""
    return backend.contains(as_text(column), sa.literal(to_json(list(item)), sa.Text))


def contains_text(backend: Backend, column: sa.ColumnElement[Any], text: str) -> Clause:
    """Whether a list of text holds that one; inside of a longer one its quotes would be escaped."""
    return backend.contains(as_text(column), sa.literal(to_json(text), sa.Text))


def last_value_is(column: sa.ColumnElement[Any], value: int) -> sa.ColumnElement[bool]:
    """Whether the last value of an object is that number."""
    return as_text(column).endswith(f": {value}}}")
