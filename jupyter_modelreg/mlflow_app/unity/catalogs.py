"""Catalogs and schemas."""

from __future__ import annotations

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import check_namespace, check_part
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.errors import (
    CatalogExists,
    CatalogNotFound,
    NotServed,
    SchemaExists,
    SchemaNotFound,
    missing,
    taken,
)
from jupyter_modelreg.mlflow_app.unity.records import Told, catalog_info, schema_info


def create_catalog(registry: Registry, asked: Asked) -> Told:
    """`POST /catalogs`."""
    asked.check_unserved("properties", "storage_root")
    with taken(CatalogExists):
        return catalog_info(registry.catalogs.create(asked.text("name"), description=asked.comment()))


def list_catalogs(registry: Registry, asked: Asked) -> Told:
    """`GET /catalogs`."""
    limit, token = asked.page()
    found = registry.catalogs.list(limit=limit, page_token=token)
    return {"catalogs": [catalog_info(each) for each in found], "next_page_token": found.token}


def get_catalog(registry: Registry, asked: Asked) -> Told:
    """`GET /catalogs/{name}`."""
    with missing(CatalogNotFound):
        return catalog_info(registry.catalogs.get(asked.text("name")))


def update_catalog(registry: Registry, asked: Asked) -> Told:
    """`PATCH /catalogs/{name}`."""
    _check_change(asked)
    with missing(CatalogNotFound):
        return catalog_info(registry.catalogs.describe(asked.text("name"), asked.comment()))


def delete_catalog(registry: Registry, asked: Asked) -> None:
    """`DELETE /catalogs/{name}`; one that is not empty is not deleted, by force neither."""
    asked.flag("force")
    with missing(CatalogNotFound):
        registry.catalogs.delete(asked.text("name"))


def create_schema(registry: Registry, asked: Asked) -> Told:
    """`POST /schemas`, in a catalog that is there (Unity Catalog makes none for it)."""
    asked.check_unserved("properties", "storage_root")
    catalog = asked.text("catalog_name")
    check_part(asked.text("name"), "schema")
    with missing(CatalogNotFound):
        registry.catalogs.get(catalog)
    with taken(SchemaExists):
        return schema_info(registry.schemas.create(f"{catalog}.{asked.text('name')}", description=asked.comment()))


def list_schemas(registry: Registry, asked: Asked) -> Told:
    """`GET /schemas`, those of a catalog."""
    limit, token = asked.page()
    with missing(CatalogNotFound):
        found = registry.schemas.list(asked.text("catalog_name"), limit=limit, page_token=token)
    return {"schemas": [schema_info(each) for each in found], "next_page_token": found.token}


def get_schema(registry: Registry, asked: Asked) -> Told:
    """`GET /schemas/{full_name}`."""
    with missing(SchemaNotFound):
        return schema_info(registry.schemas.get(_schema(asked)))


def update_schema(registry: Registry, asked: Asked) -> Told:
    """`PATCH /schemas/{full_name}`."""
    _check_change(asked)
    with missing(SchemaNotFound):
        return schema_info(registry.schemas.describe(_schema(asked), asked.comment()))


def delete_schema(registry: Registry, asked: Asked) -> None:
    """`DELETE /schemas/{full_name}`; one that is not empty is not deleted, by force neither."""
    asked.flag("force")
    with missing(SchemaNotFound):
        registry.schemas.delete(_schema(asked))


def require_schema(registry: Registry, full_name: str) -> None:
    """Raise SchemaNotFound where the schema of a model is not there, and CatalogNotFound for its catalog."""
    namespace = full_name.rpartition(".")[0]
    with missing(CatalogNotFound):
        registry.catalogs.get(namespace.partition(".")[0])
    with missing(SchemaNotFound):
        registry.schemas.get(namespace)


def _schema(asked: Asked) -> str:
    found = asked.text("full_name")
    check_namespace(found)
    return found


def _check_change(asked: Asked) -> None:
    asked.check_unserved("properties")
    if asked.maybe("new_name"):
        raise NotServed("catalogs and schemas keep their names here", "make a new one, and move its models there")
    if asked.maybe("comment") is None:
        raise InvalidInput("the request changes nothing", 'send what is new, as "comment": "…"')
