"""Rows of versions and their file manifests."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import FileEntry, Metric, Version
from jupyter_modelreg.core.query.fields import field_of
from jupyter_modelreg.core.query.paging import VERSION_ORDER, full_order
from jupyter_modelreg.core.query.search import FIRST, Condition, Filter, Order, Search, conditions_in
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.backend import Backend
from jupyter_modelreg.storage.sql.compiled import Statement, value_list
from jupyter_modelreg.storage.sql.json_text import EMPTY, as_text
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper, flat
from jupyter_modelreg.storage.sql.rows.models import ModelRepository, with_prompt_flag
from jupyter_modelreg.storage.sql.searching.clauses import matching
from jupyter_modelreg.storage.sql.searching.columns import Columns, needs_model
from jupyter_modelreg.storage.sql.searching.derived import DERIVED, derived
from jupyter_modelreg.storage.sql.searching.facets import by_field, most_frequent
from jupyter_modelreg.storage.sql.searching.pages import page_of_template
from jupyter_modelreg.storage.sql.searching.template import QueryTemplate, looks_through, parametrised
from jupyter_modelreg.storage.sql.searching.visibility import in_sight

_TABLE = tables.versions
_MODELS = tables.models
_FILES = tables.version_files
_LIVE = _TABLE.c.deleted_at.is_(None) & _MODELS.c.deleted_at.is_(None)
_STAGES = Statement(
    sa.select(_TABLE.c.stage, sa.func.max(_TABLE.c.version).label("newest"))
    .where(_TABLE.c.model_id == sa.bindparam("by_model"), _TABLE.c.deleted_at.is_(None))
    .group_by(_TABLE.c.stage)
    .order_by(sa.func.min(_TABLE.c.version))
)
_COUNT = Statement(
    sa.select(sa.func.count().label("count"))
    .select_from(_TABLE.join(_MODELS, _MODELS.c.id == _TABLE.c.model_id))
    .where(_TABLE.c.model_id == sa.bindparam("by_model"), _LIVE)
)
_TRASHED = Statement(
    sa.select(sa.func.count().label("count"))
    .select_from(_TABLE.join(_MODELS, _MODELS.c.id == _TABLE.c.model_id))
    .where(_TABLE.c.deleted_at.is_not(None), _MODELS.c.deleted_at.is_(None))
)
_READ = [column for column in _TABLE.c if column.key not in {"key", "is_prompt", *DERIVED}]
_NAMED = sa.select(*_READ, _MODELS.c.name, _MODELS.c.aliases).join(_MODELS, _MODELS.c.id == _TABLE.c.model_id)
_NONE: sa.ColumnElement[str] = sa.literal_column(f"'{EMPTY}'")
_MARKED = _TABLE.c.pinned | (as_text(_TABLE.c.links) != _NONE)
_MODEL = Statement(
    sa.select(_MODELS.c.id, _MODELS.c.name, _MODELS.c.aliases).where(
        _MODELS.c.id == sa.bindparam("by_id"), _MODELS.c.deleted_at.is_(None)
    )
)
_PROMPTS = sa.select(_TABLE.c.model_id).where(_TABLE.c.is_prompt)
_ANY_PROMPT = Statement(_PROMPTS.limit(sa.literal_column("1")))
_PROMPT_OF = Statement(_PROMPTS.where(_TABLE.c.model_id == sa.bindparam("by_model")).limit(sa.literal_column("1")))
_COLUMNS = Columns("version")
# What of a version stands in the row of its model alone.
_OF_MODEL = frozenset({"name", "catalog", "schema", "owner", "model_tags"})


def _listed(backend: Backend) -> sa.Select[Any]:
    # Two columns of numbers are looked through several times as fast as the keys are, and even the index on them.
    wanted = sa.select(
        backend.unnest(sa.bindparam("by_models"), _TABLE.c.model_id.type).label("model_id"),
        backend.unnest(sa.bindparam("by_numbers"), _TABLE.c.version.type).label("number"),
    ).subquery()
    same = (wanted.c.model_id == _TABLE.c.model_id) & (wanted.c.number == _TABLE.c.version)
    return sa.select(*_READ).join(wanted, same).where(_TABLE.c.deleted_at.is_(None))


_LISTED = Statement(_listed)


def _counted(backend: Backend) -> sa.Select[Any]:
    wanted = sa.select(backend.unnest(sa.bindparam("by_models"), _TABLE.c.model_id.type))
    counted = sa.select(_TABLE.c.model_id, sa.func.count())
    return counted.where(_TABLE.c.model_id.in_(wanted), _TABLE.c.deleted_at.is_(None)).group_by(_TABLE.c.model_id)


_COUNTED = Statement(_counted)
_AT_MODEL, _AT_VERSION = _READ.index(_TABLE.c.model_id), _READ.index(_TABLE.c.version)


def _found(backend: Backend, template: QueryTemplate) -> sa.Select[Any]:
    """All versions that a search finds."""
    statement = _NAMED.where(_LIVE, *matching(backend, template, _COLUMNS))
    if template.of_model:
        statement = statement.where(_TABLE.c.model_id == sa.bindparam("by_model"))
    if template.visible is not None:
        statement = statement.where(in_sight(backend, template.visible))
    if template.prompts is False:
        return statement.where(_TABLE.c.model_id.not_in(_PROMPTS))
    return statement.where(_TABLE.c.is_prompt) if template.prompts else statement


@lru_cache(maxsize=100)
def _most_frequent(backend: Backend, template: QueryTemplate, fields: tuple[str, ...]) -> Statement:
    return Statement(most_frequent(backend, _found(backend, template), fields, _COLUMNS))


@lru_cache(maxsize=500)
def _searching(backend: Backend, template: QueryTemplate) -> Statement:
    """Versions of any model."""
    statement = _found(backend, template)
    by_name = template.order[0].field == "name" and all(field.name in _OF_MODEL for field in template.compared)
    if by_name and template.limited and not template.skipping and not template.prompts:
        statement = statement.where(_TABLE.c.model_id.in_(_models_of_page(backend, template)))
    elif template.limited and looks_through(template):
        # Rows are wide: those of a page are read when it is known which they are.
        page = page_of_template(backend, statement.with_only_columns(_TABLE.c.id), template, _COLUMNS)
        statement = _NAMED.where(_TABLE.c.id.in_(page))
        template = replace(template, limited=False, continued=False, skipping=False)
    return Statement(page_of_template(backend, statement, template, _COLUMNS))


def _models_of_page(backend: Backend, template: QueryTemplate) -> sa.Select[Any]:
    """The models whose versions can be on a page that is sorted by name: all but the first have one that is."""
    by_name = template.order[:1]
    statement = sa.select(_MODELS.c.id).where(_MODELS.c.deleted_at.is_(None), as_text(_MODELS.c.latest) != _NONE)
    statement = statement.where(*matching(backend, template, _COLUMNS))
    if template.visible is not None:
        statement = statement.where(in_sight(backend, template.visible))
    if template.prompts is False:
        statement = statement.where(_MODELS.c.id.not_in(_PROMPTS))
    if template.continued:
        after: sa.BindParameter[str] = sa.bindparam("after_0")
        statement = statement.where(_MODELS.c.name <= after if by_name[0].descending else _MODELS.c.name >= after)
    sorting = _MODELS.c.name.desc() if by_name[0].descending else _MODELS.c.name
    return statement.order_by(sorting).limit(sa.bindparam("models_limit", type_=sa.BigInteger))


@lru_cache(maxsize=500)
def _searching_model(backend: Backend, template: QueryTemplate) -> Statement:
    """Versions of one model, whose name is known."""
    columns = Columns("version", sa.bindparam("model_name", type_=sa.Text))
    statement = sa.select(*_READ).where(_TABLE.c.model_id == sa.bindparam("by_model"), _TABLE.c.deleted_at.is_(None))
    statement = statement.where(*matching(backend, template, columns))
    if template.prompts:
        statement = statement.where(_TABLE.c.is_prompt)
    return Statement(page_of_template(backend, statement, template, columns))


class VersionRepository(Repository[Version]):
    """`core.ports.VersionRows` in SQL."""

    table = _TABLE
    mapper = RowMapper(Version, _READ, {"metrics": lambda found: tuple(Metric(**metric) for metric in found)})

    def get(self, model: Model, version: int) -> Version | None:
        """Version `version` of `model`, unless it is in the trash."""
        found = self._session.find(_TABLE, version_key(model.id, version))
        if found is None or found["deleted_at"] is not None:
            return None
        return self._entity({**found, "name": model.name, "aliases": model.aliases})

    def numbered(self, model_id: int, version: int) -> Version | None:
        """Version `version` of a model, the trash included, without name and aliases."""
        found = self._session.find(_TABLE, version_key(model_id, version))
        return None if found is None else self.record(found)

    def of_model(self, model_id: int) -> list[Version]:
        """All versions of a model, the trash included, by id."""
        return self._all(_NAMED.where(_TABLE.c.model_id == model_id).order_by(_TABLE.c.id))

    def search(self, search: Search) -> list[Version]:
        """Versions that match, newest first within a model unless ordered otherwise."""
        backend = self._session.backend
        names = {each.value for each in search.conditions if isinstance(each, Condition) and _names_model(each)}
        asked = [*(each.field for each in conditions_in(search.conditions)), *(each.field for each in search.order)]
        alone = not any(needs_model(field_of(each)) for each in asked)
        if search.model_id is not None and alone:
            found = self._session.fetch(_MODEL, by_id=search.model_id)
            return self._of_model(search, **found[0]) if found else []
        if names and search.visible is None and alone:  # found by name, no other rows are looked at
            model = ModelRepository(self._session).get(str(names.pop()))
            return self._of_model(search, model.id, model.name, model.aliases) if model and not names else []
        template, values = self._parametrised(search, full_order(search.order, VERSION_ORDER))
        values["models_limit"] = (search.limit or 0) + 1
        rows = self._session.rows(_searching(backend, template), values)
        aliases = _Aliases()
        return [self.mapper.of_row(row, name=row[-2], aliases=aliases.of(row[-1], row[_AT_VERSION])) for row in rows]

    def _parametrised(self, search: Search, order: Iterable[Order]) -> tuple[QueryTemplate, dict[str, Any]]:
        template, values = parametrised(self._session.backend, search, order)
        if template.prompts is False and not self._session.rows(_ANY_PROMPT, {}):
            template = replace(template, prompts=None)
        return replace(template, of_model=search.model_id is not None), {**values, "by_model": search.model_id}

    def most_frequent(self, search: Search, fields: Sequence[str], limit: int) -> dict[str, list[tuple[str, str, int]]]:
        """The values that most of what matches has in fields."""
        template, values = self._parametrised(replace(search, order=(), limit=limit, start=FIRST), ())
        statement = _most_frequent(self._session.backend, template, tuple(fields))
        return by_field(fields, self._session.rows(statement, values))

    def _of_model(self, search: Search, id: int, name: str, aliases: Mapping[str, int]) -> list[Version]:
        backend = self._session.backend
        conditions = [part for part in search.conditions if not _names_model(part)]
        search = replace(search, conditions=conditions)
        # Of one model all names are equal.
        order = [each for each in full_order(search.order, VERSION_ORDER) if each.field != "name"]
        template, values = parametrised(backend, search, order)
        if template.prompts is False:
            # One prompt version makes the whole name a prompt (MLflow: `_update_query_to_exclude_prompts`).
            if self._session.rows(_PROMPT_OF, {"by_model": id}):
                return []
            template = replace(template, prompts=None)
        rows = self._session.rows(_searching_model(backend, template), {**values, "by_model": id, "model_name": name})
        pointing = _pointing(aliases)
        return [self.mapper.of_row(row, name=name, aliases=tuple(pointing.get(row[_AT_VERSION], ()))) for row in rows]

    def count(self, model_id: int) -> int:
        """How many versions of a model there are, the trash left out."""
        [(count,)] = self._session.rows(_COUNT, {"by_model": model_id})
        return int(count)

    def latest(self, models: Sequence[Model]) -> list[Version]:
        """The versions that the models name as their newest ones, in no particular order; none in the trash."""
        if len(models) == 1:  # whoever reads one model asks for one: its versions are mostly in the row cache
            [model] = models
            newest = [self.get(model, number) for number in model.latest.values()]
            return [version for version in newest if version is not None]
        named = {model.id: model for model in models}
        wanted = [(model.id, number) for model in models for number in model.latest.values()]
        if not wanted:
            return []
        model_ids, numbers = zip(*wanted, strict=True)
        found = []
        backend = self._session.backend
        lists = {
            "by_models": value_list(backend, _TABLE.c.model_id, model_ids),
            "by_numbers": value_list(backend, _TABLE.c.version, numbers),
        }
        for row in self._session.rows(_LISTED, lists):
            model, number = named[row[_AT_MODEL]], row[_AT_VERSION]
            aliases = tuple([alias for alias, at in model.aliases.items() if at == number])
            found.append(self.mapper.of_row(row, name=model.name, aliases=aliases))
        return found

    def count_by_model(self, model_ids: Sequence[int]) -> Mapping[int, int]:
        """Versions of each of these models."""
        if not model_ids:
            return {}
        wanted = {"by_models": value_list(self._session.backend, _TABLE.c.model_id, model_ids)}
        return {row[0]: row[1] for row in self._session.rows(_COUNTED, wanted)}

    def stages(self, model_id: int) -> dict[str, int]:
        """The number of the newest version in each stage, in the order in which the stages were first used."""
        return {row["stage"]: row["newest"] for row in self._session.fetch(_STAGES, by_model=model_id)}

    def marked(self, model_id: int) -> list[Version]:
        """The versions of a model that are pinned or have links, and are not in the trash."""
        return self._all(_NAMED.where(_TABLE.c.model_id == model_id, _LIVE, _MARKED).order_by(_TABLE.c.version))

    def trashed(self, limit: int | None = None) -> list[Version]:
        """Versions in the trash, on their own or with their model, by id."""
        return self._all(_NAMED.where(~_LIVE).order_by(_TABLE.c.id).limit(limit))

    def count_trashed(self) -> int:
        """How many versions are in the trash, their models not."""
        [(count,)] = self._session.rows(_TRASHED, {})
        return int(count)

    def touch(self, model_id: int, now: int) -> None:
        """Set the time of the last update of every version of a model."""
        self._session.execute(_TABLE.update().where(_TABLE.c.model_id == model_id).values(updated_at=now))

    def delete(self, row_id: int) -> None:
        """Remove a version, its manifest, its usage and what was said of it."""
        from jupyter_modelreg.storage.sql.rows.discussion import forget_versions  # which most commands never do

        forget_versions(self._session, [row_id])
        for table in (_FILES, tables.usage):
            self._session.execute(table.delete().where(table.c.version_id == row_id))
        super().delete(row_id)

    def files(self, version_id: int) -> list[FileEntry]:
        """The manifest of a version, by path."""
        statement = sa.select(_FILES).where(_FILES.c.version_id == version_id).order_by(_FILES.c.path)
        rows = self._session.execute(statement).mappings()
        return [file_entry(row) for row in rows]

    def holding(self, hashes: Sequence[str]) -> dict[str, int]:
        """Which version has a file with each of these hashes, the first of several."""
        if not hashes:
            return {}
        joined = sa.join(_FILES, _TABLE, _FILES.c.version_id == _TABLE.c.id)
        statement = (
            sa.select(_FILES.c.sha256, sa.func.min(_FILES.c.version_id))
            .select_from(joined)
            .where(_FILES.c.sha256.in_(list(hashes)), _TABLE.c.status == "READY", _TABLE.c.deleted_at.is_(None))
            .group_by(_FILES.c.sha256)
        )
        return {str(sha256): int(found) for sha256, found in self._session.execute(statement)}

    def add_files(self, version_id: int, files: Sequence[FileEntry]) -> None:
        """Store the manifest of a version."""
        if files:
            rows = [{"version_id": version_id, **vars(entry)} for entry in files]
            for row in rows:
                self._session.insert(_FILES, row)

    @classmethod
    def new_row(cls, record: Version) -> dict[str, object]:
        """The row of a version that is added, findable by its model and number."""
        return cls.columns({**vars(record), "key": version_key(record.model_id, record.version)})

    @classmethod
    def columns(cls, fields: Mapping[str, object]) -> dict[str, object]:
        """See `Repository`."""
        metrics: Any = fields.get("metrics")
        fields = {**fields, **derived(fields)}
        if metrics is not None:
            fields |= {"metrics": [dataclasses.asdict(metric) for metric in metrics]}
        return super().columns(with_prompt_flag(fields))

    @classmethod
    def record(cls, row: Mapping[str, Any]) -> Version:
        """See `Repository`: its model has its name and its aliases."""
        return cls._entity({**row, "name": "", "aliases": {}})

    @classmethod
    def _entity(cls, values: Mapping[str, Any]) -> Version:
        pointing = tuple(alias for alias, version in values["aliases"].items() if version == values["version"])
        return cls.mapper.of_values(values, aliases=pointing)


def file_entry(row: Mapping[Any, Any]) -> FileEntry:
    """The line of a manifest that a row of `version_files` holds."""
    return FileEntry(path=row["path"], size=row["size"], sha256=row["sha256"], kind=row["kind"])


def version_key(model_id: int, version: int) -> str:
    """What a version is looked up by."""
    return f"{model_id}/{version}"


def _names_model(part: Filter) -> bool:
    return isinstance(part, Condition) and (part.field, part.operator) == ("name", "=")


def _pointing(aliases: Mapping[str, int]) -> dict[int, list[str]]:
    """The aliases of each version that has some."""
    found: dict[int, list[str]] = {}
    for alias, version in aliases.items():
        found.setdefault(version, []).append(alias)
    return found


class _Aliases:
    """The aliases of versions from what is stored with their models, which many versions share."""

    def __init__(self) -> None:
        self._known: dict[str, dict[int, list[str]]] = {}

    def of(self, stored: str, version: int) -> tuple[str, ...]:
        known = self._known.get(stored)
        if known is None:
            known = self._known[stored] = _pointing(flat(stored))
        return tuple(known.get(version, ()))
