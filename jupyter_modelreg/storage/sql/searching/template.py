"""What of a search decides how its statement reads, and the values that go with it.

Searches that differ in nothing but values share one statement, which is put together and translated once: that takes
longer than DuckDB does for a page. Values are always bound, never part of the text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.query.fields import SearchField, field_and_key, field_of
from jupyter_modelreg.core.query.search import All, Condition, Filter, Operator, Order, Search, conditions_in
from jupyter_modelreg.storage.sql import json_text
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.searching.visibility import visible_values

_PROMPT = f"tags.{PROMPT_TAG}"


@dataclass(frozen=True)
class Clause:
    """A condition without its values.

    Attributes:
        field: what is compared.
        operator: how.
        parameter: what its values are called: `value_0`, of a list `value_0_0` and on, `value_0_key` of a key.
        count: how many values there are.
        numeric: whether they are numbers.
        known: False for a key that nothing can have.
    """

    field: SearchField
    operator: Operator
    parameter: str
    count: int = 1
    numeric: bool = False
    known: bool = True


@dataclass(frozen=True)
class Group:
    """Clauses of which all have to be true, or any."""

    every: bool
    parts: tuple[Clause | Group, ...]


@dataclass(frozen=True)
class QueryTemplate:
    """What of a search decides how its statement reads: all but the values.

    Attributes:
        clauses: what has to be true.
        order: what to sort by, as `sort_0` and on where it takes a key.
        continued: only what comes behind `after_0` and on.
        limited, skipping: there is a `page_limit`, there is a `page_offset`.
        visible: to how many principals models are in sight; None where all are.
        prompts: see `Search`; True is left to the conditions when one of them is about prompts.
        of_model: only versions of the model `by_model`.
    """

    clauses: tuple[Clause | Group, ...]
    order: tuple[Order, ...]
    continued: bool
    limited: bool
    skipping: bool
    prompts: bool | None
    visible: int | None = None
    of_model: bool = False

    @property
    def compared(self) -> Iterator[SearchField]:
        """The fields of all clauses."""
        left = list(self.clauses)
        while left:
            part = left.pop()
            if isinstance(part, Clause):
                yield part.field
            else:
                left += part.parts


def looks_through(template: QueryTemplate) -> bool:
    """Whether many rows may have to be looked at: to sort them, or for more than whether a column holds some text."""
    return template.order[0].field != "name" or any(map(_looks_through, template.clauses))


def _looks_through(clause: Clause | Group) -> bool:
    if isinstance(clause, Group):
        return True
    field = clause.field
    return (field.keyed and clause.numeric) or field.many or field.name == "last_used_at"


def parametrised(backend: Backend, search: Search, order: Iterable[Order]) -> tuple[QueryTemplate, dict[str, Any]]:
    """The template of a search that is sorted by `order`, and the values that go with it.

    Raises InvalidInput for an unknown field.
    """
    values: dict[str, Any] = {}
    making = _Making(backend, values)
    clauses = tuple(making.clause(part) for part in _conditions(search))
    sorting = tuple(order)
    start = search.start
    for at, each in enumerate(sorting):
        making.key(f"sort_{at}", field_of(each.field), each.field)
        if start.after is not None:
            values[f"after_{at}"] = start.after[each.field]
    values |= {"page_limit": search.limit, "page_offset": start.offset}
    prompts = search.prompts
    if prompts and any(condition.field == _PROMPT for condition in conditions_in(search.conditions)):
        prompts = None
    limited, skipping = search.limit is not None, bool(start.offset)
    visible = None
    if search.visible is not None:
        visible = len(search.visible.principals)
        values |= visible_values(backend, search.visible)
    return QueryTemplate(clauses, sorting, start.after is not None, limited, skipping, prompts, visible), values


def _conditions(search: Search) -> Sequence[Filter]:
    # Looking for models, MLflow ignores what a filter says of the prompt tag: models lack it.
    if search.prompts is False:
        return [part for part in search.conditions if not (isinstance(part, Condition) and part.field == _PROMPT)]
    return search.conditions


class _Making:
    """Clauses in the making, whose values are gathered beside them."""

    def __init__(self, backend: Backend, values: dict[str, Any]) -> None:
        self._backend = backend
        self._values = values
        self._made = 0

    def clause(self, part: Filter) -> Clause | Group:
        """A condition without its values, or a tree of them."""
        if not isinstance(part, Condition):
            return Group(isinstance(part, All), tuple(self.clause(each) for each in part.parts))
        name = f"value_{self._made}"
        self._made += 1
        field, value = field_of(part.field), part.value
        listed = value if isinstance(value, tuple) else (value,)
        numeric = bool(listed) and isinstance(listed[0], int | float) and not isinstance(listed[0], bool)
        decimal = numeric and field.type in ("mixed", "number")
        for at, each in enumerate(listed):
            name_of = f"{name}_{at}" if isinstance(value, tuple) else name
            self._values[name_of] = float(each) if decimal else each  # type: ignore[arg-type]
        made = Clause(field, part.operator, name, len(listed), numeric)
        whole = part.operator == "=" and isinstance(value, str)
        if field.many:
            self._key(name, str(value))
            self._values[f"{name}_piece"] = json_text.key_piece(str(value))
            self._values[f"{name}_inside"] = json_text.inside(str(value))
            return made
        known = self.key(name, field, part.field, str(value) if whole else None)
        return made if known else replace(made, known=False)

    def key(self, name: str, field: SearchField, said: str, whole: str | None = None) -> bool:
        """Take the key of a keyed field among the values; whether anything can have it.

        `whole` is the text that has to be under it, where that is known.
        """
        found = field_and_key(said)
        if not field.keyed or found is None:
            return True
        key = found[1]
        if field.name == "rank":
            whole = key.lower()
            self._values |= {f"{name}_whole": whole, f"{name}_part": f".{whole}"}
            self._values |= {f"{name}_word_{at}": word for at, word in enumerate(whole.split())}
            return True
        # Looking for a piece of text takes a third of reading the JSON, which few then need.
        piece = json_text.key_piece(key) if whole is None else json_text.pair_piece(key, whole)
        known = self._key(name, key)
        self._values[f"{name}_piece"] = piece if known else "\x00"
        return known

    def _key(self, name: str, key: str) -> bool:
        known = bool(key) and not any(special in key for special in '"\\*')  # no key may be or hold them
        self._values[f"{name}_key"] = self._backend.json_key(key if known else "-")
        return known
