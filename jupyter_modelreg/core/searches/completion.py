"""What may come next in a filter that is being written: fields, operators, and keys and values that are in use."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.evaluation import own_value
from jupyter_modelreg.core.query.fields import FIELDS, Kind, SearchField, field_called, named_field
from jupyter_modelreg.core.query.finding import sought
from jupyter_modelreg.core.query.language import read_so_far
from jupyter_modelreg.core.query.meaning import Misread
from jupyter_modelreg.core.query.search import Order, Search
from jupyter_modelreg.core.query.words import quoted, written_key
from jupyter_modelreg.core.rules.signature import column_types
from jupyter_modelreg.core.searches.records import Completion, Problem, Suggestion, saved_in, saved_name

MOST = 20
# So many models, and so many versions, those that were changed last, say which keys and values are in use.
_LOOKED_AT = 200
# What a filter is made of, the last of which may not be whole yet: text, a field, an operator, anything else.
_PIECE = re.compile(
    r"""'(?:[^']|'')*'?|"(?:[^"]|"")*"?|[^\W\d]\w*(?:\.(?:`[^`]*`?|"[^"]*"?|[\w./-]*))?|[=!<>]+|@?[\w.-]+|\S"""
)
_COMPARING = ("=", "!=", "<", "<=", ">", ">=")
_OF_TEXT = ("like", "ilike", "contains")
_ABOUT = {
    "=": "is that",
    "!=": "is something else",
    "<": "is less",
    "<=": "is at most",
    ">": "is more",
    ">=": "is at least",
    "like": "looks like that: % is any text, _ any character",
    "ilike": "the same, whatever the capitals",
    "contains": "holds that text, whatever the capitals",
    "in (": "is one of these",
    "not in (": "is none of these",
    "between": "is neither smaller nor larger",
    "is null": "there is none",
    "is not null": "there is one",
    "and": "both are true",
    "or": "one of both is true",
    "not": "is not true",
}
_TIMES = (("now() - 7d", "a week ago"), ("now() - 30d", "thirty days ago"), ("now() - 12h", "twelve hours ago"))


def complete(context: Context, filter: str, at: int) -> Completion:
    """See `Searches.complete`."""
    start, end = _word(filter, at)
    kind: Kind | None = None
    fields: Sequence[str] = ()
    problem: Problem | None = None
    name = saved_name(filter)
    if name is None and filter.strip():
        try:
            found = sought(filter, "", context.now())
            kind, fields = found.kind, found.fields
        except Misread as error:
            problem = Problem(message=error.what, advice=error.advice, at=error.at)
        except InvalidInput as error:
            problem = Problem(message=error.message, advice=error.hint, at=None)
    with context.read() as tx:
        if name is not None:
            kind, problem = _saved(tx, name)
        offered = list(_offered(tx, filter[:start], filter[start:at]))
    return Completion(
        kind=kind,
        fields=fields,
        problem=problem,
        start=start,
        end=end,
        suggestions=_fitting(offered, filter[start:at]),
    )


def _saved(tx: Transaction, name: str) -> tuple[Kind | None, Problem | None]:
    """What a saved search looks for, or that there is none."""
    saved = saved_in(tx.root.get()).get(name)
    if saved is not None:
        return saved.kind, None
    return None, Problem(message=f"there is no saved search {name}", advice="save one, or choose another", at=0)


def _word(filter: str, at: int) -> tuple[int, int]:
    """Between how many characters the word stands that is being written at a place."""
    for piece in _PIECE.finditer(filter):
        if piece.start() < at <= piece.end():
            whole = piece[0][0] in "'\"" and len(piece[0]) > 1 and piece[0][-1] == piece[0][0]
            operator = piece[0] in _COMPARING
            if (whole and at == piece.end()) or operator or piece[0] in "()":
                return at, at
            return piece.start(), piece.end()
    return at, at


def _fitting(offered: Sequence[Suggestion], word: str) -> Sequence[Suggestion]:
    """Those that begin with a word, and behind them those that hold it elsewhere; not what is written already."""
    sought = _bare(word)
    found: list[list[Suggestion]] = [[], []]
    for each in dict.fromkeys(offered):
        said = _bare(each.text)
        if sought in said and each.text != word:
            found[not said.startswith(sought)].append(each)
    return [*found[0], *found[1]][:MOST]


def _bare(text: str) -> str:
    return re.sub(r"[`'\"]", "", text.lower())


def _offered(tx: Transaction, before: str, word: str) -> Iterator[Suggestion]:
    if not before.strip():
        for saved in saved_in(tx.root.get()).values():
            yield Suggestion(text=f"@{saved.name}", about=saved.filter or f"sorted by {saved.order_by}")
    if word.startswith("@"):
        return
    read = read_so_far(before)
    if read is None:
        return
    words, wanted = read
    if "FIELD" in wanted:
        yield from _fields(tx, word)
        yield from _words("not") if "_NOT" in wanted else ()
    fields = (named_field(each.text) for each in reversed(words) if each.kind == "FIELD")
    named = next(filter(None, fields), None)
    if named is None:
        return
    if "TEXT" in wanted:
        yield from _values(tx, *named)
    elif "COMPARE" in wanted:
        yield from _operators(named[0])
    else:
        yield from _joining(wanted)


def _words(*words: str) -> Iterator[Suggestion]:
    return (Suggestion(text=each, about=_ABOUT.get(each, "")) for each in words)


def _fields(tx: Transaction, word: str) -> Iterator[Suggestion]:
    """The fields, or the keys of the one that a word names before its dot."""
    said, dot, _ = word.partition(".")
    if not dot:
        for each in FIELDS:
            yield Suggestion(text=f"{each.called}." if each.keyed else each.called, about=each.about.replace("`", ""))
        return
    field = field_called(said)
    if field is not None and field.keyed:
        keys = dict.fromkeys(key for record in _records(tx, field) for key in _keys(field, record))
        for key in keys:
            yield Suggestion(text=f"{said}.{written_key(key)}", about=field.about)


def _operators(field: SearchField) -> Iterator[Suggestion]:
    if field.name == "text":
        return _words("contains")
    if field.type == "flag":
        return _words("=", "!=")
    comparing = ("=", "!=") if field.many else _COMPARING
    texts = _OF_TEXT if field.texts else ()
    return _words(
        *comparing, *texts, "in (", "not in (", *(() if field.many else ("between",)), "is null", "is not null"
    )


def _joining(wanted: frozenset[str]) -> Iterator[Suggestion]:
    if "_NULL" in wanted:
        return _words("null", "not null")
    if "ALIKE" in wanted:
        return _words(*_OF_TEXT, "in (", "between")
    places = (("LPAR", "("), ("COMMA", ","), ("_AND", "and"), ("_OR", "or"), ("RPAR", ")"))
    return _words(*(text for terminal, text in places if terminal in wanted))


def _values(tx: Transaction, field: SearchField, key: str) -> Iterator[Suggestion]:
    """Values to compare a field with: those it may have, or that are in use."""
    if field.type == "flag":
        return _words("true", "false")
    if field.type == "time":
        return (Suggestion(text=text, about=about) for text, about in _TIMES)
    known: Iterable[Any] = field.values
    if not known:
        found = (own_value(record, field, key) for record in _records(tx, field) if _tells(record, field))
        flat = [one for each in found for one in (each if isinstance(each, tuple) else (each,)) if one is not None]
        known = sorted(set(flat), key=lambda value: (str(type(value)), value))
    return (Suggestion(text=_written(value)) for value in known)


def _written(value: object) -> str:
    if isinstance(value, str):
        return quoted(value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _records(tx: Transaction, field: SearchField) -> Iterator[Model | Version]:
    """Models, versions, or both, whose values in a field say what is in use."""
    search = Search(order=(Order("updated_at", descending=True),), limit=_LOOKED_AT, prompts=False)
    if "model" in field.kinds:
        yield from tx.models.search(search)
    if "version" in field.kinds:
        yield from tx.versions.search(search)


def _tells(record: Model | Version, field: SearchField) -> bool:
    """Whether a record has a field itself."""
    if field.name in ("owner", "model_tags"):
        return isinstance(record, Model)
    return field.name not in ("text", "last_used_at", "deprecated", "can")


def _keys(field: SearchField, record: Model | Version) -> Iterable[str]:
    if field.name in ("tags", "model_tags", "version_tags"):
        fits = field.name == "tags" or isinstance(record, Model) is (field.name == "model_tags")
        return record.tags if fits else ()
    if isinstance(record, Model):
        return ()
    if field.name in ("input", "output"):
        return column_types(record.signature, f"{field.name}s")  # type: ignore[arg-type]
    return (record.params if field.name == "params" else record.latest_metrics) or ()
