"""In what versions differ: what is told of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.comparison.directions import Direction
from jupyter_modelreg.core.entities.values import JsonValue

Section = Literal["version", "metrics", "params", "tags", "signature", "datasets", "code", "requirements", "files"]


@dataclass(frozen=True, kw_only=True)
class ComparedValue:
    """One thing that versions are compared in.

    Attributes:
        section: which kind of thing it is.
        key: what it is called there: `auc`, `input amount`, `model.pkl`.
        values: what it is in each version, in their order; None where a version has none. Times are epoch milliseconds;
            a file is its SHA-256 in hex, an empty folder the empty text; the source of a cell is whole.
        differs: whether it is not the same in all of them.
        breaking: whether callers of the first version would fail with a later one because of it.
        better: of a metric, which values are better, where its name says that; None for all else.
    """

    section: Section
    key: str
    values: Sequence[JsonValue]
    differs: bool
    breaking: bool = False
    better: Direction | None = None

    @property
    def change(self) -> float | None:
        """The last value less the first, of a metric; None where one of them is no number."""
        first, last = self.values[0], self.values[-1]
        if self.section != "metrics" or not isinstance(first, int | float) or not isinstance(last, int | float):
            return None
        return last - first

    @property
    def improved(self) -> bool | None:
        """Whether the last value of a metric is better than the first; None for neither, and where nobody knows."""
        change = self.change
        if not change or math.isnan(change) or self.better is None:
            return None
        return (change > 0) == (self.better == "higher")


@dataclass(frozen=True, kw_only=True)
class TextDifference:
    """A text file that differs: the lines of a unified diff, without the two that name the files.

    Attributes:
        path: POSIX path below the version's folder; `source` of the code that made the version.
        section: `files`, or `code` for that.
        lines: each begins with `+`, `-`, a space, or `@@`, and has no end of line.
    """

    path: str
    lines: Sequence[str]
    section: Section = "files"


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """Versions held side by side.

    Attributes:
        references: the versions, as `prod.ml_team.fraud/3`, in the order they were asked for; a single one where all
            that was asked for is that version.
        values: what they are compared in, by section, then by key.
        breaking: what makes callers of the first version fail with a later one, a phrase each.
        unread: what could not be compared, and why, a sentence each.
        texts: of two versions, the source of the cell that made them and the text files that both have, where they
            differ, by path; MLflow's own descriptions of a
            model, whose content the other sections tell, are not among them.
    """

    references: Sequence[str]
    values: Sequence[ComparedValue]
    breaking: Sequence[str] = ()
    unread: Sequence[str] = ()
    texts: Sequence[TextDifference] = ()
