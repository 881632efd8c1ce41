"""Rows of catalogs and schemas."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from jupyter_modelreg.core.entities import Catalog, Schema
from jupyter_modelreg.storage import tables
from jupyter_modelreg.storage.rows import Rows, page


class CatalogRows(Rows[Catalog]):
    """`core.outside.CatalogRows` in SQL."""

    table = tables.catalogs
    entity = Catalog

    def get(self, name: str) -> Catalog | None:
        """The catalog called `name`."""
        return self._one(sa.select(self.table).where(self.table.c.name == name))

    def closest(self, name: str) -> Sequence[str]:
        """Names near `name`."""
        return self._closest(self.table.c.name, name)

    def list(self, limit: int | None = None, offset: int = 0) -> list[Catalog]:
        """Catalogs by name."""
        return self._all(page(sa.select(self.table).order_by(self.table.c.name), limit, offset))


class SchemaRows(Rows[Schema]):
    """`core.outside.SchemaRows` in SQL."""

    table = tables.schemas
    entity = Schema

    def get(self, name: str) -> Schema | None:
        """The schema called `name`."""
        return self._one(sa.select(self.table).where(self.table.c.name == name))

    def closest(self, name: str) -> Sequence[str]:
        """Names near `name`."""
        return self._closest(self.table.c.name, name)

    def list(self, catalog_id: int | None = None, limit: int | None = None, offset: int = 0) -> list[Schema]:
        """Schemas by name, of one catalog or all."""
        statement = sa.select(self.table).order_by(self.table.c.name)
        if catalog_id is not None:
            statement = statement.where(self.table.c.catalog_id == catalog_id)
        return self._all(page(statement, limit, offset))
