"""Commands that change what is there: describe, rename."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Model, Schema


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
