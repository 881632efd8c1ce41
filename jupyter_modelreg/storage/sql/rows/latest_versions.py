"""What each model says of its newest versions, held against the versions themselves, and put right."""

from __future__ import annotations

import json
from collections.abc import Iterable

import sqlalchemy as sa

from jupyter_modelreg.storage.sql.session import Session

_IDS = "(SELECT unnest(from_json(CAST(:ids AS VARCHAR), '[\"BIGINT\"]')))"


def _actual(of_model: str, of_version: str) -> str:
    """What `latest` should be of each model, as `tables.JsonText` writes it."""
    return f"""
        SELECT models.id, models.name, models.latest AS said, coalesce(found.latest, '{{}}') AS latest
        FROM models LEFT JOIN (
            SELECT model_id, '{{' || string_agg(to_json(stage) || ': ' || newest, ', ' ORDER BY first) || '}}' AS latest
            FROM (
                SELECT model_id, stage, max(version) AS newest, min(version) AS first
                FROM versions WHERE deleted_at IS NULL {of_version} GROUP BY model_id, stage
            ) GROUP BY model_id
        ) AS found ON found.model_id = models.id
        WHERE models.latest != coalesce(found.latest, '{{}}') {of_model}"""  # noqa: S608 - no text from outside


def _noting(actual: str) -> sa.TextClause:
    return sa.text(f"UPDATE models SET latest = actual.latest FROM ({actual}) AS actual WHERE models.id = actual.id")  # noqa: S608


_WRONG = sa.text(f"{_actual('', '')} ORDER BY models.name")
_NOTE_SOME = _noting(_actual(f"AND models.id IN {_IDS}", f"AND model_id IN {_IDS}"))
_NOTE_ALL = _noting(_actual("", ""))


def note_latest(session: Session, model_ids: Iterable[int] | None = None) -> None:
    """Have the models note what their newest versions are; all models, when none are named."""
    if model_ids is None:
        session.execute(_NOTE_ALL)
        return
    ids = list(model_ids)
    if ids:
        session.execute(_NOTE_SOME, {"ids": json.dumps(ids)})


def wrong_latest(session: Session) -> list[str]:
    """The names of the models that are wrong about their newest versions."""
    rows = session.execute(_WRONG).all()
    return [row.name for row in rows if _pairs(row.said) != _pairs(row.latest)]


def _pairs(text: str) -> list[tuple[str, object]]:
    return list(json.loads(text).items())
