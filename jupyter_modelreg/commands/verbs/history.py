"""The log, and the ways back: history, rollback, undo, trash, purge."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates, messages
from jupyter_modelreg.commands.asking import Declined, confirmed, yes_option
from jupyter_modelreg.commands.command import as_typed, command, limit_option, reason_option
from jupyter_modelreg.commands.resolve import alias_target
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import counted, size_text
from jupyter_modelreg.commands.results.results import Note, Result, Table
from jupyter_modelreg.commands.results.usage_text import users_text
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.entities.history import ToldEvent
from jupyter_modelreg.core.entities.trash import Purged
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.history.sentences import sentence_of, subject_of, text_of
from jupyter_modelreg.core.times import read_duration, read_time

_OF = Column("about", "of", "name")
# Of one model its name goes without saying, and leaves room for why.
_OF_VERSION = Column("version", "version", "number")
_TRASH = (
    Column("reference", "", "name"),
    Column("kind", "kind"),
    Column("deleted_at", "deleted", "time"),
    Column("deleted_by", "by"),
    Column("versions", "versions", "number"),
    Column("size", "size", "size"),
    Column("id", "id", "number"),
)


@command(
    "history",
    calls=["history.told", "history.timeline", "history.seal"],
    examples=[
        "history prod.ml_team.fraud",
        "history prod.ml_team.fraud@Champion",
        "history prod --actor ana --since -7d",
        "history --action alias --until yesterday",
        "history prod.ml_team.fraud --plot --since 2026-01-01",
    ],
)
@click.argument("ref", required=False, metavar="[REF]", shell_complete=candidates.securables)
@click.option("--actor", metavar="P", help="Show only what this person did.")
@click.option(
    "--action", "actions", metavar="A", multiple=True, help="Show only this: alias, or alias.moved. Repeatable."
)
@click.option("--since", metavar="T", help="Show what happened from then on: 2026-03-01, yesterday 14:00, -7d.")
@click.option("--until", metavar="T", help="Show what happened up to then; a day alone means all of it.")
@click.option("--plot", is_flag=True, help="Draw which version each alias of a model pointed at, over time.")
@click.option("--seal", is_flag=True, help="Print where the log stands, to keep elsewhere.")
@limit_option
def history(
    session: CommandSession,
    ref: str | None,
    actor: str | None,
    actions: tuple[str, ...],
    since: str | None,
    until: str | None,
    plot: bool,
    seal: bool,
    limit: int | None,
) -> Result:
    """Show who changed what, when and why, the newest first.

    REF is a model, a version, an alias (fraud@Champion), a schema or a catalog, deleted or not; without it, everything
    that ever happened in the registry is shown. T is a time. Times are in the time zone of this machine,
    with --json in UTC.
    --plot takes a model, an alias or a version; --json gives the times that each alias pointed at each version.
    """
    if seal:
        line = session.registry.history.seal()
        return Note([line], [{"seal": line}], done=False)
    now = epoch_ms()
    start = None if since is None else read_time(since, now)
    end = None if until is None else read_time(until, now, end=True)
    if plot:
        return _plot(session, ref, start, end, limit=limit, narrowed=bool(actor or actions))
    found = session.registry.history.told(
        ref, namespace=session.namespace, actor=actor, actions=actions, since=start, until=end, limit=limit
    )
    nothing = "nothing has happened yet" if ref is None else f"nothing is in the activity log of {ref}"
    if actor or actions or since or until:
        nothing = "nothing in the activity log is like that"
    more = f"the newest {len(found)} events; -n {2 * len(found)} shows more" if found.token else None
    asked = None if ref is None else session.reference(ref).model
    alike = all(event.name == asked for event in found)
    return Table(_columns(_OF_VERSION if alike else _OF), [_event_row(event) for event in found], nothing, more)


def _plot(
    session: CommandSession, ref: str | None, since: int | None, until: int | None, *, limit: int | None, narrowed: bool
) -> Result:
    from jupyter_modelreg.commands.results.timeline.result import Plot

    if ref is None:
        raise InvalidInput("--plot draws the timeline of one model", f"write {as_typed('history MODEL --plot')}")
    if narrowed:
        raise InvalidInput(
            "--plot draws what everybody did: --actor and --action narrow down a list", "leave --plot out, or those"
        )
    timeline = session.registry.history.timeline(ref, namespace=session.namespace, since=since, until=until)
    return Plot(timeline, limit)


@command(
    "rollback",
    calls=["aliases.rollback"],
    examples=[
        "rollback fraud@Champion",
        'rollback fraud@Champion -m "drift in production"',
        "rollback fraud@Champion --to 3",
        "rollback fraud@Champion --to 2026-03-01",
    ],
)
@click.argument("target", metavar="MODEL@ALIAS", shell_complete=candidates.aliases)
@click.option("--to", metavar="V|T", help="Move it to this version, or to where it pointed at this time.")
@reason_option
def rollback(session: CommandSession, target: str, to: str | None, reason: str | None) -> Result:
    """Move an alias back to where it pointed before.

    An alias that was removed is set again. Rolling back once more leads to where it was.
    """
    model, alias = alias_target(session, target)
    number = int(to) if to is not None and to.isascii() and to.isdigit() else None
    at = read_time(to, epoch_ms()) if to is not None and number is None else None
    moved = session.registry.aliases.rollback(model, alias, version=number, at=at, reason=reason)
    row: Row = {"name": model, "alias": alias, "version": moved.after, "before": moved.before}
    return Note([messages.pointed(model, alias, moved.after, moved.before)], [row])


@command(
    "undo",
    calls=["history.undo"],
    examples=["undo", "undo 118", 'undo 118 -m "wrong model"'],
)
@click.argument("event", required=False, type=click.IntRange(min=1))
@reason_option
def undo(session: CommandSession, event: int | None, reason: str | None) -> Result:
    """Take back your last change, or the one that EVENT belongs to.

    EVENT is a number that history shows. What was done together is taken back together: a registration with its
    aliases, thirteen tags set at once. Something that newer changes build on is refused, and they are named.
    Undoing an undo does again what it took back; without EVENT, changes already undone are passed over.
    """
    undone = session.registry.history.undo(event, reason=reason)
    lines = [f"undid event {each.seq} ({subject_of(each)}): {text_of(sentence_of(each))}" for each in undone.events]
    redone = any(each.undoes is not None for each in undone.events)
    return Note(lines, [_event_row(each) for each in undone.events], undoing=not redone)


@command("trash", calls=["trash.list"], examples=["trash", "trash prod.ml_team"])
@click.argument("ref", required=False, metavar="[REF]", shell_complete=candidates.securables)
def trash(session: CommandSession, ref: str | None) -> Result:
    """List what is in the trash, the newest first.

    REF is a model, schema or catalog; default: everything. restore brings it back, purge removes it for good; of two
    that had the same name, both take one by its id.
    """
    found = session.registry.trash.list(None if ref is None else session.reference(ref).model)
    rows: list[Row] = [{**vars(each), "reference": each.reference} for each in found]
    return Table(_TRASH, rows, "the trash is empty" if ref is None else f"nothing of {ref} is in the trash")


@command(
    "purge",
    calls=["previews.purge", "trash.purge"],
    examples=["purge --dry-run", "purge fraud/2", "purge --id 118", "purge --older-than 30d --yes"],
)
@click.argument("refs", nargs=-1, metavar="[REF]...")
@click.option(
    "--id", "ids", multiple=True, type=click.IntRange(min=1), metavar="N", help="What has this id, as trash says."
)
@click.option("--older-than", metavar="T", help="Leave what has been in the trash for less: 30d, 12h.")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and how much room that makes.")
@click.option("--force", is_flag=True, help="Remove what is pinned, deployed, copied or asked for, too.")
@yes_option
@reason_option
def purge(
    session: CommandSession,
    refs: tuple[str, ...],
    ids: tuple[int, ...],
    older_than: str | None,
    dry_run: bool,
    force: bool,
    yes: bool,
    reason: str | None,
) -> Result:
    """Empty the trash: remove models and versions for good.

    REF is what trash lists; default: all of it. Their files go, too. It says what goes and asks first, unless --yes is
    given. What is pinned, deployed (see link), copied or asked for stays, and is said, unless --force is given.
    Numbers of purged versions are never used again, and the activity log keeps what it says of them.
    """
    names = [str(session.reference(ref)) for ref in refs]
    age = None if older_than is None else read_duration(older_than)
    told = session.registry.previews.purge(names, ids=ids, older_than=age, force=force)
    if told.kept and (names or ids) and not dry_run:  # which is refused, and says what to do: there is nothing to ask
        yes = True
    elif not told.models and not told.versions:
        return Note(["the trash holds nothing to purge"], [_purged_row(told)], asides=_kept(told))
    if dry_run:
        asides = [*_some(told), *_kept(told), *users_text(told.users)]
        return Note([f"would remove {_purged_text(told)}"], [_purged_row(told)], asides=asides)
    if not yes:
        facts = [
            f"- removes {_purged_text(told)}",
            *(f"- {line}" for line in (*_some(told), *_kept(told), *users_text(told.users))),
            "- nothing but a backup has it then",
        ]
        if not confirmed(session, facts, "Purge the trash?", needs="purging the trash"):
            return Declined("nothing was purged: the trash is as it was")
    gone = session.registry.trash.purge(names, ids=ids, older_than=age, force=force, reason=reason)
    return Note([f"removed {_purged_text(gone)}"], [_purged_row(gone)], asides=_kept(gone), done=False)


def _columns(about: Column) -> Sequence[Column]:
    """The columns of a history; `about` says what each event is about."""
    return (
        Column("seq", "event", "number"),
        Column("time", "when", "time"),
        Column("actor", "who"),
        Column("what", "what"),
        about,
        Column("reason", "why", "lines"),
    )


def _event_row(event: ToldEvent) -> Row:
    own = {name: value for name, value in vars(event).items() if name not in ("hash", "sentence")}
    return {**own, "what": text_of(event.sentence), "about": subject_of(event)}


def _purged_row(purged: Purged) -> Row:
    return {
        **vars(purged),
        "names": list(purged.names),
        "users": [dict(vars(each)) for each in purged.users],
        "kept": {each.name: [holder.text for holder in each.holders] for each in purged.kept},
    }


def _purged_text(purged: Purged) -> str:
    counts = ((purged.models, "model"), (purged.versions, "version"))
    said = " and ".join(counted(number, what) for number, what in counts if number)
    return f"{said} ({size_text(purged.size)}) from the trash for good"


def _some(purged: Purged) -> list[str]:
    return [_few(purged.names)]


def _kept(purged: Purged) -> list[str]:
    """What stays in the trash, and why."""
    held = [f"{each.name} ({', '.join(dict.fromkeys(holder.text for holder in each.holders))})" for each in purged.kept]
    return [f"stays unless forced: {_few(held)}"] if held else []


def _few(names: Sequence[str]) -> str:
    more = len(names) - 5
    shown = ", ".join(names[:5])
    return f"{shown} and {more:,} more" if more > 0 else shown
