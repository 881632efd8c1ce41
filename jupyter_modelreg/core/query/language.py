"""The language that models and versions are searched in: from text to conditions, and to an order.

`GRAMMAR` is the whole of it. Lark reads it with a table and a stack of its own, so that nothing here gets deeper with
the text; how deep a tree may be is `MAX_DEPTH`, since whoever makes SQL of one walks it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.meaning import (
    TURNED,
    Said,
    Word,
    closest,
    condition_meant,
    order_meant,
    pointed_at,
)
from jupyter_modelreg.core.query.search import All, AnyOf, Filter, Order

if TYPE_CHECKING:  # which takes longer to import than most commands
    import lark

GRAMMAR = r"""
filter: any_of

any_of: all_of (_OR all_of)*
all_of: part (_AND part)*
?part: comparison | _NOT part -> turned | "(" any_of ")"

?comparison: FIELD COMPARE value                              -> compared
    | FIELD ALIKE value                                       -> compared
    | FIELD _NOT ALIKE value                                  -> not_compared
    | FIELD _IN "(" value ("," value)* ")"                    -> among
    | FIELD _NOT _IN "(" value ("," value)* ")"               -> not_among
    | FIELD _BETWEEN value _AND value                         -> between
    | FIELD _NOT _BETWEEN value _AND value                    -> not_between
    | FIELD _IS _NULL                                         -> missing
    | FIELD _IS _NOT _NULL                                    -> there

?value: TEXT | NUMBER | FLAG | DATE | AGO | NOW

order: sorting ("," sorting)*
sorting: FIELD DIRECTION?

FIELD: /[^\W\d]\w*(\.(`[^`]+`|"[^"]+"|\w[\w.\/-]*))?/
COMPARE: "==" | "=" | "!=" | "<>" | "<=" | "<" | ">=" | ">"
ALIKE.2: /(I?LIKE|CONTAINS)\b/i
TEXT: /'([^']|'')*'|"([^"]|"")*"/
NUMBER: /[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?(?![\w.])/i
FLAG.2: /(TRUE|FALSE)\b/i
DATE.2: /\d{4}-\d\d(-\d\d)?(T[\d:.]+(Z|[+-]\d\d:?\d\d)?)?(?![\w.])/i
AGO.2: /-?\d+(\.\d+)?(s|min|h|d|w)\b/i
NOW.2: /NOW\(\s*\)(\s*-\s*\d+(\.\d+)?\s*(s|min|h|d|w)\b)?/i
DIRECTION.2: /(ASC|DESC)(ENDING)?\b/i

_OR.2: /OR\b/i
_AND.2: /AND\b/i
_NOT.2: /NOT\b/i
_IN.2: /IN\b/i
_BETWEEN.2: /BETWEEN\b/i
_IS.2: /IS\b/i
_NULL.2: /NULL\b/i

%ignore /\s+/
"""

# Groups within groups, of what is joined otherwise: `a AND (b OR (c AND …))`.
MAX_DEPTH = 50
_OPERATORS = ("=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "CONTAINS", "IN", "BETWEEN", "IS NULL", "NOT")
_LIKE_THIS = "write it like metrics.auc > 0.9 and tags.task = 'ranking'"
_ORDERED = "write it like metrics.auc desc, name"
_VALUES = "a value is text in quotes, a number, true or false, or a time like 2026-03-01 or now() - 7d"


@dataclass(frozen=True)
class _Group:
    every: bool
    parts: tuple[Said | _Group, ...]
    depth: int


_Read = Said | _Group


def parse_filter(text: str, now: int) -> Filter:
    """The conditions that a filter means at a time, in epoch milliseconds.

    Raises InvalidInput, which says where, and what is expected there.
    """
    return _meant(text, _read_filter(text), now)


def parse_order(text: str) -> Sequence[Order]:
    """The order that a text asks for, as `metrics.auc desc, name`; nothing asks for none. Raises InvalidInput."""
    if not text.strip():
        return ()
    words: Sequence[tuple[Word, bool]] = _read(text, "order")
    order = [order_meant(text, word, descending) for word, descending in words]
    for at, each in enumerate(order):
        if each.field in [before.field for before in order[:at]]:
            raise pointed_at(text, words[at][0].at, f"{each.field} is sorted by twice", "leave one of them out")
    return order


def _meant(text: str, part: _Read, now: int) -> Filter:
    if isinstance(part, Said):
        return condition_meant(text, part, now)
    meant = tuple(_meant(text, each, now) for each in part.parts)
    return All(meant) if part.every else AnyOf(meant)


@lru_cache(maxsize=200)
def _read_filter(text: str) -> _Read:
    found: _Read = _read(text, "filter")
    return found


def _read(text: str, start: Literal["filter", "order"]) -> Any:
    from lark.exceptions import UnexpectedInput

    try:
        return _parser().parse(text, start=start)
    except UnexpectedInput as error:
        raise (_unreadable if start == "filter" else _unordered)(text, error) from None
    except _TooDeep as error:
        hint = "write it flatter: join more with the same word, or search in several steps"
        raise pointed_at(text, error.at, f"a filter holds at most {MAX_DEPTH} groups within each other", hint) from None


class _TooDeep(Exception):
    def __init__(self, at: int) -> None:
        super().__init__(at)
        self.at = at


@lru_cache(maxsize=1)
def _parser() -> lark.Lark:
    from lark import Lark, Transformer

    class Making(Transformer):  # type: ignore[type-arg]
        """What each rule of the grammar makes of what it has found."""

        filter = staticmethod(itemgetter(0))
        any_of = staticmethod(partial(_group, every=False))
        all_of = staticmethod(partial(_group, every=True))
        turned = staticmethod(lambda found: _turned(found[0]))
        compared = staticmethod(lambda found: Said(_word(found[0]), found[1].upper(), (_word(found[2]),)))
        not_compared = staticmethod(lambda found: Said(_word(found[0]), f"NOT {found[1].upper()}", (_word(found[2]),)))
        among = staticmethod(partial(_said, "IN"))
        not_among = staticmethod(partial(_said, "NOT IN"))
        between = staticmethod(partial(_said, "BETWEEN"))
        not_between = staticmethod(partial(_said, "NOT BETWEEN"))
        missing = staticmethod(partial(_said, "IS NULL"))
        there = staticmethod(partial(_said, "IS NOT NULL"))
        order = staticmethod(lambda found: list(found))
        sorting = staticmethod(lambda found: (_word(found[0]), len(found) > 1 and found[1].upper().startswith("DESC")))

    return Lark(GRAMMAR, parser="lalr", start=["filter", "order"], transformer=Making())


def _word(token: lark.Token) -> Word:
    return Word(token.type, str(token), token.start_pos or 0)


def _said(operator: str, found: Sequence[lark.Token]) -> Said:
    field, *values = map(_word, found)
    return Said(field, operator, tuple(values))


def _group(found: Sequence[_Read], every: bool) -> _Read:
    """One group of several parts; what is in a group of the same kind belongs to it."""
    if len(found) == 1:
        return found[0]
    parts: list[_Read] = []
    for each in found:
        parts += each.parts if isinstance(each, _Group) and each.every is every else [each]
    depth = 1 + max((each.depth for each in parts if isinstance(each, _Group)), default=0)
    if depth > MAX_DEPTH:
        raise _TooDeep(_first(parts[0]).field.at)
    return _Group(every, tuple(parts), depth)


def _turned(part: _Read) -> _Read:
    """What NOT makes of a part."""
    if isinstance(part, Said):
        return replace(part, operator=TURNED[part.operator])
    return _Group(not part.every, tuple(map(_turned, part.parts)), part.depth)


def _first(part: _Read) -> Said:
    while isinstance(part, _Group):
        part = part.parts[0]
    return part


# --- what cannot be read -------------------------------------------------------------------------------------


def _unreadable(text: str, error: Any) -> InvalidInput:
    """What is wrong where reading stopped, in a sentence."""
    at, wanted = _place(text, error)
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


def _place(text: str, error: Any) -> tuple[int, frozenset[str]]:
    """Where reading stopped, and what would have been read there."""
    token = getattr(error, "token", None)
    at = error.pos_in_stream if token is None or token.type != "$END" else len(text.rstrip())
    return at, frozenset(error.interactive_parser.accepts())


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


def _unordered(text: str, error: Any) -> InvalidInput:
    """What is wrong where reading an order stopped, in a sentence."""
    at, wanted = _place(text, error)
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
