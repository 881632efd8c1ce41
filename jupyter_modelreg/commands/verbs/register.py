"""Commands that make models and versions: create, register, copy."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.command import DialogArgument, command, parse_tags, reason_option
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs import dialogs
from jupyter_modelreg.core.entities.securables import Catalog, Schema


@command(
    "create",
    calls=["catalogs.create", "schemas.create", "models.create"],
    examples=["create catalog prod", "create schema prod.ml_team", 'create model prod.ml_team.fraud --description "…"'],
)
@click.argument("kind", type=click.Choice(["catalog", "schema", "model"]), metavar="catalog|schema|model")
@click.argument("name", shell_complete=candidates.namespaces)
@click.option("--description", metavar="TEXT", help="What it is for.")
@click.option("--tag", "tags", multiple=True, metavar="K=V", help="A tag; only for a model. May be repeated.")
@reason_option
def create(
    session: CommandSession, kind: str, name: str, description: str | None, tags: tuple[str, ...], reason: str | None
) -> Result:
    """Create a catalog, a schema or an empty model.

    What stands above it is created along with it, and register does all of this by itself.
    """
    registry = session.registry
    if kind == "model":
        model = registry.models.create(
            session.model(name), description=description, tags=parse_tags(tags), reason=reason
        )
        return Note([f"created model {model.name}"], [views.model_row(model, None)])
    if tags:
        raise click.UsageError(f"a {kind} takes no tags")
    container: Catalog | Schema
    if kind == "catalog":
        container = registry.catalogs.create(name, description=description, reason=reason)
    else:
        full = name if "." in name or not session.namespace else f"{session.namespace.partition('.')[0]}.{name}"
        container = registry.schemas.create(full, description=description, reason=reason)
    return Note([f"created {kind} {container.name}"], [views.container_row(container)])


@command(
    "register",
    calls=["versions.register"],
    examples=[
        "register runs:/4f1c0a/model prod.ml_team.fraud",
        "register ./fraud_model fraud --alias Challenger --tag task=classification",
        'register models:/staging.ml_team.fraud/3 prod.ml_team.fraud -m "passed review"',
        "register --dialog",
    ],
    dialog=dialogs.register,
)
@click.argument("source", cls=DialogArgument, shell_complete=candidates.sources)
@click.argument("model", cls=DialogArgument, shell_complete=candidates.models)
@click.option("--alias", "aliases", multiple=True, metavar="ALIAS", help="Point this at it. May be repeated.")
@click.option("--tag", "tags", multiple=True, metavar="K=V", help="Tag the version. May be repeated.")
@click.option("--description", metavar="TEXT", help="Describe the version.")
@reason_option
def register(
    session: CommandSession,
    source: str,
    model: str,
    aliases: tuple[str, ...],
    tags: tuple[str, ...],
    description: str | None,
    reason: str | None,
) -> Result:
    """Register a model's files as its next version.

    SOURCE is where they are: anything MLflow can download (runs:/…, models:/…, s3://…), or a local folder that holds
    an MLmodel file. MODEL is created when it is missing. The files of a governed model (catalog.schema.model) are
    copied into the registry, and it must have a signature.
    """
    version = session.registry.versions.register(
        dialogs.source_of(source),
        session.model(model),
        aliases=[alias.removeprefix("@") for alias in aliases],
        tags=parse_tags(tags),
        description=description,
        reason=reason,
    )
    lines = messages.registered(version.reference, source, version.aliases)
    return Note(lines, [views.version_row(version)])


@command(
    "copy",
    calls=["versions.copy"],
    examples=["copy staging.ml_team.fraud@Candidate prod.ml_team.fraud", "copy staging.ml_team.fraud/3 fraud"],
)
@click.argument("source_ref", shell_complete=candidates.references)
@click.argument("model", shell_complete=candidates.models)
@reason_option
def copy(session: CommandSession, source_ref: str, model: str, reason: str | None) -> Result:
    """Copy a version to another model, as its next version.

    MODEL is created when missing. Tags and description go along, aliases do not. Promoting from staging to prod is
    a copy and then an alias.
    """
    reference = session.reference(source_ref)
    version = session.registry.versions.copy(reference, session.model(model), reason=reason)
    return Note([f"copied {reference} to {version.reference}"], [views.version_row(version)])
