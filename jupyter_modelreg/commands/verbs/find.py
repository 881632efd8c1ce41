"""Find models and versions by what is known of them: find."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command, limit_option
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Column, Kind, Row
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.usage import LastUse
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.query.evaluation import own_value
from jupyter_modelreg.core.query.fields import SearchField, field_and_key, field_of
from jupyter_modelreg.core.query.finding import sought
from jupyter_modelreg.core.query.paging import Page

T = TypeVar("T", Model, Version)

_AT_ONCE = 1000
_KINDS: Mapping[str, Kind] = {"metrics": "number", "run_id": "code", "source": "code", "created_at": "time"}
_VERSION_COLUMNS = (Column("reference", "version", "name"), *views.VERSION_COLUMNS[1:])
# How many of the usual columns stand before those that the filter names: they say which row it is.
_BEFORE = 2


class _Find(Protocol[T]):
    """`find` of models, or of versions."""

    def __call__(self, filter: str, *, order_by: str, limit: int, page_token: str | None) -> Page[T]: ...


@command(
    "find",
    calls=["models.find", "versions.find", "usage.last"],
    examples=[
        "find churn risk",
        "find \"alias = 'Champion' and metrics.auc > 0.9\"",
        'find "created > now() - 7d and tags.task is null" --order-by "metrics.auc desc, name" -n 10',
        "find \"not tags.team in ('risk', 'fraud')\" --models",
    ],
)
@click.argument("filter", nargs=-1, metavar="[FILTER]", shell_complete=candidates.fields)
@click.option("--order-by", default="", metavar="FIELD [desc],...", help="Sort by these. Default: by name.")
@click.option("--models", "kind", flag_value="model", help="Find models, by what one of their versions has, too.")
@click.option("--versions", "kind", flag_value="version", help="Find versions. Default: where the filter asks of them.")
@limit_option
@as_of_option
def find(
    session: CommandSession, filter: tuple[str, ...], order_by: str, kind: str | None, limit: int | None
) -> Result:
    """Find models or versions by anything that is known of them.

    FILTER compares fields with = != < <= > >= LIKE ILIKE CONTAINS IN BETWEEN IS NULL, joined by AND, OR, NOT and
    parentheses. Fields are name, catalog, schema, owner, author, description, created, updated, tags.KEY and, of
    versions, version, alias, stage, status, size, pinned, run_id, source, last_used, metrics.KEY, params.KEY,
    input.COLUMN, output.COLUMN. Text stands in quotes, so put the whole FILTER in quotes of the other kind. Plain words
    find what has them in its name, its description or its tags, best match first.
    """
    text = " ".join(filter)
    asked = sought(text, order_by, epoch_ms())
    if (kind or asked.kind) == "model":
        return _models(session, text, order_by, limit, asked.fields)
    return _versions(session, text, order_by, limit, asked.fields)


def _models(session: CommandSession, text: str, order_by: str, limit: int | None, fields: Sequence[str]) -> Table:
    found = _first(session.registry.models.find, text, order_by, limit)
    last: dict[str, int] = {}
    for use in _last_used(session, found):
        last[use.name] = max(use.last_used_at, last.get(use.name, 0))
    more = _columns_for([each for each in fields if "model" in field_of(each).kinds], views.MODEL_COLUMNS)
    rows: list[Row] = [
        {
            **views.model_row(model, max(model.latest.values(), default=None)),
            "last_used_at": last.get(model.name),
            **_values(model, more),
        }
        for model in found
    ]
    return Table(_with(views.MODEL_COLUMNS, more), rows, "no model is like that", _more(found, "models"))


def _versions(session: CommandSession, text: str, order_by: str, limit: int | None, fields: Sequence[str]) -> Table:
    found = _first(session.registry.versions.find, text, order_by, limit)
    last = {(use.name, use.version): use.last_used_at for use in _last_used(session, found)}
    more = _columns_for(fields, _VERSION_COLUMNS)
    rows: list[Row] = [
        {
            "reference": version.reference,
            **views.version_row(version),
            "last_used_at": last.get((version.name, version.version)),
            **_values(version, more),
        }
        for version in found
    ]
    return Table(_with(_VERSION_COLUMNS, more), rows, "no version is like that", _more(found, "versions"))


def _first(find: _Find[T], text: str, order_by: str, limit: int | None) -> Page[T]:
    """The first `limit` that are found, or all."""
    found: list[T] = []
    token: str | None = None
    while True:
        size = _AT_ONCE if limit is None else min(_AT_ONCE, limit - len(found))
        page = find(text, order_by=order_by, limit=size, page_token=token)
        found += page
        token = page.token
        if token is None or len(found) == limit:
            return Page(found, token)


def _last_used(session: CommandSession, found: Sequence[Model | Version]) -> Sequence[LastUse]:
    return session.registry.usage.last(list(dict.fromkeys(each.name for each in found)))


def _more(page: Page[T], noun: str) -> str | None:
    """The line under a list that was cut."""
    return f"the first {len(page)} {noun}; -n {2 * len(page)} shows more" if page.token else None


def _columns_for(fields: Sequence[str], usual: Sequence[Column]) -> list[Column]:
    """A column for each field that has none among the usual ones, and that a row tells itself."""
    there = {column.key for column in usual} | {"name", "version", "alias", "catalog", "schema"}
    wanted = [(said, field_of(said)) for said in fields if said not in there]
    return [Column(said, _title(said, field), _KINDS.get(field.name, "word")) for said, field in wanted if _told(field)]


def _title(said: str, field: SearchField) -> str:
    return (
        said.partition(".")[2]
        if field.name in ("metrics", "params", "tags")
        else said.replace(field.name, field.called)
    )


def _told(field: SearchField) -> bool:
    """Whether what was found has the field itself, and not its model, or what else is known of it."""
    return field.name not in ("owner", "text", "model_tags", "last_used_at")


def _values(record: Model | Version, columns: Sequence[Column]) -> Row:
    found = {column.key: field_and_key(column.key) for column in columns}
    return {said: own_value(record, field[0], field[1]) for said, field in found.items() if field is not None}


def _with(usual: Sequence[Column], more: Sequence[Column]) -> tuple[Column, ...]:
    return (*usual[:_BEFORE], *more, *usual[_BEFORE:])
