"""Which versions are best by a metric, or by anything else that has an order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.comparison.directions import direction
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.fields import FIELDS, field_and_key
from jupyter_modelreg.core.query.meaning import closest
from jupyter_modelreg.core.query.search import Condition, Filter, Order, Search
from jupyter_modelreg.core.rules.sentences import listed

_LOOKED_AT = 100  # versions, to say which metrics there are


@dataclass(frozen=True)
class Ranking:
    """What versions are ranked by.

    Attributes:
        field: a field of searches that has an order, as `metrics.auc`.
        lowest: whether the lowest is best.
    """

    field: str
    lowest: bool

    @property
    def order(self) -> Order:
        """The best first."""
        return Order(self.field, descending=not self.lowest)


def ranking(by: str, lowest: bool | None) -> Ranking:
    """What `by` says: a field that has an order, or the name of a metric. Raises InvalidInput.

    With None for `lowest` a metric whose name says that it is a loss, an error or a latency is best at its lowest.
    """
    if not by.strip():
        raise InvalidInput("there is nothing to rank by", "name a metric, as metrics.auc")
    found = field_and_key(by) if "." in by else None
    if found is None:
        plain = next((each for each in FIELDS if by in (each.called, each.name) and not each.keyed), None)
        if plain is not None and (plain.texts or "version" not in plain.sorts):
            raise InvalidInput(f"{plain.called} says nothing about which is best", "name a metric, as metrics.auc")
        if plain is not None:
            return Ranking(plain.name, bool(lowest))
        return Ranking(f"metrics.{by}", direction(by) == "lower" if lowest is None else lowest)
    field, key = found[0], found[1]
    if field.type != "number":
        raise InvalidInput(f"{field.called}.{key} says nothing about which is best", "name a metric, as metrics.auc")
    return Ranking(f"{field.name}.{key}", direction(key) == "lower" if lowest is None else lowest)


def best(tx: Transaction, model: Model, by: Ranking, among: Sequence[Filter], limit: int) -> Sequence[Version]:
    """The READY versions of a model that meet all of `among`, the best first; see `Versions.best`."""
    ready: tuple[Filter, ...] = (Condition(by.field, "IS NOT NULL"), Condition("status", "=", "READY"))

    def found(conditions: Sequence[Filter], limit: int | None) -> Sequence[Version]:
        search = Search((*conditions, *among), (by.order,), limit=limit, prompts=None, model_id=model.id)
        return tx.versions.search(search)

    versions = found(ready, limit)
    if versions:
        return versions
    there = found((), _LOOKED_AT)
    if not there:
        what = f"no version of {model.name} is like that" if among else f"{model.name} has no versions"
        raise NotFound(what, "ask for less" if among else f"register SOURCE {model.name} makes one")
    metrics = sorted({key for each in there for key in each.latest_metrics})
    name = by.field.partition(".")[2] or by.field
    close = closest(name, metrics)
    known = f"they have {listed(metrics)}" if metrics else "they have no metrics at all: log some with the run"
    hint = f"did you mean {close}?" if close else known
    raise NotFound(f"none of these versions of {model.name} has {by.field}", hint)
