"""`registry.sync`: bring what another registry has here, or what is here there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Literal

from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.sync.concluding import Conclusion, conclude, known
from jupyter_modelreg.core.sync.offering import make_offer
from jupyter_modelreg.core.sync.peers import LocalPeer, SyncOptions
from jupyter_modelreg.core.sync.receiving.options import ReceivingOptions
from jupyter_modelreg.core.sync.receiving.page import no_files
from jupyter_modelreg.core.sync.receiving.receiving import Receiving
from jupyter_modelreg.core.sync.receiving.sent import as_registered
from jupyter_modelreg.core.sync.records import Known, Offer, Received, Side, SyncReport
from jupyter_modelreg.core.sync.transfer import transfer

Whose = Literal["ours", "theirs"]


class Sync(Topic):
    """`registry.sync`."""

    def pull(
        self,
        source: str,
        references: Sequence[str] | None = None,
        *,
        prefer: Whose | None = None,
        choices: Mapping[str, Whose] | None = None,
        dry_run: bool = False,
        reason: str | None = None,
    ) -> SyncReport:
        """Bring here what another registry has and this one lacks; what cannot come is reported, not raised.

        Only what has changed since the last time is looked at. Versions keep their authors, times and files, and their
        numbers where those are free. Aliases, tags and descriptions follow where only the other side has changed them.

        Args:
            source: the URI of a registry of ours: a file, a database, or a server.
            references: what to bring: models, versions, schemas, catalogs; None for everything.
            prefer: whose value stands where both sides have changed something; None reports a conflict.
            choices: whose value stands, by the name that the report has for a conflict: it comes before `prefer`.
            dry_run: only say what would be done.
            reason: why, for the activity log; without it that has who changed something there, when and why.

        Raises InvalidInput, NotFound (what is asked for is not there), SourceUnavailable, RegistryUnavailable.
        """
        with self._context.gateway.open_peer(source, self._context.actor, new=False) as sender:
            options = sync_options(
                references, "receiver", prefer=prefer, choices=choices, dry_run=dry_run, reason=reason
            )
            return transfer(sender, LocalPeer(self._context), options)

    def push(
        self,
        target: str,
        references: Sequence[str] | None = None,
        *,
        prefer: Whose | None = None,
        choices: Mapping[str, Whose] | None = None,
        dry_run: bool = False,
        reason: str | None = None,
    ) -> SyncReport:
        """Bring what is here to another registry, which lacks it, under the rights there; see `pull`."""
        with self._context.gateway.open_peer(target, self._context.actor, new=True) as receiver:
            options = sync_options(references, "sender", prefer=prefer, choices=choices, dry_run=dry_run, reason=reason)
            return transfer(LocalPeer(self._context), receiver, options)

    def known(self, sender: str, references: Sequence[str] | None = None) -> Known:
        """What this registry knows of another one, which is called so by what `Offer.registry` says."""
        return known(self._context, sender, references)

    def offer(
        self,
        receiver: Known,
        references: Sequence[str] | None = None,
        *,
        after: str | None = None,
        events: int | None = None,
    ) -> Offer:
        """A page of what this registry has for another one: models, their versions, and what was changed when.

        Args:
            receiver: what the other one knows already, as its `known` says.
            references: what is asked for; None for all that the caller may load.
            after: `next` of the page before.
            events: `position` of the first page.

        Raises InvalidInput, NotFound.
        """
        return make_offer(self._context, receiver, references, after, events)

    def lacking(self, offer: Offer) -> Sequence[str]:
        """Which of the versions offered, by their references, have to come with their files. Raises InvalidInput."""
        receiving = Receiving(self._context, ReceivingOptions("", self._context.store.uri), no_files)
        return [version.reference for version in receiving.lacking(offer)]

    def receive(
        self,
        offer: Offer,
        *,
        sender: str,
        sources: Mapping[str, str] | None = None,
        prefer: Side | None = None,
        choices: Mapping[str, Side] | None = None,
        dry_run: bool = False,
        reason: str | None = None,
    ) -> Received:
        """Take a page of what another registry offers, as `pull` does; `conclude` is for when all has come.

        Args:
            offer: the page.
            sender: what the other registry is called in reports and in the log.
            sources: where the files of versions were sent to, by the references that they have in the offer.
            prefer, choices: as for `pull`; the sender's or the receiver's.
            dry_run: only say what would be done.
            reason: why, for the activity log.

        Raises InvalidInput for what is no offer, RegistryUnavailable.
        """
        sent = sources or {}

        def give(version: Version, entries: Sequence[FileEntry]) -> AbstractContextManager[ModelFiles]:
            if version.reference not in sent:
                return no_files(version, entries)
            return as_registered(self._context.tracking.fetch(sent[version.reference]), entries)

        options = ReceivingOptions(sender, self._context.store.uri, False, prefer, choices or {}, dry_run, reason)
        return Receiving(self._context, options, give).take(offer)

    def conclude(self, conclusion: Conclusion, *, reason: str | None = None) -> None:
        """Note that all that was asked for has been offered: the next sync goes by that. Raises InvalidInput."""
        conclude(self._context, conclusion, reason)


def sync_options(
    references: Sequence[str] | None,
    ours: Side,
    *,
    prefer: Whose | None = None,
    choices: Mapping[str, Whose] | None = None,
    dry_run: bool = False,
    reason: str | None = None,
) -> SyncOptions:
    """What `pull` and `push` were asked for, where this registry is the sender, or the receiver."""
    sides: Mapping[str, Side] = {"ours": ours, "theirs": "sender" if ours == "receiver" else "receiver"}
    return SyncOptions(
        references=references,
        prefer=None if prefer is None else sides[prefer],
        choices={name: sides[whose] for name, whose in (choices or {}).items()},
        dry_run=dry_run,
        reason=reason,
    )
