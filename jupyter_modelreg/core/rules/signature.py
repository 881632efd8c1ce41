"""The signature that a governed model has to have, and in what two of them differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

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


def signature_part(signature: Mapping[str, JsonValue] | None, part: str) -> JsonValue:
    """A signature's `inputs` or `outputs`, which MLflow keeps as JSON text; None when it has none."""
    content = (signature or {}).get(part)
    if isinstance(content, str):
        try:
            content = json.loads(content)
        except ValueError:
            return content
    return content or None


_PARTS = (("inputs", "input"), ("outputs", "output"), ("params", "parameter"))
# What MLflow converts without asking when a caller gives the first and the model takes the second.
_WIDENED = frozenset({("integer", "long"), ("float", "double"), ("integer", "double")})


@dataclass(frozen=True)
class SignatureChange:
    """One thing in which two signatures differ.

    Attributes:
        field: what differs, as `input amount`; empty for the signature as a whole.
        phrase: how, with the field.
        breaking: whether who calls the first version may fail with the second, as MLflow enforces signatures: an input
            that is not there is an error, one too many, or a parameter, is left aside; an integer is taken for a long.
    """

    field: str
    phrase: str
    breaking: bool


def signature_changes(before: Mapping[str, JsonValue] | None, after: Mapping[str, JsonValue] | None) -> list[str]:
    """In what a version with the signature `after` differs for its callers from one with `before`, a phrase each.

    Nothing when the first has no signature, since then nobody can rely on it.
    """
    return [each.phrase for each in compared_signatures(before, after)]


def compared_signatures(
    before: Mapping[str, JsonValue] | None, after: Mapping[str, JsonValue] | None
) -> list[SignatureChange]:
    """The same, each with whether it breaks callers."""
    if not before:
        return []
    if not after:
        return [SignatureChange("", "it has none", breaking=True)]
    found = []
    for part, word in _PARTS:
        old, new = _fields(before.get(part)), _fields(after.get(part))
        missed = word == "output" or (word == "input" and not _by_name(old))
        changes = [
            *((name, "is new", word == "input" and bool(new[name]["required"])) for name in new if name not in old),
            *((name, "is gone", missed) for name in old if name not in new),
            *(
                (name, _change(old[name], new[name]), _breaks(word, old[name], new[name]))
                for name in new
                if name in old and old[name] != new[name]
            ),
        ]
        for name, how, breaking in changes:
            field = _named(word, name)
            found.append(SignatureChange(field, f"{field} {how}", breaking))
    return found


def signature_fields(signature: Mapping[str, JsonValue] | None) -> Mapping[str, str]:
    """What a signature declares, in a word or two each: `input amount` is `double`, `parameter t` is `float, 0.5`."""
    found = {}
    for part, word in _PARTS:
        for name, content in _fields((signature or {}).get(part)).items():
            told = [str(_type(content) or "any")]
            shape = _tensor(content).get("shape", content.get("shape"))
            told += [f"shape {json.dumps(shape)}"] if shape else []
            told += [] if content["required"] else ["optional"]
            told += [json.dumps(content["default"])] if "default" in content else []
            found[_named(word, name)] = ", ".join(told)
    return found


def column_types(signature: Mapping[str, JsonValue] | None, part: Literal["inputs", "outputs"]) -> Mapping[str, str]:
    """The type of each column or tensor that a version takes, or gives back; one without a name goes by its place."""
    fields = _fields((signature or {}).get(part))
    return {name or "1": str(_type(content) or "any") for name, content in fields.items()}


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
    before, after = _type(old), _type(new)
    if before != after:
        return f"was {before} and is {after}"
    if {**old, "required": None} == {**new, "required": None}:
        return f"is {'required' if new['required'] else 'optional'} now"
    return "changed"


def _type(content: Mapping[str, JsonValue]) -> JsonValue:
    return _tensor(content).get("dtype") or content.get("type") or content.get("dtype")


def _tensor(content: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    spec = content.get("tensor-spec")
    return spec if isinstance(spec, dict) else {}


def _by_name(fields: Mapping[str, Mapping[str, JsonValue]]) -> bool:
    return all(content.get("name") is not None for content in fields.values())


def _breaks(word: str, old: Mapping[str, JsonValue], new: Mapping[str, JsonValue]) -> bool:
    if word == "input" and {**old, "required": None} == {**new, "required": None}:
        return bool(new["required"])
    if word == "parameter" and _type(old) == _type(new):
        return old.get("shape") != new.get("shape")  # it is the default that changed
    return word != "input" or (_type(old), _type(new)) not in _WIDENED
