"""What searches ask of versions, in columns of its own: to read it from what it follows from takes too long."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from jupyter_modelreg.core.entities.versions import Metric, latest_metrics
from jupyter_modelreg.core.lineage.derived import datasets_in, experiment_in, flavor_in, notebook_in
from jupyter_modelreg.core.query.evaluation import number_in
from jupyter_modelreg.core.rules.signature import column_types
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.json_text import JsonText, from_json

DERIVED = (
    "latest_metrics",
    "numeric_params",
    "inputs",
    "outputs",
    "notebook",
    "experiment",
    "flavor",
    "datasets",
)
"""The columns."""
DERIVED_FROM = ("metrics", "params", "signature", "lineage")
"""What they follow from."""


def derived(fields: Mapping[str, Any]) -> dict[str, object]:
    """The columns that follow from `metrics`, `params`, `signature` and `lineage`: of those that are among `fields`."""
    made: dict[str, object] = {}
    if "metrics" in fields:
        made["latest_metrics"] = _as_json(latest_metrics(fields["metrics"] or ()))
    if "params" in fields:
        found = {key: number_in(text) for key, text in (fields["params"] or {}).items()}
        made["numeric_params"] = _as_json({key: each for key, each in found.items() if each is not None})
    if "signature" in fields:
        made["inputs"] = column_types(fields["signature"], "inputs")
        made["outputs"] = column_types(fields["signature"], "outputs")
    if "lineage" in fields:
        told = fields["lineage"]
        made |= {"notebook": notebook_in(told), "experiment": experiment_in(told), "datasets": datasets_in(told)}
        made["flavor"] = flavor_in(told)
    return made


def _as_json(found: Mapping[str, float]) -> dict[str, object]:
    """Numbers as JSON, which has no infinities: these are text, which a database reads as numbers all the same.

    What is no number (NaN) is left out.
    """
    numbers = {key: float(value) for key, value in found.items() if not math.isnan(value)}
    return {key: each if math.isfinite(each) else str(each) for key, each in numbers.items()}


def derived_text(stored: Mapping[str, str | None]) -> dict[str, object]:
    """The same from the text of columns of JSON, as text."""
    return {name: as_stored(name, value) for name, value in derived_again(stored).items()}


def derived_again(stored: Mapping[str, str | None]) -> dict[str, object]:
    """The same from the text of columns of JSON."""
    fields = {name: from_json(text) for name, text in stored.items()}
    if "metrics" in fields:
        fields["metrics"] = [Metric(**metric) for metric in fields["metrics"] or ()]
    return derived(fields)


def as_stored(name: str, value: object) -> object:
    """A value of one of the columns, as the database has it."""
    kind = tables.versions.c[name].type
    return kind.text_of(value) if isinstance(kind, JsonText) else value
