"""Moving a whole registry to another place, where it goes on: its log, all rows, all files.

Files come first, out of sight. Then whoever writes waits: the tables are loaded there, which makes all of it visible in
one step, every row is held against those here, and the log here ends with the move. Whenever the process ends, there
is nothing at that place, or all of it; moving again goes on from there.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.findings import Moved
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import files_among
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    InvalidInput,
    RegistryBusy,
    RegistryUnavailable,
    SourceUnavailable,
)
from jupyter_modelreg.core.exchange.consistency import Consistency
from jupyter_modelreg.core.exchange.schema import table_of
from jupyter_modelreg.core.history.moved import MOVED, check_not_moved
from jupyter_modelreg.core.maintenance.whole import EndingTables, consistent, purged, ready_manifests
from jupyter_modelreg.core.ports.files import Incoming, Manifests
from jupyter_modelreg.core.ports.store import TableReader, TableWriter, Transaction, whole
from jupyter_modelreg.core.unit_of_work import UnitOfWork

R = TypeVar("R")

ARRIVED = "registry.arrived"
_TRIES = 5
_Tables = Mapping[str, tuple[int, str]]
"""How many rows a table has, and what they are, as a hash; by its name."""


def move(context: Context, uri: str, *, keep: bool, dry_run: bool, reason: str | None) -> Moved:
    """See `Maintenance.move_to`."""
    with context.read() as tx:
        check_not_moved(tx)
    with context.gateway.open_registry(uri) as target:
        if target.store.uri == context.store.uri:
            raise InvalidInput(f"{target.store.uri} is this registry itself", "name another place")
        there = _find(context, target)
        if there == "registry" or (there == "this" and keep):
            raise AlreadyExists(
                f"there is a registry at {target.store.uri} already",
                "name a place where there is none; import brings models into one that is there",
            )
        move = _Move(context, target, keep, reason)
        if dry_run:
            return move.planned()
        if there == "this":  # a process that moved it was killed when it was there
            return move.ended()
        aside = f"before-{datetime.fromtimestamp(context.now() / 1000, UTC):%Y%m%dT%H%M%SZ}" if there else None
        with target.files.incoming() as incoming:
            for _ in range(_TRIES):
                moved = move.tried(incoming, aside)
                if moved is not None:
                    return moved
    raise RegistryBusy(f"{context.store.uri} is changed faster than it can be moved", "move it when less is done")


def _find(context: Context, target: Context) -> Literal["empty", "registry", "this"] | None:
    """What there is where the registry is to go: nothing, an empty registry, another one, or this one, with no more.

    Raises AlreadyExists where there are files, unless they are what this registry has: an object store keeps them of a
    move whose process was killed when they were in their places, and the rows were not.
    """
    last = _last(target) if target.store.exists() else None
    if last is not None:
        mine = _last(context)
        came = last.after or {}
        whence = (came.get("from"), came.get("hash"))
        same = last.action == ARRIVED and whence == (context.store.uri, mine.hash if mine else "")
        return "this" if same else "registry"
    found = target.files.inventory()
    if found.unexpected or not _has_as_well(context, target, found.versions):
        place = target.files.place()
        raise AlreadyExists(f"files of a registry are in {place} already", "move them away, or name another place")
    return "empty" if target.store.exists() else None


def _has_as_well(context: Context, target: Context, version_ids: Set[int]) -> bool:
    """Whether these versions have there just the files that they have here."""
    if not version_ids:
        return True
    with context.store.read() as tx:
        manifests = tx.integrity.manifests()
    if not version_ids <= manifests.keys():
        return False
    return not target.files.check({version_id: manifests[version_id] for version_id in version_ids})


def _last(context: Context) -> Event | None:
    with context.store.read() as tx:
        return tx.events.last()


@dataclass(frozen=True)
class _Move:
    """One move, from `context` to `target`; with `keep` the registry here stays open."""

    context: Context
    target: Context
    keep: bool
    reason: str | None

    def planned(self) -> Moved:
        """What there is to move."""
        tables = Tally()
        self.context.store.dump(tables)
        with self.context.store.read() as tx:
            ready = {line.id for line in tx.integrity.lines() if line.managed and line.status == "READY"}
            manifests = {each: files for each, files in tx.integrity.manifests().items() if each in ready}
        return self._moved(tables.rows, manifests, dry_run=True)

    def tried(self, incoming: Incoming, aside: str | None) -> Moved | None:
        """Move it; None where somebody has changed something meanwhile, and it is to be tried again."""
        writer = Tally(self.context.gateway.table_writer(incoming.tables))
        self.context.store.dump(writer)
        tables = self.context.gateway.table_reader(incoming.tables)
        found = consistent(self.context, tables)
        manifests = ready_manifests(found)
        try:
            brought = incoming.bring(self.context.files.path, manifests)
        except (FilesDamaged, SourceUnavailable):
            if any(purged(self.context, version_id) for version_id in manifests):
                return None
            raise
        self._bring_key(incoming)
        with self._closing() as work:
            if work is not None:
                self._check_at_work(found)
                if _changed(whole(work.tx), found, tables):
                    return None
            last = found.last_event
            told: dict[str, JsonValue] = {
                "from": self.context.store.uri,
                "events": last.seq if last else 0,
                "hash": last.hash if last else "",
            }
            arriving = EndingTables(self.context, tables, ARRIVED, told, self.reason)
            with incoming.settled(aside or "before"):
                moved = self.target.store.load(arriving, aside=aside, along=incoming.places())
            self._end(work, writer.rows, last)
        return self._moved(writer.rows, manifests, brought=brought, aside=moved)

    def ended(self) -> Moved:
        """Hold what is there already against what is here, and end the log here."""
        tables = Tally()
        self.context.store.dump(tables)
        with self._closing() as work:
            assert work is not None, "a registry that is kept open has not ended"
            last = whole(work.tx).events.last()
            manifests: Manifests = whole(work.tx).integrity.manifests()
            self._end(work, tables.rows, last)
        return self._moved(tables.rows, manifests)

    def _closing(self) -> AbstractContextManager[UnitOfWork | None]:
        return nullcontext() if self.keep else self.context.write(self.reason)

    def _end(self, work: UnitOfWork | None, here: _Tables, last: Event | None) -> None:
        """Compare the rows, and close the registry here. Raises RegistryUnavailable."""
        tables = Tally(up_to=last.seq if last else 0)
        self.target.store.dump(tables)
        unlike = [name for name in here if here[name] != tables.rows.get(name)]
        if unlike:
            raise RegistryUnavailable(
                f"the {unlike[0]} at {self.target.store.uri} are not those of {self.context.store.uri}",
                "this registry is as it was: remove what is there, and move it again",
            )
        if work is not None:
            work.authorise("maintenance.move_to", None)
            uri = self.target.store.uri
            work.log(MOVED, None, before={"moved_to": None}, after={"moved_to": uri})

    def _bring_key(self, incoming: Incoming) -> None:
        """Have the key that secrets of webhooks are encrypted with come along, where the registry keeps it."""
        source, target = (self.context.gateway.key_file(each.store.uri) for each in (self.context, self.target))
        if source.exists():
            incoming.bring_file(source, target)

    def _check_at_work(self, found: Consistency) -> None:
        """Raises RegistryBusy while a version is being registered, whose files would come too late."""
        for version in found.versions.values():
            if version.status == "PENDING_REGISTRATION" and self.context.files.claimed(version.id):
                raise RegistryBusy(f"{version.reference} is being registered", "move the registry when that is done")

    def _moved(
        self,
        tables: _Tables,
        manifests: Manifests,
        *,
        brought: int = 0,
        aside: str | None = None,
        dry_run: bool = False,
    ) -> Moved:
        entries = [entry for files in manifests.values() for entry in files_among(files)]
        return Moved(
            uri=self.target.store.uri,
            source=self.context.store.uri,
            rows={name: count for name, (count, _) in tables.items() if count},
            versions=len(manifests),
            files=len(entries),
            bytes=sum(entry.size for entry in entries),
            brought=brought,
            moved_aside=aside,
            kept=self.keep,
            dry_run=dry_run,
        )


def _changed(tx: Transaction, found: Consistency, tables: TableReader) -> bool:
    """Whether anything was changed since `tables` were written: the log, or when versions were used last."""
    last = tx.events.last()
    newest = found.last_event
    if (last and (last.seq, last.hash)) != (newest and (newest.seq, newest.hash)):
        return True
    used: dict[tuple[int, int], int] = {}
    for page in tables.read(UsageDay):
        for day in page:
            version = found.versions[day.version_id]
            of_version = version.model_id, version.version
            used[of_version] = max(used.get(of_version, 0), day.last_used_at)
    return used != dict(tx.usage.last_used(list(found.models)))


class Tally:
    """Counts and hashes the rows of each table, which come in one order from any store: a `TableWriter`.

    Args:
        then: takes them next.
        up_to: the number of the last event that counts; None for all of them.

    Attributes:
        rows: how many there are, and their hash, by the name of the table.
    """

    def __init__(self, then: TableWriter | None = None, up_to: int | None = None) -> None:
        self.rows: dict[str, tuple[int, str]] = {}
        self._then = then
        self._up_to = up_to

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """See `TableWriter.write`."""
        table, digest, count = table_of(kind), hashlib.sha256(), 0

        def tallied() -> Iterator[Sequence[R]]:
            nonlocal count
            for page in pages:
                counted = [record for record in page if self._counts(record)]
                for row in zip(*table.stored(counted).values(), strict=True):
                    digest.update(repr(row).encode())
                count += len(counted)
                yield page

        if self._then is None:
            for _ in tallied():
                pass
        else:
            self._then.write(kind, tallied())
        self.rows[table.name] = (count, digest.hexdigest())

    def _counts(self, record: object) -> bool:
        return self._up_to is None or not isinstance(record, Event) or record.seq <= self._up_to
