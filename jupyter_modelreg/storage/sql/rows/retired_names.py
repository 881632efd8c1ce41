"""Names that models have left, and the highest version number used under each."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa

from jupyter_modelreg.core.entities.securables import RetiredName
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper

_TABLE = tables.retired_names


class RetiredNameRepository(Repository[RetiredName]):
    """`core.ports.RetiredNames` in SQL."""

    table = _TABLE
    mapper = RowMapper(RetiredName, _TABLE.c)

    def highest(self, name: str) -> int:
        """The highest number used under `name` by models that have left it; 0 for none."""
        found = self._session.find(_TABLE, name)
        return 0 if found is None else int(found["highest"])

    def highest_of(self, names: Sequence[str]) -> dict[str, int]:
        """The same for many names; those that nobody has left are not in it."""
        backend, text = self._session.backend, sa.Text()
        wanted = sa.select(backend.unnest(sa.literal(backend.value_list(text, list(names))), text))
        rows = self._session.execute(sa.select(_TABLE.c.name, _TABLE.c.highest).where(_TABLE.c.name.in_(wanted)))
        return {row[0]: row[1] for row in rows}

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """Keep that numbers up to `highest` have been used under `name`, in a row `row_id` if it is the first time."""
        found = self._session.find(_TABLE, name)
        if found is None:
            self._session.insert(_TABLE, {"id": row_id, "name": name, "highest": highest})
        elif found["highest"] < highest:
            self._session.update(_TABLE, found["id"], {"highest": highest})
