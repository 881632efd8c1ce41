"""What somebody looks for in the language of `query.language`, as a search for models or for versions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.query.fields import Kind, check_search, field_of, of_versions_only
from jupyter_modelreg.core.query.language import parse_filter, parse_order
from jupyter_modelreg.core.query.search import All, Filter, Order, conditions_in
from jupyter_modelreg.core.query.words import best_first, holding, plain_words


@dataclass(frozen=True)
class Sought:
    """A filter and an order, as they were read.

    Attributes:
        conditions: all have to be met; none, where there is no filter.
        order: what to sort by.
    """

    conditions: tuple[Filter, ...]
    order: Sequence[Order]

    @property
    def kind(self) -> Kind:
        """Versions where any condition, or the order, is about what only they have; else models."""
        by_version = any("model" not in field_of(each.field).sorts for each in self.order)
        return "version" if by_version or of_versions_only(self.conditions) else "model"

    @property
    def prompts(self) -> bool | None:
        """Prompts are left out, unless the filter says itself which it means."""
        asked = any(condition.field.endswith(f"tags.{PROMPT_TAG}") for condition in conditions_in(self.conditions))
        return None if asked else False

    @property
    def fields(self) -> list[str]:
        """The fields of all conditions and of the order, each once, as they come."""
        named = [condition.field for condition in conditions_in(self.conditions)]
        named += [each.field for each in self.order if field_of(each.field).said]
        return list(dict.fromkeys(named))


def sought(filter: str, order_by: str, now: int) -> Sought:
    """Read a filter, or plain words, and an order, any of which may be empty. Raises InvalidInput.

    `now` is what times are counted from, in epoch milliseconds.
    """
    order = parse_order(order_by)
    if words := plain_words(filter):
        return Sought(holding(words), order or [best_first(words)])
    found = parse_filter(filter, now) if filter.strip() else All(())
    return Sought(found.parts if isinstance(found, All) else (found,), order)


def sought_of(kind: Kind, filter: str, order_by: str, now: int) -> Sought:
    """The same, which is checked to be something that models, or versions, can be searched by."""
    found = sought(filter, order_by, now)
    check_search(kind, found.conditions, found.order)
    return found
