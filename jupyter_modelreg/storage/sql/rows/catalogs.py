"""The row of the registry, and those of catalogs and schemas."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from jupyter_modelreg.core.entities.securables import Catalog, Root, Schema
from jupyter_modelreg.core.query.paging import BY_NAME
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.json_text import contains_pair, key_piece
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.searching.pages import paged


class RootRepository(Repository[Root]):
    """`core.ports.RootRows` in SQL."""

    table = tables.registry
    mapper = RowMapper(Root, tables.registry.c)

    def get(self, name: str = "registry") -> Root:
        """The registry."""
        found = self._find(name)
        assert found is not None, "a migration has made it"
        return found


class CatalogRepository(Repository[Catalog]):
    """`core.ports.CatalogRows` in SQL."""

    table = tables.catalogs
    mapper = RowMapper(Catalog, tables.catalogs.c)

    def get(self, name: str) -> Catalog | None:
        """The catalog called `name`."""
        return self._find(name)

    def closest(self, name: str) -> Sequence[str]:
        """Names near `name`."""
        return self._closest(self.table.c.name, name)

    def list(self, limit: int | None = None, start: Start = FIRST) -> list[Catalog]:
        """Catalogs by name."""
        return self._all(paged(sa.select(self.table), BY_NAME, {"name": self.table.c.name}, limit, start))


class SchemaRepository(Repository[Schema]):
    """`core.ports.SchemaRows` in SQL."""

    table = tables.schemas
    mapper = RowMapper(Schema, tables.schemas.c)

    def get(self, name: str) -> Schema | None:
        """The schema called `name`."""
        return self._find(name)

    def closest(self, name: str) -> Sequence[str]:
        """Names near `name`."""
        return self._closest(self.table.c.name, name)

    def concerning(self, principals: Sequence[str]) -> Sequence[Schema]:
        """Schemas that one of them owns, or has been granted something on."""
        backend, grants = self._session.backend, self.table.c.grants
        granted = (contains_pair(backend, grants, sa.literal(key_piece(each), sa.Text)) for each in principals)
        return self._all(sa.select(self.table).where(sa.or_(self.table.c.owner.in_(principals), *granted)))

    def list(self, catalog_id: int | None = None, limit: int | None = None, start: Start = FIRST) -> list[Schema]:
        """Schemas by name, of one catalog or all."""
        statement = sa.select(self.table)
        if catalog_id is not None:
            statement = statement.where(self.table.c.catalog_id == catalog_id)
        return self._all(paged(statement, BY_NAME, {"name": self.table.c.name}, limit, start))
