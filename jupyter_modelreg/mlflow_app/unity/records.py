"""What clients are told of catalogs, schemas, models and versions: Unity Catalog's objects, times in milliseconds."""

from __future__ import annotations

from collections.abc import Mapping

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema, Securable
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version

Told = dict[str, JsonValue]


def catalog_info(catalog: Catalog) -> Told:
    """CatalogInfo."""
    return {"name": catalog.name, "properties": {}, **_securable(catalog)}


def schema_info(schema: Schema) -> Told:
    """SchemaInfo."""
    catalog, _, name = schema.name.partition(".")
    own = {"name": name, "catalog_name": catalog, "full_name": schema.name, "schema_id": str(schema.id)}
    return {**own, "properties": {}, **_securable(schema)}


def model_info(model: Model, *, aliases: bool = False) -> Told:
    """RegisteredModelInfo; with aliases where they are asked for, as Databricks does."""
    told: Told = {**named(model.name, "name"), "full_name": model.name, **_securable(model)}
    if model.browse_only:
        return {**told, "browse_only": True}
    told["tags"] = tag_list(model.tags)
    if model.deployment_job_id is not None:
        told["deployment_job_id"] = model.deployment_job_id
    if aliases:
        told["aliases"] = [alias_info(model, alias) for alias in sorted(model.aliases)]
    return told


def alias_info(model: Model, alias: str) -> Told:
    """RegisteredModelAlias."""
    return _alias(alias, model.id, model.aliases[alias])


def version_info(version: Version, place: str | None, *, aliases: bool = False) -> Told:
    """ModelVersionInfo; `place` is where whoever asks reads its files, or writes them; None for nowhere."""
    told: Told = {
        **named(version.name, "model_name"),
        "version": version.version,
        "source": version.source,
        "run_id": version.run_id,
        "status": version.status,
        "storage_location": place,
        "comment": version.description,
        "tags": tag_list(version.tags),
        "model_id": version.logged_model_id,
        "created_at": version.created_at,
        "created_by": version.created_by,
        "updated_at": version.updated_at,
        "updated_by": version.updated_by,
        "id": str(version.id),
    }
    if version.params:
        told["model_params"] = [{"name": name, "value": value} for name, value in version.params.items()]
    if version.metrics:
        told["model_metrics"] = [dict(vars(metric)) for metric in version.metrics]
    if aliases:
        told["aliases"] = [_alias(alias, version.model_id, version.version) for alias in sorted(version.aliases)]
    return {name: value for name, value in told.items() if value is not None}


def _alias(alias: str, model_id: int, number: int) -> Told:
    return {"alias_name": alias, "version_num": number, "id": f"{model_id}@{alias}"}


def named(full_name: str, last: str) -> Told:
    """The three parts of a model's name, the last of them as `last`."""
    catalog, schema, model = full_name.split(".")
    return {last: model, "catalog_name": catalog, "schema_name": schema}


def tag_list(tags: Mapping[str, str]) -> JsonValue:
    """Tags as objects with `key` and `value`."""
    return [{"key": key, "value": value} for key, value in tags.items()]


def _securable(securable: Securable) -> Told:
    told: Told = {
        "comment": securable.description,
        "owner": securable.owner,
        "created_at": securable.created_at,
        "created_by": securable.created_by,
        "updated_at": securable.updated_at,
        "updated_by": securable.updated_by,
        "id": str(securable.id),
    }
    return {name: value for name, value in told.items() if value is not None}
