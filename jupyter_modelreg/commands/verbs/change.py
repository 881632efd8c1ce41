"""Commands that change what is there: describe, rename, delete."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.formats import in_order
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Model, Schema
from jupyter_modelreg.core.entities.versions import Version


@command(
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
def describe(session: CommandSession, ref: str, text: str, reason: str | None) -> Result:
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


@command("rename", calls=["models.rename"], examples=["rename prod.ml_team.fraud prod.ml_team.card_fraud"])
@click.argument("old", shell_complete=candidates.models)
@click.argument("new", shell_complete=candidates.models)
@reason_option
def rename(session: CommandSession, old: str, new: str, reason: str | None) -> Result:
    """Give a model another name.

    Versions, aliases, tags and files stay with it.
    """
    name = session.model(old)
    model = session.registry.models.rename(name, session.model(new), reason=reason)
    return Note([f"renamed {name} to {model.name}"], [{"name": model.name, "before": name}])


@command(
    "delete",
    calls=["catalogs.delete", "schemas.delete", "models.delete", "versions.delete"],
    examples=["delete fraud/2", 'delete fraud/1-3 -m "trained on wrong labels"', "delete fraud"],
)
@click.argument("ref", shell_complete=candidates.securables)
@reason_option
def delete(session: CommandSession, ref: str, reason: str | None) -> Result:
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
    pointing = [f"@{alias}" for alias in in_order(alias for version in gone for alias in version.aliases)]
    one = len(gone) == 1
    lines = [f"deleted {names}; {'its number is' if one else 'their numbers are'} not used again"]
    if pointing:
        lines.append(f"removed {', '.join(pointing)}, which pointed at {'it' if one else 'them'}")
    return Note(lines, [views.version_row(version) for version in gone])


def _deleted_model(model: Model) -> Note:
    lines = [f"deleted {model.name} and all its versions"]
    if model.governed and model.last_version:
        lines.append(f"their numbers are not used again: a new {model.name} goes on at {model.last_version + 1}")
    return Note(lines, [views.model_row(model, None)])
