"""What MLflow's `databricks-uc` store speaks when its flag for Unity Catalog's own routes is not set.

It is the same by other names (MLflow: `databricks_uc_registry_messages.proto`), at `/api/2.0/mlflow/unity-catalog`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity import models
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.records import Told
from jupyter_modelreg.mlflow_app.unity.versions import READ, WRITE, Versions

_OPERATIONS: Mapping[str, str] = {"MODEL_VERSION_OPERATION_READ": READ, "MODEL_VERSION_OPERATION_READ_WRITE": WRITE}
_NAMED = re.compile(r"\s*name\s*=\s*(['\"])(?P<name>[^'\"]+)\1\s*")
_SAME = ("source", "run_id", "status", "storage_location", "tags", "model_id", "model_params", "model_metrics")
Answer = Callable[[Registry, Asked], Told]


def databricks_routes(versions: Versions) -> Sequence[tuple[str, str, Answer]]:
    """The method, the path and the answer of each."""
    model = "/unity-catalog/registered-models"
    version = "/unity-catalog/model-versions"
    return [
        ("POST", f"{model}/create", _as_model(models.create_model)),
        ("PATCH", f"{model}/update", _as_model(models.update_model)),
        ("GET", f"{model}/get", _as_model(models.get_model)),
        ("DELETE", f"{model}/delete", _done(models.delete_model)),
        ("GET", f"{model}/search", _search_models),
        ("POST", f"{model}/alias", _done(models.set_alias)),
        ("DELETE", f"{model}/alias", _done(models.delete_alias)),
        ("GET", f"{model}/alias", _as_version(versions.by_alias)),
        ("POST", f"{model}/set-tag", _set_tag),
        ("DELETE", f"{model}/delete-tag", _delete_tag),
        ("POST", f"{version}/create", _as_version(versions.create)),
        ("PATCH", f"{version}/update", _as_version(versions.update)),
        ("GET", f"{version}/get", _as_version(versions.get)),
        ("DELETE", f"{version}/delete", _done(versions.delete)),
        ("POST", f"{version}/finalize", _as_version(versions.finalize)),
        ("GET", f"{version}/search", _search_versions(versions)),
        ("GET", f"{version}/get-download-uri", _download(versions)),
        ("POST", f"{version}/generate-temporary-credentials", _credentials(versions)),
        ("POST", f"{version}/set-tag", _set_tag),
        ("DELETE", f"{version}/delete-tag", _delete_tag),
        ("POST", f"{version}/emit-lineage", lambda registry, asked: {}),  # a registry knows its own lineage
    ]


def _as_model(answer: Answer) -> Answer:
    return lambda registry, asked: {"registered_model": _model(answer(registry, _translated(asked)))}


def _as_version(answer: Answer) -> Answer:
    return lambda registry, asked: {"model_version": _version(answer(registry, _translated(asked)))}


def _done(do: Callable[[Registry, Asked], object]) -> Answer:
    def answer(registry: Registry, asked: Asked) -> Told:
        do(registry, _translated(asked))
        return {}

    return answer


def _search_models(registry: Registry, asked: Asked) -> Told:
    found: dict[str, Any] = models.list_models(registry, asked)
    told = [_model(each) for each in found["registered_models"]]
    return {"registered_models": [*told], "next_page_token": found["next_page_token"]}


def _search_versions(versions: Versions) -> Answer:
    def answer(registry: Registry, asked: Asked) -> Told:
        named = _NAMED.fullmatch(asked.text("filter"))
        if named is None:
            raise InvalidInput(f"versions are not found by {asked.text('filter')[:200]}", "write name = 'prod.x.y'")
        found: dict[str, Any] = versions.list(registry, _translated(Asked({**asked.values, "name": named["name"]})))
        told = [_version(each) for each in found["model_versions"]]
        return {"model_versions": [*told], "next_page_token": found["next_page_token"]}

    return answer


def _download(versions: Versions) -> Answer:
    return lambda registry, asked: {
        "artifact_uri": versions.get(registry, _translated(asked)).get("storage_location", "")
    }


def _credentials(versions: Versions) -> Answer:
    def answer(registry: Registry, asked: Asked) -> Told:
        operation = _OPERATIONS.get(asked.text("operation"), asked.text("operation"))
        return {"credentials": versions.credentials(registry, _translated(asked, operation=operation))}

    return answer


def _set_tag(registry: Registry, asked: Asked) -> Told:
    registry.tags.set(_tagged(asked), {asked.text("key"): asked.maybe("value") or ""})
    return {}


def _delete_tag(registry: Registry, asked: Asked) -> Told:
    registry.tags.remove(_tagged(asked), [asked.text("key")])
    return {}


def _tagged(asked: Asked) -> str:
    """The model, or the version of it, that is named."""
    name = _translated(asked).model()
    return name if asked.values.get("version") is None else f"{name}/{asked.number('version')}"


def _translated(asked: Asked, **more: object) -> Asked:
    """The same in the names of Unity Catalog's own routes. Raises InvalidInput."""
    name = asked.model("name")
    catalog, schema, last = name.split(".")
    values: dict[str, object] = {
        **asked.values,
        "full_name": name,
        "catalog_name": catalog,
        "schema_name": schema,
        "name": last,
        "model_name": last,
        "comment": asked.values.get("description"),
        "version_num": asked.values.get("version"),
        "include_aliases": True,
        **more,
    }
    return Asked(values)


def _model(told: Told) -> Told:
    found: Told = {
        "name": told["full_name"],
        "user_id": told["owner"],
        "tags": told.get("tags", []),
        "deployment_job_id": told.get("deployment_job_id"),
        **_noted(told),
    }
    return {name: value for name, value in found.items() if value is not None}


def _version(told: Told) -> Told:
    found: Told = {
        "name": f"{told['catalog_name']}.{told['schema_name']}.{told['model_name']}",
        "version": str(told["version"]),
        "user_id": told["created_by"],
        **{name: told.get(name) for name in _SAME},
        **_noted(told),
    }
    return {name: value for name, value in found.items() if value is not None}


def _noted(told: Mapping[str, Any]) -> Told:
    """What models and versions both have."""
    return {
        "description": told.get("comment"),
        "creation_timestamp": told["created_at"],
        "last_updated_timestamp": told["updated_at"],
        "aliases": [
            {"alias": each["alias_name"], "version": str(each["version_num"])} for each in told.get("aliases", ())
        ],
    }
