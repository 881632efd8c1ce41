"""Aliases, tags and descriptions that are on both sides: whose value stands.

What the sender has is taken where only the sender has changed it since the last sync, and is left where only the
receiver has. Where both have, it is a conflict, which somebody has to settle:

- the receiver has seen the sender's change, or that came from the receiver: the receiver's stands;
- the sender has seen the receiver's change, or that came from the sender, or there is none: the sender's is taken;
- neither: a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jupyter_modelreg.core.catalog.aliases import drop_aliases, point_alias
from jupyter_modelreg.core.catalog.lookup import require_model
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState, RegistryBusy, RegistryError, RegistryUnavailable
from jupyter_modelreg.core.exchange.reports import Skipped, Target
from jupyter_modelreg.core.names import check_settable_alias, check_tag_key, check_tag_value
from jupyter_modelreg.core.sync.changes import changes_of, value_of
from jupyter_modelreg.core.sync.marks import OPEN, Marks
from jupyter_modelreg.core.sync.records import Applied, Change, Item, Side, SyncConflict, version_key
from jupyter_modelreg.core.times import time_text
from jupyter_modelreg.core.unit_of_work import UnitOfWork

_OPERATIONS = {"alias": "aliases.set", "tag": "tags.set"}


@dataclass(frozen=True)
class Decisions:
    """Whose value stands in a conflict: by the name of the item, else `prefer`; None leaves it open."""

    prefer: Side | None
    choices: Mapping[str, Side]
    dry_run: bool
    reason: str | None

    def on(self, name: str) -> Side | None:
        """Whose."""
        return self.choices.get(name, self.prefer)


@dataclass
class Merged:
    """What has become of the items of one model.

    Attributes:
        applied: what is now as the sender has it.
        kept: what differs and stays.
        conflicts: what both have changed.
        skipped: what could not be taken, and why.
        differing: labels of what differs in the end; see `Received.differing`.
        news: whether the sender has changed anything that was not known here.
    """

    applied: list[Applied] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    conflicts: list[SyncConflict] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    differing: list[str] = field(default_factory=list)
    news: bool = False

    def keep(self, name: str, label: str) -> None:
        """Note what differs and stays."""
        self.kept.append(name)
        self.differing.append(label)


@dataclass(frozen=True)
class _Difference:
    """An item whose values differ: as it is called here, what it is, and what it would be."""

    item: Item
    theirs: Change
    had: str | None
    wanted: str | None
    label: str


def merge(
    context: Context,
    target: Target,
    there: Mapping[int, Version],
    changes: Sequence[Change],
    marks: Marks,
    decisions: Decisions,
    sender: str,
    *,
    whole: bool,
) -> Merged:
    """Merge the items of one model.

    Args:
        target: the model as it is offered, and here.
        there: the versions here, by the numbers that the sender has for them.
        changes: the items as they are offered.
        marks: the earlier syncs from the sender.
        decisions: how conflicts are settled.
        sender: what the sender is called.
        whole: whether all versions of the model have been offered, so that what it has itself is merged, too.
    """
    merged = Merged()
    called = target.origin.name
    with context.read() as tx:
        local = require_model(tx, target.local.name)
        here = {version.version: version for version in tx.versions.of_model(local.id) if version.deleted_at is None}
        mine = changes_of(tx, local, here, marks, called)
    keys = {version_key(version): number for number, version in here.items()}
    offered = {_here(each, there): each for each in changes if each.version is None or each.version in there}
    looked_at = {version.version for version in there.values()} | ({None} if whole else set())
    for item, own in mine.items():
        if item not in offered and item.version in looked_at and own.value is not None:
            merged.keep(item.of(local.name), item.label(here))
    taken = []
    for item, theirs in offered.items():
        seen = marks.seen(called, item.label(here))
        merged.news = merged.news or (not theirs.agreed and theirs.at > seen)
        each = _difference(theirs, item, local, here, keys, merged)
        if each is None:
            continue
        if theirs.agreed or theirs.at <= seen:
            merged.keep(item.of(local.name), each.label)
        elif _is_known(mine.get(item), theirs) or _settled(each, mine.get(item), local, decisions, merged):
            taken.append(each)
    if decisions.dry_run:
        merged.applied += [Applied(name=each.item.of(local.name), before=each.had, after=each.wanted) for each in taken]
    elif taken:
        with context.write(decisions.reason) as work:
            for each in taken:
                _take(work, local.name, each, sender, merged)
    return merged


def _here(theirs: Change, there: Mapping[int, Version]) -> Item:
    """The item that is meant, with the number that its version has here."""
    number = None if theirs.version is None else there[theirs.version].version
    return Item(kind=theirs.kind, key=theirs.key, version=number)


def _difference(
    theirs: Change, item: Item, local: Model, here: Mapping[int, Version], keys: Mapping[str, int], merged: Merged
) -> _Difference | None:
    """What differs between an item there and here; None where nothing does."""
    label = item.label(here)
    wanted = theirs.value
    if theirs.kind == "alias" and wanted is not None:
        pointed = None if theirs.points is None else keys.get(theirs.points)
        if pointed is None:
            why, hint = f"it points at version {wanted} there, which has not come", "see why that has not come"
            merged.skipped.append(Skipped(kind="alias", name=item.of(local.name), why=why, hint=hint))
            merged.differing.append(f"{OPEN}{label}")
            return None
        wanted = str(pointed)
    had = value_of(item, local, here) or None
    return None if had == (wanted or None) else _Difference(item, theirs, had, wanted, label)


def _is_known(mine: Change | None, theirs: Change) -> bool:
    """Whether what comes is newer than what is here."""
    return mine is None or mine.at <= theirs.seen or mine.agreed


def _settled(each: _Difference, mine: Change | None, local: Model, decisions: Decisions, merged: Merged) -> bool:
    """Note a conflict; whether what comes is to be taken."""
    name = each.item.of(local.name)
    whose = decisions.on(name)
    merged.conflicts.append(
        SyncConflict(
            name=name,
            sent=each.wanted,
            sent_by=each.theirs.actor,
            sent_at=each.theirs.time,
            received=None if mine is None else mine.value,
            received_by=None if mine is None else mine.actor,
            received_at=None if mine is None else mine.time,
            settled=whose,
        )
    )
    if whose != "sender":
        merged.differing.append(each.label if whose == "receiver" else f"{OPEN}{each.label}")
    return whose == "sender"


def _take(work: UnitOfWork, name: str, each: _Difference, sender: str, merged: Merged) -> None:
    """Have an item as the sender has it, by the rights and rules here; who changed it there is said as the reason."""
    item, theirs = each.item, each.theirs
    model = require_model(work.tx, name)
    called, because = item.of(name), work.reason
    try:
        work.authorise(_OPERATIONS.get(item.kind, "models.describe"), model)
        version = None if item.version is None else work.tx.versions.get(model, item.version)
        if item.version is not None and version is None:
            raise InvalidState(f"{name}/{item.version} was deleted meanwhile", "run it again")
        before = value_of(item, model, {version.version: version} if version else {}) or None
        if before != each.had:
            raise InvalidState(f"{called} was changed here meanwhile", "run it again")
        work.reason = because or _because(theirs, sender)
        _APPLY[item.kind](work, model, version, item.key, each.wanted)
    except (RegistryUnavailable, RegistryBusy):
        raise
    except RegistryError as error:
        merged.skipped.append(Skipped.because(item.kind, called, error))
        merged.differing.append(f"{OPEN}{each.label}")
    else:
        merged.applied.append(Applied(name=called, before=before, after=each.wanted))
    finally:
        work.reason = because


def _because(theirs: Change, sender: str) -> str:
    why = "" if theirs.reason is None else f": {theirs.reason}"
    return f"{theirs.actor} did so in {sender} at {time_text(theirs.time)}{why}"


def _describe(work: UnitOfWork, model: Model, version: Version | None, _: str, wanted: str | None) -> None:
    action = "model.updated" if version is None else "version.updated"
    work.log_update(action, version or model, {"description": wanted or None})


def _tag(work: UnitOfWork, model: Model, version: Version | None, key: str, wanted: str | None) -> None:
    held = version or model
    before = held.tags.get(check_tag_key(key, limit=None))
    if wanted is None:
        work.log("tag.deleted", held, before={key: before}, after=None)
        return
    check_tag_value(key, wanted)
    work.log("tag.set", held, before=None if before is None else {key: before}, after={key: wanted})


def _alias(work: UnitOfWork, model: Model, _: Version | None, alias: str, wanted: str | None) -> None:
    check_settable_alias(alias)
    if wanted is None:
        drop_aliases(work, model, [alias])
        return
    version = work.tx.versions.get(model, int(wanted))
    if version is None:
        raise InvalidState(f"{model.name}/{wanted} was deleted meanwhile", "run it again")
    point_alias(work, model, alias, version)


_APPLY = {"description": _describe, "tag": _tag, "alias": _alias}
