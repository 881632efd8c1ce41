"""What a record that comes in from a file may hold: one schema, for archives and for backups.

A table has a column for each field of its records' class: numbers, text and truth as they are, all else as JSON text.
Every value is read by the rule of its column (see `rules`).
"""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Mapping, Sequence
from typing import Any, Generic, Literal, TypeVar

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Root, Schema
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange import rules
from jupyter_modelreg.core.exchange.rules import Rule
from jupyter_modelreg.core.names import check_part

R = TypeVar("R")
Stored = Literal["integer", "text", "boolean"]

_to_json = json.JSONEncoder(ensure_ascii=False).encode


class UnfitValue(ValueError):
    """A value that its column cannot hold; says where it is, and why."""


@dataclasses.dataclass(frozen=True)
class Column:
    """One column: how it is stored, whether it may be NULL, and how a stored value becomes that of the field.

    A file that was written before there was an `added` column has none; the field holds its default then.
    """

    name: str
    stored: Stored
    nullable: bool
    rule: Rule
    added: bool = False

    def read(self, value: object) -> object:
        """The field's value. Raises ValueError, InvalidInput."""
        if value is not None:
            return self.rule(value)
        if self.nullable:
            return None
        raise ValueError("it is NULL")


@dataclasses.dataclass(frozen=True)
class Table(Generic[R]):
    """How records of one kind are stored: `name` is that of the table.

    Where a bundle was written before there was an `added` table, there is no file of it, and so no records.
    """

    name: str
    kind: type[R]
    columns: tuple[Column, ...]
    added: bool = False

    def stored(self, records: Sequence[R]) -> dict[str, list[object]]:
        """The values of `records`, by column."""
        return {column.name: [_stored(getattr(record, column.name)) for record in records] for column in self.columns}

    def records(self, values: Mapping[str, Sequence[object]], first_row: int) -> list[R]:
        """The records with those `values` by column, all of the stored types; only `added` columns may be missing.

        `first_row` is the number of the first one, for the error. Raises UnfitValue.
        """
        there = [column for column in self.columns if column.name in values]
        read = [self._read(column, values[column.name], first_row) for column in there]
        names = [column.name for column in there]
        return [self.kind(**dict(zip(names, row, strict=True))) for row in zip(*read, strict=True)]

    def _read(self, column: Column, values: Sequence[object], first_row: int) -> list[object]:
        try:
            return [column.read(value) for value in values]
        except (ValueError, InvalidInput, RecursionError):
            pass
        for row, value in enumerate(values, first_row):  # which one it is, is looked for only now
            try:
                column.read(value)
            except (ValueError, InvalidInput, RecursionError) as error:
                why = error.message if isinstance(error, InvalidInput) else str(error)
                raise UnfitValue(f"row {row:,} of {self.name}, column {column.name}: {why}") from error
        raise AssertionError("a rule refuses a value only sometimes")


def _stored(value: object) -> object:
    if value is None or isinstance(value, str | int):
        return value
    if isinstance(value, Mapping):
        return _to_json(dict(value))
    assert isinstance(value, Sequence)
    return _to_json([vars(item) if dataclasses.is_dataclass(item) else item for item in value])


def _integer(name: str, rule: Rule, *, nullable: bool = False) -> Column:
    return Column(name, "integer", nullable, rule)


def _text(name: str, rule: Rule = rules.as_it_is, *, nullable: bool = False) -> Column:
    return Column(name, "text", nullable, rule)


def _maybe(*names: str) -> list[Column]:
    return [_text(name, nullable=True) for name in names]


_AUTHORED = (
    _integer("created_at", rules.time),
    _text("created_by"),
    _integer("updated_at", rules.time),
    _text("updated_by"),
)
_DELETED = _integer("deleted_at", rules.time, nullable=True)
_GRANTS = Column("grants", "text", nullable=False, rule=rules.lists, added=True)
_POLICIES = Column("policies", "text", nullable=False, rule=rules.policies, added=True)
_DEPRECATED = Column("deprecated", "text", nullable=True, rule=rules.deprecated, added=True)
_SECURABLE = (*_maybe("description"), _text("owner"), *_AUTHORED, _GRANTS, _POLICIES)

REGISTRY = Table(
    "registry",
    Root,
    (
        Column("id", "integer", nullable=False, rule=rules.between(0, 0, "the id of the registry")),
        _text("name", rules.one_of(["registry"], "the name of the registry")),
        *_maybe("owner"),
        _text("grants", rules.lists),
        _text("groups", rules.lists),
        Column("tag_policies", "text", nullable=False, rule=rules.tag_policies, added=True),
        _POLICIES,
        Column("policed", "boolean", nullable=False, rule=rules.as_it_is, added=True),
        Column("searches", "text", nullable=False, rule=rules.searches, added=True),
        Column("moved_to", "text", nullable=True, rule=rules.as_it_is, added=True),
        Column("users", "text", nullable=False, rule=rules.users, added=True),
        Column("passwords", "text", nullable=False, rule=rules.passwords, added=True),
    ),
    added=True,
)

CATALOGS = Table(
    "catalogs",
    Catalog,
    (_integer("id", rules.row_id), _text("name", lambda name: check_part(name, "catalog")), *_SECURABLE),
)
SCHEMAS = Table(
    "schemas",
    Schema,
    (_integer("id", rules.row_id), _text("name", rules.schema_name), *_SECURABLE, _integer("catalog_id", rules.row_id)),
)
MODELS = Table(
    "models",
    Model,
    (
        _integer("id", rules.row_id),
        _text("name", rules.model_name),
        *_SECURABLE,
        _integer("schema_id", rules.row_id, nullable=True),
        _text("tags", rules.tags),
        _text("aliases", rules.alias_numbers),
        _text("latest", rules.latest),
        _integer("last_version", rules.last_number),
        *_maybe("deployment_job_id"),
        _DELETED,
        _DEPRECATED,
    ),
)
VERSIONS = Table(
    "versions",
    Version,
    (
        _integer("id", rules.row_id),
        _integer("model_id", rules.row_id),
        _text("name", rules.model_name),
        _integer("version", rules.number),
        _text("aliases", rules.alias_list),
        _text("tags", rules.tags),
        *_maybe("description"),
        _text("stage", rules.stage),
        *_maybe("source", "location", "run_id", "run_link", "logged_model_id"),
        _text("params", rules.text_items, nullable=True),
        _text("metrics", rules.metrics, nullable=True),
        _text("signature", rules.json_object, nullable=True),
        Column("managed", "boolean", nullable=False, rule=rules.as_it_is),
        _integer("size", rules.size, nullable=True),
        _text("status", rules.status),
        *_maybe("status_message"),
        *_AUTHORED,
        _DELETED,
        Column("pinned", "boolean", nullable=False, rule=rules.as_it_is, added=True),
        Column("links", "text", nullable=False, rule=rules.links, added=True),
        _DEPRECATED,
        Column("lineage", "text", nullable=True, rule=rules.lineage, added=True),
    ),
)
FILES = Table(
    "files",
    VersionFile,
    (
        _integer("version_id", rules.row_id),
        _text("path", rules.relative_path),
        _integer("size", rules.size),
        _text("sha256", rules.sha256_or_empty),
        _text("kind", rules.entry_kind),
    ),
)
USAGE = Table(
    "usage",
    UsageDay,
    (
        _integer("version_id", rules.row_id),
        _text("actor"),
        *_maybe("notebook"),
        _text("day", rules.day),
        *_maybe("alias"),
        _integer("last_used_at", rules.time),
        _integer("count", rules.size),
    ),
    added=True,
)
COMMENTS = Table(
    "comments",
    Comment,
    (
        _integer("id", rules.row_id),
        _integer("model_id", rules.row_id),
        _integer("version", rules.number, nullable=True),
        _text("author"),
        _text("text", rules.not_empty),
        _text("mentions", rules.texts),
        _integer("created_at", rules.time),
        _integer("updated_at", rules.time),
        _DELETED,
    ),
    added=True,
)
REQUESTS = Table(
    "requests",
    Request,
    (
        _integer("id", rules.row_id),
        _text("kind", rules.one_of(["alias", "stage", "access"], "a kind of request")),
        _text("subject", rules.one_of(["registry", "catalog", "schema", "model"], "what a request is about")),
        _integer("subject_id", rules.row_id_or_none),
        _text("target", rules.not_empty),
        _integer("version", rules.number, nullable=True),
        *_maybe("alias", "stage"),
        _text("privileges", rules.texts),
        _text("author"),
        *_maybe("reason"),
        _text("seen", rules.json_object),
        _text("state", rules.one_of(["open", "approved", "rejected", "cancelled"], "the state of a request")),
        _text("approvals", rules.texts),
        _integer("created_at", rules.time),
        _integer("expires_at", rules.time, nullable=True),
        *_maybe("decided_by"),
        _integer("decided_at", rules.time, nullable=True),
        *_maybe("decision_reason"),
        _DELETED,
    ),
    added=True,
)
RETIRED_NAMES = Table(
    "retired_names",
    RetiredName,
    (_integer("id", rules.row_id), _text("name", rules.model_name), _integer("highest", rules.last_number)),
)
EVENTS = Table(
    "events",
    Event,
    (
        _integer("seq", rules.row_id),
        _integer("time", rules.time),
        _text("actor"),
        _text("action", rules.action),
        _text("subject", rules.word),
        _integer("subject_id", rules.row_id_or_none),
        _text("name"),
        _integer("version", rules.number, nullable=True),
        _text("before", rules.json_object, nullable=True),
        _text("after", rules.json_object, nullable=True),
        *_maybe("reason", "on_behalf_of"),
        _integer("undoes", rules.row_id, nullable=True),
        _integer("unit", rules.row_id),
        _integer("remaining", rules.row_id_or_none),
        _integer("format", rules.number),
        _text("hash", rules.sha256_or_empty),
        Column("os_user", "text", nullable=True, rule=rules.as_it_is, added=True),
    ),
)
WEBHOOKS = Table(
    "webhooks",
    Webhook,
    (
        _integer("id", rules.row_id),
        _text("webhook_id", rules.not_empty),
        _text("name"),
        _text("url", rules.not_empty),
        _text("events", rules.event_names),
        *_maybe("description"),
        _text("status", rules.webhook_status),
        *_maybe("secret"),
        *_AUTHORED,
        _DELETED,
    ),
)
TABLES: tuple[Table[Any], ...] = (
    REGISTRY,
    CATALOGS,
    SCHEMAS,
    MODELS,
    VERSIONS,
    FILES,
    USAGE,
    COMMENTS,
    REQUESTS,
    RETIRED_NAMES,
    EVENTS,
    WEBHOOKS,
)


def table_of(kind: type[R]) -> Table[R]:
    """The table for records of the class `kind`."""
    return next(table for table in TABLES if table.kind is kind)
