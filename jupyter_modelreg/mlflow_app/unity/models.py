"""Models, their aliases, and tags of models and versions."""

from __future__ import annotations

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import check_model_name, is_governed
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.text import check_argument
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.catalogs import require_schema
from jupyter_modelreg.mlflow_app.unity.errors import NotEmpty, NotServed
from jupyter_modelreg.mlflow_app.unity.records import Told, alias_info, model_info, named

# What models go by among what has tags: to Databricks they are a kind of functions.
_TAGGED = ("FUNCTION", "REGISTERED_MODEL")


def create_model(registry: Registry, asked: Asked) -> Told:
    """`POST /models`, in a schema that is there (Unity Catalog makes none for it)."""
    name = check_model_name(asked.model_in_parts())
    require_schema(registry, name)
    asked.check_unserved("storage_location")
    made = registry.models.create(
        name, description=asked.comment(), tags=asked.tags(), deployment_job_id=asked.maybe("deployment_job_id")
    )
    return model_info(made)


def list_models(registry: Registry, asked: Asked) -> Told:
    """`GET /models`: those of a schema, or all governed ones, and no prompts."""
    limit, token = asked.page()
    catalog, schema = asked.maybe("catalog_name"), asked.maybe("schema_name")
    if (catalog is None) != (schema is None):
        raise InvalidInput("catalog_name and schema_name go together", "send both of them, or neither")
    if catalog is not None:
        require_schema(registry, f"{catalog}.{schema}.x")
        found = registry.models.list(f"{catalog}.{schema}", limit=limit, page_token=token)
    else:
        found = registry.models.search([Condition("name", "LIKE", "%.%.%")], limit=limit, page_token=token)
    # A workspace model may have dots in its name, too.
    return {
        "registered_models": [model_info(each) for each in found if is_governed(each.name)],
        "next_page_token": found.token,
    }


def get_model(registry: Registry, asked: Asked) -> Told:
    """`GET /models/{full_name}`."""
    return model_info(registry.models.get(asked.model()), aliases=asked.flag("include_aliases"))


def update_model(registry: Registry, asked: Asked) -> Told:
    """`PATCH /models/{full_name}`: its name, which may be in another schema, its comment, its deployment job."""
    name, new_name, comment = asked.model(), asked.maybe("new_name"), asked.maybe("comment")
    job = asked.maybe("deployment_job_id")
    if new_name is None and comment is None and job is None:
        raise InvalidInput("the request changes nothing", 'send what is new, as "comment": "…"')
    # A new name is the first change: what could be wrong with the others is looked at before.
    check_argument("description", comment)
    check_argument("deployment_job_id", job)
    if new_name is not None:
        name = registry.models.rename(name, _new_name(name, new_name)).name
    if comment is not None:
        registry.models.describe(name, comment or None)
    if job is not None:
        registry.models.set_deployment_job(name, job or None)
    return model_info(registry.models.get(name))


def _new_name(name: str, new_name: str) -> str:
    full = new_name if "." in new_name else f"{name.rpartition('.')[0]}.{new_name}"
    if not is_governed(full):
        raise InvalidInput(f"{new_name} is no name for {name}", "send its last part, or catalog.schema.model")
    return check_model_name(full)


def delete_model(registry: Registry, asked: Asked) -> None:
    """`DELETE /models/{full_name}`; one with versions by force only."""
    name, force = asked.model(), asked.flag("force")
    if not force and registry.versions.count(name):
        raise NotEmpty(f"model {name} has versions", "delete them first, or send force=true")
    registry.models.delete(name, force=force)


def set_alias(registry: Registry, asked: Asked) -> Told:
    """`PUT /models/{full_name}/aliases/{alias}`."""
    name, alias = asked.model(), asked.text("alias")
    registry.aliases.set(name, alias, asked.number("version_num"))
    model = registry.models.get(name)
    return {**named(name, "model_name"), **(alias_info(model, alias) if alias in model.aliases else {})}


def delete_alias(registry: Registry, asked: Asked) -> Told:
    """`DELETE /models/{full_name}/aliases/{alias}`; one that is not there is no error (MLflow)."""
    registry.aliases.remove(asked.model(), asked.text("alias"))
    return {}


def tag_model(registry: Registry, asked: Asked) -> Told:
    """`PATCH /securable-tags/{type}/{full_name}`."""
    return _tag(registry, asked, asked.model())


def tag_version(registry: Registry, asked: Asked) -> Told:
    """`PATCH /subentity-tags/{type}/{full_name}/{version}`."""
    return _tag(registry, asked, f"{asked.model()}/{asked.number('version')}")


def _tag(registry: Registry, asked: Asked, reference: str) -> Told:
    kind = asked.text("type")
    if kind.upper() not in _TAGGED:
        raise NotServed(f"this registry has no tags on a {kind}", f"models are called {_TAGGED[0]} there")
    found = asked.values.get("changes")
    if not isinstance(found, dict):
        raise InvalidInput("the request changes no tag", 'send "changes": {"add_tags": […], "remove": […]}')
    changes = Asked(found)
    registry.tags.edit(reference, set=changes.tags("add_tags"), remove=changes.texts("remove"))
    return {}
