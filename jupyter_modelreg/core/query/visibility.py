"""Which models an actor may see, as a condition of a search."""

from __future__ import annotations

from dataclasses import dataclass

from jupyter_modelreg.core.entities.securables import Model


@dataclass(frozen=True, kw_only=True)
class Visibility:
    """Models in sight: those in some containers, and those with a right of their own in some more.

    Attributes:
        principals: the actor and the groups it belongs to; a model they own, or that grants them anything, has a right
            of its own.
        workspace: whether every workspace model is in sight; one with a right of its own always is.
        catalogs, schemas: the ids of containers in which every model is in sight.
        usable_catalogs, usable_schemas: the ids of those in which a model with a right of its own is.
    """

    principals: tuple[str, ...]
    workspace: bool
    catalogs: frozenset[int]
    schemas: frozenset[int]
    usable_catalogs: frozenset[int]
    usable_schemas: frozenset[int]

    def shows(self, model: Model, catalog_id: int | None) -> bool:
        """Whether a model is in sight that is in a schema of that catalog; None for a workspace model."""
        if model.schema_id is None:
            return self.workspace or self._has_own(model)
        if catalog_id in self.catalogs or model.schema_id in self.schemas:
            return True
        usable = catalog_id in self.usable_catalogs or model.schema_id in self.usable_schemas
        return usable and self._has_own(model)

    def _has_own(self, model: Model) -> bool:
        return model.owner in self.principals or not model.grants.keys().isdisjoint(self.principals)
