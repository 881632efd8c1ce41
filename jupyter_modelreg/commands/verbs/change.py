"""Commands that change what is there: describe, rename."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.asking import Declined, confirmed, yes_option
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results.columns import Row
from jupyter_modelreg.commands.results.formats import in_order
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.previews import RenamePreview
from jupyter_modelreg.core.entities.securables import Model, Schema
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.references import parse_reference


@command(
    "describe",
    calls=["catalogs.describe", "schemas.describe", "models.describe", "versions.describe"],
    examples=[
        "describe fraud --draft",
        'describe fraud "Scores card payments."',
        'describe fraud@Champion "Trained on Q3."',
        "describe fraud ''",
    ],
)
@click.argument("ref", shell_complete=candidates.securables)
@click.argument("text", required=False)
@click.option("--draft", is_flag=True, help="Propose a text, to be edited before it is kept.")
@reason_option
def describe(session: CommandSession, ref: str, text: str | None, draft: bool, reason: str | None) -> Result:
    """Describe a model, version, schema or catalog in Markdown.

    TEXT replaces the description there is, whose beginning the answer tells; an empty one removes it. In a notebook,
    %%modelreg describe REF takes the cell below it as TEXT. --draft proposes one for a model or version, in a dialog or
    in your editor; MODELREG_DESCRIBER names a function of your own that writes it.
    """
    if draft == (text is not None):
        wrong = "--draft proposes a text, and one is given" if draft else "the TEXT is missing; --draft proposes one"
        raise click.UsageError(wrong)
    if text is None:
        from jupyter_modelreg.commands.drafting import draft as drafted  # which imports what no other command needs

        return drafted(session, ref, lambda edited: _described(session, ref, edited, reason))
    return _described(session, ref, text, reason)


def _described(session: CommandSession, ref: str, text: str, reason: str | None) -> Result:
    registry, reference, description = session.registry, session.reference(ref), text or None
    if not reference.whole_model:
        before = [(version.reference, version.description) for version in registry.versions.resolve(reference)]
        registry.versions.describe(reference, description, reason=reason)
        name = str(reference)
    else:
        target = find_target(session, ref)
        name = target.name
        before = [(name, target.description)]
        if isinstance(target, Model):
            registry.models.describe(name, description, reason=reason)
        elif isinstance(target, Schema):
            registry.schemas.describe(name, description, reason=reason)
        else:
            registry.catalogs.describe(name, description, reason=reason)
    rows: list[Row] = [{"name": each, "description": description, "before": old} for each, old in before]
    return Note(messages.described(name, description, before), rows)


@command(
    "rename",
    calls=["models.rename", "previews.rename"],
    examples=["rename prod.ml_team.fraud card_fraud", "rename prod.ml_team.fraud prod.risk.fraud -m reorganized"],
)
@click.argument("old", shell_complete=candidates.models)
@click.argument("new", shell_complete=candidates.models)
@click.option("--force", is_flag=True, help="Rename what an open request names, too.")
@yes_option
@reason_option
def rename(session: CommandSession, old: str, new: str, force: bool, yes: bool, reason: str | None) -> Result:
    """Rename a model, or move it to another schema.

    Versions, aliases, tags and files stay with it. A short NEW stays in the model's schema, whatever the namespace; a
    workspace model stays one. A full name moves the model, and creates the schema when it is missing. Code that loads
    the model by its old name must be changed: a model with aliases is in use, so it asks first, unless --yes is given.
    One that an open request names is renamed with --force only.
    """
    name = session.model(old)
    renamed = _beside(session, name, new)
    told = session.registry.previews.rename(name, renamed)
    # What is refused says so by itself: there is nothing to ask.
    asks = told.aliases and told.blocked is None and renamed != name and (force or not told.holders)
    if asks and not yes and not _agreed(session, told):
        return Declined(f"nothing was renamed: {name} is as it was")
    model = session.registry.models.rename(name, renamed, force=force, reason=reason)
    return Note([f"renamed {name} to {model.name}"], [{"name": model.name, "before": name}])


def _agreed(session: CommandSession, told: RenamePreview) -> bool:
    uris = ", ".join(f"models:/{told.name}@{alias}" for alias in in_order(told.aliases))
    facts = [f"- {uris} {'stop' if len(told.aliases) > 1 else 'stops'} loading: change the code that uses it"]
    facts += [f"- it is known by its old name to {holder.text}" for holder in told.holders]
    question = f"Rename {told.name} to {told.new_name}?"
    return confirmed(session, facts, question, needs=f"renaming {told.name}, which aliases point into,")


def _beside(session: CommandSession, model: str, new: str) -> str:
    """The full name that `new` means for `model`: one without a dot keeps the schema, or the workspace.

    Raises InvalidInput when `new` names versions or is malformed.
    """
    full, parsed = session.model(new), parse_reference(new)
    if parsed.exact or "." in parsed.model:
        return full
    return f"{model.rpartition('.')[0]}.{parsed.model}" if is_governed(model) else parsed.model
