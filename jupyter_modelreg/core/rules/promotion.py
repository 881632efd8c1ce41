"""Where a model is promoted to: the catalog of the next stage, by the names that teams give catalogs."""

from __future__ import annotations

from collections.abc import Collection

# Catalogs by stage, the first one first (Databricks: a catalog for each of dev, staging and prod).
_STAGES = (
    ("dev", "development", "sandbox"),
    ("test", "testing", "qa"),
    ("staging", "stage", "preprod"),
    ("prod", "production"),
)


def promotion_target(name: str, catalogs: Collection[str]) -> str | None:
    """The model that `name` becomes by promotion: the same schema and name in the next stage that has a catalog.

    None for a workspace model, for a catalog that names no stage, and in the last one. Case does not matter.
    """
    catalog, _, rest = name.partition(".")
    if rest.count(".") != 1:
        return None
    own = next((at for at, names in enumerate(_STAGES) if catalog.lower() in names), None)
    if own is None:
        return None
    for names in _STAGES[own + 1 :]:
        found = [each for each in catalogs if each.lower() in names]
        if found:
            return f"{min(found, key=lambda each: names.index(each.lower()))}.{rest}"
    return None
