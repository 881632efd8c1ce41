"""Catalogs and schemas: the first two levels of a governed name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.lookup import require_catalog, require_schema
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema, level_of
from jupyter_modelreg.core.errors import AlreadyExists, InvalidState
from jupyter_modelreg.core.names import check_namespace, check_part
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.paging import BY_NAME, Page, decode_token, page_of
from jupyter_modelreg.core.query.search import Search

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Catalogs(Topic):
    """`registry.catalogs`."""

    def create(self, name: str, *, description: str | None = None, reason: str | None = None) -> Catalog:
        """Create a catalog. Raises InvalidInput, AlreadyExists."""
        check_part(name, "catalog")
        with self._context.write(reason) as work:
            if work.tx.catalogs.get(name) is not None:
                raise AlreadyExists(f"catalog {name} already exists", "use that one, or choose another name")
            return new_catalog(work, name, description)

    def get(self, name: str) -> Catalog:
        """The catalog called `name`. Raises NotFound."""
        with self._context.read() as tx:
            return require_catalog(tx, name)

    def list(self, *, limit: int | None = None, page_token: str | None = None) -> Page[Catalog]:
        """All catalogs by name, `limit` a page."""
        start = decode_token(page_token, BY_NAME)
        with self._context.read() as tx:
            return page_of(tx.catalogs.list(limit and limit + 1, start), limit, BY_NAME)

    def describe(self, name: str, description: str | None, *, reason: str | None = None) -> Catalog:
        """Replace the description; None removes it. Raises NotFound."""
        with self._context.write(reason) as work:
            found = require_catalog(work.tx, name)
            work.authorise("catalogs.describe", found)
            work.log_update("catalog.updated", found, {"description": description})
            return require_catalog(work.tx, name)

    def delete(self, name: str, *, reason: str | None = None) -> None:
        """Delete an empty catalog. Raises NotFound, InvalidState while it holds schemas."""
        with self._context.write(reason) as work:
            found = require_catalog(work.tx, name)
            work.authorise("catalogs.delete", found)
            check_empty(work.tx, found)
            work.log_deleted(found)


class Schemas(Topic):
    """`registry.schemas`; every name is `catalog.schema`."""

    def create(self, name: str, *, description: str | None = None, reason: str | None = None) -> Schema:
        """Create a schema, and its catalog when that is missing. Raises InvalidInput, AlreadyExists."""
        check_namespace(name)
        with self._context.write(reason) as work:
            if work.tx.schemas.get(name) is not None:
                raise AlreadyExists(f"schema {name} already exists", "use that one, or choose another name")
            return ensure_schema(work, name, description)

    def get(self, name: str) -> Schema:
        """The schema called `name`. Raises NotFound."""
        with self._context.read() as tx:
            return require_schema(tx, name)

    def list(
        self, catalog: str | None = None, *, limit: int | None = None, page_token: str | None = None
    ) -> Page[Schema]:
        """The schemas of `catalog`, or all, by name, `limit` a page. Raises NotFound for an unknown catalog."""
        start = decode_token(page_token, BY_NAME)
        with self._context.read() as tx:
            catalog_id = None if catalog is None else require_catalog(tx, catalog).id
            return page_of(tx.schemas.list(catalog_id, limit and limit + 1, start), limit, BY_NAME)

    def describe(self, name: str, description: str | None, *, reason: str | None = None) -> Schema:
        """Replace the description; None removes it. Raises NotFound."""
        with self._context.write(reason) as work:
            found = require_schema(work.tx, name)
            work.authorise("schemas.describe", found)
            work.log_update("schema.updated", found, {"description": description})
            return require_schema(work.tx, name)

    def delete(self, name: str, *, reason: str | None = None) -> None:
        """Delete an empty schema. Raises NotFound, InvalidState while it holds models."""
        with self._context.write(reason) as work:
            found = require_schema(work.tx, name)
            work.authorise("schemas.delete", found)
            check_empty(work.tx, found)
            work.log_deleted(found)


def held_by(tx: Transaction, container: Catalog | Schema) -> str | None:
    """What a catalog or schema still holds, in words; None where it is empty.

    It is not empty, either, by holding what the actor may not see, which is not named then.
    """
    first = _first_in(tx, container)
    if first is not None:
        return f"{level_of(first)} {first.name}"
    hidden = _first_in(whole(tx), container)
    return None if hidden is None else f"a {level_of(hidden)} that you may not see"


def _first_in(tx: Transaction, container: Catalog | Schema) -> Schema | Model | None:
    """One of the schemas of a catalog, or of the models and prompts of a schema."""
    if isinstance(container, Catalog):
        return next(iter(tx.schemas.list(container.id, limit=1)), None)
    return next(iter(tx.models.search(Search(schema_id=container.id, limit=1, prompts=None))), None)


def check_empty(tx: Transaction, container: Catalog | Schema) -> None:
    """Raise InvalidState where a catalog holds schemas, or a schema models."""
    held = held_by(tx, container)
    if held is not None:
        kind, inside = ("catalog", "schemas") if isinstance(container, Catalog) else ("schema", "models")
        raise InvalidState(f"{kind} {container.name} still holds {held}", f"delete its {inside} first")


def ensure_schema(work: UnitOfWork, name: str, description: str | None = None) -> Schema:
    """The schema called `name`, created together with its catalog when missing."""
    found = work.tx.schemas.get(name)
    if found is not None:
        return found
    catalog_name, _ = check_namespace(name)
    catalog = work.tx.catalogs.get(catalog_name) or new_catalog(work, catalog_name, None)
    work.authorise("schemas.create", catalog)
    schema = Schema(
        id=work.next_id(),
        catalog_id=catalog.id,
        name=name,
        description=description,
        owner=work.principal,
        **work.stamp,
    )
    work.log_created(schema)
    return schema


def new_catalog(work: UnitOfWork, name: str, description: str | None) -> Catalog:
    """A catalog that is made now, and belongs to the actor."""
    work.authorise("catalogs.create", None)
    catalog = Catalog(
        id=work.next_id(),
        name=name,
        description=description,
        owner=work.principal,
        **work.stamp,
    )
    work.log_created(catalog)
    return catalog
