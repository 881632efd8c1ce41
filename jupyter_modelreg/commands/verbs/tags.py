"""Commands that set and remove tags: tag, untag."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.command import DialogArgument, command, parse_tags, reason_option
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs import dialogs
from jupyter_modelreg.core.entities.values import JsonValue, TagChange


@command(
    "tag",
    calls=["tags.set"],
    examples=[
        "tag fraud task=classification",
        'tag fraud/1-3 reviewed_by="Ana B." -m "quarterly review"',
        "tag fraud@Champion --dialog",
    ],
    dialog=dialogs.tag,
)
@click.argument("ref", cls=DialogArgument, shell_complete=candidates.references)
@click.argument(
    "tags", cls=DialogArgument, nargs=-1, required=True, metavar="K=V...", shell_complete=candidates.tag_pairs
)
@reason_option
def tag(session: CommandSession, ref: str, tags: tuple[str, ...], reason: str | None) -> Result:
    """Set tags on a model or on versions.

    REF is a model (fraud), a version (fraud/3, fraud@Champion) or a range (fraud/1-3). A tag that is set already gets
    the new value; the answer says what it was.
    """
    reference, pairs = session.reference(ref), parse_tags(tags)
    changes = session.registry.tags.set(reference, pairs, reason=reason)
    return Note(messages.tagged(str(reference), changes), [_row(change) for change in changes])


@command("untag", calls=["tags.remove"], examples=["untag fraud task", "untag fraud@Champion draft todo"])
@click.argument("ref", shell_complete=candidates.references)
@click.argument("keys", nargs=-1, required=True, metavar="K...", shell_complete=candidates.tag_keys)
@reason_option
def untag(session: CommandSession, ref: str, keys: tuple[str, ...], reason: str | None) -> Result:
    """Remove tags from a model or from versions.

    A key that is not set is ignored.
    """
    reference = session.reference(ref)
    changes = session.registry.tags.remove(reference, keys, reason=reason)
    had = {change.key for change in changes}
    absent = [f"{reference} has no tag {key}" for key in keys if key not in had]
    return Note([*messages.tagged(str(reference), changes), *absent], [_row(change) for change in changes])


def _row(change: TagChange) -> dict[str, JsonValue]:
    return {"reference": change.name, "tag": change.key, "before": change.before, "value": change.after}
