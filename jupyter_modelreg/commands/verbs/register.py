"""Commands that make models and versions: create, register, copy."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.asking import Declined, confirmed
from jupyter_modelreg.commands.command import DialogArgument, command, parse_tags, reason_option
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs import dialogs
from jupyter_modelreg.core.entities.securables import Catalog, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Registered
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.rules.warnings import workspace_warnings

_workspace_option = click.option(
    "--workspace", is_flag=True, help="Accept a workspace name with a dot, without asking."
)


@command(
    "create",
    calls=["catalogs.create", "schemas.create", "models.create"],
    examples=["create catalog prod", "create schema prod.ml_team", 'create model prod.ml_team.fraud --description "…"'],
)
@click.argument("kind", type=click.Choice(["catalog", "schema", "model"]), metavar="catalog|schema|model")
@click.argument("name", shell_complete=candidates.namespaces)
@click.option("--description", metavar="TEXT", help="Describe it, in Markdown.")
@click.option("--tag", "tags", multiple=True, metavar="K=V", help="Tag the model (only a model). May be repeated.")
@_workspace_option
@reason_option
def create(
    session: CommandSession,
    kind: str,
    name: str,
    description: str | None,
    tags: tuple[str, ...],
    workspace: bool,
    reason: str | None,
) -> Result:
    """Create a catalog, a schema or an empty model.

    A missing catalog or schema above it is created, too. register does all of
    this by itself.
    """
    registry = session.registry
    if kind == "model":
        full = session.model(name)
        if not _name_meant(session, full, workspace):
            return Declined(f"nothing was created: there is no model {full}")
        model = registry.models.create(full, description=description, tags=parse_tags(tags), reason=reason)
        warnings = workspace_warnings(model.name)
        return Note([f"created model {model.name}"], [views.model_row(model, None)], warnings=warnings)
    if tags or workspace:
        raise click.UsageError(f"a {kind} takes no {'tags' if tags else '--workspace'}")
    container: Catalog | Schema
    if kind == "catalog":
        container = registry.catalogs.create(name, description=description, reason=reason)
    else:
        full = name if "." in name or not session.namespace else f"{session.namespace.partition('.')[0]}.{name}"
        container = registry.schemas.create(full, description=description, reason=reason)
    return Note([f"created {kind} {container.name}"], [views.container_row(container)])


@command(
    "register",
    calls=["versions.register", "versions.duplicates"],
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
@click.option("--alias", "aliases", multiple=True, metavar="ALIAS", help="Set this alias on it. May be repeated.")
@click.option("--tag", "tags", multiple=True, metavar="K=V", help="Tag the version. May be repeated.")
@click.option("--description", metavar="TEXT", help="Describe the version, in Markdown.")
@_workspace_option
@reason_option
def register(
    session: CommandSession,
    source: str,
    model: str,
    aliases: tuple[str, ...],
    tags: tuple[str, ...],
    description: str | None,
    workspace: bool,
    reason: str | None,
) -> Result:
    """Register model files as the next version of a model.

    SOURCE is where the files are: anything MLflow can download (runs:/…, models:/…, s3://…), or a local folder with an
    MLmodel file. MODEL is created when it is missing. The files of a governed model (catalog.schema.model) are
    copied into the registry, and it must have a signature. Any other name is that of a workspace model; one with a dot
    in it is asked about first.

    It says where its aliases pointed before, and warns when a tag says that validation failed, when the signature
    differs from that of the version it replaces, and when the same model is registered already.
    """
    name = session.model(model)
    if not _name_meant(session, name, workspace):
        return Declined(f"nothing was registered: there is no model {name}")
    version = session.registry.versions.register(
        dialogs.source_of(source),
        name,
        aliases=[alias.removeprefix("@") for alias in aliases],
        tags=parse_tags(tags),
        description=description,
        reason=reason,
    )
    lines = messages.registered(version.reference, source, _moves(version))
    return _note(session, lines, version)


@command(
    "copy",
    calls=["versions.copy"],
    examples=["copy staging.ml_team.fraud@Candidate prod.ml_team.fraud", "copy staging.ml_team.fraud/3 fraud"],
)
@click.argument("source_ref", shell_complete=candidates.references)
@click.argument("model", shell_complete=candidates.models)
@_workspace_option
@reason_option
def copy(session: CommandSession, source_ref: str, model: str, workspace: bool, reason: str | None) -> Result:
    """Copy a version to another model: promote it.

    The copy is the next version of MODEL, which is created when it is missing. Tags and description are copied,
    aliases are not: to promote from staging to prod, copy and then set an alias on the copy. It warns of the same
    things as register.
    """
    reference, name = session.reference(source_ref), session.model(model)
    if not _name_meant(session, name, workspace):
        return Declined(f"nothing was copied: there is no model {name}")
    version = session.registry.versions.copy(reference, name, reason=reason)
    return _note(session, [f"copied {reference} to {version.reference}"], version)


def _moves(version: Registered) -> dict[str, int | None]:
    return {move.alias: move.before for move in version.moves}


def _note(session: CommandSession, lines: Sequence[str], version: Registered) -> Note:
    row: dict[str, JsonValue] = {**views.version_row(version), "moved": dict[str, JsonValue](_moves(version))}
    return Note(lines, [row], warnings=messages.warnings_of(session.registry, version))


def _name_meant(session: CommandSession, name: str, workspace: bool) -> bool:
    """Whether a model may get the name `name`: one that is all but a governed one may be a slip, so that is asked.

    Raises InvalidInput where nobody can be asked.
    """
    if workspace or is_governed(name) or "." not in name or _exists(session, name):
        return True
    (warning,) = workspace_warnings(name)
    facts = [f"- {warning.message}", f"- {warning.hint}"]
    needs = f"a workspace model called {name}"
    return confirmed(session, facts, f"Make a workspace model called {name}?", needs=needs, option="--workspace")


def _exists(session: CommandSession, name: str) -> bool:
    try:
        session.registry.models.get(name)
    except NotFound:
        return False
    return True
