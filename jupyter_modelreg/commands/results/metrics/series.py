"""What is drawn of a metric: its value in each version, with gaps where a version has none."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.rules.sentences import listed

MOST_METRICS = 8
"""How many metrics are drawn."""
# How many are drawn of those nobody named, and how many are offered in place of one that is not there.
_USUAL, _MOST_NAMED = 3, 8


@dataclass(frozen=True)
class Series:
    """One metric over versions, oldest first; None where a version has none, or what is no number."""

    metric: str
    values: Sequence[float | None]

    @property
    def known(self) -> Sequence[float]:
        """The values there are."""
        return [value for value in self.values if value is not None]

    @property
    def range(self) -> tuple[float, float]:
        """The lowest and the highest value."""
        return min(self.known), max(self.known)


def series_of(model: str, versions: Sequence[Version], metrics: Sequence[str]) -> list[Series]:
    """Each of `metrics` over `versions`, oldest first; without any, those that most versions have, if any.

    Raises InvalidInput for one that no version has, and for more than can be told apart.
    """
    counts = Counter(key for version in versions for key, value in version.latest_metrics.items() if _drawn(value))
    if metrics and not counts:
        raise InvalidInput(
            f"no version of {model} has a metric",
            "log metrics in the run, or for the logged model, before you register it",
        )
    asked = list(dict.fromkeys(metrics)) or [key for key, _ in counts.most_common(_USUAL)]
    if len(asked) > MOST_METRICS:
        raise InvalidInput(f"{len(asked)} metrics are named, and {MOST_METRICS} can be drawn", "name fewer")
    for metric in asked:
        if metric not in counts:
            raise InvalidInput(f"no version of {model} has the metric {metric}", _instead(metric, list(counts)))
    return [Series(metric, [_value(version, metric) for version in versions]) for metric in asked]


def _value(version: Version, metric: str) -> float | None:
    value = version.latest_metrics.get(metric)
    return value if value is not None and _drawn(value) else None


def _drawn(value: float) -> bool:
    return math.isfinite(value)


def _instead(metric: str, known: Sequence[str]) -> str:
    from difflib import get_close_matches

    by_case = {key.lower(): key for key in known}
    close = [by_case[key] for key in get_close_matches(metric.lower(), by_case, n=3)]
    if close:
        return f"did you mean {' or '.join(close)}?"
    more = len(known) - _MOST_NAMED
    return f"there is {listed(sorted(known)[:_MOST_NAMED])}{f', and {more} more' if more > 0 else ''}"
