"""Questions about the whole database: which rows lead nowhere, which versions should have files."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any, NamedTuple

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event, canonical
from jupyter_modelreg.core.entities.integrity import Orphan, VersionSummary
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.compiled import update_many, value_list
from jupyter_modelreg.storage.sql.json_text import as_text
from jupyter_modelreg.storage.sql.rows.discussion import lost
from jupyter_modelreg.storage.sql.rows.events import EventRepository
from jupyter_modelreg.storage.sql.rows.latest_versions import note_latest, wrong_latest
from jupyter_modelreg.storage.sql.rows.versions import file_entry
from jupyter_modelreg.storage.sql.searching.derived import DERIVED, DERIVED_FROM, as_stored, derived_again
from jupyter_modelreg.storage.sql.session import Session

_CATALOGS, _SCHEMAS, _MODELS = tables.catalogs, tables.schemas, tables.models
_VERSIONS, _FILES = tables.versions, tables.version_files
_AT_ONCE = 1000
_LINE = sa.select(
    _VERSIONS.c.id,
    _VERSIONS.c.model_id,
    _MODELS.c.name,
    _VERSIONS.c.version,
    _VERSIONS.c.status,
    _VERSIONS.c.managed,
    _VERSIONS.c.created_at,
    _VERSIONS.c.status_message,
).outerjoin(_MODELS, _MODELS.c.id == _VERSIONS.c.model_id)


class _Misderived(NamedTuple):
    """A version with columns that do not say what follows from others, and what all of these should say."""

    id: int
    reference: str
    columns: Sequence[str]
    made: Mapping[str, object]


class Integrity:
    """`core.ports.Integrity` in SQL."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lines(self) -> list[VersionSummary]:
        """Every version that has files of the registry's own or is not READY, the trash included, by id."""
        wanted = _VERSIONS.c.managed | (_VERSIONS.c.status != "READY")
        return [_line(row) for row in self._rows(_LINE.where(wanted).order_by(_VERSIONS.c.id))]

    def line(self, version_id: int) -> VersionSummary | None:
        """One version by its id, the trash included."""
        return next((_line(row) for row in self._rows(_LINE.where(_VERSIONS.c.id == version_id))), None)

    def tables(self) -> Sequence[str]:
        """The names of all tables."""
        return list(tables.metadata.tables)

    def foreign(self) -> Sequence[str]:
        """What is in the database and not of the registry, each as `macro f`, by kind and name."""
        found = self._session.execute(self._session.backend.objects).all()
        return [f"{kind} {name}" for kind, name in found if kind != "table" or name not in tables.metadata.tables]

    def read_whole(self, table: str) -> None:
        """Read every value of a table, for what the database finds damaged on the way. Raises RegistryUnavailable."""
        columns = [sa.func.max(sa.cast(column, sa.Text)) for column in tables.metadata.tables[table].c]
        self._session.execute(sa.select(*columns))

    def totals(self) -> Mapping[str, int]:
        """How many `models` and `versions` there are, the trash included."""
        models, versions = (
            sa.select(sa.func.count()).select_from(table).scalar_subquery() for table in (_MODELS, _VERSIONS)
        )
        row = self._session.execute(sa.select(models.label("models"), versions.label("versions"))).mappings().one()
        return dict(row)

    def manifests(self) -> Mapping[int, list[FileEntry]]:
        """The manifest of every version that has one, by the id of the version."""
        rows = self._rows(sa.select(_FILES).order_by(_FILES.c.version_id, _FILES.c.path))
        return {
            version_id: [file_entry(row) for row in found]
            for version_id, found in groupby(rows, key=lambda row: int(row["version_id"]))
        }

    def dangling(self) -> list[Orphan]:
        """Every row that leads nowhere."""
        return [*self._orphaned_rows(), *self._aliases(), *self._counters(), *self._latest(), *self._unlisted()]

    def derivations(self, model_ids: Collection[int] | None = None) -> list[Orphan]:
        """Versions of which searches know something else than follows from what is kept of them, by id."""
        return [
            Orphan(
                subject=wrong.reference,
                message=f"searches know other {listed(sorted(wrong.columns))} of {wrong.reference} than it has",
                derived=True,
            )
            for wrong in self._misderived(model_ids)
        ]

    def derive(self) -> None:
        """Put right what follows from other rows: which versions are the newest, and what searches know of them."""
        note_latest(self._session)
        wrong = list(self._misderived(None))
        for start in range(0, len(wrong), _AT_ONCE):
            some, backend = wrong[start : start + _AT_ONCE], self._session.backend
            values = {"id": value_list(backend, _VERSIONS.c.id, [each.id for each in some])}
            values |= {
                name: value_list(backend, _VERSIONS.c[name], [each.made[name] for each in some]) for name in DERIVED
            }
            self._session.run(update_many(_VERSIONS, DERIVED), values)

    def _misderived(self, model_ids: Collection[int] | None) -> Iterator[_Misderived]:
        texts = [
            as_text(_VERSIONS.c[name]).label(name)
            if isinstance(_VERSIONS.c[name].type, json_text.JsonText)
            else _VERSIONS.c[name]
            for name in (*DERIVED_FROM, *DERIVED)
        ]
        named = sa.select(_VERSIONS.c.id, _MODELS.c.name, _VERSIONS.c.version, *texts).join(
            _MODELS, _MODELS.c.id == _VERSIONS.c.model_id
        )
        if model_ids is not None:
            named = named.where(_VERSIONS.c.model_id.in_(model_ids))
        last = -1
        while True:
            page = named.where(_VERSIONS.c.id > last).order_by(_VERSIONS.c.id).limit(_AT_ONCE)
            rows = self._session.execute(page).mappings().all()
            for row in rows:
                made = derived_again({name: row[name] for name in DERIVED_FROM})
                wrong = [name for name in DERIVED if as_stored(name, made[name]) != row[name]]
                if wrong:
                    yield _Misderived(row["id"], f"{row['name']}/{row['version']}", wrong, made)
            if len(rows) < _AT_ONCE:
                return
            last = rows[-1]["id"]

    def some_models(self, count: int) -> Sequence[int]:
        """The ids of models chosen at random."""
        statement = sa.select(_MODELS.c.id).order_by(sa.func.random()).limit(count)
        return self._session.execute(statement).scalars().all()

    def log(self, after: int, limit: int) -> Sequence[tuple[Event, bool]]:
        """The events after number `after`, and whether their values are stored in another spelling than events have."""
        found = EventRepository(self._session).stored(after, limit)
        return [(event, any(map(_respelled, texts))) for event, *texts in found]

    def _orphaned_rows(self) -> Iterator[Orphan]:
        for name in self._names(_SCHEMAS.c.name, _SCHEMAS.c.catalog_id.not_in(sa.select(_CATALOGS.c.id))):
            yield Orphan(subject=name, message=f"the schema {name} has no catalog")
        # The schema of a model in the trash may have been deleted since.
        lost = _MODELS.c.schema_id.is_not(None) & _MODELS.c.schema_id.not_in(sa.select(_SCHEMAS.c.id))
        for name in self._names(_MODELS.c.name, _MODELS.c.deleted_at.is_(None), lost):
            yield Orphan(subject=name, message=f"the model {name} has no schema")
        for row in self._rows(_LINE.where(_MODELS.c.id.is_(None)).order_by(_VERSIONS.c.id)):
            version = _line(row)
            yield Orphan(
                subject=version.reference,
                message=f"version {version.version} has no model (its row says {row['model_id']})",
            )
        yield from self._said()
        files = (
            sa.select(_FILES.c.version_id, sa.func.count().label("files"))
            .where(_FILES.c.version_id.not_in(sa.select(_VERSIONS.c.id)))
            .group_by(_FILES.c.version_id)
            .order_by(_FILES.c.version_id)
        )
        for row in self._rows(files):
            message = (
                f"the manifest lists {row['files']:,} files of version id {row['version_id']}, which does not exist"
            )
            yield Orphan(subject=f"version id {row['version_id']}", message=message)

    def _said(self) -> Iterator[Orphan]:
        for table, word in ((tables.comments, "comment"), (tables.requests, "request")):
            for row in self._rows(lost(table)):
                message = f"{word} {row['id']} is about a model, or a version, that is not there"
                yield Orphan(subject=f"{word} {row['id']}", message=message)

    def _aliases(self) -> Iterator[Orphan]:
        pointed = sa.select(_MODELS.c.id, _MODELS.c.name, _MODELS.c.aliases).where(
            _MODELS.c.deleted_at.is_(None), _MODELS.c.aliases != sa.literal({}, json_text.JsonText)
        )
        targets = [
            (row["name"], alias, version, f"{row['id']}/{version}")
            for row in self._rows(pointed.order_by(_MODELS.c.name))
            for alias, version in row["aliases"].items()
        ]
        for start in range(0, len(targets), _AT_ONCE):
            batch = targets[start : start + _AT_ONCE]
            keys = [key for *_, key in batch]
            there = set(self._names(_VERSIONS.c.key, _VERSIONS.c.key.in_(keys), _VERSIONS.c.deleted_at.is_(None)))
            for name, alias, version, key in batch:
                if key not in there:
                    message = f"{name}@{alias} points at version {version}, which does not exist"
                    yield Orphan(subject=f"{name}@{alias}", message=message)

    def _counters(self) -> Iterator[Orphan]:
        highest = (
            sa.select(_VERSIONS.c.model_id, sa.func.max(_VERSIONS.c.version).label("highest"))
            .group_by(_VERSIONS.c.model_id)
            .subquery()
        )
        behind = (
            sa.select(_MODELS.c.name, _MODELS.c.last_version, highest.c.highest)
            .join(highest, highest.c.model_id == _MODELS.c.id)
            .where(highest.c.highest > _MODELS.c.last_version)
            .order_by(_MODELS.c.name)
        )
        for row in self._rows(behind):
            message = f"{row['name']} counts {row['last_version']} versions, and has a version {row['highest']}"
            yield Orphan(subject=row["name"], message=message)

    def _latest(self) -> Iterator[Orphan]:
        for wrong in wrong_latest(self._session):
            message = f"{wrong.name} names other versions as its newest ones than there are"
            yield Orphan(subject=wrong.name, message=message, derived=True)

    def _unlisted(self) -> Iterator[Orphan]:
        ready = (_VERSIONS.c.managed, _VERSIONS.c.status == "READY")
        bare = _LINE.where(*ready, _VERSIONS.c.id.not_in(sa.select(_FILES.c.version_id)))
        for row in self._rows(bare.order_by(_VERSIONS.c.id)):
            reference = _line(row).reference
            yield Orphan(subject=reference, message=f"{reference} has no manifest, so its files cannot be checked")

    def _rows(self, statement: sa.Select[Any]) -> Iterator[Mapping[Any, Any]]:
        return iter(self._session.execute(statement).mappings())

    def _names(self, column: sa.ColumnElement[str], *where: sa.ColumnElement[bool]) -> Sequence[str]:
        return self._session.execute(sa.select(column).where(*where).order_by(column)).scalars().all()


def _respelled(text: str | None) -> bool:
    return text is not None and text != canonical(json.loads(text))


def _line(row: Mapping[Any, Any]) -> VersionSummary:
    return VersionSummary(**{name: row[name] for name in VersionSummary.__dataclass_fields__})
