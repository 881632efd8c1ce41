"""The command prune: it says which old versions go, and why others stay, and asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.asking import Declined, confirmed, yes_option
from jupyter_modelreg.commands.command import as_typed, command, reason_option
from jupyter_modelreg.commands.results.columns import Row
from jupyter_modelreg.commands.results.formats import alias_text, counted, day_text, in_order, size_text
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.results.usage_text import users_text
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.trash import Prune, PruneReason, PruneVerdict
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.times import read_duration

# How many are named before the others are counted: models, ranges of versions of each, and versions that stay.
_MOST_MODELS, _MOST_RANGES, _MOST_KEPT = 5, 12, 8
_WHY: Mapping[PruneReason, str] = {
    "alias": "since an alias points there",
    "pinned": "since it is pinned",
    "deployed": "since it is deployed",
    "copied": "since there is a copy of it",
    "requested": "since a request asks for it",
    "registering": "since it is being registered",
    "used": "since it was loaded lately",
}


@command(
    "prune",
    calls=["previews.prune", "trash.prune"],
    examples=[
        "prune fraud --keep 5 --dry-run",
        "prune fraud --keep 5",
        'prune prod.ml_team --keep 3 --unused-for 30d --yes -m "spring cleaning"',
    ],
)
@click.argument("name", metavar="MODEL|NAMESPACE", shell_complete=candidates.securables)
@click.option("--keep", metavar="N", type=click.IntRange(min=1), required=True, help="Keep the newest N of each model.")
@click.option("--unused-for", metavar="T", help="Keep what was loaded within this time, too: 30d, 12h.")
@click.option("--dry-run", is_flag=True, help="Only say what would go, and why other versions stay.")
@yes_option
@reason_option
def prune(
    session: CommandSession,
    name: str,
    keep: int,
    unused_for: str | None,
    dry_run: bool,
    yes: bool,
    reason: str | None,
) -> Result:
    """Move old versions to the trash.

    Of each model the newest N that are ready stay. So does a version that an alias points at, that is pinned, that an
    endpoint is linked to, of which there is a copy, that an open request asks for, that is being registered, or that
    was loaded within --unused-for (usage shows when). NAMESPACE, a schema or catalog, means every model in it, but no
    prompts. It says what goes and asks first, unless --yes is given. What goes is in the
    trash with its files until that is purged; one undo brings all of it back.
    """
    session.reference(name)  # which takes note of a short name, for the hint of an error
    age = None if unused_for is None else read_duration(unused_for)
    told = session.registry.previews.prune(name, keep=keep, unused_for=age, namespace=session.namespace)
    if not told.gone:
        return Note([f"nothing of {name} is to be pruned"], _rows(told), asides=_stays(told), done=False)
    if dry_run:
        return Note([f"would move {_goes(told)} to the trash"], _rows(told), asides=_facts(told), done=False)
    if not yes:
        facts = [f"- {fact}" for fact in (f"moves {_goes(told)} to the trash", *_facts(told), _undo())]
        if not confirmed(session, facts, f"Prune {name}?", needs=f"pruning {name}"):
            return Declined(f"nothing was pruned: {name} is as it was")
    done = session.registry.trash.prune(name, keep=keep, unused_for=age, namespace=session.namespace, reason=reason)
    return Note([f"moved {_goes(done)} to the trash"], _rows(done), asides=_facts(done), done=False)


def _facts(told: Prune) -> list[str]:
    """What goes model by model, what becomes of the files, what stays and why, and who has used what goes."""
    by_model: dict[str, list[int]] = {}
    for each in told.gone:
        by_model.setdefault(each.name, []).append(each.version)
    facts = [f"{name}: {_numbers(sorted(numbers))}" for name, numbers in list(by_model.items())[:_MOST_MODELS]]
    if len(by_model) > _MOST_MODELS:
        facts.append(f"and {counted(len(by_model) - _MOST_MODELS, 'model')} more")
    if any(each.size for each in told.gone):
        facts.append("the files stay on disk until the trash is purged")
    return [*facts, *_stays(told), *users_text(told.users)]


def _goes(told: Prune) -> str:
    """`12 versions of 3 models (1.2 GB of files)`."""
    gone = told.gone
    models, size = len({each.name for each in gone}), sum(each.size for each in gone)
    of = "" if told.models == 1 else f" of {counted(models, 'model')}"
    return f"{counted(len(gone), 'version')}{of}{f' ({size_text(size)} of files)' if size else ''}"


def _stays(told: Prune) -> list[str]:
    """What stays, and why."""
    of = "" if told.models == 1 else f", the newest of {counted(told.models, 'model')}"
    lines = [f"stays as the newest: {counted(told.newest, 'version')}{of}"] if told.newest else []
    for reason, why in _WHY.items():
        same = [each for each in told.kept if each.why == reason]
        shown = [f"{each.reference}{_detail(each)}" for each in same[:_MOST_KEPT]]
        more = [f"{len(same) - _MOST_KEPT:,} more"] if len(same) > _MOST_KEPT else []
        if same:
            lines.append(f"stays {why}: {listed([*shown, *more])}")
    return lines


def _detail(kept: PruneVerdict) -> str:
    if kept.why == "alias":
        return f" ({', '.join(map(alias_text, in_order(kept.aliases)))})"
    if kept.held_by:
        return f" ({listed(kept.held_by)})"
    return f" ({day_text(kept.last_used_at)})" if kept.why == "used" and kept.last_used_at is not None else ""


def _numbers(numbers: Sequence[int]) -> str:
    """`1-3, 5` of sorted numbers; of many ranges the first ones, and how many versions there are beyond."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][1] == number - 1:
            ranges[-1][1] = number
        else:
            ranges.append([number, number])
    shown = [str(first) if first == last else f"{first}-{last}" for first, last in ranges[:_MOST_RANGES]]
    rest = sum(last - first + 1 for first, last in ranges[_MOST_RANGES:])
    return ", ".join([*shown, *([f"and {rest:,} more"] if rest else [])])


def _undo() -> str:
    return f"{as_typed('undo')} brings all of it back"


def _rows(told: Prune) -> list[Row]:
    """A row for each version that goes, or stays although it is old."""
    return [
        {
            "reference": each.reference,
            "name": each.name,
            "version": each.version,
            "pruned": each.why is None,
            "why": each.why,
            "aliases": list(each.aliases),
            "held_by": list(each.held_by),
            "last_used_at": each.last_used_at,
            "size": each.size,
        }
        for each in told.versions
    ]
