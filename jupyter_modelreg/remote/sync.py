"""A server's registry as one end of a sync: pages of offers go over the wire, and files as they do otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange.reports import Skipped, Tally
from jupyter_modelreg.core.exchange.schema import CATALOGS, FILES, MODELS, SCHEMAS, VERSIONS
from jupyter_modelreg.core.sync.concluding import Conclusion
from jupyter_modelreg.core.sync.peers import Peer, Sender, SyncOptions
from jupyter_modelreg.core.sync.records import Known, Offer, Received, SyncReport
from jupyter_modelreg.core.sync.sync import sync_options
from jupyter_modelreg.core.sync.tables import as_columns, records_in
from jupyter_modelreg.core.sync.transfer import joined, transfer
from jupyter_modelreg.remote.client import Client
from jupyter_modelreg.remote.signing_in import Ask
from jupyter_modelreg.remote.topics import Calls, RemoteTopic
from jupyter_modelreg.uri import SCHEME

if TYPE_CHECKING:
    from jupyter_modelreg.core.ports.tracking import TrackingFactory
    from jupyter_modelreg.remote.files import RemoteFiles


class OpenPeer(Protocol):
    """Opens another registry, which is named by its URI; `new` makes one that is not there."""

    def __call__(self, uri: str, *, new: bool) -> AbstractContextManager[Peer]:
        """Open it."""


class ServerPeer:
    """`core.sync.peers.Peer` over the registry of a server."""

    local = False

    def __init__(self, calls: Calls, tracking: TrackingFactory) -> None:
        self._calls = calls
        self._tracking = tracking

    @cached_property
    def _files(self) -> RemoteFiles:
        from jupyter_modelreg.remote.files import RemoteFiles

        return RemoteFiles(self._calls.client)

    @property
    def uri(self) -> str:
        """Where it is."""
        return f"{SCHEME}:{self._calls.client.server}"

    def registry(self) -> str:
        """Which registry it is."""
        return self.known("", None).registry

    def known(self, sender: str, references: Sequence[str] | None) -> Known:
        """What its log says."""
        told: Known = self._calls("sync.known", sender, references)
        return told

    def offer(self, receiver: Known, references: Sequence[str] | None, after: str | None, events: int | None) -> Offer:
        """A page."""
        told: Offer = self._calls("sync.offer", receiver, references, after=after, events=events)
        return told

    def files(self, version: Version, entries: Sequence[FileEntry]) -> AbstractContextManager[ModelFiles]:
        """Those that it keeps, which come here; others where the version says."""
        if not version.managed:
            return self._tracking().fetch(version.files_uri)
        folder = self._files.folder(version, entries)
        return nullcontext(ModelFiles(folder=folder, signature=version.signature, entries=entries))

    def receive(self, offer: Offer, sender: Sender, options: SyncOptions) -> Received:
        """Send a page, and before that the files that are lacking, a version at a time."""
        done: list[Received] = []
        unsent: list[Skipped] = []
        lacking = [] if options.dry_run else self._calls("sync.lacking", offer)
        if lacking:
            versions = {version.reference: version for version in records_in(VERSIONS, offer.tables)}
            for reference in lacking:
                try:
                    done.append(self._send(offer, versions[reference], sender, options))
                except InvalidInput as error:  # it holds no model that a server takes
                    unsent.append(Skipped.because("version", reference, error))
        rest = self._receive(offer, sender, options, {})
        return _together(done, rest, unsent)

    def _send(self, offer: Offer, version: Version, sender: Sender, options: SyncOptions) -> Received:
        from jupyter_modelreg.remote.sending import sent

        entries = [each.entry for each in records_in(FILES, offer.tables) if each.version_id == version.id]
        with sender.files(version, entries) as files, sent(self._calls.client, files.folder) as upload:
            return self._receive(_only(offer, version), sender, options, {version.reference: upload.source})

    def _receive(self, offer: Offer, sender: Sender, options: SyncOptions, sources: Mapping[str, str]) -> Received:
        told: Received = self._calls(
            "sync.receive",
            offer,
            sender=sender.uri,
            sources=sources,
            prefer=options.prefer,
            choices=options.choices,
            dry_run=options.dry_run,
            reason=options.reason,
        )
        return told

    def conclude(self, conclusion: Conclusion, reason: str | None) -> None:
        """Have it noted in its log."""
        self._calls("sync.conclude", conclusion, reason=reason)


@contextmanager
def server_peer(server: str, tracking: TrackingFactory, ask: Ask | None) -> Iterator[Peer]:
    """The registry of the server at an address, to exchange with; `ask` asks for a token where there is none."""
    client = Client(server, ask)
    try:
        yield ServerPeer(Calls(client, {}), tracking)
    finally:
        client.close()


class RemoteSync(RemoteTopic):
    """`registry.sync`: the other registry is opened here, since a server opens none for its callers."""

    def __init__(self, calls: Calls, tracking: TrackingFactory, open_peer: OpenPeer) -> None:
        super().__init__(calls, "sync")
        self._peer = ServerPeer(calls, tracking)
        self._open = open_peer

    def pull(self, source: str, references: Sequence[str] | None = None, **how: Any) -> SyncReport:
        """Bring to the server's registry what another one has; see `Sync.pull`."""
        with self._open(source, new=False) as sender:
            return transfer(sender, self._peer, sync_options(references, "receiver", **how))

    def push(self, target: str, references: Sequence[str] | None = None, **how: Any) -> SyncReport:
        """Bring what the server's registry has to another one; see `Sync.push`."""
        with self._open(target, new=True) as receiver:
            return transfer(self._peer, receiver, sync_options(references, "sender", **how))


def _only(offer: Offer, version: Version) -> Offer:
    """`offer` with one version, and what it is in."""
    models = [model for model in records_in(MODELS, offer.tables) if model.name == version.name]
    files = [each for each in records_in(FILES, offer.tables) if each.version_id == version.id]
    tables = {
        CATALOGS.name: offer.tables.get(CATALOGS.name, {}),
        SCHEMAS.name: offer.tables.get(SCHEMAS.name, {}),
        MODELS.name: as_columns(MODELS, models),
        VERSIONS.name: as_columns(VERSIONS, [version]),
        FILES.name: as_columns(FILES, files),
    }
    return replace(offer, tables=tables, complete=(), next=None)


def _together(done: Sequence[Received], rest: Received, unsent: Sequence[Skipped]) -> Received:
    """What became of a page: what came by itself was there when the page came."""
    if not done:
        return rest
    report = joined([*(each.report for each in done), rest.report])
    refused = {each.name for received in done for each in received.report.skipped}
    skipped = [
        *(each for received in done for each in received.report.skipped),
        *(each for each in rest.report.skipped if each.name not in refused),
    ]
    return Received(
        report=replace(
            report,
            models=_counted([each.report.models for each in done], rest.report.models),
            prompts=_counted([each.report.prompts for each in done], rest.report.prompts),
            versions=_counted([each.report.versions for each in done], rest.report.versions),
            skipped=skipped,
        ),
        units=[unit for each in (*done, rest) for unit in each.units],
        differing=rest.differing,
        news=True,
    )


def _counted(first: Sequence[Tally], last: Tally) -> Tally:
    """How many of one kind there were in all: what came at first was there at last."""
    came = sum(each.imported for each in first)
    return Tally(imported=came + last.imported, there=last.there - came, skipped=last.skipped)
