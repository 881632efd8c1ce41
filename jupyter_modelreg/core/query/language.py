"""The language that models and versions are searched in: from text to conditions, and to an order.

`GRAMMAR` is the whole of it. Lark reads it with a table and a stack of its own, so that nothing here gets deeper with
the text; how deep a tree may be is `MAX_DEPTH`, since whoever makes SQL of one walks it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from operator import itemgetter
from typing import TYPE_CHECKING, Any, Literal

from jupyter_modelreg.core.query.meaning import (
    TURNED,
    Said,
    Word,
    condition_meant,
    order_meant,
    pointed_at,
)
from jupyter_modelreg.core.query.mistakes import unreadable_filter, unreadable_order
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
        said = unreadable_filter if start == "filter" else unreadable_order
        raise said(text, *_place(text, error)) from None
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


def _place(text: str, error: Any) -> tuple[int, frozenset[str]]:
    """Where reading stopped, and what would have been read there."""
    token = getattr(error, "token", None)
    at = error.pos_in_stream if token is None or token.type != "$END" else len(text.rstrip())
    return at, frozenset(error.interactive_parser.accepts())


def joined_parts(text: str, joint: Literal["_AND", "_OR"]) -> Sequence[tuple[int, int]]:
    """Where the parts of a filter begin and end that are joined by a word, outside of parentheses.

    One part, the whole, where they are joined by the other word as well: it takes OR before AND apart. The filter is
    one that can be read.
    """
    found: list[tuple[int, int]] = []
    depth, between, start, end = 0, False, 0, 0
    for token in _parser().parse_interactive(text, start="filter").exhaust_lexer():
        depth += {"LPAR": 1, "RPAR": -1}.get(token.type, 0)
        if token.type == "_AND" and between:
            between = False  # the word belongs to what it is between
        elif token.type == joint and not depth:
            found.append((start, end))
            start = -1
        elif token.type == "_OR" and not depth:
            return [(0, len(text))]
        else:
            between = between or token.type == "_BETWEEN"
        if start < 0 and token.type != joint:
            start = token.start_pos or 0
        end = token.end_pos or 0
    return [*found, (start, len(text))]


# --- what has been written so far ----------------------------------------------------------------------------


def read_so_far(text: str) -> tuple[Sequence[Word], frozenset[str]] | None:
    """The words of what a filter begins with, and the terminals of `GRAMMAR` that may come next.

    None where no filter begins so.
    """
    from lark.exceptions import UnexpectedInput

    reading = _parser().parse_interactive(text, start="filter")
    try:
        words = [_word(token) for token in reading.exhaust_lexer()]
    except (UnexpectedInput, _TooDeep):
        return None
    return words, frozenset(reading.accepts())  # type: ignore[no-untyped-call]
