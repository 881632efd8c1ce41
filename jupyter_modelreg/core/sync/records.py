"""What is offered by one registry to another, and what both say of it in the end."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.exchange.reports import Skipped, Tally

Side = Literal["sender", "receiver"]
ItemKind = Literal["description", "tag", "alias"]

_NONE = Tally()


def version_key(version: Version) -> str:
    """What tells a version of a model from the others in every registry that has it, whatever its number is there."""
    came_from = (version.lineage or {}).get("came_from")
    number = came_from["version"] if isinstance(came_from, Mapping) else version.version
    return f"{version.created_at}.{number}"


@dataclass(frozen=True, kw_only=True)
class Item:
    """Something of a model, or of a version of it, that may be changed on both sides: `key` is its alias or tag."""

    kind: ItemKind
    key: str = ""
    version: int | None = None

    def label(self, versions: Mapping[int, Version]) -> str:
        """What both registries call it, whatever the number of the version is there."""
        of = "" if self.version is None else version_key(versions[self.version])
        return f"{self.kind}:{of}:{self.key}"

    def of(self, model: str) -> str:
        """What people call it: `prod.ml.fraud@Champion`, `prod.ml.fraud/3 tag risk`."""
        if self.kind == "alias":
            return f"{model}@{self.key}"
        holder = model if self.version is None else f"{model}/{self.version}"
        return f"{holder} {self.kind} {self.key}".rstrip()


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an item is where it is offered, and when it was changed last.

    Attributes:
        model, version, kind, key: which item; see `Item`.
        value: the text, or the number of the version that an alias points at; None where there is none any more.
        points: the `version_key` of the version that an alias points at.
        at: the number of the event that made it so.
        agreed: whether the receiver is known to have had this very value.
        seen: up to which of the receiver's events whoever offers it knew what the receiver has there.
        actor, time, reason: who changed it, when (epoch milliseconds), and why.
    """

    model: str
    version: int | None
    kind: ItemKind
    key: str
    value: str | None
    points: str | None
    at: int
    agreed: bool
    seen: int
    actor: str
    time: int
    reason: str | None

    @property
    def item(self) -> Item:
        """Which item."""
        return Item(kind=self.kind, key=self.key, version=self.version)


@dataclass(frozen=True, kw_only=True)
class Offer:
    """A page of what a registry has to give.

    Attributes:
        registry: which one, for the receiver's log; see `marks.registry_id`.
        position: the number of its newest event.
        tables: records by the columns of `core.exchange.schema`, and changes, by the name of their table.
        names: what other models are called, by id, that these come from or are to be replaced with.
        formerly: what models were called before, by what they are called.
        complete: the models of which all versions have been offered, with this page or before.
        next: where the next page begins; None at the end.
    """

    registry: str
    position: int
    tables: Mapping[str, JsonValue]
    names: Mapping[str, str] = field(default_factory=dict)
    formerly: Mapping[str, Sequence[str]] = field(default_factory=dict)
    complete: Sequence[str] = ()
    next: str | None = None


@dataclass(frozen=True, kw_only=True)
class Known:
    """What a receiver knows of a sender's registry.

    Attributes:
        registry: the receiver; "" for one in which nothing has happened yet.
        since: up to which event of the sender it knows all that is asked for; 0 for none.
        again: models that it has to be offered although nothing has happened to them since.
        began: the number of its own newest event.
    """

    registry: str
    since: int = 0
    again: Sequence[str] = ()
    began: int = 0


@dataclass(frozen=True, kw_only=True)
class Applied:
    """An item that the receiver has as the sender has it by now."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True, kw_only=True)
class Renumbered:
    """A version whose number was taken where it came to."""

    model: str
    number: int
    was: int


@dataclass(frozen=True, kw_only=True)
class SyncConflict:
    """An item that was changed on both sides, with what it is there; None where it is gone.

    Attributes:
        name: which one, as `prod.ml.fraud@Champion`.
        sent, received: what it is at the sender, and at the receiver.
        sent_by, sent_at: who changed it there, and when, in epoch milliseconds.
        received_by, received_at: likewise; None where nobody has.
        settled: whose value stands; None as long as that is for somebody to say.
    """

    name: str
    sent: str | None
    sent_by: str
    sent_at: int
    received: str | None
    received_by: str | None
    received_at: int | None
    settled: Side | None = None


@dataclass(frozen=True, kw_only=True)
class SyncReport:
    """What a sync brought, or with `dry_run` would bring.

    Attributes:
        sender, receiver: where it came from and where to, as they may be shown.
        models, prompts, versions: how many came (`imported`), were there already, or were skipped.
        applied: aliases, tags and descriptions that were changed at the sender alone.
        kept: how many were changed at the receiver alone, or were known there before, and differ.
        renumbered: versions that came under another number.
        conflicts: what was changed on both sides.
        skipped: what did not come, and why.
    """

    sender: str
    receiver: str
    dry_run: bool = False
    models: Tally = _NONE
    prompts: Tally = _NONE
    versions: Tally = _NONE
    applied: Sequence[Applied] = ()
    kept: int = 0
    renumbered: Sequence[Renumbered] = ()
    conflicts: Sequence[SyncConflict] = ()
    skipped: Sequence[Skipped] = ()

    @property
    def open(self) -> Sequence[SyncConflict]:
        """The conflicts that nobody has settled."""
        return [each for each in self.conflicts if each.settled is None]


@dataclass(frozen=True, kw_only=True)
class Received:
    """What became of one page, for whoever brings the next one.

    Attributes:
        report: what there is to say of it.
        units: the first and the last event of what was done.
        differing: of each model that was looked at as a whole, or refused, the labels of what is not as it was offered;
            of what nobody has decided about they begin with "?", which alone stands for all of the model.
        news: whether anything was offered that the receiver had not known of.
    """

    report: SyncReport
    units: Sequence[tuple[int, int]] = ()
    differing: Mapping[str, Sequence[str]] = field(default_factory=dict)
    news: bool = False
