"""What each model says of its newest versions, held against the versions themselves, and put right."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa

from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.compiled import update_many, value_list
from jupyter_modelreg.storage.sql.session import Session

_MODELS, _VERSIONS = tables.models, tables.versions
_AT_ONCE = 5000


class Latest(NamedTuple):
    """What a model should name as its newest version in each stage, in the order of the lowest version there."""

    model_id: int
    name: str
    latest: dict[str, int]


def note_latest(session: Session, model_ids: Iterable[int] | None = None) -> None:
    """Have the models note what their newest versions are; all models, when none are named."""
    wrong = list(wrong_latest(session, model_ids))
    for start in range(0, len(wrong), _AT_ONCE):
        some = wrong[start : start + _AT_ONCE]
        values = {
            "id": value_list(session.backend, _MODELS.c.id, [each.model_id for each in some]),
            "latest": value_list(session.backend, _MODELS.c.latest, [each.latest for each in some]),
        }
        session.run(update_many(_MODELS, ("latest",)), values)


def wrong_latest(session: Session, model_ids: Iterable[int] | None = None) -> Iterator[Latest]:
    """The models, by name, that are wrong about their newest versions, with what they should say."""
    models = sa.select(_MODELS.c.id, _MODELS.c.name, _MODELS.c.latest).order_by(_MODELS.c.name)
    newest = (
        sa.select(_VERSIONS.c.model_id, _VERSIONS.c.stage, sa.func.max(_VERSIONS.c.version))
        .where(_VERSIONS.c.deleted_at.is_(None))
        .group_by(_VERSIONS.c.model_id, _VERSIONS.c.stage)
        .order_by(_VERSIONS.c.model_id, sa.func.min(_VERSIONS.c.version))
    )
    if model_ids is not None:
        wanted = _ids(session, model_ids)
        models, newest = models.where(_MODELS.c.id.in_(wanted)), newest.where(_VERSIONS.c.model_id.in_(wanted))
    actual: dict[int, dict[str, int]] = {}
    for model_id, stage, version in session.execute(newest):
        actual.setdefault(model_id, {})[stage] = version
    for model_id, name, said in session.execute(models):
        latest = actual.get(model_id, {})
        if list(said.items()) != list(latest.items()):
            yield Latest(model_id, name, latest)


def _ids(session: Session, ids: Iterable[int]) -> sa.Select[Any]:
    values = sa.literal(value_list(session.backend, _MODELS.c.id, ids))
    return sa.select(session.backend.unnest(values, _MODELS.c.id.type))
