"""Versions side by side: diff."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.commands.results.versions.differences import Differences
from jupyter_modelreg.commands.session import CommandSession


@command(
    "diff",
    calls=["comparisons.compare"],
    examples=[
        "diff fraud@Champion fraud/latest",
        "diff prod.ml_team.fraud/1-3",
        "diff fraud@Champion fraud@Challenger --fail-on breaking",
    ],
)
@click.argument("refs", nargs=-1, required=True, metavar="REF [REF]...", shell_complete=candidates.references)
@click.option("-a", "--all", "everything", is_flag=True, help="Show what is the same, too, and whole text files.")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "any"]),
    help="Give a shell 2 where callers of the first version would fail with another, or where anything differs.",
)
@as_of_option
def diff(session: CommandSession, refs: Sequence[str], everything: bool, fail_on: str | None) -> Result:
    """Show in what versions differ, side by side.

    REF is a version (fraud/3, fraud@Champion, fraud/latest) or a range (fraud/1-3); two to five versions are compared.
    Callers of the first are those that may break: by an input that is new and required, a type that has changed, an
    output that is gone.
    """
    found = session.registry.comparisons.compare([str(session.reference(ref)) for ref in refs], everything=everything)
    return Differences(found, everything, fail_on)
