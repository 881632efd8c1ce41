"""Commands that move aliases: alias, unalias."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.command import DialogArgument, command, reason_option
from jupyter_modelreg.commands.resolve import alias_target, alias_version
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs import dialogs
from jupyter_modelreg.core.entities.values import JsonValue


@command(
    "alias",
    calls=["aliases.set", "aliases.get", "previews.alias"],
    examples=[
        "alias fraud@Champion 3",
        "alias fraud@Champion latest",
        "alias fraud@Previous @Champion",
        "alias fraud --dialog",
    ],
    dialog=dialogs.alias,
)
@click.argument("target", cls=DialogArgument, metavar="MODEL@ALIAS", shell_complete=candidates.aliases)
@click.argument("version", cls=DialogArgument, shell_complete=candidates.alias_versions)
@reason_option
def alias(session: CommandSession, target: str, version: str, reason: str | None) -> Result:
    """Set an alias on a version, or move it there.

    VERSION is a number, latest, or another alias of the model (@Champion), meaning the version that one points at. To
    roll back, set the alias on the earlier version again.
    It warns when a tag says that the version failed its validation, when its signature differs from that of the version
    it replaces, and when another alias is called the same but for the case.
    """
    model, name = alias_target(session, target)
    number = alias_version(session, model, version)
    told = session.registry.previews.alias(model, name, number)
    before = session.registry.aliases.set(model, name, number, reason=reason)
    line = messages.pointed(model, name, number, before)
    row: dict[str, JsonValue] = {"name": model, "alias": name, "version": number, "before": before}
    # What policies say is known better now that it is done, and why.
    return Note([line], [row], warnings=[each for each in told.warnings if each.kind != "policy"])


@command(
    "unalias", calls=["aliases.remove"], examples=["unalias fraud@Challenger", 'unalias fraud@Champion -m "withdrawn"']
)
@click.argument("target", metavar="MODEL@ALIAS", shell_complete=candidates.aliases)
@reason_option
def unalias(session: CommandSession, target: str, reason: str | None) -> Result:
    """Remove an alias; the version stays."""
    model, name = alias_target(session, target)
    before = session.registry.aliases.remove(model, name, reason=reason)
    return Note([messages.unpointed(model, name, before)], [{"name": model, "alias": name, "before": before}])
