"""What the tests of import and export share."""

from __future__ import annotations

import dataclasses

from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.registry import Registry

# What is another one in each registry.
OWN = {"id", "model_id", "location", "schema_id", "catalog_id"}


def content(registry: Registry, *names: str) -> list[object]:
    """Everything about models, but for what has to differ between registries."""
    found: list[object] = [*registry.catalogs.list(), *registry.schemas.list()]
    for name in names:
        found.append(registry.models.get(name))
        for version in registry.versions.list(name):
            found += [version, list(registry.versions.files(version.reference))]
    return [_plain(each) for each in found]


def _plain(found: object) -> object:
    if not dataclasses.is_dataclass(found) or isinstance(found, type):
        return found
    known = {key: value for key, value in vars(found).items() if key not in OWN}
    if isinstance(found, Version):
        known["lineage"] = {key: value for key, value in (found.lineage or {}).items() if key != "copied_from"}
        if not found.managed:
            known["location"] = found.location
    return known
