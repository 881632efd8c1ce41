"""OPERATIONS as an OpenAPI description (3.1), for those who call them over HTTP, and for tools that try them."""

from __future__ import annotations

import dataclasses
import functools
import typing
from collections.abc import Mapping, Sequence
from pathlib import PurePath

from jupyter_modelreg.api.operations import TRAVELLING, Operation
from jupyter_modelreg.api.wire import MAX_INT, is_json, is_union, wire_fields
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.references import Reference

Schema = Mapping[str, JsonValue]
_PLAIN: Mapping[object, Schema] = {
    str: {"type": "string"},
    int: {"type": "integer", "minimum": -MAX_INT, "maximum": MAX_INT},
    float: {"anyOf": [{"type": "number"}, {"enum": ["NaN", "Infinity", "-Infinity"]}]},
    bool: {"type": "boolean"},
    type(None): {"type": "null"},
    Reference: {"type": "string"},
}
_ERROR: Schema = {
    "type": "object",
    "properties": {
        "ok": {"const": False},
        "error": {
            "type": "object",
            "properties": {
                "code": {"type": "string"},
                "message": {"type": "string"},
                "hint": {"type": ["string", "null"]},
            },
            "required": ["code", "message", "hint"],
        },
    },
    "required": ["ok", "error"],
}
_AS_OF: Schema = {
    "name": "as_of",
    "in": "query",
    "description": "Ask the registry as it was then: epoch milliseconds.",
    "schema": {"type": "integer", "minimum": 0, "maximum": MAX_INT},
}


@functools.cache
def description(prefix: str, version: str) -> Mapping[str, JsonValue]:
    """The whole description, of operations that are asked for at `prefix` and their name."""
    entities: dict[str, JsonValue] = {}
    paths: dict[str, JsonValue] = {
        f"{prefix}{operation.name}": {"post": dict(_operation(operation, entities))} for operation in TRAVELLING
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "jupyter_modelreg",
            "version": version,
            "description": "The operations of a model registry. Times are epoch milliseconds, sizes are bytes.",
        },
        "paths": paths,
        "components": {
            "schemas": dict(sorted(entities.items())),
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "password": {"type": "http", "scheme": "basic"},
            },
        },
        "security": [{"token": []}, {"password": []}],
    }


def _operation(operation: Operation, entities: dict[str, JsonValue]) -> Schema:
    parameters = {each.name: _schema(each.hint, entities) for each in operation.parameters}
    asked: dict[str, JsonValue] = {
        "type": "object",
        "properties": {name: dict(each) for name, each in parameters.items()},
        "required": [each.name for each in operation.parameters if each.required],
        "additionalProperties": False,
    }
    told: dict[str, JsonValue] = {
        "type": "object",
        "properties": {"ok": {"const": True}, "result": dict(_schema(operation.result, entities))},
        "required": ["ok", "result"],
    }
    return {
        "operationId": operation.name,
        "tags": [operation.topic],
        "summary": operation.summary,
        "parameters": [] if operation.writes else [dict(_AS_OF)],
        "requestBody": {"required": True, "content": {"application/json": {"schema": asked}}},
        "responses": {
            "200": {"description": "What it gives.", "content": {"application/json": {"schema": told}}},
            "default": {
                "description": "Why it is not done, and what to do.",
                "content": {"application/json": {"schema": dict(_ERROR)}},
            },
        },
    }


def _schema(hint: object, entities: dict[str, JsonValue]) -> Schema:
    """`hint` as a JSON schema; dataclasses it speaks of go into `entities`. Raises TypeError for what cannot travel."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if hint in _PLAIN:
        return _PLAIN[hint]
    if is_json(hint):
        return {}
    if is_union(hint):
        arms = [dict(_schema(arm, entities)) for arm in inner if arm is not Reference]  # which is text on the wire
        return arms[0] if len(arms) == 1 else {"anyOf": list(arms)}
    if origin is typing.Literal:
        return {"enum": list(inner)}
    if origin is Page:
        items: Schema = {"type": "array", "items": dict(_schema(inner[0], entities))}
        properties: JsonValue = {"items": dict(items), "token": {"type": ["string", "null"]}}
        return {"type": "object", "properties": properties, "required": ["items", "token"]}
    if origin is tuple and inner[-1] is not ...:
        fixed: JsonValue = [dict(_schema(each, entities)) for each in inner]
        return {"type": "array", "prefixItems": fixed, "minItems": len(inner), "maxItems": len(inner)}
    if origin in (Sequence, list, tuple):
        return {"type": "array", "items": dict(_schema(inner[0], entities))}
    if origin is Mapping:
        return {"type": "object", "additionalProperties": dict(_schema(inner[1], entities))}
    if isinstance(hint, type) and dataclasses.is_dataclass(hint):
        return _reference(hint, entities)
    if isinstance(hint, type) and issubclass(hint, PurePath):
        return _PLAIN[str]
    raise TypeError(f"{hint} has no wire format")


def _reference(entity: type, entities: dict[str, JsonValue]) -> Schema:
    name = entity.__name__
    if name not in entities:
        entities[name] = {}  # one that speaks of itself meets this
        hints, fields = typing.get_type_hints(entity), wire_fields(entity)
        needed = [each.name for each in fields if each.default is each.default_factory is dataclasses.MISSING]
        entities[name] = {
            "type": "object",
            "description": (entity.__doc__ or "").strip().partition("\n")[0],
            "properties": {each.name: dict(_schema(hints[each.name], entities)) for each in fields},
            "required": list(needed),
        }
    return {"$ref": f"#/components/schemas/{name}"}
