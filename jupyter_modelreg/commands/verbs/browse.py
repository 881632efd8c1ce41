"""Commands that look around: catalogs, schemas, models, versions, show."""

from __future__ import annotations

from dataclasses import replace

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, how_to_see_more, limit_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.results import Card, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.registry import Registry

_GLANCE = 5


@command("catalogs", calls=["catalogs.list"], examples=["catalogs"])
@limit_option
def catalogs(session: CommandSession, limit: int) -> Result:
    """List catalogs."""
    found = session.registry.catalogs.list(limit=limit)
    rows = [views.container_row(catalog) for catalog in found]
    nothing = "no catalogs yet; create catalog NAME makes one"
    return Table(views.container_columns("catalog"), rows, nothing, how_to_see_more(found, limit))


@command("schemas", calls=["schemas.list"], examples=["schemas prod", "schemas --all"])
@click.argument("catalog", required=False, shell_complete=candidates.catalogs)
@click.option("-a", "--all", "everywhere", is_flag=True, help="Of every catalog, whatever the namespace.")
@limit_option
def schemas(session: CommandSession, catalog: str | None, everywhere: bool, limit: int) -> Result:
    """List schemas.

    Those of CATALOG; without it, of the current catalog, else all.
    """
    if catalog is None and not everywhere and session.namespace:
        catalog = session.namespace.partition(".")[0]
    return _schema_table(session, catalog, limit)


@command("models", calls=["models.list"], examples=["models", "models prod.ml_team", "models --workspace"])
@click.argument("namespace", required=False, metavar="[NAMESPACE]", shell_complete=candidates.namespaces)
@click.option("-w", "--workspace", is_flag=True, help="Only workspace models, those without a three-part name.")
@click.option("-a", "--all", "everywhere", is_flag=True, help="In every namespace, whatever the current one.")
@limit_option
def models(session: CommandSession, namespace: str | None, workspace: bool, everywhere: bool, limit: int) -> Result:
    """List models.

    Those in NAMESPACE, a catalog or a schema; without it, in the current one, else all.
    """
    if namespace is not None and (workspace or everywhere):
        raise click.UsageError("a namespace does not go with --workspace or --all")
    if namespace is None and not workspace and not everywhere:
        namespace = session.namespace
    if namespace is None:
        found = session.registry.models.list(workspace=workspace, limit=limit)
        return model_table(found, limit)
    return models_in(session.registry, session.find_namespace(namespace), limit)


@command("versions", calls=["versions.list"], examples=["versions prod.ml_team.fraud", "versions fraud -n 5"])
@click.argument("model", shell_complete=candidates.models)
@limit_option
def versions(session: CommandSession, model: str, limit: int) -> Result:
    """List the versions of a model, newest first."""
    name = session.model(model)
    found = session.registry.versions.list(name, limit=limit)
    return views.version_table(found, name, how_to_see_more(found, limit))


@command(
    "show",
    calls=["versions.resolve", "versions.files"],
    examples=["show prod.ml_team.fraud", "show fraud@Champion", "show fraud/3", "show fraud/1-3", "show prod"],
)
@click.argument("ref", shell_complete=candidates.securables)
def show(session: CommandSession, ref: str) -> Result:
    """Show all about a model, version, schema or catalog.

    REF is a model (fraud), a version (fraud/3, fraud/latest, fraud@Champion), a range of versions (fraud/1-3), or the
    name of a catalog or schema.
    """
    reference = session.reference(ref)
    if not reference.whole_model:
        found = session.registry.versions.resolve(reference)
        if len(found) > 1:
            return views.version_table(found, found[0].name, None)
        return views.version_card(found[0], session.registry.versions.files(found[0].reference))
    target = find_target(session, ref)
    if isinstance(target, Model):
        return _model_card(session, target)
    return _container_card(session, target)


def _schema_table(session: CommandSession, catalog: str | None, limit: int) -> Table:
    found = session.registry.schemas.list(catalog, limit=limit)
    rows = [views.container_row(schema) for schema in found]
    nothing = "no schemas yet; create schema CATALOG.NAME makes one"
    return Table(views.container_columns("schema"), rows, nothing, how_to_see_more(found, limit))


def models_in(registry: Registry, container: Catalog | Schema, limit: int) -> Table:
    """The first `limit` models of a catalog or schema, with what to do to see more."""
    return model_table(registry.models.list(container.name, limit=limit), limit)


def model_table(models: Page[Model], limit: int) -> Table:
    """`models`, which were listed up to `limit`, with what to do to see more."""
    rows = [views.model_row(model, max(model.latest.values(), default=None)) for model in models]
    nothing = "no models here yet; register SOURCE MODEL makes the first"
    return Table(views.MODEL_COLUMNS, rows, nothing, how_to_see_more(models, limit))


def _model_card(session: CommandSession, model: Model) -> Card:
    found = session.registry.versions.list(model.name, limit=_GLANCE)
    more = f"versions {model.name} lists them all" if found.token else None
    return views.model_card(model, views.version_table(found, model.name, more))


def _container_card(session: CommandSession, container: Catalog | Schema) -> Card:
    if isinstance(container, Catalog):
        below, listing = _schema_table(session, container.name, _GLANCE), f"schemas {container.name}"
    else:
        below, listing = models_in(session.registry, container, _GLANCE), f"models {container.name}"
    return views.container_card(container, replace(below, more=below.more and f"{listing} lists them all"))
