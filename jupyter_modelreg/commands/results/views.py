"""How catalogs, schemas, models and versions look as rows, tables and cards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict

from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.formats import counted, size_text
from jupyter_modelreg.commands.results.results import Card, Table
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Deprecation, JsonValue, RegistryStatus
from jupyter_modelreg.core.entities.versions import Version

Record = dict[str, JsonValue]

_DEPRECATED = (Column("deprecated", "deprecated"), Column("in_favour_of", "use instead", "name"))
MODEL_COLUMNS = (
    Column("name", "model", "model"),
    Column("latest_version", "latest", "number"),
    Column("aliases", "aliases", "aliases"),
    *_DEPRECATED,
    Column("tags", "tags", "tags"),
    Column("updated_at", "updated", "time"),
    Column("last_used_at", "last used", "time"),
    Column("owner", "owner", "word"),
    Column("description", "description", "summary"),
)
VERSION_COLUMNS = (
    Column("version", "version", "number"),
    Column("aliases", "aliases", "aliases"),
    Column("pinned", "pinned", "flag"),
    Column("links", "links", "kinds"),
    *_DEPRECATED,
    Column("status", "status", "status", usual="READY"),
    Column("stage", "stage", "stage", usual="None"),
    Column("tags", "tags", "tags"),
    Column("size", "size", "size"),
    Column("created_at", "created", "time"),
    Column("created_by", "by", "word"),
    Column("last_used_at", "last used", "time"),
    Column("description", "description", "summary"),
)
_CONTAINER_FIELDS = (
    Column("description", "description", "markdown"),
    Column("owner", "owner"),
    Column("created_at", "created", "time"),
    Column("updated_at", "updated", "time"),
)
_STATUS_FIELDS = (
    Column("uri", "uri", "code"),
    Column("moved_to", "moved to", "code"),
    Column("actor", "you are"),
    Column("namespace", "namespace"),
    Column("contents", "contents"),
    Column("sizes", "size"),
    Column("mlflow", "MLflow"),
)


# What is said of a container by commands of its own.
_KEPT = ("grants", "policies")


def container_columns(kind: str) -> tuple[Column, ...]:
    """The columns of a list of catalogs or of schemas."""
    shown = (
        *((Column("schemas", "schemas", "number"),) if kind == "catalog" else ()),
        Column("models", "models", "number"),
        Column("created_at", "created", "time"),
        Column("owner", "owner", "word"),
        Column("description", "description", "summary"),
    )
    return (Column("name", kind, "name"), *shown)


def container_row(container: Catalog | Schema, **counts: int) -> Record:
    """A catalog or a schema as plain values, with `counts` of what it holds."""
    told = {key: value for key, value in asdict(container).items() if not key.endswith("id") and key not in _KEPT}
    return {**told, **counts}


def container_card(container: Catalog | Schema, below: Table) -> Card:
    """A catalog with its schemas, or a schema with its models."""
    kind = "catalog" if isinstance(container, Catalog) else "schema"
    return Card(container.name, kind, _CONTAINER_FIELDS, container_row(container), below=below)


def _deprecated(record: Model | Version, told: Deprecation | None) -> Record:
    """Why a model or version is deprecated, itself or by its model, and what to use instead; `told` says the latter."""
    reason = None if record.deprecated is None else record.deprecated["reason"]
    if told is not None and record.deprecated is None:
        reason = f"{told.reason} (model {told.name})"
    return {"deprecated": reason, "in_favour_of": None if told is None else told.in_favour_of}


def model_row(model: Model, latest_version: int | None, deprecation: Deprecation | None = None) -> Record:
    """A model as plain values; `latest_version` is the highest one that is there, `deprecation` what is said of it."""
    return {
        "name": model.name,
        "governed": model.governed,
        "latest_version": latest_version,
        "aliases": dict(model.aliases),
        "tags": dict(model.tags),
        "description": model.description,
        "owner": model.owner,
        "deployment_job_id": model.deployment_job_id,
        **_deprecated(model, deprecation),
        "created_at": model.created_at,
        "created_by": model.created_by,
        "updated_at": model.updated_at,
        "updated_by": model.updated_by,
    }


def _other_location(version: Version) -> str | None:
    """Where the files are read from, when that is neither the source nor where the registry keeps them itself."""
    return None if version.managed or version.location == version.source else version.location


def version_row(version: Version, deprecation: Deprecation | None = None) -> Record:
    """A version as plain values; `deprecation` is what is said of it, or of its model."""
    return {
        "name": version.name,
        "version": version.version,
        "aliases": list(version.aliases),
        "pinned": version.pinned,
        "links": dict(version.links),
        **_deprecated(version, deprecation),
        "status": version.status,
        "status_message": version.status_message,
        "stage": version.stage,
        "tags": dict(version.tags),
        "description": version.description,
        "source": version.source,
        "location": _other_location(version),
        "run_id": version.run_id,
        "logged_model_id": version.logged_model_id,
        "params": None if version.params is None else dict(version.params),
        "metrics": None if version.metrics is None else dict(version.latest_metrics),
        "size": version.size,
        "created_at": version.created_at,
        "created_by": version.created_by,
        "updated_at": version.updated_at,
        "updated_by": version.updated_by,
    }


def version_table(
    versions: Sequence[Version],
    nothing: str,
    more: str | None = None,
    *,
    last_used: Mapping[int, int] | None = None,
    deprecations: Mapping[str, Deprecation] | None = None,
) -> Table:
    """The versions of a model; `last_used` is when each was loaded last, by its number.

    `deprecations` is what is said of those that are deprecated, by reference.

    What is as usual, READY and without a stage, is not worth a column.
    """
    rows: list[Record] = [
        {
            **version_row(each, (deprecations or {}).get(each.reference)),
            "last_used_at": (last_used or {}).get(each.version),
        }
        for each in versions
    ]
    return Table(VERSION_COLUMNS, rows, nothing, more)


def status_card(status: RegistryStatus, namespace: str | None, mlflow: str) -> Card:
    """A glance at the registry; `mlflow` says whether MLflow's client uses it."""
    counts = (
        (status.catalogs, "catalog"),
        (status.schemas, "schema"),
        (status.governed_models, "governed model"),
        (status.workspace_models, "workspace model"),
        (status.prompts, "prompt"),
        (status.versions, "version"),
        (status.events, "event"),
    )
    record: Record = {
        **asdict(status),
        "namespace": namespace,
        "contents": ", ".join(counted(count, noun) for count, noun in counts if count),
        "sizes": f"{size_text(status.database_bytes)} of records, {size_text(status.file_bytes)} of files",
        "mlflow": mlflow,
    }
    record["contents"] = record["contents"] or "empty; register SOURCE catalog.schema.model adds a model"
    return Card("modelreg", "registry", _STATUS_FIELDS, record)
