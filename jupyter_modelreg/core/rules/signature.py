"""The signature that a governed model has to have, and in what two of them differ."""

from __future__ import annotations

import json
from collections.abc import Mapping

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import PolicyRefused

_WHY_SIGNATURE = (
    "log it with input_example= or signature=: governed models declare what they take and what they give back"
)


def check_signature(signature: Mapping[str, JsonValue] | None, source: str, name: str) -> None:
    """Unity Catalog: a signature with inputs and outputs is required (`_validate_model_signature` of its store).

    Raises PolicyRefused, which says that `source` cannot become a version of the governed model `name`.
    """
    if not signature or not signature.get("inputs"):
        raise PolicyRefused(f"{source} has no signature, so it cannot become {name}", _WHY_SIGNATURE)
    if not signature.get("outputs"):
        raise PolicyRefused(
            f"the signature of {source} has inputs but no outputs, so it cannot become {name}", _WHY_SIGNATURE
        )


def signature_changes(before: Mapping[str, JsonValue] | None, after: Mapping[str, JsonValue] | None) -> list[str]:
    """In what a version with the signature `after` differs for its callers from one with `before`, a phrase each.

    Nothing when the first has no signature, since then nobody can rely on it.
    """
    if not before:
        return []
    if not after:
        return ["it has none"]
    found = []
    for part, word in (("inputs", "input"), ("outputs", "output"), ("params", "parameter")):
        old, new = _fields(before.get(part)), _fields(after.get(part))
        found += [f"{_named(word, name)} is new" for name in new if name not in old]
        found += [f"{_named(word, name)} is gone" for name in old if name not in new]
        found += [
            f"{_named(word, name)} {_change(old[name], new[name])}"
            for name in new
            if name in old and old[name] != new[name]
        ]
    return found


def _fields(content: JsonValue) -> dict[str, dict[str, JsonValue]]:
    """The columns, tensors or parameters of one part, by name; one without a name by where it stands, from the second.

    MLflow keeps a part as JSON text, or leaves it out. What cannot be read has no fields to compare.
    """
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            return {}
    entries = [entry for entry in content if isinstance(entry, dict)] if isinstance(content, list) else []
    return {_name(entry, at): {"required": True, **entry} for at, entry in enumerate(entries)}


def _name(entry: Mapping[str, JsonValue], at: int) -> str:
    name = entry.get("name")
    return str(name) if name is not None else str(at + 1) if at else ""


def _named(word: str, name: str) -> str:
    return f"{word} {name}" if name else word


def _change(old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> str:
    before, after = (each.get("type") or each.get("dtype") for each in (old, new))
    if before != after:
        return f"was {before} and is {after}"
    if {**old, "required": None} == {**new, "required": None}:
        return f"is {'required' if new['required'] else 'optional'} now"
    return "changed"
