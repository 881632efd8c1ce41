"""What is wrong with a filter, or an order, that cannot be read: its place, and what is expected there."""

from __future__ import annotations

import re

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.meaning import closest, pointed_at

_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "CONTAINS", "IN", "BETWEEN", "IS NULL", "NOT")
_LIKE_THIS = "write it like metrics.auc > 0.9 and tags.task = 'ranking'"
_ORDERED = "write it like metrics.auc desc, name"
_VALUES = "a value is text in quotes, a number, true or false, or a time like 2026-03-01 or now() - 7d"


def unreadable_filter(text: str, at: int, wanted: frozenset[str]) -> InvalidInput:
    """What is wrong with a filter at the place where reading it stopped, where one of the `wanted` was to come."""
    found = text[at:].split(maxsplit=1)[0] if text[at:].strip() else ""
    quote = found.removeprefix(".")[:1]
    if quote and quote in "'\"`" and text.count(quote, at) % 2:
        where = text.index(quote, at)
        return pointed_at(text, where, f"the {quote} here is never closed", "put the same quote behind the text")
    if "FIELD" in wanted:
        return _no_field(text, at, found)
    if "COMPARE" in wanted:
        return _no_operator(text, at, found)
    if "TEXT" in wanted:
        if not found:
            return pointed_at(text, at, "a value is missing at the end", _VALUES)
        word = _bare(found)
        said = f"{word} is no value" if word else "a value is expected here"
        return pointed_at(text, at, said, f"write text in quotes: '{word}'" if word else _VALUES)
    for needed, message, hint in _NEEDED:
        if needed in wanted and "_OR" not in wanted:
            return pointed_at(text, at, message, hint)
    return _not_joined(text, at, found)


_NEEDED = (
    ("LPAR", "IN takes a list in parentheses", "write it like version IN (1, 3)"),
    ("COMMA", "a comma or a closing parenthesis is expected here", "write a list like ('a', 'b')"),
    ("_NULL", "NULL or NOT NULL is expected behind IS", "write it like tags.task IS NULL"),
    ("ALIKE", "LIKE, ILIKE, CONTAINS, IN or BETWEEN is expected behind NOT", "write it like name NOT LIKE 'a%'"),
    ("_AND", "BETWEEN takes two values with AND between", "write it like metrics.auc BETWEEN 0.8 AND 0.9"),
)


def _no_field(text: str, at: int, found: str) -> InvalidInput:
    if not text.strip():
        return InvalidInput("there is nothing to search for", _LIKE_THIS)
    if not found:
        word = text.split()[-1]
        return pointed_at(text, at, f"a comparison is missing behind {word}", _LIKE_THIS)
    if found[0] == ")":
        return pointed_at(text, at, "a comparison is missing before this )", _LIKE_THIS)
    return pointed_at(text, at, "a field is expected here", _LIKE_THIS)


def _no_operator(text: str, at: int, found: str) -> InvalidInput:
    field = text[:at].split()[-1]
    if field.upper() in ("AND", "OR"):
        return pointed_at(text, at - 1, f"a comparison is missing before {field}", _LIKE_THIS)
    every = f"use one of {', '.join(_OPERATORS)}"
    word = _bare(found) or re.match(r"[^\w\s'\"`]*", found)[0]  # type: ignore[index]
    if not word or word[0] in "(),":
        return pointed_at(text, at, f"an operator is missing behind {field}", every)
    close = closest(word.upper(), _OPERATORS)
    return pointed_at(text, at, f"there is no operator {word}", f"use {close}" if close else every)


def unreadable_order(text: str, at: int, wanted: frozenset[str]) -> InvalidInput:
    """The same of an order."""
    if "FIELD" in wanted:
        return pointed_at(text, at, "a field to sort by is expected here", _ORDERED)
    return pointed_at(text, at, "asc, desc, or a comma and a field are expected here", _ORDERED)


def _not_joined(text: str, at: int, found: str) -> InvalidInput:
    if found.startswith(")"):
        return pointed_at(text, at, "there is no ( for this )", "take it away, or open one before")
    if found:
        return pointed_at(text, at, "AND or OR is expected here", _LIKE_THIS)
    return pointed_at(text, _open(text), "the ( here is never closed", "put a ) behind what belongs together")


def _open(text: str) -> int:
    """Where the last parenthesis is that nothing closes; those in quotes do not count."""
    left: list[int] = []
    for match in re.finditer(r"'[^']*'|\"[^\"]*\"|`[^`]*`|[()]", text):
        if match[0] == "(":
            left.append(match.start())
        elif match[0] == ")" and left:
            left.pop()
    return left[-1] if left else 0


def _bare(found: str) -> str:
    """The word that a piece of text begins with."""
    match = re.match(r"[^\W\d][\w.@/-]*", found)
    return match[0] if match else ""
