"""Who asks and whom there is, as Unity Catalog says it (SCIM 2.0, RFC 7643), and which registry it is."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import NAMESPACE_URL, uuid5

from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.records import Told

_USER = "urn:ietf:params:scim:schemas:core:2.0:User"
_LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"

BY_SDK = "is_databricks_sdk_models_artifact_repository_enabled"
"""What MLflow's `databricks-uc` client asks before files travel."""


def get_way_of_files(registry: Registry, asked: Asked) -> Told:
    """`GET /unity-catalog/registered-models:is-databricks-sdk-…`: files do not go by Databricks' own file service."""
    return {BY_SDK: False}


def get_metastore(registry: Registry, asked: Asked) -> Told:
    """`GET /metastore_summary`."""
    return {"metastore_id": str(uuid5(NAMESPACE_URL, registry.uri))}


def get_me(registry: Registry, asked: Asked) -> Told:
    """`GET /scim2/Me`."""
    who = registry.whoami()
    return _user(who.actor, who.groups)


def list_users(registry: Registry, asked: Asked) -> Told:
    """`GET /scim2/Users`: the registry's own, for whoever manages it."""
    found = [_user(each.name) for each in registry.users.list()]
    return {
        "schemas": [_LIST],
        "totalResults": len(found),
        "startIndex": 1,
        "itemsPerPage": len(found),
        "Resources": [*found],
    }


def get_user(registry: Registry, asked: Asked) -> Told:
    """`GET /scim2/Users/{id}`, whose id is the name."""
    name = asked.text("id")
    if not any(each.name == name for each in registry.users.list()):
        raise NotFound.named("user", name)
    return _user(name)


def _user(name: str, groups: Sequence[str] = ()) -> Told:
    return {
        "schemas": [_USER],
        "id": name,
        "userName": name,
        "displayName": name,
        "emails": [{"value": name, "primary": True}],
        "active": True,
        "groups": [{"value": group, "display": group} for group in groups],
    }
