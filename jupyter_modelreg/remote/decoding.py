"""What a server has answered as the registry's own records, by the type hints of the operation.

A server may be newer or older than this client: what is unknown here is left out, and what is missing has its default.
"""

from __future__ import annotations

import dataclasses
import typing
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import PurePath
from typing import Any

from jupyter_modelreg.api.wire import is_json, is_union, records_of
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.references import Reference, parse_reference

_NOT_FINITE = frozenset({"NaN", "Infinity", "-Infinity"})


def decode(value: object, hint: object) -> Any:
    """`value`, parsed from JSON, as the type `hint` asks for. Raises TypeError, ValueError and KeyError."""
    if value is None:
        return None
    if is_json(hint):
        return value
    if is_union(hint):
        return _one_of(value, hint)
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint is float and isinstance(value, str) and value in _NOT_FINITE:
        return float(value.replace("Infinity", "inf"))
    if hint is Reference:
        return parse_reference(str(value))
    if origin is Page:
        told = _object(value)
        return Page([decode(item, inner[0]) for item in _list(told["items"])], told["token"])
    if origin is tuple and inner[-1] is not ...:
        return tuple(decode(item, each) for item, each in zip(_list(value), inner, strict=True))
    if origin in (Sequence, list, tuple):
        items = [decode(item, inner[0]) for item in _list(value)]
        return tuple(items) if origin is tuple else items
    if origin is Mapping:
        return {decode_key(key, inner[0]): decode(item, inner[1]) for key, item in _object(value).items()}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _record(_object(value), hint)
    if isinstance(hint, type) and issubclass(hint, PurePath):
        return hint(str(value))
    return value


def decode_key(key: str, hint: object) -> object:
    """The key of a mapping, which is text in JSON."""
    return int(key) if hint is int else key


def _one_of(value: object, hint: object) -> Any:
    arms = [arm for arm in typing.get_args(hint) if arm is not type(None)]
    records = records_of(hint)
    if isinstance(value, dict) and records:
        named = records.get(str(value.get("kind"))) if len(records) > 1 else None
        return _record(value, named or max(records.values(), key=lambda each: _fit(value, each)))
    if len(arms) == 1:
        return decode(value, arms[0])
    wanted = (Sequence, list, tuple) if isinstance(value, list) else (Mapping,) if isinstance(value, dict) else ()
    for arm in arms:
        if typing.get_origin(arm) in wanted:
            return decode(value, arm)
    # A number that JSON has no word for is text, unless text is meant.
    return decode(value, float) if float in arms and str not in arms else value


def _fit(value: Mapping[str, object], entity: type) -> int:
    """How well an object fits a record: the fields in common, less those that it has more or fewer."""
    return -len({field.name for field in dataclasses.fields(entity)} ^ set(value))


def _record(value: Mapping[str, object], entity: type) -> object:
    hints, found = _hints(entity), {}
    for field in dataclasses.fields(entity):
        if not field.init:
            continue
        if field.name in value:
            found[field.name] = decode(value[field.name], hints[field.name])
        elif field.default is field.default_factory is dataclasses.MISSING:
            found[field.name] = _nothing(hints[field.name])
    return entity(**found)


def _nothing(hint: object) -> object:
    """What a field has of which an older server says nothing. Raises KeyError where that cannot be left out."""
    if type(None) in typing.get_args(hint):
        return None
    if typing.get_origin(hint) in (Sequence, list, tuple):
        return ()
    if typing.get_origin(hint) is Mapping:
        return {}
    raise KeyError(str(hint))


@cache
def _hints(entity: type) -> Mapping[str, object]:
    return typing.get_type_hints(entity)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"a list was expected, not {type(value).__name__}")
    return value


def _object(value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise TypeError(f"an object was expected, not {type(value).__name__}")
    return value
