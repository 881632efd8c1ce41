"""Commands that change the registry: create, register, alias, unalias, tag, untag, describe, copy, rename, delete."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.command import Askable, parse_tags, reason_option, word
from jupyter_modelreg.commands.resolve import alias_target, alias_version, find_target
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import Session
from jupyter_modelreg.commands.verbs import dialogs
from jupyter_modelreg.core.entities.values import Catalog, Model, Schema, Version


@word(
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
    session: Session, kind: str, name: str, description: str | None, tags: tuple[str, ...], reason: str | None
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


@word(
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
@click.argument("source", cls=Askable, shell_complete=candidates.sources)
@click.argument("model", cls=Askable, shell_complete=candidates.models)
@click.option("--alias", "aliases", multiple=True, metavar="ALIAS", help="Point this at it. May be repeated.")
@click.option("--tag", "tags", multiple=True, metavar="K=V", help="Tag the version. May be repeated.")
@click.option("--description", metavar="TEXT", help="Describe the version.")
@reason_option
def register(
    session: Session,
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


@word(
    "alias",
    calls=["aliases.set", "aliases.get"],
    examples=[
        "alias fraud@Champion 3",
        "alias fraud@Champion latest",
        "alias fraud@Previous @Champion",
        "alias fraud --dialog",
    ],
    dialog=dialogs.alias,
)
@click.argument("target", cls=Askable, metavar="MODEL@ALIAS", shell_complete=candidates.aliases)
@click.argument("version", cls=Askable, shell_complete=candidates.alias_versions)
@reason_option
def alias(session: Session, target: str, version: str, reason: str | None) -> Result:
    """Point an alias at a version: set it, or move it.

    VERSION is a number, latest, or another alias of the model (@Champion), meaning the version that one points at.
    """
    model, name = alias_target(session, target)
    number = alias_version(session, model, version)
    before = session.registry.aliases.set(model, name, number, reason=reason)
    line = messages.pointed(model, name, number, before)
    return Note([line], [{"name": model, "alias": name, "version": number, "before": before}])


@word("unalias", calls=["aliases.remove"], examples=["unalias fraud@Challenger"])
@click.argument("target", metavar="MODEL@ALIAS", shell_complete=candidates.aliases)
@reason_option
def unalias(session: Session, target: str, reason: str | None) -> Result:
    """Remove an alias; its version stays."""
    model, name = alias_target(session, target)
    before = session.registry.aliases.remove(model, name, reason=reason)
    line = f"{model} has no alias {name}; nothing changed"
    if before is not None:
        line = f"removed {model}@{name}, which pointed at {before}"
    return Note([line], [{"name": model, "alias": name, "before": before}])


@word(
    "tag",
    calls=["tags.set"],
    examples=[
        "tag fraud task=classification",
        'tag fraud/1-3 reviewed_by="Ana B." -m "quarterly review"',
        "tag fraud@Champion --dialog",
    ],
    dialog=dialogs.tag,
)
@click.argument("ref", cls=Askable, shell_complete=candidates.references)
@click.argument("tags", cls=Askable, nargs=-1, required=True, metavar="K=V...", shell_complete=candidates.tag_pairs)
@reason_option
def tag(session: Session, ref: str, tags: tuple[str, ...], reason: str | None) -> Result:
    """Set tags on a model or on versions.

    REF is a model (fraud), a version (fraud/3, fraud@Champion) or a range (fraud/1-3).
    """
    reference, pairs = session.reference(ref), parse_tags(tags)
    session.registry.tags.set(reference, pairs, reason=reason)
    return Note([messages.tagged(str(reference), pairs)], [{"reference": str(reference), "tags": dict(pairs)}])


@word("untag", calls=["tags.remove"], examples=["untag fraud task", "untag fraud@Champion draft todo"])
@click.argument("ref", shell_complete=candidates.references)
@click.argument("keys", nargs=-1, required=True, metavar="K...", shell_complete=candidates.tag_keys)
@reason_option
def untag(session: Session, ref: str, keys: tuple[str, ...], reason: str | None) -> Result:
    """Remove tags; a key that is not there is passed over."""
    reference = session.reference(ref)
    session.registry.tags.remove(reference, keys, reason=reason)
    return Note([messages.untagged(str(reference), keys)], [{"reference": str(reference), "removed": list(keys)}])


@word(
    "describe",
    calls=["catalogs.describe", "schemas.describe", "models.describe", "versions.describe"],
    examples=[
        'describe fraud "Scores card payments."',
        'describe fraud@Champion "Trained on Q3."',
        "describe fraud ''",
    ],
)
@click.argument("ref", shell_complete=candidates.securables)
@click.argument("text")
@reason_option
def describe(session: Session, ref: str, text: str, reason: str | None) -> Result:
    """Describe a model, version, schema or catalog in Markdown.

    TEXT replaces the description there is; an empty one removes it. In a notebook, %%modelreg describe REF takes the
    cell below it as TEXT.
    """
    registry, reference, description = session.registry, session.reference(ref), text or None
    if not reference.whole_model:
        registry.versions.describe(reference, description, reason=reason)
        name = str(reference)
    else:
        target = find_target(session, ref)
        name = target.name
        if isinstance(target, Model):
            registry.models.describe(name, description, reason=reason)
        elif isinstance(target, Schema):
            registry.schemas.describe(name, description, reason=reason)
        else:
            registry.catalogs.describe(name, description, reason=reason)
    done = "described" if description else "removed the description of"
    return Note([f"{done} {name}"], [{"name": name, "description": description}])


@word(
    "copy",
    calls=["versions.copy"],
    examples=["copy staging.ml_team.fraud@Candidate prod.ml_team.fraud", "copy staging.ml_team.fraud/3 fraud"],
)
@click.argument("source_ref", shell_complete=candidates.references)
@click.argument("model", shell_complete=candidates.models)
@reason_option
def copy(session: Session, source_ref: str, model: str, reason: str | None) -> Result:
    """Copy a version to another model, as its next version.

    MODEL is created when missing. Tags and description go along, aliases do not. Promoting from staging to prod is
    a copy and then an alias.
    """
    reference = session.reference(source_ref)
    version = session.registry.versions.copy(reference, session.model(model), reason=reason)
    return Note([f"copied {reference} to {version.reference}"], [views.version_row(version)])


@word("rename", calls=["models.rename"], examples=["rename prod.ml_team.fraud prod.ml_team.card_fraud"])
@click.argument("old", shell_complete=candidates.models)
@click.argument("new", shell_complete=candidates.models)
@reason_option
def rename(session: Session, old: str, new: str, reason: str | None) -> Result:
    """Give a model another name.

    Versions, aliases, tags and files stay with it.
    """
    name = session.model(old)
    model = session.registry.models.rename(name, session.model(new), reason=reason)
    return Note([f"renamed {name} to {model.name}"], [{"name": model.name, "before": name}])


@word(
    "delete",
    calls=["catalogs.delete", "schemas.delete", "models.delete", "versions.delete"],
    examples=["delete fraud/2", 'delete fraud/1-3 -m "trained on wrong labels"', "delete fraud"],
)
@click.argument("ref", shell_complete=candidates.securables)
@reason_option
def delete(session: Session, ref: str, reason: str | None) -> Result:
    """Delete versions, a model, or an empty schema or catalog.

    REF may be a range (fraud/1-3). A model goes with all its versions, and both go to the trash. The number of a
    deleted version is never given to another one.
    """
    reference = session.reference(ref)
    if not reference.whole_model:
        return _deleted_versions(list(session.registry.versions.delete(reference, reason=reason)))
    target = find_target(session, ref)
    if isinstance(target, Model):
        return _deleted_model(session.registry.models.delete(target.name, reason=reason))
    if isinstance(target, Schema):
        session.registry.schemas.delete(target.name, reason=reason)
        return Note([f"deleted schema {target.name}"], [{"name": target.name}])
    session.registry.catalogs.delete(target.name, reason=reason)
    return Note([f"deleted catalog {target.name}"], [{"name": target.name}])


def _deleted_versions(gone: list[Version]) -> Note:
    names = ", ".join(version.reference for version in gone)
    pointing = [f"@{alias}" for version in gone for alias in version.aliases]
    one = len(gone) == 1
    lines = [f"deleted {names}; {'its number is' if one else 'their numbers are'} not used again"]
    if pointing:
        lines.append(f"{', '.join(pointing)} pointed at {'it' if one else 'them'} and went along")
    return Note(lines, [views.version_row(version) for version in gone])


def _deleted_model(model: Model) -> Note:
    lines = [f"deleted {model.name} and all its versions"]
    if model.governed and model.last_version:
        lines.append(f"their numbers are not used again: a new {model.name} goes on at {model.last_version + 1}")
    return Note(lines, [views.model_row(model, None)])
