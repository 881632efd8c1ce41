"""The two ends of a sync, as whoever carries things between them sees them; each may be here or at a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from typing import Protocol

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.sync.concluding import Conclusion, conclude, known
from jupyter_modelreg.core.sync.offering import make_offer
from jupyter_modelreg.core.sync.receiving.options import ReceivingOptions
from jupyter_modelreg.core.sync.receiving.receiving import Receiving
from jupyter_modelreg.core.sync.records import Known, Offer, Received, Side


@dataclass(frozen=True)
class SyncOptions:
    """How to bring things over.

    Attributes:
        references: what; None for everything.
        prefer, choices: whose value stands where both have changed something: for all, or by the name of the item.
        dry_run: only say what would be done.
        reason: why, for the receiver's log.
    """

    references: Sequence[str] | None = None
    prefer: Side | None = None
    choices: Mapping[str, Side] = field(default_factory=dict)
    dry_run: bool = False
    reason: str | None = None


class Sender(Protocol):
    """A registry that gives. Every method raises what the registry raises, or its server."""

    @property
    def uri(self) -> str:
        """What it is called: without passwords."""

    @property
    def local(self) -> bool:
        """Whether the paths it names are paths of this machine."""

    def registry(self) -> str:
        """Which registry it is; "" for one in which nothing has happened yet."""

    def offer(self, receiver: Known, references: Sequence[str] | None, after: str | None, events: int | None) -> Offer:
        """A page of what it has; see `offering.make_offer`."""

    def files(self, version: Version, entries: Sequence[FileEntry]) -> AbstractContextManager[ModelFiles]:
        """The files of one of the versions offered."""


class Receiver(Protocol):
    """A registry that takes. Every method raises what the registry raises, or its server."""

    @property
    def uri(self) -> str:
        """What it is called: without passwords."""

    def known(self, sender: str, references: Sequence[str] | None) -> Known:
        """What it knows of the registry `sender` already."""

    def receive(self, offer: Offer, sender: Sender, options: SyncOptions) -> Received:
        """Take a page, with the files that it lacks."""

    def conclude(self, conclusion: Conclusion, reason: str | None) -> None:
        """Note that all has been offered."""


class Peer(Sender, Receiver, Protocol):
    """A registry that may do either."""


class LocalPeer:
    """`Peer` over a registry that is opened here."""

    local = True

    def __init__(self, context: Context) -> None:
        self._context = context

    @property
    def uri(self) -> str:
        """Where it is."""
        return self._context.store.uri

    def registry(self) -> str:
        """Which registry it is."""
        return known(self._context, "", None).registry

    def offer(self, receiver: Known, references: Sequence[str] | None, after: str | None, events: int | None) -> Offer:
        """A page."""
        return make_offer(self._context, receiver, references, after, events)

    def files(self, version: Version, entries: Sequence[FileEntry]) -> AbstractContextManager[ModelFiles]:
        """Those that it keeps, where they are; others where the version says."""
        if not version.managed:
            return self._context.tracking.fetch(version.files_uri)
        folder = self._context.files.path(version.id)
        return nullcontext(ModelFiles(folder=folder, signature=version.signature, entries=entries))

    def known(self, sender: str, references: Sequence[str] | None) -> Known:
        """What its log says."""
        return known(self._context, sender, references)

    def receive(self, offer: Offer, sender: Sender, options: SyncOptions) -> Received:
        """Take a page; files are copied from the sender's as they are needed."""
        how = ReceivingOptions(
            sender.uri, self.uri, sender.local, options.prefer, options.choices, options.dry_run, options.reason
        )
        return Receiving(self._context, how, sender.files).take(offer)

    def conclude(self, conclusion: Conclusion, reason: str | None) -> None:
        """Note it in the log."""
        conclude(self._context, conclusion, reason)
