"""What models and versions have in the fields of a search, and whether they meet its conditions: in plain Python.

A store in memory searches by it. In a database the same is SQL (`storage/sql/searching`), and the contract of stores
holds that both agree.
"""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.derived import datasets_in, experiment_in, flavor_in, notebook_in
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.query.fields import LONGEST_FACET, SearchField, field_and_key, field_of, named_plainly
from jupyter_modelreg.core.query.search import NEGATED, OPPOSITES, All, Condition, Filter, Operator, Order, Scalar
from jupyter_modelreg.core.query.words import rank
from jupyter_modelreg.core.rules.signature import column_types

NUMBER = r"-?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?"
"""How a number is written where text may be one; digits are ASCII."""

_NUMBER = re.compile(NUMBER, re.ASCII)


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """What conditions are about: a version with its model, or a model with one of its versions.

    Attributes:
        model: the model.
        version: the version; None for a model without any.
        sought: which of the two is looked for.
        last_used_at: when the version was loaded last, in epoch milliseconds.
        comments: what was said of the version that is sought; of the model that is, and of its versions.
    """

    model: Model
    version: Version | None
    sought: Model | Version
    last_used_at: int | None = None
    comments: Sequence[str] = ()

    def value(self, field: SearchField, key: str) -> Any:
        """What it has in a field: one value, a tuple where the field has many, None for none."""
        if field.name == "last_used_at":
            return self.last_used_at
        if field.name == "text":
            tags = [text for pair in self.sought.tags.items() for text in pair]
            return (self.model.name, self.sought.description or "", *tags, *self.comments)
        if field.name == "deprecated":
            return self.sought.deprecated is not None or self.model.deprecated is not None
        if field.name == "owner":
            return self.model.owner
        if field.name == "model_tags":
            return self.model.tags.get(key)
        if "model" in field.kinds:
            return own_value(self.sought, field, key)
        if self.version is None:
            return () if field.many else None
        return own_value(self.version, field, key)


def values_in(candidate: Candidate, name: str) -> Iterator[tuple[str, str]]:
    """The values that a candidate has in a field that is counted, each with its key; see `ModelRows.most_frequent`."""
    field = named_plainly(name)
    if field.keyed:
        pairs = [(key, value) for key, value in candidate.sought.tags.items() if not key.startswith("mlflow.")]
    else:
        found = candidate.value(field, "")
        values = found if isinstance(found, tuple) else () if found is None else (found,)
        pairs = [("", value) for value in values]
    return (pair for pair in pairs if len(pair[1]) <= LONGEST_FACET)


def own_value(record: Model | Version, field: SearchField, key: str) -> Any:
    """What a model or a version has in a field that is its own; None for nothing."""
    if field.name == "rank":
        return rank(key, record.name, record.description)
    if field.name in ("catalog", "schema"):
        parts = record.name.split(".") if is_governed(record.name) else (None, None)
        return parts[0] if field.name == "catalog" else parts[1]
    if isinstance(record, Model) or field.name not in _OF_VERSIONS:
        return record.tags.get(key) if field.name == "tags" else getattr(record, field.name)
    return _OF_VERSIONS[field.name](record, key)


_OF_VERSIONS: Mapping[str, Callable[[Version, str], Any]] = {
    "alias": lambda version, key: version.aliases,
    "version_tags": lambda version, key: version.tags.get(key),
    "params": lambda version, key: (version.params or {}).get(key),
    "metrics": lambda version, key: _unless_nan(version.latest_metrics.get(key)),
    "input": lambda version, key: column_types(version.signature, "inputs").get(key),
    "output": lambda version, key: column_types(version.signature, "outputs").get(key),
    "dataset": lambda version, key: tuple(datasets_in(version.lineage)),
    "notebook": lambda version, key: notebook_in(version.lineage),
    "experiment": lambda version, key: experiment_in(version.lineage),
    "flavor": lambda version, key: flavor_in(version.lineage),
}


def sort_value(record: object, order: Order) -> Scalar:
    """What a record is sorted by: what has no value comes before all that have one."""
    found = field_and_key(order.field)
    if found is None or not isinstance(record, Model | Version):
        value = getattr(record, order.field)
        return "" if value is None else value
    field, key = found
    value = own_value(record, field, key)
    return field.missing if value is None else value


def meets(candidate: Candidate, part: Filter) -> bool:
    """Whether a condition, or a tree of them, is met. Raises InvalidInput for an unknown field."""
    if isinstance(part, All):
        return all(meets(candidate, each) for each in part.parts)
    if isinstance(part, Condition):
        return _meets_condition(candidate, part)
    return any(meets(candidate, each) for each in part.parts)


def _meets_condition(candidate: Candidate, condition: Condition) -> bool:
    field = field_of(condition.field)
    value = candidate.value(field, condition.field.partition(".")[2])
    if field.many:
        return _any_meets(value, condition)
    return compared(value, condition.operator, condition.value)


def _any_meets(values: Sequence[str], condition: Condition) -> bool:
    if condition.operator == "IS NULL":
        return not values
    if condition.operator in NEGATED:
        plain = OPPOSITES[condition.operator]
        return not any(compared(each, plain, condition.value) for each in values)
    return any(compared(each, condition.operator, condition.value) for each in values)


def compared(found: Scalar | None, comparing: Operator, wanted: Scalar | tuple[Scalar, ...] | None) -> bool:
    """Whether `found comparing wanted` is true; text that is compared with numbers is read as one.

    Text that is no number is not equal to any, and neither larger nor smaller.
    """
    if found is None or comparing in ("IS NULL", "IS NOT NULL"):
        return (found is None) is (comparing == "IS NULL")
    first = wanted[0] if isinstance(wanted, tuple) and wanted else wanted
    if isinstance(found, str) and isinstance(first, int | float):
        number = number_in(found)
        if number is None:
            return comparing in ("!=", "NOT IN")
        found = number
    return _COMPARE[comparing](found, wanted)


def number_in(text: str) -> float | None:
    """The number that a text is; None where it is none."""
    return float(text) if _NUMBER.fullmatch(text) else None


def _unless_nan(value: float | None) -> float | None:
    return None if value is None or math.isnan(value) else value


def _like(value: str, pattern: str, flags: int = 0) -> bool:
    parts = {"%": ".*", "_": "."}
    return re.fullmatch("".join(parts.get(c, re.escape(c)) for c in pattern), value, re.DOTALL | flags) is not None


_COMPARE: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "LIKE": _like,
    "NOT LIKE": lambda value, pattern: not _like(value, pattern),
    "ILIKE": lambda value, pattern: _like(value, pattern, re.IGNORECASE),
    "NOT ILIKE": lambda value, pattern: not _like(value, pattern, re.IGNORECASE),
    "CONTAINS": lambda value, piece: piece.lower() in value.lower(),
    "NOT CONTAINS": lambda value, piece: piece.lower() not in value.lower(),
    "IN": lambda value, values: value in values,
    "NOT IN": lambda value, values: value not in values,
}
