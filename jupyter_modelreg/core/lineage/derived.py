"""What searches ask of where a version came from, read from what it keeps of that: `Version.lineage`.

It is read as JSON has it, since whoever only looks at versions would wait for the records of `records` to be made.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from jupyter_modelreg.core.entities.values import JsonValue


def notebook_in(told: Mapping[str, JsonValue] | None) -> str | None:
    """The notebook or script that trained a version; where that is not known, the one that registered it."""
    for place in (_under(_under(told, "training"), "place"), _under(told, "registered")):
        path = place.get("path")
        if path:
            return str(path)
    return None


def flavor_in(told: Mapping[str, JsonValue] | None) -> str | None:
    """The flavor of a version, the first where there are several."""
    found = (told or {}).get("flavors")
    return str(found[0]) if isinstance(found, list | tuple) and found else None


def experiment_in(told: Mapping[str, JsonValue] | None) -> str | None:
    """The experiment of the run that trained a version."""
    name = _under(told, "training").get("experiment")
    return None if name is None else str(name)


def datasets_in(told: Mapping[str, JsonValue] | None) -> dict[str, str]:
    """The names and the digests of the datasets of a version, each with which of the two it is."""
    found: dict[str, str] = {}
    for dataset in cast("Sequence[Mapping[str, JsonValue]]", (told or {}).get("datasets") or ()):
        found |= {str(dataset[part]): part for part in ("digest", "name") if dataset.get(part)}
    return found


def _under(told: Mapping[str, JsonValue] | None, name: str) -> Mapping[str, JsonValue]:
    found = (told or {}).get(name)
    return found if isinstance(found, Mapping) else {}
