"""Backing up a registry while others work, and bringing it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.findings import Backup, Restored, VersionSummary
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import files_among
from jupyter_modelreg.core.errors import AlreadyExists, FilesDamaged, RegistryBusy, SourceUnavailable
from jupyter_modelreg.core.ports.files import BackupWriter, Manifests
from jupyter_modelreg.core.ports.store import Transaction

_TRIES = 5


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
                if not remaining or not any(_purged(context, version_id) for version_id in manifests):
                    raise
    return _backup(target, target.stat().st_size, about, left_out)


def restore(context: Context, file: Path, *, force: bool) -> Restored:
    """See `Maintenance.restore`."""
    aside = f"before-{datetime.fromtimestamp(context.now() / 1000, UTC):%Y%m%dT%H%M%SZ}" if force else None
    if not force:
        _check_empty(context)
    with context.files.backup_reader(file) as reader:
        reader.unpack_database()
        with context.store.opened(reader.database) as tx:
            reader.unpack_files(_kept(tx, _ready(tx)))
            last = tx.events.last()
            tx.integrity.relocate(context.files.path(0).parent.as_uri())
        occupied = context.store.exists() or context.files.inventory().versions
        with context.store.replacing(reader.database, last, aside) as moved:
            if not force:
                _check_empty(context)
            reader.put_files(None if moved is None else moved.with_name(f"{moved.name}.files"))
    left_out = reader.about.get("left_out")
    names = [str(name) for name in left_out.values()] if isinstance(left_out, dict) else []
    return Restored(
        uri=context.store.uri,
        backup=_backup(file, reader.size, reader.about, names),
        moved_aside=str(moved) if moved is not None and occupied else None,
    )


def _snapshot(context: Context, writer: BackupWriter) -> tuple[dict[str, JsonValue], Manifests, Mapping[int, str]]:
    """Copy the database, and take hold of the files it names; returns what to say of it, and names by id.

    They are gathered before, too, so that between the copy and its last files there is little time for a purge. Should
    one come all the same, it is done again.
    """
    created_at = context.now()
    with context.read() as tx:
        writer.gather(_kept(tx, _ready(tx)))
    for _ in range(_TRIES):
        context.store.copy_to(writer.database)
        with context.store.opened(writer.database) as tx:
            last, lines = tx.events.last(), _ready(tx)
            manifests = _kept(tx, lines)
        lacking = writer.gather(manifests)
        if not any(_purged(context, version_id) for version_id in lacking):
            about: dict[str, JsonValue] = {
                "uri": context.store.uri,
                "created_at": created_at,
                "events": last.seq if last else 0,
                "versions": len(manifests),
                "files": sum(len(files_among(files)) for files in manifests.values()),
            }
            return about, manifests, {version_id: line.reference for version_id, line in lines.items()}
        writer.database.unlink()
    raise RegistryBusy("versions are being purged all the time, so no backup can be made", "try again later")


def _ready(tx: Transaction) -> dict[int, VersionSummary]:
    return {line.id: line for line in tx.integrity.lines() if line.managed and line.status == "READY"}


def _kept(tx: Transaction, lines: Mapping[int, VersionSummary]) -> Manifests:
    manifests = tx.integrity.manifests()
    return {version_id: manifests.get(version_id, ()) for version_id in lines}


def _purged(context: Context, version_id: int) -> bool:
    with context.read() as tx:
        return tx.integrity.line(version_id) is None


def _check_empty(context: Context) -> None:
    """Raises AlreadyExists where there is a registry, or what is left of one."""
    force = "--force moves it aside; restore --to URI brings the backup to another place"
    if context.store.exists():
        raise AlreadyExists(f"there is a registry at {context.store.uri} already", force)
    found = context.files.inventory()
    if found.versions or found.unexpected:
        raise AlreadyExists(f"files of a registry are in {context.files.path(0).parent} already", force)


def _backup(file: Path, size: int, about: Mapping[str, JsonValue], left_out: list[str]) -> Backup:
    def number(key: str) -> int:
        value = about.get(key)
        if not isinstance(value, int):
            raise FilesDamaged(f"{file} says nothing of its {key}", "use another backup")
        return value

    return Backup(
        path=str(file),
        uri=str(about.get("uri")),
        created_at=number("created_at"),
        events=number("events"),
        versions=number("versions"),
        files=number("files"),
        size=size,
        left_out=left_out,
    )
