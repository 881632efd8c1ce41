"""Commands that mark versions, and models: pin, unpin, link, unlink, deprecate, undeprecate."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.command import as_typed, command, reason_option
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


@command(
    "deprecate",
    calls=["deprecations.set"],
    examples=[
        'deprecate fraud/3 --in-favour-of fraud/5 -m "trained on wrong labels"',
        'deprecate prod.ml_team.fraud --in-favour-of prod.risk.cards -m "replaced by one for all cards"',
    ],
)
@click.argument("ref", shell_complete=candidates.references)
@click.option("--in-favour-of", metavar="REF", shell_complete=candidates.references, help="What to use instead.")
@click.option("-m", "--reason", metavar="REASON", required=True, help="Say why; whoever loads it reads that.")
def deprecate(session: CommandSession, ref: str, in_favour_of: str | None, reason: str) -> Result:
    """Say that a model or versions are not to be used any more.

    REF is a model (fraud), a version (fraud/3, fraud@Old) or a range (fraud/1-3). It can be loaded as before, which
    warns; aliases that point there stay, and no new one is set there, nor on any version of a model that is deprecated.
    What to use instead goes by its own identity: it may be renamed. An alias means the version that it points at now.
    """
    reference = session.reference(ref)
    instead = None if in_favour_of is None else session.reference(in_favour_of)
    done = session.registry.deprecations.set(reference, reason, in_favour_of=instead)
    use = f"; use {done[0].in_favour_of} instead" if done[0].in_favour_of else ""
    rows: list[Row] = [
        {"reference": each.name, "deprecated": each.reason, "in_favour_of": each.in_favour_of} for each in done
    ]
    return Note([f"deprecated {reference}{use}"], rows)


@command(
    "undeprecate",
    calls=["deprecations.remove"],
    examples=["undeprecate fraud/3", 'undeprecate prod.ml_team.fraud -m "still needed"'],
)
@click.argument("ref", shell_complete=candidates.references)
@reason_option
def undeprecate(session: CommandSession, ref: str, reason: str | None) -> Result:
    """Take back what deprecate has done.

    REF is a model (fraud), a version (fraud/3) or a range (fraud/1-3).
    """
    reference = session.reference(ref)
    gone = session.registry.deprecations.remove(reference, reason=reason)
    rows: list[Row] = [{"reference": each.name, "before": each.reason} for each in gone]
    if gone:
        return Note([f"{reference} is not deprecated any more"], rows)
    model = None if reference.whole_model else session.registry.deprecations.of([reference.model]).get(reference.model)
    own = "" if model is None else f"; its model is: {as_typed(f'undeprecate {model.name}')}"
    return Note([f"{reference} is not deprecated itself; nothing changed{own}"], rows)
