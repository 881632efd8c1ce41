"""Bringing things from one registry to another, again and again: pull and push."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Protocol

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.asking import confirmed
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.formats import counted
from jupyter_modelreg.commands.results.html import command_html, more_html, page
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.layout import quiet
from jupyter_modelreg.commands.results.results import Changed, Result, Table
from jupyter_modelreg.commands.results.text import line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.exchange import BACK, TALLY, full_reference, skipped_table, tally_rows
from jupyter_modelreg.core.context import without_way_back
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.sync.records import Side, SyncConflict, SyncReport
from jupyter_modelreg.core.sync.sync import Whose
from jupyter_modelreg.core.times import time_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from markupsafe import Markup

_APPLIED = (Column("name", "changed", "name"), Column("before", "before"), Column("after", "now"))
_RENUMBERED = (Column("name", "under another number", "name"), Column("was", "there", "number"))
_CONFLICTS = (
    Column("name", "changed on both sides", "name"),
    Column("ours", "ours"),
    Column("theirs", "theirs"),
    Column("settled", "stands"),
)
_SHOWN = 20
_GONE = "(removed)"


class _Run(Protocol):
    def __call__(self, *, prefer: Whose | None, choices: Mapping[str, Whose] | None, dry_run: bool) -> SyncReport: ...


def _options(function: Callable[..., Result]) -> Callable[..., Result]:
    """What pull and push have in common."""
    for option in (
        reason_option,
        click.option("--dry-run", is_flag=True, help="Report what would be brought; change nothing."),
        click.option("--interactive", is_flag=True, help="Ask about each conflict."),
        click.option("--theirs", is_flag=True, help="In a conflict the other registry's value stands."),
        click.option("--ours", is_flag=True, help="In a conflict this registry's value stands."),
        click.argument("refs", nargs=-1, metavar="[REF]...", shell_complete=candidates.securables),
    ):
        function = option(function)
    return function


@command(
    "pull",
    calls=["sync.pull"],
    examples=[
        "pull https://models.example.com prod.ml_team",
        "pull laptop.duckdb --dry-run",
        "pull modelreg:postgresql://ana@db/models?files=s3://bucket/models fraud@Champion --theirs",
    ],
)
@click.argument("source", shell_complete=candidates.registries)
@_options
def pull(
    session: CommandSession,
    source: str,
    refs: tuple[str, ...],
    ours: bool,
    theirs: bool,
    interactive: bool,
    dry_run: bool,
    reason: str | None,
) -> Result:
    """Bring here what another registry has.

    SOURCE is a registry: a .duckdb file, modelreg:…, or the https: address of a server. REF is a model, versions of
    one, a schema or a catalog there, written in full; without any, everything comes that you may load there.

    Only what this registry lacks is brought, and only what has changed since the last time is looked at. Versions keep
    their authors, times and files, and their numbers; one whose number is taken here gets the next free one, and
    `lineage` tells the old one. Aliases, tags and descriptions follow where only the other side has changed them. What
    both have changed is a conflict: it is listed with both values, and nothing is changed until --ours, --theirs or
    --interactive settles it. What was deleted here stays deleted.
    """

    def run(*, prefer: Whose | None, choices: Mapping[str, Whose] | None, dry_run: bool) -> SyncReport:
        return session.registry.sync.pull(
            source, list(refs) or None, prefer=prefer, choices=choices, dry_run=dry_run, reason=reason
        )

    return _synced(session, run, "receiver", ours, theirs, interactive, dry_run)


@command(
    "push",
    calls=["sync.push"],
    examples=[
        "push https://models.example.com",
        "push https://models.example.com prod.ml_team.fraud --ours",
        "push backup.duckdb prod",
    ],
)
@click.argument("target", shell_complete=candidates.registries)
@_options
def push(
    session: CommandSession,
    target: str,
    refs: tuple[str, ...],
    ours: bool,
    theirs: bool,
    interactive: bool,
    dry_run: bool,
    reason: str | None,
) -> Result:
    """Bring to another registry what is here.

    TARGET is a registry: a .duckdb file, which is made where there is none, modelreg:…, or the https: address of a
    server. REF is a model, versions of one, a schema or a catalog; without any, everything goes that you may load.

    What you may do there decides what is taken: it is refused as it would be if you did it there. Otherwise it is as
    pull says, with the two sides exchanged: ours is what is here.
    """
    references = [full_reference(session, ref) for ref in refs] or None

    def run(*, prefer: Whose | None, choices: Mapping[str, Whose] | None, dry_run: bool) -> SyncReport:
        with without_way_back():  # `undo` is for this registry, and the other one has changed
            return session.registry.sync.push(
                target, references, prefer=prefer, choices=choices, dry_run=dry_run, reason=reason
            )

    return _synced(session, run, "sender", ours, theirs, interactive, dry_run)


def _synced(
    session: CommandSession, run: _Run, here: Side, ours: bool, theirs: bool, interactive: bool, dry_run: bool
) -> Result:
    if ours + theirs + interactive > 1:
        raise InvalidInput("--ours, --theirs and --interactive each settle conflicts in a way of their own", "say one")
    prefer: Whose | None = "ours" if ours else "theirs" if theirs else None
    report = run(prefer=prefer, choices=None, dry_run=dry_run)
    if interactive and report.open and not dry_run:
        choices = {each.name: _asked(session, _Sides.of(each, here)) for each in report.open}
        report = run(prefer=None, choices=choices, dry_run=False)
    return Synced(report, here)


def _asked(session: CommandSession, sides: _Sides) -> Whose:
    facts = [f"{sides.name} was changed on both sides", f"ours:   {sides.ours}", f"theirs: {sides.theirs}"]
    taken = confirmed(session, facts, "take theirs?", needs="a conflict", option="--ours")
    return "theirs" if taken else "ours"


@dataclass(frozen=True)
class _Sides:
    """A conflict as whoever runs the command sees it."""

    name: str
    ours: str
    theirs: str
    settled: str

    @classmethod
    def of(cls, conflict: SyncConflict, here: Side) -> _Sides:
        sent = _told(conflict.sent, conflict.sent_by, conflict.sent_at)
        received = _told(conflict.received, conflict.received_by, conflict.received_at)
        ours, theirs = (sent, received) if here == "sender" else (received, sent)
        settled = "" if conflict.settled is None else "ours" if conflict.settled == here else "theirs"
        return cls(conflict.name, ours, theirs, settled)


def _told(value: str | None, by: str | None, at: int | None) -> str:
    who = "" if by is None or at is None else f" ({by}, {time_text(at)})"
    return f"{_GONE if value is None else value}{who}"


@dataclass(repr=False)
class Synced(Changed):
    """What a sync has brought: counts, what was changed, conflicts, and what did not come.

    Attributes:
        report: the same as plain records.
        here: which side this registry was.
    """

    report: SyncReport
    here: Side

    @property
    def confirms(self) -> bool:
        """Always."""
        return True

    @property
    def exit_code(self) -> int:
        """1 where conflicts are left."""
        return 1 if self.report.open else 0

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """A row each for models, prompts and versions."""
        return tally_rows(self.report)

    @property
    def conflicts(self) -> list[dict[str, JsonValue]]:
        """A row for each conflict, with both values."""
        return [asdict(_Sides.of(each, self.here)) for each in self.report.conflicts]

    def text(self, width: int | None = 100, now: int | None = None, colours: bool = False) -> str:
        """All of it, table by table."""
        parts = [line(self._heading)]
        for each in self._tables():
            parts += ["", each.text(width, now, colours)]
        parts += ["", *map(line, said)] if (said := self._said()) else []
        if self.way_back:
            parts += ["", quiet(f"{line(self.way_back.line)} {BACK}", colours)]
        return "\n".join(parts)

    def html(self) -> Markup:
        """All of it, table by table."""
        parts = [more_html(self._heading)]
        for each in self._tables():
            parts += each.parts()
        parts += [more_html(each) for each in self._said()]
        if self.way_back:
            parts.append(command_html(self.way_back.line, BACK))
        return page(*parts)

    def to_json(self) -> str:
        """All of it, and what `undo` takes to take it back, where something came here."""
        back = {"undo": self.way_back.unit} if self.way_back else {}
        told = {
            "counts": self.rows,
            "applied": [asdict(each) for each in self.report.applied],
            "renumbered": self._renumbered,
            "conflicts": self.conflicts,
            "kept": self.report.kept,
            "skipped": [asdict(each) for each in self.report.skipped],
        }
        return json_text({**told, **back})

    @property
    def _renumbered(self) -> list[dict[str, JsonValue]]:
        return [{"name": f"{each.model}/{each.number}", "was": each.was} for each in self.report.renumbered]

    @property
    def _heading(self) -> str:
        verb, other = ("pull", self.report.sender) if self.here == "receiver" else ("push", self.report.receiver)
        way = "from" if verb == "pull" else "to"
        if self.report.dry_run:
            return f"would {verb} {way} {other}; nothing was changed"
        return f"{verb}ed {way} {other}"

    def _tables(self) -> list[Table]:
        applied: list[dict[str, JsonValue]] = [
            {**asdict(each), "after": _GONE if each.after is None else each.after} for each in self.report.applied
        ]
        tables = [
            Table(TALLY, [row for row in self.rows if any(value for key, value in row.items() if key != "what")]),
            _cut(_RENUMBERED, self._renumbered),
            _cut(_APPLIED, applied),
            Table(_CONFLICTS, self.conflicts),
            skipped_table(self.report.skipped, _SHOWN),
        ]
        return [each for each in tables if each.data]

    def _said(self) -> list[str]:
        said = []
        if not self._tables():
            said.append("nothing new")
        if self.report.open:
            left = counted(len(self.report.open), "conflict")
            said.append(f"{left} left as it is on each side: settle with --ours, --theirs or --interactive")
        if self.report.kept:
            one = self.report.kept == 1
            newer = f"{counted(self.report.kept, 'value')} {'is' if one else 'are'} newer"
            other = "push brings it there" if self.here == "receiver" else "pull brings it here"
            said.append(f"{newer} {'here' if self.here == 'receiver' else 'there'}, and left: {other}")
        return said


def _cut(columns: Sequence[Column], found: Sequence[dict[str, JsonValue]]) -> Table:
    more = f"and {len(found) - _SHOWN:,} more; --json lists them all" if len(found) > _SHOWN else None
    return Table(columns, found[:_SHOWN], more=more)
