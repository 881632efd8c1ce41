"""A condition on a version: `metrics.auc >= 0.9 AND tags.checked = 'yes'`."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.governance.cases import Case
from jupyter_modelreg.core.query.language import parse_filter
from jupyter_modelreg.core.query.search import All, Condition, Filter

_OPERATORS: Mapping[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}
_LIKE_THIS = "write it like metrics.auc >= 0.9 AND tags.checked = 'yes'"


@dataclass(frozen=True)
class Comparison:
    """One part of a condition: what is compared, how, and with what; a metric with a number, all else with text.

    A parameter or tag is compared as a number where the text of both is one.
    """

    kind: str
    key: str
    operator: str
    text: str

    def unmet_by(self, case: Case) -> str | None:
        """What is wrong, as a phrase that goes on from the name of the version; None where it is true."""
        found, what = self._found(case), f"{self.kind}.{self.key}"
        if found is None:
            return f"has no {what}"
        if self.holds(found):
            return None
        return f"has {what} = {found}, and it has to be {self.operator} {self.text}"

    def _found(self, case: Case) -> str | None:
        if self.kind == "metrics":
            value = case.version.latest_metrics.get(self.key)
            return None if value is None else repr(value)
        return (case.tags if self.kind == "tags" else case.version.params or {}).get(self.key)

    def holds(self, found: str) -> bool:
        """Whether it is true of the value `found`."""
        left, right = _number(found), _number(self.text)
        if left is not None and right is not None:
            return not math.isnan(left) and _OPERATORS[self.operator](left, right)
        return {"=": found == self.text, "!=": found != self.text}.get(self.operator, False)


def parse(text: str) -> Sequence[Comparison]:
    """The parts of a condition, all of which have to be true. Raises InvalidInput.

    It is written in the language that models and versions are searched in, and says less: how a value compares with
    one of a metric, a parameter or a tag.
    """
    return [_comparison(each) for each in _joined(parse_filter(text, now=0))]


def _joined(part: Filter) -> Iterator[Condition]:
    if isinstance(part, Condition):
        yield part
    elif isinstance(part, All):
        for each in part.parts:
            yield from _joined(each)
    else:
        raise InvalidInput("the comparisons of a policy are joined by AND only", _LIKE_THIS)


def _comparison(condition: Condition) -> Comparison:
    field, _, key = condition.field.partition(".")
    if field not in ("metrics", "params", "tags"):
        raise InvalidInput(f"a policy asks for metrics, params and tags, and not for {condition.field}", _LIKE_THIS)
    if condition.operator not in _OPERATORS:
        raise InvalidInput(f"a policy compares by {', '.join(_OPERATORS)}, and not by {condition.operator}", _LIKE_THIS)
    value = condition.value
    text = value if isinstance(value, str) else repr(value).removesuffix(".0")
    if condition.operator not in ("=", "!=") and _number(text) is None:
        raise InvalidInput(f"{text!r} is no number, so nothing can be {condition.operator} it", _LIKE_THIS)
    return Comparison(field, key, condition.operator, text)


def clash(comparisons: Sequence[Comparison]) -> Sequence[Comparison]:
    """Comparisons of one field that cannot all be true, as `> 0.9` and `< 0.5`; two of them where two are enough."""
    fields: dict[tuple[str, str], list[Comparison]] = {}
    for each in comparisons:
        fields.setdefault((each.kind, each.key), []).append(each)
    for of_field in fields.values():
        for pair in combinations(of_field, 2):
            if not _possible(pair):
                return pair
        if not _possible(of_field):
            return of_field
    return ()


def _possible(comparisons: Sequence[Comparison]) -> bool:
    """Whether any value meets all of these comparisons of one field.

    Whether one does changes at the values that are compared with only, so it is enough to try these, and one in each
    gap between them: for text any other.
    """
    texts = {each.text for each in comparisons}
    numbers = sorted({number for text in texts if (number := _number(text)) is not None and math.isfinite(number)})
    between = [(low + high) / 2 for low, high in pairwise(numbers)]
    outside = [math.nextafter(numbers[0], -math.inf), math.nextafter(numbers[-1], math.inf)] if numbers else []
    tried = [*texts, *map(repr, (*between, *outside)), "".join(texts) + "?"]
    return any(all(each.holds(value) for each in comparisons) for value in tried)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
