"""Where versions come from, as it is compared: the data they were trained on, and the code that made them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jupyter_modelreg.core.comparison.contents import lines_that_differ
from jupyter_modelreg.core.comparison.records import TextDifference
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.lineage.records import Dataset, Lineage, Place

SOURCE = "source"
"""What the source of a cell is called among the code."""


def datasets_of(version: Version) -> Mapping[str, JsonValue]:
    """What is known of each dataset, by its name and what it was for: its digest, its state, its columns."""
    found: dict[str, JsonValue] = {}
    for each in Lineage.of(version.lineage).datasets:
        name = f"{each.name} ({each.context})" if each.context else each.name
        told = ", ".join(told_of(each)) or "no digest"
        before = found.get(name)
        found[name] = told if before is None else f"{before}; {told}"
    return found


def code_of(version: Version) -> Mapping[str, JsonValue]:
    """The code that trained a version, or else that registered it, as far as that is known."""
    place = _place(version)
    if place is None:
        return {}
    git = place.git
    told: dict[str, JsonValue] = {
        place.kind or "code": place.path,
        "cell": place.cell,
        "Python": place.python,
        "commit": None if git is None else f"{git.commit}{', changed since' if git.dirty else ''}",
        "branch": None if git is None else git.branch,
        SOURCE: place.source,
    }
    return {key: value for key, value in told.items() if value is not None}


def source_difference(first: Version, last: Version) -> Iterator[TextDifference]:
    """How the source of the cell that made them differs, where both have one and it does."""
    before, after = code_of(first).get(SOURCE), code_of(last).get(SOURCE)
    if isinstance(before, str) and isinstance(after, str):
        lines = lines_that_differ(before, after)
        if lines:
            yield TextDifference(section="code", path=SOURCE, lines=lines)


def _place(version: Version) -> Place | None:
    lineage = Lineage.of(version.lineage)
    trained = None if lineage.training is None else lineage.training.place
    return trained or lineage.registered


def told_of(dataset: Dataset) -> list[str]:
    """What is known of a dataset, in a few words each."""
    words = [
        f"digest {dataset.digest}" if dataset.digest else "",
        f"state {dataset.snapshot}" if dataset.snapshot else "",
        f"{dataset.rows:,} rows" if dataset.rows is not None else "",
        f"columns {', '.join(dataset.schema)}" if dataset.schema else "",
        dataset.source or "",
    ]
    return [word for word in words if word]
