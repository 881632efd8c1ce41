"""Commands that list: catalogs, schemas, models, versions."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, as_typed, command, how_to_see_more, limit_option
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Row
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.results.versions import columns as version_columns
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Deprecation
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.registry import MOST_COUNTED, Registry


@command("catalogs", calls=["catalogs.list"], examples=["catalogs", "catalogs --json"])
@limit_option
def catalogs(session: CommandSession, limit: int | None) -> Result:
    """List catalogs, with the number of schemas and models in each."""
    registry, topic = session.registry, session.registry.catalogs
    found = topic.list(limit=limit)
    schemas = Counter(schema.catalog_id for schema in registry.schemas.list())
    models = _models_in(registry, found)
    rows = [views.container_row(each, schemas=schemas[each.id], models=models.get(each.name, 0)) for each in found]
    nothing = f"no catalogs yet; {as_typed('create catalog NAME')} makes one"
    more = how_to_see_more(found, lambda: len(topic.list()), "catalogs")
    return Table(views.container_columns("catalog"), rows, nothing, more)


@command("schemas", calls=["schemas.list"], examples=["schemas prod", "schemas --all"])
@click.argument("catalog", required=False, shell_complete=candidates.catalogs)
@click.option("-a", "--all", "everywhere", is_flag=True, help="List those of every catalog, whatever the namespace.")
@limit_option
def schemas(session: CommandSession, catalog: str | None, everywhere: bool, limit: int | None) -> Result:
    """List the schemas of a catalog, or of all.

    Default: the current catalog, set by use; without one, all catalogs.
    """
    if catalog is None and not everywhere and session.namespace:
        catalog = session.namespace.partition(".")[0]
    return schema_table(session, catalog, limit)


@command(
    "models",
    calls=["models.list", "models.count", "usage.last"],
    examples=["models", "models prod.ml_team", "models --workspace"],
)
@click.argument("namespace", required=False, metavar="[NAMESPACE]", shell_complete=candidates.namespaces)
@click.option("-w", "--workspace", is_flag=True, help="List only workspace models: no three-part name.")
@click.option("-a", "--all", "everywhere", is_flag=True, help="List those of every namespace, not the current one.")
@limit_option
@as_of_option
def models(
    session: CommandSession, namespace: str | None, workspace: bool, everywhere: bool, limit: int | None
) -> Result:
    """List the models of a catalog or schema, or all.

    NAMESPACE is a catalog or a schema. Default: the current one, set by use; without one, all models.
    """
    if namespace is not None and (workspace or everywhere):
        raise click.UsageError("a namespace does not go with --workspace or --all")
    if namespace is None and not workspace and not everywhere:
        namespace = session.namespace
    name = None if namespace is None else session.find_namespace(namespace).name
    return model_table(session.registry, name, limit, workspace=workspace)


@command(
    "versions",
    calls=["versions.list", "versions.count", "usage.last"],
    examples=[
        "versions prod.ml_team.fraud",
        "versions fraud -n 5",
        "versions fraud --metrics auc,loss --tags validation_status --sort -auc",
    ],
)
@click.argument("model", shell_complete=candidates.models)
@click.option("--metrics", metavar="K,...", help="Add a column for each of these metrics.")
@click.option("--params", metavar="K,...", help="Add a column for each of these parameters.")
@click.option("--tags", metavar="K,...", help="Show a column for each of these tags, not one for all.")
@click.option("--sort", metavar="K", help="Sort by a metric, parameter or tag; -K: highest first.")
@limit_option
@as_of_option
def versions(
    session: CommandSession,
    model: str,
    metrics: str | None,
    params: str | None,
    tags: str | None,
    sort: str | None,
    limit: int | None,
) -> Result:
    """List the versions of a model, newest first."""
    name = session.model(model)
    chosen = {"metrics": metrics, "params": params, "tags": tags}
    columns = version_columns.chosen({what: keys.split(",") for what, keys in chosen.items() if keys})
    if sort is None:
        found = session.registry.versions.list(name, limit=limit)
    else:
        found = version_columns.in_order(session.registry.versions.list(name), sort, limit)
    version_columns.check(columns, found)
    return replace(version_table(session, name, found, last_used_of(session, name)), columns=columns)


def deprecations_of(registry: Registry, records: Sequence[Model | Version]) -> Mapping[str, Deprecation]:
    """What is said of those that are deprecated themselves, by name; of most lists nothing is asked."""
    names = [
        each.name if isinstance(each, Model) else each.reference for each in records if each.deprecated is not None
    ]
    if not names:
        return {}
    from jupyter_modelreg.core.versions.deprecations import MOST_ASKED  # which nobody needs where there are none

    found: dict[str, Deprecation] = {}
    for start in range(0, len(names), MOST_ASKED):
        found.update(registry.deprecations.of(names[start : start + MOST_ASKED]))
    return found


def model_table(
    registry: Registry,
    namespace: str | None,
    limit: int | None,
    *,
    workspace: bool = False,
    listing: str | None = None,
) -> Table:
    """The first `limit` models of a catalog or schema, of the workspace, or of all, with how to see more.

    `listing` is a command that lists them, when this one does not. Raises NotFound.
    """
    topic = registry.models
    found = topic.list(namespace, workspace=workspace, limit=limit)
    last: dict[str, int] = {}
    for use in registry.usage.last([model.name for model in found]):
        last[use.name] = max(use.last_used_at, last.get(use.name, 0))
    told = deprecations_of(registry, found)
    rows: list[Row] = [
        {
            **views.model_row(model, max(model.latest.values(), default=None), told.get(model.name)),
            "last_used_at": last.get(model.name),
        }
        for model in found
    ]
    more = how_to_see_more(found, lambda: topic.count(namespace, workspace=workspace), "models", listing)
    return Table(views.MODEL_COLUMNS, rows, "no models here yet; register SOURCE MODEL makes the first", more)


def schema_table(session: CommandSession, catalog: str | None, limit: int | None, listing: str | None = None) -> Table:
    """The first `limit` schemas of a catalog, or of all, with how to see more; `listing` as in `model_table`."""
    topic = session.registry.schemas
    found = topic.list(catalog, limit=limit)
    models = _models_in(session.registry, found)
    rows = [views.container_row(schema, models=models.get(schema.name, 0)) for schema in found]
    nothing = f"no schemas yet; {as_typed('create schema CATALOG.NAME')} makes one"
    more = how_to_see_more(found, lambda: len(topic.list(catalog)), "schemas", listing)
    return Table(views.container_columns("schema"), rows, nothing, more)


def _models_in(registry: Registry, containers: Page[Catalog] | Page[Schema]) -> Mapping[str, int]:
    """How many models each of these holds, by its name."""
    counted: dict[str, int] = {}
    for start in range(0, len(containers), MOST_COUNTED):
        some = containers[start : start + MOST_COUNTED]
        found = registry.counts(
            catalogs=[each.name for each in some if isinstance(each, Catalog)],
            schemas=[each.name for each in some if isinstance(each, Schema)],
        )
        counted.update({**found.catalogs, **found.schemas})
    return counted


def version_table(
    session: CommandSession, model: str, found: Page[Version], last_used: Mapping[int, int], listing: str | None = None
) -> Table:
    """These of a model's versions, with how to see more; `listing` as in `model_table`."""
    topic = session.registry.versions
    nothing = f"{model} has no versions yet; {as_typed(f'register SOURCE {model}')} makes one"
    more = how_to_see_more(found, lambda: topic.count(model), "versions", listing)
    deprecations = deprecations_of(session.registry, found)
    return views.version_table(found, nothing, more, last_used=last_used, deprecations=deprecations)


def last_used_of(session: CommandSession, model: str) -> Mapping[int, int]:
    """When each version of a model was loaded last, by its number."""
    return {use.version: use.last_used_at for use in session.registry.usage.last([model])}
