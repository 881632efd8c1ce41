"""Commands that mark versions: pin, unpin, link, unlink."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results.columns import Row
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.values import LinkChange, LinkKind, PinChange
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.rules.links import KINDS


@command(
    "pin",
    calls=["versions.pin"],
    examples=["pin fraud/3", 'pin fraud@Champion -m "the one of the audit"', "pin fraud/1-3"],
)
@click.argument("ref", shell_complete=candidates.references)
@reason_option
def pin(session: CommandSession, ref: str, reason: str | None) -> Result:
    """Keep versions: prune leaves them, and delete needs --force.

    REF is a version (fraud/3, fraud@Champion) or a range (fraud/1-3). A pin is on the version itself: it stays there
    when an alias moves on.
    """
    reference = session.reference(ref)
    return _pinned(reference, session.registry.versions.pin(reference, reason=reason))


@command(
    "unpin",
    calls=["versions.unpin"],
    examples=["unpin fraud/3", "unpin fraud/1-3 -m superseded"],
)
@click.argument("ref", shell_complete=candidates.references)
@reason_option
def unpin(session: CommandSession, ref: str, reason: str | None) -> Result:
    """Take back what pin has done.

    REF is a version (fraud/3, fraud@Champion) or a range (fraud/1-3).
    """
    reference = session.reference(ref)
    return _pinned(reference, session.registry.versions.unpin(reference, reason=reason))


def _pinned(reference: Reference, changes: Sequence[PinChange]) -> Note:
    rows: list[Row] = [{"reference": each.name, "pinned": each.after, "before": each.before} for each in changes]
    return Note(messages.pinned(str(reference), changes), rows)


@command(
    "link",
    calls=["versions.link"],
    examples=[
        "link fraud/3 https://scoring.example.org/fraud --as endpoint",
        'link fraud@Champion https://bi.example.org/fraud --as report -m "the monthly one"',
    ],
)
@click.argument("ref", shell_complete=candidates.references)
@click.argument("url")
@click.option("--as", "kind", type=click.Choice(KINDS), required=True, help="What is there.")
@reason_option
def link(session: CommandSession, ref: str, url: str, kind: LinkKind, reason: str | None) -> Result:
    """Say where versions are deployed or used.

    REF is a version (fraud/3, fraud@Champion) or a range (fraud/1-3), URL where an endpoint serves it, a job runs it, a
    report tells of it, or an app is built on it. What is linked as an endpoint is deployed: prune leaves the version,
    and delete needs --force. A link is on the version itself: it stays there when an alias moves on.
    """
    reference = session.reference(ref)
    return _linked(reference, session.registry.versions.link(reference, url, kind, reason=reason))


@command(
    "unlink",
    calls=["versions.unlink"],
    examples=["unlink fraud/3 https://scoring.example.org/fraud -m retired"],
)
@click.argument("ref", shell_complete=candidates.references)
@click.argument("url", shell_complete=candidates.links)
@reason_option
def unlink(session: CommandSession, ref: str, url: str, reason: str | None) -> Result:
    """Take back what link has done.

    REF is a version (fraud/3, fraud@Champion) or a range (fraud/1-3). show lists the links.
    """
    reference = session.reference(ref)
    return _linked(reference, session.registry.versions.unlink(reference, url, reason=reason))


def _linked(reference: Reference, changes: Sequence[LinkChange]) -> Note:
    rows: list[Row] = [
        {"reference": each.name, "url": each.url, "kind": each.after, "before": each.before} for each in changes
    ]
    return Note(messages.linked(str(reference), changes), rows)
