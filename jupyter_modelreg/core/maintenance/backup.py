"""Backing up a registry while others work, and bringing it back."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.findings import Backup, Restored
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import files_among
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    RegistryBusy,
    RegistryUnavailable,
    SourceUnavailable,
)
from jupyter_modelreg.core.exchange.consistency import Consistency
from jupyter_modelreg.core.exchange.schema import UnfitValue
from jupyter_modelreg.core.maintenance.whole import EndingTables, consistent, purged, ready_manifests
from jupyter_modelreg.core.ports.files import BackupWriter, Manifests
from jupyter_modelreg.core.ports.store import TableReader

log = logging.getLogger(__name__)

_TRIES = 5
_USE_ANOTHER = "use another backup"


def back_up(context: Context, target: Path, *, skip_damaged: bool) -> Backup:
    """See `Maintenance.backup`."""
    if target.exists():
        raise AlreadyExists(f"{target} is there already", "name a new file")
    for remaining in reversed(range(_TRIES)):
        with context.files.backup_writer(target) as writer:
            about, manifests, names = _snapshot(context, writer)
            try:
                left_out = writer.write(manifests, names, about, skip_damaged=skip_damaged)
                break
            except (FilesDamaged, SourceUnavailable):
                # Where there are no hard links, a purge takes away what is about to be read.
                if not remaining or not any(purged(context, version_id) for version_id in manifests):
                    raise
    return replace(_backup(target, target.stat().st_size, about), left_out=left_out)


def restore(context: Context, file: Path, *, force: bool, reason: str | None) -> Restored:
    """See `Maintenance.restore`."""
    if force:
        _authorise(context)
    # The file first: whoever names the wrong one need not hear of the registry that is in its way.
    with context.files.backup_reader(file) as reader:
        if not force:
            _check_empty(context)
        made = _backup(file, reader.size, reader.about)
        tables = context.gateway.table_reader(reader.unpack_tables())
        manifests = ready_manifests(_checked(tables, file))
        left_out = _left_out(reader.about)
        files = reader.unpack_files({each: entries for each, entries in manifests.items() if str(each) not in left_out})
        if not force:
            _check_empty(context)
        occupied = context.store.exists() or context.files.inventory().versions
        before = f"before-{datetime.fromtimestamp(context.now() / 1000, UTC):%Y%m%dT%H%M%SZ}"
        told: dict[str, JsonValue] = {
            "backup": made.path,
            "uri": made.uri,
            "created_at": made.created_at,
            "events": made.events,
        }
        restored = EndingTables(context, tables, "registry.restored", told, reason)
        with reader.settled(before):
            moved = context.store.load(restored, aside=before if force else None, along=files)
    return Restored(uri=context.store.uri, backup=made, moved_aside=moved if occupied else None)


def _authorise(context: Context) -> None:
    """Raise PermissionDenied where the actor may not move aside the registry that is here.

    Of one that cannot be read nobody knows who may: whoever can write its file can bring it back.
    """
    try:
        if context.store.exists():
            context.authorise("maintenance.restore")
    except (RegistryUnavailable, FilesDamaged) as error:
        log.info("restoring over a registry that cannot be read: %s", error.message)


def _snapshot(context: Context, writer: BackupWriter) -> tuple[dict[str, JsonValue], Manifests, Mapping[int, str]]:
    """Have the records written, and take hold of the files they name; returns what to say of it, and names by id.

    Files are gathered before, too, so that between the records and their last files there is little time for a purge.
    Should one come all the same, it is done again.
    """
    created_at = context.now()
    with context.read() as tx:
        ready = [line.id for line in tx.integrity.lines() if line.managed and line.status == "READY"]
        manifests: Manifests = tx.integrity.manifests()
    writer.gather({version_id: manifests.get(version_id, ()) for version_id in ready})
    for _ in range(_TRIES):
        context.store.dump(context.gateway.table_writer(writer.tables))
        found = consistent(context, context.gateway.table_reader(writer.tables))
        manifests = ready_manifests(found)
        lacking = writer.gather(manifests)
        if not any(purged(context, version_id) for version_id in lacking):
            about: dict[str, JsonValue] = {
                "uri": context.store.uri,
                "created_at": created_at,
                "events": found.last_event.seq if found.last_event else 0,
                "versions": len(manifests),
                "files": sum(len(files_among(files)) for files in manifests.values()),
            }
            return about, manifests, {each: found.versions[each].reference for each in manifests}
    raise RegistryBusy("versions are purged faster than they can be backed up", "try again later")


def _checked(tables: TableReader, file: Path) -> Consistency:
    """The tables of a backup, when everything in them is as it has to be. Raises FilesDamaged."""
    found = Consistency(tables, trash=True)
    try:
        found.check_backup()
    except UnfitValue as error:
        raise FilesDamaged(f"{file} is not valid: {error}", _USE_ANOTHER) from error
    return found


def _check_empty(context: Context) -> None:
    """Raises AlreadyExists where there is a registry, or what is left of one."""
    force = "--force moves it aside; restore --to URI brings the backup to another place"
    if context.store.exists():
        raise AlreadyExists(f"there is a registry at {context.store.uri} already", force)
    found = context.files.inventory()
    if found.versions or found.unexpected:
        raise AlreadyExists(f"files of a registry are in {context.files.place()} already", force)


def _backup(file: Path, size: int, about: Mapping[str, JsonValue]) -> Backup:
    """What is said of a backup. Raises FilesDamaged."""

    def number(key: str) -> int:
        value = about.get(key)
        if type(value) is not int or not 0 <= value < 1 << 63:
            raise FilesDamaged(f"the manifest of {file} does not say a number of {key}", _USE_ANOTHER)
        return value

    left_out = _left_out(about)
    if not isinstance(about.get("uri"), str):
        raise FilesDamaged(f"the manifest of {file} does not say where it was made", _USE_ANOTHER)
    return Backup(
        path=str(file),
        uri=str(about["uri"]),
        created_at=number("created_at"),
        events=number("events"),
        versions=number("versions"),
        files=number("files"),
        size=size,
        left_out=[str(name) for name in left_out.values()],
    )


def _left_out(about: Mapping[str, JsonValue]) -> Mapping[str, JsonValue]:
    """The names, by id, of versions whose files are not in it."""
    found = about.get("left_out")
    return found if isinstance(found, dict) else {}
