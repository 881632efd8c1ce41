"""What people say about models: comment, comments."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, limit_option
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.results.thread import comment_row, thread
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.discussion.records import ToldComment
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.rules.sentences import listed


@command(
    "comment",
    calls=["comments.add", "comments.edit", "comments.delete", "comments.get"],
    examples=[
        'comment fraud/4 "recall is down on **new** cards; @ben, is that the sample?"',
        'comment fraud@Champion "live since Monday"',
        'comment --edit 118 "recall is down on new cards, see the notebook"',
        "comment --delete 118",
    ],
)
@click.argument("words", nargs=-1, metavar="[REF] [TEXT]…", shell_complete=candidates.references)
@click.option(
    "--edit",
    "edited",
    type=int,
    metavar="ID",
    shell_complete=candidates.own_comments,
    help="Say TEXT instead of what this comment says.",
)
@click.option(
    "--delete",
    "deleted",
    type=int,
    metavar="ID",
    shell_complete=candidates.deletable_comments,
    help="Delete this comment.",
)
def comment(session: CommandSession, words: Sequence[str], edited: int | None, deleted: int | None) -> Result:
    """Say something about a model or a version.

    TEXT is Markdown. @ben, or @"risk team", speaks to a user or group; comments --to-me shows them. Who may read a
    model may comment on it; you edit and delete your own comments, and who manages the model deletes any.
    """
    comments = session.registry.comments
    if deleted is not None:
        if words or edited is not None:
            raise InvalidInput("--delete takes the number of a comment and nothing else", f"comment --delete {deleted}")
        gone = comments.delete(deleted)
        return Note([f"deleted comment {gone.id} on {gone.reference}"], [comment_row(gone)])
    if edited is not None:
        if not words:
            raise InvalidInput("--edit takes the text to say instead", f'comment --edit {edited} "TEXT"')
        before = comments.get(edited)
        made = comments.edit(edited, " ".join(words))
        if made.text == before.text:
            return Note([f"comment {edited} says that already; nothing changed"], [comment_row(made)], done=False)
        return _said(f"edited comment {made.id} on {made.reference}", made)
    if len(words) < 2:
        raise InvalidInput("name what the comment is about, and write what there is to say", 'comment fraud/4 "TEXT"')
    made = comments.add(str(session.reference(words[0])), " ".join(words[1:]))
    return _said(f"commented on {made.reference}: comment {made.id}", made)


@command(
    "comments",
    calls=["comments.list"],
    examples=["comments fraud", "comments fraud/4", "comments --to-me", "comments fraud --mentions analysts"],
)
@click.argument("ref", required=False, shell_complete=candidates.references)
@click.option("--to-me", is_flag=True, help="Only what speaks to you, or to a group that you are in.")
@click.option(
    "--mentions",
    metavar="PRINCIPAL",
    shell_complete=candidates.principals,
    help="Only what speaks to this user or group.",
)
@limit_option
def comments(session: CommandSession, ref: str | None, to_me: bool, mentions: str | None, limit: int | None) -> Result:
    """Show what was said about REF, the newest last.

    REF is a model, with all its versions, or one version; without it, all that you may read. What is about something
    in the trash is left out.
    """
    if to_me and mentions is not None:
        raise InvalidInput("--to-me and --mentions ask for different things", "leave one of them out")
    about = None if ref is None else str(session.reference(ref))
    asked = None if limit is None else limit + 1
    found = session.registry.comments.list(about, mentioning=mentions, to_me=to_me, limit=asked)
    shown = found if limit is None else found[-limit:]
    more = None if len(shown) == len(found) else f"the newest {len(shown)}; -n {10 * len(shown)} shows more"
    whom = " to you" if to_me else "" if mentions is None else f" to {mentions}"
    return thread(shown, f"nobody has said anything{whom}{'' if ref is None else f' about {ref}'}", more)


def _said(line: str, made: ToldComment) -> Note:
    to = [f"it speaks to {listed(made.mentions)}"] if made.mentions else []
    return Note([line], [comment_row(made)], asides=to)
