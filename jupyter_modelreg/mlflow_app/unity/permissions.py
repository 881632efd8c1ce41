"""Permissions: what principals were granted, by Unity Catalog's names, which have spaces in them as ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.access.records import Grant
from jupyter_modelreg.core.entities.securables import Level
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.errors import CatalogNotFound, NotServed, SchemaNotFound, missing
from jupyter_modelreg.mlflow_app.unity.records import Told

# A model is a kind of functions to some clients; what a registry is called is not asked.
_KINDS: Mapping[str, Level] = {
    "metastore": "registry",
    "catalog": "catalog",
    "schema": "schema",
    "registered_model": "model",
    "function": "model",
}
_MISSING: Mapping[Level, type[NotFound]] = {
    "registry": NotFound,
    "catalog": CatalogNotFound,
    "schema": SchemaNotFound,
    "model": NotFound,
}


def get_permissions(registry: Registry, asked: Asked) -> Told:
    """`GET /permissions/{type}/{full_name}`: what was granted there itself; owners are not listed."""
    kind, name = _securable(asked)
    with missing(_MISSING[kind]):
        return _told(registry.grants.list(name, kind=kind, to=asked.maybe("principal") or None))


def change_permissions(registry: Registry, asked: Asked) -> Told:
    """`PATCH /permissions/{type}/{full_name}`: all changes, or none; answers for those principals alone."""
    kind, name = _securable(asked)
    changes = [Asked(each) for each in asked.records("changes")]
    if not changes:
        raise InvalidInput("the request changes nothing", 'send "changes": [{"principal": "ben", "add": ["EXECUTE"]}]')
    add: dict[str, list[str]] = {}
    remove: dict[str, list[str]] = {}
    for each in changes:
        principal = each.text("principal")
        add.setdefault(principal, []).extend(each.texts("add"))
        remove.setdefault(principal, []).extend(each.texts("remove"))
    with missing(_MISSING[kind]):
        return _told(registry.grants.change(name, add, remove, kind=kind))


def _securable(asked: Asked) -> tuple[Level, str]:
    kind = _KINDS.get(asked.text("type").lower())
    if kind is None:
        raise NotServed(f"this registry grants nothing on a {asked.text('type')}", f"it does on {', '.join(_KINDS)}")
    return kind, "registry" if kind == "registry" else asked.model() if kind == "model" else asked.text("full_name")


def _told(grants: Sequence[Grant]) -> Told:
    return {
        "privilege_assignments": [
            {"principal": each.principal, "privileges": list(each.privileges)} for each in grants if each.privileges
        ]
    }
