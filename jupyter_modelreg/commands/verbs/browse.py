"""Commands that look around: catalogs, schemas, models, versions, show."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, as_typed, command, how_to_see_more, limit_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.columns import Row
from jupyter_modelreg.commands.results.results import Card, Result, Table
from jupyter_modelreg.commands.results.versions import columns as version_columns
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Deprecation
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, NotFound, SourceUnavailable
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.registry import MOST_COUNTED, Registry

if TYPE_CHECKING:  # what most commands never use
    from collections.abc import Mapping

    from jupyter_modelreg.core.entities.runs import RunInfo
    from jupyter_modelreg.core.entities.values import JsonValue

_GLANCE = 5

log = logging.getLogger(__name__)


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
    return _schema_table(session, catalog, limit)


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
    return replace(_version_table(session, name, found, _last_used(session, name)), columns=columns)


@command(
    "show",
    calls=[
        "versions.resolve",
        "versions.files",
        "versions.signature",
        "usage.last",
        "policies.test",
        "deprecations.of",
    ],
    examples=["show prod.ml_team.fraud", "show fraud@Champion", "show fraud/3", "show fraud/1-3", "show prod"],
)
@click.argument("ref", shell_complete=candidates.securables)
@click.option("--full", is_flag=True, help="Print all of a long description.")
@click.option("--run", "with_run", is_flag=True, help="Ask MLflow for the run, and a workspace version's signature.")
@as_of_option
def show(session: CommandSession, ref: str, full: bool, with_run: bool) -> Result:
    """Show a model, version, schema or catalog in full.

    REF is a model (fraud), a version (fraud/3, fraud/latest, fraud@Champion), a range of versions (fraud/1-3), or the
    name of a catalog or schema. Where MLflow is imported already, as in a notebook that trains, --run is not needed.
    """
    card = _show(session, ref, with_run or "mlflow" in sys.modules)
    return replace(card, full=full) if isinstance(card, Card) else card


def _show(session: CommandSession, ref: str, with_run: bool) -> Card | Table:
    reference = session.reference(ref)
    if not reference.whole_model:
        found = session.registry.versions.resolve(reference)
        if len(found) > 1:
            last_used, deprecations = _last_used(session, found[0].name), _deprecations(session.registry, found)
            return views.version_table(found, "", last_used=last_used, deprecations=deprecations)
        [version] = found
        run = _run_of(session, version) if with_run else None
        version = replace(version, signature=_signature_of(session, version)) if with_run else version
        last = _last_used(session, version.name).get(version.version)
        files = session.registry.versions.files(version.reference)
        told = session.registry.deprecations.of([version.reference]).get(version.reference)
        lacks = _lacks(session, version)
        return views.version_card(version, files, run, last_used_at=last, lacks=lacks, deprecation=told)
    target = find_target(session, ref)
    if isinstance(target, Model):
        return _model_card(session, target)
    return _container_card(session, target)


def _deprecations(registry: Registry, records: Sequence[Model | Version]) -> Mapping[str, Deprecation]:
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


def _lacks(session: CommandSession, version: Version) -> Sequence[str]:
    """What policies say that a version lacks, a line each."""
    unmet = [each for each in session.registry.policies.test(version.reference) if each.met is False]
    if not unmet:
        return []
    from jupyter_modelreg.core.governance.checking import rule_to_ask  # which nobody needs where nothing is lacking
    from jupyter_modelreg.core.governance.effective import called

    return [f"{each.lacks} ({called(each.policy)})" for each in unmet if rule_to_ask(each.policy.rule).of_version]


def _signature_of(session: CommandSession, version: Version) -> Mapping[str, JsonValue] | None:
    """The signature, also of a workspace version whose MLmodel file is on this machine; None where nobody can tell."""
    try:
        return session.registry.versions.signature(version.reference)
    except (InvalidInput, SourceUnavailable) as error:
        log.info("the signature of %s cannot be read: %s", version.reference, error.message)
        return None


def _run_of(session: CommandSession, version: Version) -> RunInfo | None:
    """What MLflow's tracking knows of the version's run; None where it knows nothing of it."""
    if version.run_id is None:
        return None
    try:
        return session.registry.tracking.run(version.run_id)
    except (NotFound, SourceUnavailable) as error:
        log.info("the run of %s cannot be looked up: %s", version.reference, error.message)
        return None


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
    told = _deprecations(registry, found)
    rows: list[Row] = [
        {
            **views.model_row(model, max(model.latest.values(), default=None), told.get(model.name)),
            "last_used_at": last.get(model.name),
        }
        for model in found
    ]
    more = how_to_see_more(found, lambda: topic.count(namespace, workspace=workspace), "models", listing)
    return Table(views.MODEL_COLUMNS, rows, "no models here yet; register SOURCE MODEL makes the first", more)


def _schema_table(session: CommandSession, catalog: str | None, limit: int | None, listing: str | None = None) -> Table:
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


def _version_table(
    session: CommandSession, model: str, found: Page[Version], last_used: Mapping[int, int], listing: str | None = None
) -> Table:
    topic = session.registry.versions
    nothing = f"{model} has no versions yet; {as_typed(f'register SOURCE {model}')} makes one"
    more = how_to_see_more(found, lambda: topic.count(model), "versions", listing)
    deprecations = _deprecations(session.registry, found)
    return views.version_table(found, nothing, more, last_used=last_used, deprecations=deprecations)


def _last_used(session: CommandSession, model: str) -> Mapping[int, int]:
    """When each version of a model was loaded last, by its number."""
    return {use.version: use.last_used_at for use in session.registry.usage.last([model])}


def _model_card(session: CommandSession, model: Model) -> Card:
    listing = as_typed(f"versions {model.name}")
    newest = session.registry.versions.list(model.name, limit=_GLANCE)
    last_used = _last_used(session, model.name)
    below = _version_table(session, model.name, newest, last_used, listing)
    told = _deprecations(session.registry, [model]).get(model.name)
    return views.model_card(model, below, max(last_used.values(), default=None), told)


def _container_card(session: CommandSession, container: Catalog | Schema) -> Card:
    if isinstance(container, Catalog):
        below = _schema_table(session, container.name, _GLANCE, as_typed(f"schemas {container.name}"))
    else:
        listing = as_typed(f"models {container.name}")
        below = model_table(session.registry, container.name, _GLANCE, listing=listing)
    return views.container_card(container, below)
