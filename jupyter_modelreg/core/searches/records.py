"""What is told of saved searches."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.entities.securables import Root
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.query.fields import Kind


@dataclass(frozen=True, kw_only=True)
class SavedSearch:
    """A filter and an order, kept under a name for everybody who uses the registry.

    Attributes:
        name: `@name` in place of a filter stands for it.
        filter, order_by: as they were written; a time like `now() - 7d` is that of whoever uses it.
        kind: whether it looks for models or for versions.
        author: who has saved it.
        saved_at: when, in epoch milliseconds.
    """

    name: str
    filter: str
    order_by: str
    kind: Kind
    author: str
    saved_at: int


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """What may stand at a place of a filter, and what it is."""

    text: str
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Problem:
    """What is wrong with a filter.

    Attributes:
        message: in a sentence.
        advice: what to write.
        at: how many characters stand before the place; None where it is none.
    """

    message: str
    advice: str | None
    at: int | None


@dataclass(frozen=True, kw_only=True)
class Completion:
    """Help with a filter that is being written.

    Attributes:
        kind: whether it looks for models or for versions; None where it cannot be read, or is empty.
        fields: those that it names, each once.
        problem: why it cannot be read; None where it can, or is empty.
        start, end: between how many characters the word stands that is being written.
        suggestions: what may stand there.
    """

    kind: Kind | None
    fields: Sequence[str]
    problem: Problem | None
    start: int
    end: int
    suggestions: Sequence[Suggestion]


@dataclass(frozen=True, kw_only=True)
class FacetValue:
    """A value that something of what a filter finds has.

    Attributes:
        key: of a tag; empty for what has no key.
        value: as it is stored.
        count: how much of what is found has it.
        chosen: whether the filter asks for it.
        filter: the filter that asks for it, too; of one that is chosen, the filter that no longer does.
    """

    key: str
    value: str
    count: int
    chosen: bool
    filter: str


@dataclass(frozen=True, kw_only=True)
class Facet:
    """What is found, by its values in one field.

    Attributes:
        field: `catalog`, `owner`, `alias`, `flavor` or `tags`.
        values: those that are chosen, then the most frequent ones.
        more: whether there are others.
    """

    field: str
    values: Sequence[FacetValue]
    more: bool


def saved_name(filter: str) -> str | None:
    """The name of the saved search that stands in place of a filter; None where there is none."""
    return filter.strip()[1:] if filter.lstrip().startswith("@") else None


def saved_in(root: Root) -> Mapping[str, SavedSearch]:
    """The saved searches of a registry, by name, in the order of the names."""
    return {name: _read(name, root.searches[name]) for name in sorted(root.searches)}


def told_of(search: SavedSearch) -> dict[str, JsonValue]:
    """A saved search as it is stored, without its name."""
    told = {key: value for key, value in vars(search).items() if key not in ("name", "order_by")}
    return {**told, "order_by": search.order_by} if search.order_by else told


def _read(name: str, told: Mapping[str, JsonValue]) -> SavedSearch:
    return SavedSearch(name=name, **{"order_by": "", **told})  # type: ignore[arg-type]
