"""Commands that change what is there: describe, rename."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.securables import Model, Schema
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.references import parse_reference


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


@command(
    "rename",
    calls=["models.rename"],
    examples=["rename prod.ml_team.fraud card_fraud", "rename prod.ml_team.fraud prod.risk.fraud -m reorganized"],
)
@click.argument("old", shell_complete=candidates.models)
@click.argument("new", shell_complete=candidates.models)
@reason_option
def rename(session: CommandSession, old: str, new: str, reason: str | None) -> Result:
    """Rename a model, or move it to another schema.

    Versions, aliases, tags and files stay with it. A short NEW stays in the model's schema, whatever the namespace; a
    workspace model stays one. A full name moves the model, and creates the schema when it is missing. Code that loads
    the model by its old name must be changed.
    """
    name = session.model(old)
    model = session.registry.models.rename(name, _beside(session, name, new), reason=reason)
    return Note([f"renamed {name} to {model.name}"], [{"name": model.name, "before": name}])


def _beside(session: CommandSession, model: str, new: str) -> str:
    """The full name that `new` means for `model`: one without a dot keeps the schema, or the workspace.

    Raises InvalidInput when `new` names versions or is malformed.
    """
    full, parsed = session.model(new), parse_reference(new)
    if parsed.exact or "." in parsed.model:
        return full
    return f"{model.rpartition('.')[0]}.{parsed.model}" if is_governed(model) else parsed.model
