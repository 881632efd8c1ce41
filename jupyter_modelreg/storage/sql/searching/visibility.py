"""Which models an actor may see, as a clause of a statement."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.query.visibility import Visibility
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.compiled import value_list


def visible_values(backend: Backend, visible: Visibility) -> dict[str, Any]:
    """The values of the parameters of `in_sight`."""
    values: dict[str, Any] = {"visible_workspace": visible.workspace}
    for at, principal in enumerate(visible.principals):
        values |= {f"principal_{at}": principal, f"grantee_{at}": json_text.key_piece(principal)}
    for name in ("catalogs", "schemas", "usable_catalogs", "usable_schemas"):
        values[f"visible_{name}"] = value_list(backend, tables.schemas.c.id, sorted(getattr(visible, name)))
    return values


def in_sight(backend: Backend, principals: int) -> sa.ColumnElement[bool]:
    """Whether a model is one that a `Visibility` with so many principals shows: see `Visibility.shows`."""
    models, schemas = tables.models.c, tables.schemas.c

    def among(name: str) -> sa.ColumnElement[bool]:
        def listed(kind: str) -> sa.Select[Any]:
            return sa.select(backend.unnest(sa.bindparam(f"visible_{name}{kind}"), schemas.id.type))

        of_catalogs = sa.select(schemas.id).where(schemas.catalog_id.in_(listed("catalogs")))
        return sa.or_(models.schema_id.in_(of_catalogs), models.schema_id.in_(listed("schemas")))

    numbers = range(principals)
    own = sa.or_(
        *(models.owner == sa.bindparam(f"principal_{at}", type_=sa.Text) for at in numbers),
        *(
            json_text.contains_pair(backend, models.grants, sa.bindparam(f"grantee_{at}", type_=sa.Text))
            for at in numbers
        ),
    )
    in_none = models.schema_id.is_(None)
    workspace: sa.BindParameter[bool] = sa.bindparam("visible_workspace", type_=sa.Boolean)
    return sa.or_(among(""), in_none & workspace, own & sa.or_(in_none, among("usable_")))
