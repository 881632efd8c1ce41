"""The tables of MLflow's SQL store, read in order and a page at a time.

A page begins behind the last row of the page before, so the last one costs what the first one did. MLflow's own
search counts rows from the start, makes an object of each, and does not tell where a version's files are.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from mlflow.entities.model_registry.model_version_stages import STAGE_DELETED_INTERNAL
from mlflow.store.model_registry.dbmodels.models import (
    SqlModelVersion,
    SqlModelVersionTag,
    SqlRegisteredModel,
    SqlRegisteredModelAlias,
    SqlRegisteredModelTag,
)
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.mlflow_client.mlflow_compat import workspace_clauses
from jupyter_modelreg.mlflow_client.uris import logged_model_in

# Large, since MLflow's index on tags begins with the key, so that the tags of a page take a look at all tags.
_PAGE = 10_000


class DatabasePages:
    """Models and versions in an MLflow database."""

    def __init__(self, store: SqlAlchemyStore) -> None:
        self._store = store

    def models(self) -> Iterator[Sequence[Model]]:
        """Models and prompts; `last_version` is the highest number in use or used by a deleted version."""
        numbers = self._highest_numbers()
        table, last = SqlRegisteredModel, None
        while True:
            with self._store.ManagedSessionMaker() as session:
                found = self._rows(table)
                if last is not None:
                    found = found.where(table.name > last)
                rows = session.execute(found.order_by(table.name).limit(_PAGE)).all()
                if not rows:
                    return
                tags = self._of_models(session, SqlRegisteredModelTag, rows)
                aliases = self._of_models(session, SqlRegisteredModelAlias, rows)
            last = rows[-1].name
            yield [_model(row, tags, aliases, numbers.get(row.name, 0)) for row in rows]

    def versions(self) -> Iterator[Sequence[Version]]:
        """Versions of both, those deleted left out."""
        table, last = SqlModelVersion, None
        while True:
            with self._store.ManagedSessionMaker() as session:
                found = self._rows(table).where(table.current_stage != STAGE_DELETED_INTERNAL)
                if last is not None:
                    found = found.where(_behind(table, last))
                rows = session.execute(found.order_by(table.name, table.version).limit(_PAGE)).all()
                if not rows:
                    return
                tags = self._of_versions(session, rows)
            last = rows[-1]
            yield [_version(row, tags.get((row.name, row.version), {})) for row in rows]

    def _rows(self, table: Any) -> Any:
        """A query for all columns of a table, as plain rows; those of the workspace MLflow works in."""
        return table.__table__.select().where(*workspace_clauses(self._store, table))

    def _highest_numbers(self) -> Mapping[str, int]:
        table = SqlModelVersion
        with self._store.ManagedSessionMaker() as session:
            numbers = session.query(table.name, table.version).filter(*workspace_clauses(self._store, table))
            return {row.name: row.version for row in numbers.order_by(table.name, table.version)}

    def _of_models(self, session: Any, table: Any, rows: Sequence[Any]) -> Mapping[str, Sequence[Any]]:
        found: dict[str, list[Any]] = {}
        of_page = self._rows(table).where(table.name >= rows[0].name, table.name <= rows[-1].name)
        for row in session.execute(of_page):
            found.setdefault(row.name, []).append(row)
        return found

    def _of_versions(self, session: Any, rows: Sequence[Any]) -> Mapping[tuple[str, int], Mapping[str, str]]:
        table, first, last = SqlModelVersionTag, rows[0], rows[-1]
        found: dict[tuple[str, int], dict[str, str]] = {}
        of_page = self._rows(table).where(
            (table.name > first.name) | ((table.name == first.name) & (table.version >= first.version)),
            (table.name < last.name) | ((table.name == last.name) & (table.version <= last.version)),
        )
        for row in session.execute(of_page):
            found.setdefault((row.name, row.version), {})[row.key] = row.value or ""
        return found


def _behind(table: Any, last: Any) -> Any:
    return (table.name > last.name) | ((table.name == last.name) & (table.version > last.version))


def _model(
    row: Any, tags: Mapping[str, Sequence[Any]], aliases: Mapping[str, Sequence[Any]], last_version: int
) -> Model:
    created = row.creation_time or 0
    return Model(
        id=0,
        name=row.name,
        description=row.description,
        owner="",
        tags={tag.key: tag.value or "" for tag in tags.get(row.name, ())},
        aliases={alias.alias: alias.version for alias in aliases.get(row.name, ())},
        last_version=last_version,
        created_at=created,
        created_by="",
        updated_at=row.last_updated_time or created,
        updated_by="",
    )


def _version(row: Any, tags: Mapping[str, str]) -> Version:
    created = row.creation_time or 0
    return Version(
        id=0,
        model_id=0,
        name=row.name,
        version=row.version,
        tags=tags,
        description=row.description,
        stage=row.current_stage or "None",
        source=row.source,
        location=row.storage_location or row.source,
        run_id=row.run_id,
        run_link=row.run_link,
        logged_model_id=logged_model_in(row.source),
        status=row.status,
        status_message=row.status_message,
        created_at=created,
        created_by=row.user_id or "",
        updated_at=row.last_updated_time or created,
        updated_by=row.user_id or "",
    )
