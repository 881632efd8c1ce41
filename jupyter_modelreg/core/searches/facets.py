"""Facets: the values that most of what a filter finds has in common, each with the filter that asks for it, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.fields import Kind
from jupyter_modelreg.core.query.finding import sought_of
from jupyter_modelreg.core.query.language import joined_parts
from jupyter_modelreg.core.query.search import Condition, Search
from jupyter_modelreg.core.query.words import plain_words, quoted, written_key
from jupyter_modelreg.core.searches.records import Facet, FacetValue
from jupyter_modelreg.core.searches.searches import as_written

FACETS: Sequence[str] = ("catalog", "owner", "alias", "flavor", "tags")
"""The fields whose values are counted, unless others are asked for."""

MOST = 200


@dataclass(frozen=True)
class _Written:
    """A filter as a text of parts that all have to be met.

    Attributes:
        text: the filter; plain words as what they ask.
        parts: where in it its parts begin and end; one where they are not joined by AND alone.
        asked: the conditions of those that ask for one value of a facet, by the number of the part.
    """

    text: str
    parts: Sequence[tuple[int, int]]
    asked: Mapping[int, Condition]

    def without(self, number: int) -> str:
        """The filter without a part."""
        if number + 1 < len(self.parts):
            return self.text[: self.parts[number][0]] + self.text[self.parts[number + 1][0] :]
        return self.text[: self.parts[number - 1][1]] if number else ""

    def and_also(self, condition: str) -> str:
        """The filter with another part."""
        if not self.text:
            return condition
        whole = len(self.parts) > 1 or not joined_parts(self.text, "_OR")[1:]
        return f"{self.text} and {condition}" if whole else f"({self.text}) and {condition}"


def facets_of(context: Context, kind: Kind, filter: str, fields: Sequence[str], limit: int) -> Sequence[Facet]:
    """The most frequent values of what `filter` finds, for each of `fields`. Raises InvalidInput, NotFound."""
    strange = [field for field in fields if field not in FACETS]
    if strange:
        raise InvalidInput(f"{strange[0]} is not counted", f"use some of {', '.join(FACETS)}")
    if not fields:
        return []
    if not 1 <= limit <= MOST:
        raise InvalidInput(f"limit is {limit}, and must be between 1 and {MOST}")
    filter, _ = as_written(context, filter, "")
    now = context.now()
    found = sought_of(kind, filter, "", now)
    written = _written(filter.strip(), kind, now)
    with context.reading() as (tx, access):
        search = Search(conditions=context.by_rights(tx, access, found.conditions), prompts=found.prompts)
        rows = tx.models if kind == "model" else tx.versions
        counted = rows.most_frequent(search, fields, limit + 1)
    return [_facet(field, counted[field], written, limit) for field in fields]


def _facet(field: str, counted: Sequence[tuple[str, str, int]], written: _Written, limit: int) -> Facet:
    """What is chosen comes first: all that is found has it, so nothing is more frequent."""
    values = list(dict.fromkeys(_chosen(field, counted, written)))
    chosen = {(each.key, each.value) for each in values}
    for key, value, count in counted[:limit]:
        if (key, value) not in chosen:
            filter = written.and_also(_condition(field, key, value))
            values.append(FacetValue(key=key, value=value, count=count, chosen=False, filter=filter))
    return Facet(field=field, values=values, more=len(counted) > limit)


def _chosen(field: str, counted: Sequence[tuple[str, str, int]], written: _Written) -> Iterator[FacetValue]:
    count = max((count for _, _, count in counted), default=0)
    for number, condition in written.asked.items():
        name, _, key = condition.field.partition(".")
        if name == field:
            value, filter = str(condition.value), written.without(number)
            yield FacetValue(key=key, value=value, count=count, chosen=True, filter=filter)


def _written(filter: str, kind: Kind, now: int) -> _Written:
    words = plain_words(filter)
    text = " and ".join(f"text contains {quoted(word)}" for word in words) if words else filter
    parts = joined_parts(text, "_AND") if text else []
    asked: dict[int, Condition] = {}
    for number, (start, end) in enumerate(parts):
        conditions = sought_of(kind, text[start:end], "", now).conditions
        only = conditions[0] if len(conditions) == 1 else None
        if isinstance(only, Condition) and only.operator == "=" and isinstance(only.value, str):
            asked |= {number: only} if only.field.partition(".")[0] in FACETS else {}
    return _Written(text, parts, asked)


def _condition(field: str, key: str, value: str) -> str:
    """What asks for a value, in the language."""
    return f"{field}{f'.{written_key(key)}' if key else ''} = {quoted(value)}"
