"""What the words of a filter mean: the fields that are named, and values of their types."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import cast

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.evaluation import number_in
from jupyter_modelreg.core.query.fields import FIELDS, SearchField, field_called, has_letters, named_field
from jupyter_modelreg.core.query.search import (
    OPPOSITES,
    All,
    AnyOf,
    Condition,
    Filter,
    Operator,
    Order,
    Scalar,
    opposite,
)
from jupyter_modelreg.core.times import read_time

_SHOWN = 70  # characters of a filter in an error
_LIKES = ("LIKE", "ILIKE", "CONTAINS")
_WRITTEN: Mapping[str, str] = {"==": "=", "<>": "!="}
_KINDS: Mapping[str, str] = {
    "TEXT": "text",
    "NUMBER": "a number",
    "FLAG": "true or false",
    "DATE": "a time",
    "AGO": "a time",
    "NOW": "a time",
}
_TYPES: Mapping[str, str] = {
    "text": "text",
    "mixed": "compared with text or a number",
    "whole": "a whole number",
    "number": "a number",
    "flag": "true or false",
    "time": "a time",
}
_LIKE_THIS: Mapping[str, str] = {
    "mixed": "compare it with text in quotes, or with a number",
    "whole": "compare it with a whole number, as 3",
    "number": "compare it with a number, as 0.9",
    "flag": "compare it with true or false",
    "time": "compare it with 2026-03-01, '2026-03-01 14:00', '-7d' or now() - 7d",
}
_BETWEEN: Mapping[str, str] = {"BETWEEN": "NOT BETWEEN", "NOT BETWEEN": "BETWEEN"}
TURNED: Mapping[str, str] = {
    **{str(each): other for each, other in OPPOSITES.items()},
    **_BETWEEN,
    "==": "!=",
    "<>": "=",
}
"""What NOT makes of an operator, as it is written."""


@dataclass(frozen=True)
class Word:
    """A piece of a filter: which terminal of the grammar it is, its text, and where that begins."""

    kind: str
    text: str
    at: int


@dataclass(frozen=True)
class Said:
    """One comparison, in the words of the filter."""

    field: Word
    operator: str
    values: tuple[Word, ...] = ()


class Misread(InvalidInput):
    """A filter, or an order, cannot be read, or means nothing; the message shows the place.

    Attributes:
        at: how many characters stand before the place.
        what: what is wrong, without the place.
        advice: what to write.
    """

    def __init__(self, message: str, hint: str, at: int, what: str, advice: str) -> None:
        super().__init__(message, hint)
        self.at = at
        self.what = what
        self.advice = advice


def pointed_at(text: str, at: int, message: str, hint: str) -> Misread:
    """An error about a filter, or an order, with the place shown under it."""
    start = max(0, min(at - _SHOWN // 2, len(text) - _SHOWN))
    shown = "".join(character if character.isprintable() else " " for character in text[start : start + _SHOWN])
    before, after = "…" * (start > 0), "…" * (start + _SHOWN < len(text))
    mark = " " * (len(before) + at - start) + "^"
    pointed = f"{before}{shown}{after}\n{mark} {hint}"
    return Misread(f"{message} (column {at + 1})", pointed, at, message, hint)


def closest(word: str, words: Iterable[str]) -> str | None:
    """The word among `words` that may have been meant; None where none is near."""
    from difflib import get_close_matches  # which only those need who mistype

    return next(iter(get_close_matches(word, list(words), n=1, cutoff=0.6)), None)


def order_meant(text: str, word: Word, descending: bool) -> Order:
    """What is to be sorted by. Raises InvalidInput."""
    field, key = _field(text, word)
    return Order(f"{field.name}.{key}" if key else field.name, descending)


def condition_meant(text: str, said: Said, now: int) -> Filter:
    """What one comparison means at a time, in epoch milliseconds. Raises InvalidInput, which says where."""
    field, key = _field(text, said.field)
    name = f"{field.name}.{key}" if key else field.name
    operator = _WRITTEN.get(said.operator, said.operator)
    plain = operator.removeprefix("NOT ")
    if plain in _LIKES and not field.texts:
        kind = _TYPES[field.type]
        raise pointed_at(
            text, said.field.at, f"{field.called} is {kind}, so {plain} does not fit", _LIKE_THIS[field.type]
        )
    if field.name == "text" and not (plain == "CONTAINS" and has_letters(_unquoted(said.values[0]))):
        hint = "write it like text CONTAINS 'risk'"
        raise pointed_at(text, said.field.at, "text is asked whether it CONTAINS a letter or a digit", hint)
    if field.many and plain not in (*_LIKES, "=", "!=", "IN", "IS NULL", "IS NOT NULL"):
        hint = "use =, !=, IN, LIKE, ILIKE, CONTAINS or IS NULL"
        raise pointed_at(text, said.field.at, f"{field.called} may be several, so {plain} does not fit", hint)
    if plain == "BETWEEN":
        first, last = said.values
        meant: Filter = All(
            (
                _compared(text, field, name, ">=", first, now),
                _compared(text, field, name, "<=", last, now),
            )
        )
        return meant if operator == plain else opposite(meant)
    if plain == "IN":
        meant = _among(text, field, name, said.values, now)
        return meant if operator == plain else opposite(meant)
    if not said.values:
        return Condition(name, cast(Operator, operator))
    return _compared(text, field, name, cast(Operator, operator), said.values[0], now)


def _among(text: str, field: SearchField, name: str, words: tuple[Word, ...], now: int) -> Filter:
    if field.type == "time":
        return AnyOf(tuple(_compared(text, field, name, "=", word, now) for word in words))
    values = [_value(text, field, word) for word in words]
    by_kind = [tuple(each for each in values if isinstance(each, str) is texts) for texts in (True, False)]
    parts = tuple(Condition(name, "IN", some) for some in by_kind if some)
    return parts[0] if len(parts) == 1 else AnyOf(parts)


def _compared(text: str, field: SearchField, name: str, operator: Operator, word: Word, now: int) -> Filter:
    if field.type != "time":
        if operator.removeprefix("NOT ") not in _LIKES:
            return Condition(name, operator, _value(text, field, word))
        if word.kind != "TEXT":
            what = f"{operator} takes text, and {word.text} is {_KINDS[word.kind]}"
            raise pointed_at(text, word.at, what, f"put it in quotes: '{word.text}'")
        return Condition(name, operator, _unquoted(word))
    start, end = _moments(text, field, word, now)
    if operator in ("=", "!="):
        within = All((Condition(name, ">=", start), Condition(name, "<=", end)))
        exact: Filter = Condition(name, "=", start) if start == end else within
        return exact if operator == "=" else opposite(exact)
    # A day is over with its last moment.
    return Condition(name, operator, end if operator in (">", "<=") else start)


def _moments(text: str, field: SearchField, word: Word, now: int) -> tuple[int, int]:
    """The first and the last moment that a word may mean, in epoch milliseconds."""
    if word.kind == "NUMBER" and word.text.isdigit():
        return int(word.text), int(word.text)
    said = _unquoted(word)
    if word.kind == "NOW":
        said = said.partition(")")[2].strip() or "now"
    if word.kind in ("NUMBER", "FLAG"):
        raise _mismatch(text, field, word)
    try:
        return read_time(said, now), read_time(said, now, end=True)
    except InvalidInput as error:
        raise pointed_at(text, word.at, f"{field.called} is a time, and {error.message}", error.hint or "") from None


def _value(text: str, field: SearchField, word: Word) -> Scalar:
    said = _unquoted(word)
    number = number_in(said) if word.kind in ("NUMBER", "TEXT") else None
    if field.type == "flag" and word.kind == "FLAG":
        return said.lower() == "true"
    if field.texts and word.kind == "TEXT":
        return field.as_kept(said)
    if field.type == "mixed" and word.kind == "NUMBER":
        return float(said)
    if field.type == "number" and number is not None:
        return number
    if field.type == "whole" and said.removeprefix("-").isdecimal() and word.kind in ("NUMBER", "TEXT"):
        return int(said)
    raise _mismatch(text, field, word)


def _mismatch(text: str, field: SearchField, word: Word) -> InvalidInput:
    said = _unquoted(word)
    hint = _LIKE_THIS.get(field.type) or f"put it in quotes: '{said}'"
    whole = field.type == "whole" and word.kind == "NUMBER"
    what = "none" if whole else _KINDS[word.kind]
    return pointed_at(text, word.at, f"{field.called} is {_TYPES[field.type]}, and {word.text} is {what}", hint)


def _unquoted(word: Word) -> str:
    if word.kind != "TEXT":
        return word.text
    quote = word.text[0]
    return word.text[1:-1].replace(quote * 2, quote)


def _field(text: str, word: Word) -> tuple[SearchField, str]:
    """The field that a word names, and its key. Raises InvalidInput, which names the closest."""
    found = named_field(word.text)
    if found is not None:
        return found
    name = word.text.partition(".")[0]
    field = field_called(name)
    if field is not None and field.keyed:
        hint = f"name one: {field.called}.NAME, with `…` around a name with blanks in it"
        raise pointed_at(text, word.at, f"{name} are many", hint)
    if field is not None:
        raise pointed_at(text, word.at, f"there is nothing behind the dot of {name}", f"write {field.called}")
    known = {word: field for field in FIELDS for word in (field.called, field.name, *field.synonyms)}
    close = closest(name.lower(), known)
    listed = ", ".join(f"{each.called}.NAME" if each.keyed else each.called for each in FIELDS)
    hint = f"did you mean {known[close].called}?" if close else f"use one of {listed}"
    raise pointed_at(text, word.at, f"there is no field {name}", hint)
