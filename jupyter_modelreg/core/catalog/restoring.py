"""Bringing models and versions back from the trash."""

from __future__ import annotations

from jupyter_modelreg.core.catalog.catalogs import ensure_schema
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import AlreadyExists
from jupyter_modelreg.core.names import is_governed, namespace_of
from jupyter_modelreg.core.rules.models import check_rename
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def restore_model(work: UnitOfWork, model: Model, name: str) -> None:
    """Take a model, with its versions, aliases and tags, out of the trash, as `name`.

    Versions that had been deleted before it stay where they are. Raises AlreadyExists, InvalidInput.
    """
    taken = work.tx.models.get(name)
    check_rename(model, name, None)
    if taken is not None:
        raise AlreadyExists(
            f"there is a model {name} again, made by {taken.created_by}",
            f"restore the old one under another name: restore {model.name} --as NAME",
        )
    before: dict[str, JsonValue] = {}
    after: dict[str, JsonValue] = {}
    if is_governed(name):
        told = {"schema_id": ensure_schema(work, namespace_of(name)).id}
        told["last_version"] = max(model.last_version, work.tx.retired_names.highest(name))
        for field, value in told.items():
            if value != getattr(model, field):
                before[field], after[field] = getattr(model, field), value
    if name != model.name:
        before["name"], after["name"] = model.name, name
    work.log("model.restored", model, name=name, before=before, after=after)


def restore_version(work: UnitOfWork, version: Version) -> None:
    """Take a version out of the trash, under its old number; its aliases have gone elsewhere, or nowhere."""
    work.log("version.restored", version, after={"stage": version.stage})
