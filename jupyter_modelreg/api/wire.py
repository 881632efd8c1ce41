"""The wire format: values of the registry as JSON, and parameters from JSON by a method's own type hints.

Entities are objects with the fields of `core.entities`, a page is `{"items": […], "token": …}`, references and paths
are strings. JSON has no NaN and no infinities, so those travel as the strings "NaN", "Infinity" and "-Infinity".
"""

from __future__ import annotations

import dataclasses
import math
import types
import typing
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from jupyter_modelreg.api.operations import LOCAL_PARAMETERS, Operation
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Registered, Version
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.rules.text import is_whole

# Fields that never leave the process.
HIDDEN: Mapping[type, frozenset[str]] = {
    Catalog: frozenset({"grants", "policies"}),
    Schema: frozenset({"grants", "policies"}),
    Model: frozenset({"grants", "policies", "latest"}),
    Version: frozenset({"lineage"}),  # which may be long, and is asked for
    Registered: frozenset({"lineage"}),
    Webhook: frozenset({"secret"}),
}
# What a JavaScript number holds exactly.
MAX_INT = 2**53 - 1
MAX_ITEMS = 1000
# Far from where Python gives up; nothing that anybody writes down has so many levels.
_DEEPEST = 100

_JSON_KINDS: Mapping[type, str] = {
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    list: "a list",
    dict: "an object",
    type(None): "null",
}


def encode(value: object) -> JsonValue:
    """`value`, as an operation returned it, in plain JSON values. Raises TypeError for what cannot travel."""
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else _not_finite(value)
    if isinstance(value, Reference | PurePath):
        return str(value)
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: encode(getattr(value, field.name)) for field in wire_fields(type(value))}
    if isinstance(value, Page):
        return {"items": [encode(item) for item in value], "token": value.token}
    if isinstance(value, Mapping):
        return {str(key): encode(item) for key, item in value.items()}
    if isinstance(value, Sequence):
        return [encode(item) for item in value]
    raise TypeError(f"a {type(value).__name__} cannot travel as JSON")


def encode_result(operation: Operation, value: object) -> JsonValue:
    """What an operation has returned, in plain JSON values; one of several records says as `kind` which it is."""
    encoded = encode(value)
    if isinstance(encoded, dict) and len(records_of(operation.result)) > 1:
        return {"kind": type(value).__name__.lower(), **encoded}
    return encoded


def records_of(hint: object) -> Mapping[str, type]:
    """The records that `hint` is, or is one of, by what `encode_result` calls them."""
    arms = [arm for arm in _arms(hint) if isinstance(arm, type) and dataclasses.is_dataclass(arm)]
    return {arm.__name__.lower(): arm for arm in arms}


def is_json(hint: object) -> bool:
    """Whether `hint` takes any JSON value: of all unions only JsonValue, which refers to itself, holds a dict."""
    return is_union(hint) and any(typing.get_origin(arm) is dict for arm in typing.get_args(hint))


def is_union(hint: object) -> bool:
    """Whether `hint` is one of several."""
    return typing.get_origin(hint) in (types.UnionType, typing.Union)


def wire_fields(entity: type) -> Sequence[dataclasses.Field[object]]:
    """The fields of a dataclass that travel."""
    return [field for field in dataclasses.fields(entity) if field.name not in HIDDEN.get(entity, ())]


def decode_params(operation: Operation, params: object) -> dict[str, object]:
    """The arguments for `operation` from the JSON object `params`.

    Raises InvalidInput, naming the operation and the parameter, when one is missing, unknown or of the wrong kind.
    """
    known = {parameter.name: parameter for parameter in operation.parameters}
    hint = f"{operation.name} takes {', '.join(known)}" if known else f"{operation.name} takes no parameters"
    if not isinstance(params, Mapping):
        raise InvalidInput(f"the parameters of {operation.name} must be an object, not {_kind(params)}", hint)
    for name in params:
        if name in LOCAL_PARAMETERS.get(operation.name, ()):
            raise InvalidInput(f"{operation.name} takes {name} from Python only", f"registry.{operation.name}(…)")
        if name not in known:
            raise InvalidInput(f"{operation.name} has no parameter {name}", hint)
    for parameter in known.values():
        if parameter.required and parameter.name not in params:
            raise InvalidInput(f"{operation.name} needs the parameter {parameter.name}", hint)
    return {name: decode(value, known[name].hint, f"{operation.name}: {name}") for name, value in params.items()}


def decode(value: object, hint: object, where: str) -> object:
    """`value`, parsed from JSON, as the type `hint` asks for. Raises InvalidInput, which says `where` it was."""
    arms = _arms(hint)
    if value is None and type(None) in arms:
        return None
    if is_json(hint):
        return _json(value, hint, where)
    wanted = [arm for arm in arms if arm is not type(None)]
    if len(wanted) == 1:
        return _decode_one(value, wanted[0], where)
    for arm in wanted:
        try:
            return _decode_one(value, arm, where)
        except InvalidInput:
            continue
    raise _wrong(value, hint, where)


def _decode_one(value: object, hint: object, where: str) -> object:
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Literal or hint in (str, bool, int, float):
        if not _is_plain(value, hint):
            raise _wrong(value, hint, where)
        return value
    if origin is tuple and inner[-1] is not ...:
        items = _items(value, hint, where)
        if len(items) != len(inner):
            raise _wrong(value, hint, where)
        return tuple(decode(item, inner[at], f"{where}[{at}]") for at, item in enumerate(items))
    if origin in (Sequence, tuple):
        return tuple(decode(item, inner[0], f"{where}[{at}]") for at, item in enumerate(_items(value, hint, where)))
    if origin is Mapping:
        if not isinstance(value, dict):
            raise _wrong(value, hint, where)
        keys = [str(decode(key, str, f"a key of {where}")) for key in value]
        return {key: decode(value[key], inner[1], f"{where}[{key!r}]") for key in keys}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _decode_record(value, hint, where)
    raise TypeError(f"{where}: {hint} has no wire format")


def _json(value: object, hint: object, where: str, depth: int = 0) -> object:
    """Any JSON value, as it is. Raises InvalidInput for text that is none, numbers too large, and values too deep."""
    if depth > _DEEPEST:
        raise InvalidInput(
            f"{where} has lists or objects in each other, more than {_DEEPEST}", "send something flatter"
        )
    if isinstance(value, dict):
        keys = [str(decode(key, str, f"a key of {where}")) for key in value]
        return {key: _json(value[key], hint, where, depth + 1) for key in keys}
    if isinstance(value, list):
        return [_json(item, hint, where, depth + 1) for item in value]
    if value is not None and not _is_plain(value, type(value)):
        raise _wrong(value, hint, where)
    return value


def _is_plain(value: object, hint: object) -> bool:
    if hint is str:
        return isinstance(value, str) and is_whole(value)
    if hint is int:  # to Python, True is a number
        return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= MAX_INT
    if hint is float:  # every finite number; a whole one is taken as it is
        return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if hint is bool:
        return isinstance(value, bool)
    return isinstance(value, str) and value in typing.get_args(hint)


def _decode_record(value: object, entity: type, where: str) -> object:
    hints, fields = typing.get_type_hints(entity), {field.name: field for field in dataclasses.fields(entity)}
    if not isinstance(value, dict):
        raise _wrong(value, entity, where)
    for name in value:
        if name not in fields:
            raise InvalidInput(f"{where} has no field {name}", f"it is {describe(entity)}")
    for name, field in fields.items():
        if name not in value and field.default is field.default_factory is dataclasses.MISSING:
            raise InvalidInput(f"{where} needs the field {name}", f"it is {describe(entity)}")
    return entity(**{name: decode(item, hints[name], f"{where}.{name}") for name, item in value.items()})


def _items(value: object, hint: object, where: str) -> list[object]:
    if not isinstance(value, list):
        raise _wrong(value, hint, where)
    if len(value) > MAX_ITEMS:
        raise InvalidInput(f"{where} has {len(value):,} items", f"send at most {MAX_ITEMS:,} at a time")
    return value


def describe(hint: object) -> str:
    """What `hint` asks for, in words for an error: `text or null`."""
    arms = _arms(hint)
    if float in arms:  # which a whole number is as well
        arms = [arm for arm in arms if arm is not int]
    if len(arms) > 1:
        return " or ".join(describe(arm) for arm in arms)
    hint, origin, inner = arms[0], typing.get_origin(arms[0]), typing.get_args(arms[0])
    if hint is int:
        return "a whole number"
    if origin is typing.Literal:
        return f"one of {', '.join(map(str, inner))}"
    if origin is tuple and inner[-1] is not ...:
        return f"a list of {len(inner)}: {', '.join(map(describe, inner))}"
    if origin in (Sequence, tuple):
        return f"a list, each item {describe(inner[0])}"
    if origin is Mapping:
        return f"an object, each value {describe(inner[1])}"
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return f"an object with {', '.join(field.name for field in dataclasses.fields(hint))}"
    return _JSON_KINDS[hint] if isinstance(hint, type) and hint in _JSON_KINDS else str(hint)


def _arms(hint: object) -> Sequence[object]:
    """The members of a union, a parsed reference left out: on the wire a reference is text."""
    if is_union(hint):
        return [arm for arm in typing.get_args(hint) if arm is not Reference]
    return [hint]


def _wrong(value: object, hint: object, where: str) -> InvalidInput:
    if isinstance(value, str) and not is_whole(value):
        return InvalidInput(f"{where} holds half a character (a lone surrogate)", "send whole Unicode characters")
    if isinstance(value, int) and abs(value) > MAX_INT:
        return InvalidInput(f"{where} is larger than any number here", f"send at most {MAX_INT}")
    shown = f", not {value!r}" if isinstance(value, str | int | float) and len(str(value)) < 40 else ""
    return InvalidInput(f"{where} must be {describe(hint)}{shown or f', not {_kind(value)}'}")


def _kind(value: object) -> str:
    return _JSON_KINDS.get(type(value), f"a {type(value).__name__}")


def _not_finite(value: float) -> str:
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
