"""Find models and versions by what is known of them: find, best."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol, TypeVar

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command, limit_option, reason_option
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Column, Kind, Row
from jupyter_modelreg.commands.results.results import Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.usage import LastUse
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.evaluation import own_value
from jupyter_modelreg.core.query.fields import Kind as Sought
from jupyter_modelreg.core.query.fields import SearchField, field_and_key, field_of
from jupyter_modelreg.core.query.finding import sought
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.query.ranking import ranking
from jupyter_modelreg.core.searches.records import SavedSearch

T = TypeVar("T", Model, Version)

_AT_ONCE = 1000
_KINDS: Mapping[str, Kind] = {
    "metrics": "number",
    "dataset": "list",
    "run_id": "code",
    "source": "code",
    "created_at": "time",
}
_VERSION_COLUMNS = (Column("reference", "version", "name"), *views.VERSION_COLUMNS[1:])
_SAVING = ("searches.save", "searches.get", "searches.list", "searches.delete")
_SAVED = (
    Column("name", "name", "name"),
    Column("kind", "finds", "word"),
    Column("filter", "filter", "code"),
    Column("order_by", "sorted by", "code"),
    Column("author", "by", "word"),
    Column("saved_at", "saved", "time"),
)
_BEST = 5
# How many of the usual columns stand before those that the filter names: they say which row it is.
_BEFORE = 2


class _Find(Protocol[T]):
    """`find` of models, or of versions."""

    def __call__(self, filter: str, *, order_by: str, limit: int, page_token: str | None) -> Page[T]: ...


@command(
    "find",
    calls=["models.find", "versions.find", "usage.last", *_SAVING],
    examples=[
        "find churn risk",
        "find \"alias = 'Champion' and metrics.auc > 0.9\"",
        'find "created > now() - 7d and tags.task is null" --order-by "metrics.auc desc, name" -n 10',
        "find \"not tags.team in ('risk', 'fraud')\" --models",
        "find \"status = 'READY' and last_used is null\" --save unused",
        "find @unused",
    ],
)
@click.argument("filter", nargs=-1, metavar="[FILTER]", shell_complete=candidates.filters)
@click.option("--order-by", default="", metavar="FIELD [desc],...", help="Sort by these. Default: by name.")
@click.option("--models", "kind", flag_value="model", help="Find models, by what one of their versions has, too.")
@click.option("--versions", "kind", flag_value="version", help="Find versions. Default: where the filter asks of them.")
@click.option("--save", "name", metavar="NAME", help="Keep FILTER under a name, for `find @NAME`.")
@click.option("--replace", "replacing", is_flag=True, help="With --save: in place of the one of that name.")
@click.option("--saved", "listing", is_flag=True, help="List the saved searches.")
@click.option("--forget", metavar="NAME", shell_complete=candidates.saved_searches, help="Delete a saved search.")
@limit_option
@as_of_option
@reason_option
def find(
    session: CommandSession,
    filter: tuple[str, ...],
    order_by: str,
    kind: Sought | None,
    name: str | None,
    replacing: bool,
    listing: bool,
    forget: str | None,
    limit: int | None,
    reason: str | None,
) -> Result:
    """Find models or versions by anything that is known of them.

    FILTER compares fields with = != < <= > >= LIKE ILIKE CONTAINS IN BETWEEN IS NULL, joined by AND, OR, NOT and
    parentheses. Fields are name, catalog, schema, owner, author, description, created, updated, deprecated, can (as in
    can = 'EXECUTE'), tags.KEY and, of versions, version, alias, stage, status, size, pinned, flavor, run_id,
    experiment, notebook, dataset, source, last_used, metrics.KEY, params.KEY, input.COLUMN, output.COLUMN. Text stands
    in quotes, so put the whole FILTER in quotes of the other kind. Plain words find what has them in its name, its
    description, tags or comments, best match first. @NAME is a search that was saved.
    """
    text, searches = " ".join(filter), session.registry.searches
    if sum((listing, forget is not None, name is not None)) > 1 or (text and (listing or forget is not None)):
        raise InvalidInput("these options do not go together", "--save, --saved and --forget stand alone")
    if listing:
        nothing = "no search is saved; find FILTER --save NAME does"
        return Table(_SAVED, [vars(each) for each in searches.list()], nothing)
    if forget is not None:
        gone = searches.delete(forget.removeprefix("@"), reason=reason)
        return Note([f"@{gone.name} is deleted: {_looks_for(gone)}"], [vars(gone)])
    if name is not None:
        name = name.removeprefix("@")
        made = searches.save(name, text, order_by=order_by, kind=kind, replace=replacing, reason=reason)
        return Note([f"@{made.name} finds {_looks_for(made)}"], [vars(made)], asides=[f"to use it: find @{made.name}"])
    if text.startswith("@"):
        saved = searches.get(text[1:])
        text, order_by, kind = saved.filter, order_by or saved.order_by, kind or saved.kind
    asked = sought(text, order_by, epoch_ms())
    if (kind or asked.kind) == "model":
        return _models(session, text, order_by, limit, asked.fields)
    return _versions(session, text, order_by, limit, asked.fields)


def _looks_for(saved: SavedSearch) -> str:
    sorting = f", sorted by {saved.order_by}" if saved.order_by else ""
    return f"{saved.kind}s with {saved.filter}{sorting}" if saved.filter else f"all {saved.kind}s{sorting}"


@command(
    "best",
    calls=["versions.best", "usage.last"],
    examples=[
        "best fraud --by auc",
        "best prod.ml_team.fraud --by metrics.log_loss -n 3",
        "best fraud --by auc --among \"created > now() - 30d and tags.reviewed = 'yes'\"",
    ],
)
@click.argument("model", shell_complete=candidates.models)
@click.option("--by", required=True, metavar="METRIC", help="What to rank by: a metric, or a field that has an order.")
@click.option("--among", default="", metavar="FILTER", help="Only versions that this finds; see find.")
@click.option("--lowest/--highest", default=None, help="Which is best. Default: the lowest of a loss or an error.")
@click.option("-n", "--limit", default=_BEST, type=click.IntRange(1, _AT_ONCE), help=f"How many. Default: {_BEST}.")
def best(session: CommandSession, model: str, by: str, among: str, lowest: bool | None, limit: int) -> Result:
    """Say which versions of MODEL are best, the best first.

    Versions that are not READY, or do not have the metric, are left out.
    """
    name = session.reference(model).model
    ranked = ranking(by, lowest)
    found = session.registry.versions.best(name, by, among=among, lowest=lowest, limit=limit)
    shown = _shown_versions(session, found, [ranked.field])
    way = "lowest" if ranked.lowest else "highest"
    return Table(*shown, "", f"the {way} {ranked.field} first")


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
    return Table(*_shown_versions(session, found, fields), "no version is like that", _more(found, "versions"))


def _shown_versions(
    session: CommandSession, found: Sequence[Version], fields: Sequence[str]
) -> tuple[tuple[Column, ...], list[Row]]:
    """Columns and rows of versions, with a column for each of the fields."""
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
    return _with(_VERSION_COLUMNS, more), rows


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
    return field.name not in ("owner", "text", "model_tags", "last_used_at", "deprecated", "can")


def _values(record: Model | Version, columns: Sequence[Column]) -> Row:
    found = {column.key: field_and_key(column.key) for column in columns}
    values = {said: own_value(record, field[0], field[1]) for said, field in found.items() if field is not None}
    return {said: list(value) if isinstance(value, tuple) else value for said, value in values.items()}


def _with(usual: Sequence[Column], more: Sequence[Column]) -> tuple[Column, ...]:
    return (*usual[:_BEFORE], *more, *usual[_BEFORE:])
