"""Rows of usage: who loaded which version, a row for each day and place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.usage import UsageDay, VersionUsage
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.compiled import Statement, value_list
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper

_TABLE = tables.usage
_VERSIONS = tables.versions


def _last_used(backend: Backend) -> sa.Select[Any]:
    models = sa.select(backend.unnest(sa.bindparam("by_models"), _VERSIONS.c.model_id.type))
    return (
        sa.select(_VERSIONS.c.model_id, _VERSIONS.c.version, sa.func.max(_TABLE.c.last_used_at).label("last"))
        .join(_TABLE, _VERSIONS.c.id == _TABLE.c.version_id)
        .where(_VERSIONS.c.model_id.in_(models))
        .group_by(_VERSIONS.c.model_id, _VERSIONS.c.version)
    )


_LAST_USED = Statement(_last_used)


class UsageRepository(Repository[UsageDay]):
    """`core.ports.UsageRows` in SQL."""

    table = _TABLE
    mapper = RowMapper(UsageDay, _TABLE.c)

    def note(self, usage: UsageDay) -> None:
        """Add to what is known of that version, actor, notebook and day."""
        same = (
            (_TABLE.c.version_id == usage.version_id)
            & (_TABLE.c.actor == usage.actor)
            & _TABLE.c.notebook.is_not_distinct_from(usage.notebook)
            & (_TABLE.c.day == usage.day)
        )
        known = self._session.execute(sa.select(_TABLE).where(same)).mappings().one_or_none()
        if known is None:
            self._session.execute(_TABLE.insert().values(**vars(usage)))
            return
        changes = {
            "alias": usage.alias or known["alias"],
            "last_used_at": max(usage.last_used_at, known["last_used_at"]),
            "count": known["count"] + usage.count,
        }
        self._session.execute(_TABLE.update().where(same).values(**changes))

    def of_models(self, model_ids: Sequence[int], since: int | None = None) -> list[VersionUsage]:
        """What is known of the versions of these models."""
        statement = sa.select(_TABLE, _VERSIONS.c.model_id, _VERSIONS.c.version).join(
            _VERSIONS, _VERSIONS.c.id == _TABLE.c.version_id
        )
        statement = statement.where(_VERSIONS.c.model_id.in_(self._numbers(model_ids)))
        if since is not None:
            statement = statement.where(_TABLE.c.last_used_at >= since)
        rows = self._session.execute(statement.order_by(_TABLE.c.last_used_at.desc(), _TABLE.c.version_id))
        return [VersionUsage(**row) for row in rows.mappings()]

    def last_used(self, model_ids: Sequence[int]) -> Mapping[tuple[int, int], int]:
        """When each version of these models was used last."""
        wanted = {"by_models": value_list(self._session.backend, _VERSIONS.c.model_id, model_ids)}
        return {(model_id, number): last for model_id, number, last in self._session.rows(_LAST_USED, wanted)}

    def _numbers(self, values: Sequence[int]) -> sa.Select[tuple[int]]:
        backend, number = self._session.backend, sa.BigInteger()
        return sa.select(backend.unnest(sa.literal(backend.value_list(number, list(values))), number))
