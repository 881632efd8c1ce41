"""Backing up a registry while others work, and bringing it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

from jupyter_modelreg.core.context import Domain
from jupyter_modelreg.core.entities.findings import Backup, Restored, VersionLine
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import AlreadyExists, FilesDamaged, RegistryBusy, SourceUnavailable
from jupyter_modelreg.core.ports.files import BackupWriter, Manifests
from jupyter_modelreg.core.ports.store import Transaction

_TRIES = 5


def back_up(domain: Domain, target: Path, *, skip_damaged: bool) -> Backup:
    """See `Maintenance.backup`."""
    if target.exists():
        raise AlreadyExists(f"{target} is there already", "name a new file")
    for remaining in reversed(range(_TRIES)):
        with domain.artifacts.backing_up(target) as writer:
            about, manifests, names = _snapshot(domain, writer)
            try:
                left_out = writer.write(manifests, names, about, skip_damaged=skip_damaged)
                break
            except (FilesDamaged, SourceUnavailable):
                # Where there are no hard links, a purge takes away what is about to be read.
                if not remaining or not any(_purged(domain, version_id) for version_id in manifests):
                    raise
    return _backup(target, target.stat().st_size, about, left_out)


def restore(domain: Domain, file: Path, *, force: bool) -> Restored:
    """See `Maintenance.restore`."""
    aside = f"before-{datetime.fromtimestamp(domain.now() / 1000, UTC):%Y%m%dT%H%M%SZ}" if force else None
    if not force:
        _check_empty(domain)
    with domain.artifacts.restoring(file) as reader:
        reader.unpack_database()
        with domain.store.opened(reader.database) as tx:
            reader.unpack_files(_kept(tx, _ready(tx)))
            last = tx.events.last()
            tx.integrity.relocate(domain.artifacts.path(0).parent.as_uri())
        occupied = domain.store.exists() or domain.artifacts.survey().versions
        with domain.store.replacing(reader.database, last, aside) as moved:
            if not force:
                _check_empty(domain)
            reader.put_files(None if moved is None else moved.with_name(f"{moved.name}.files"))
    left_out = reader.about.get("left_out")
    names = [str(name) for name in left_out.values()] if isinstance(left_out, dict) else []
    return Restored(
        uri=domain.store.uri,
        backup=_backup(file, reader.size, reader.about, names),
        moved_aside=str(moved) if moved is not None and occupied else None,
    )


def _snapshot(domain: Domain, writer: BackupWriter) -> tuple[dict[str, JsonValue], Manifests, Mapping[int, str]]:
    """Copy the database, and take hold of the files it names; returns what to say of it, and names by id.

    They are gathered before, too, so that between the copy and its last files there is little time for a purge. Should
    one come all the same, it is done again.
    """
    created_at = domain.now()
    with domain.read() as tx:
        writer.gather(_kept(tx, _ready(tx)))
    for _ in range(_TRIES):
        domain.store.copy_to(writer.database)
        with domain.store.opened(writer.database) as tx:
            last, lines = tx.events.last(), _ready(tx)
            manifests = _kept(tx, lines)
        lacking = writer.gather(manifests)
        if not any(_purged(domain, version_id) for version_id in lacking):
            about: dict[str, JsonValue] = {
                "uri": domain.store.uri,
                "created_at": created_at,
                "events": last.seq if last else 0,
                "versions": len(manifests),
                "files": sum(map(len, manifests.values())),
            }
            return about, manifests, {version_id: line.reference for version_id, line in lines.items()}
        writer.database.unlink()
    raise RegistryBusy("versions are being purged all the time, so no backup can be made", "try again later")


def _ready(tx: Transaction) -> dict[int, VersionLine]:
    return {line.id: line for line in tx.integrity.lines() if line.managed and line.status == "READY"}


def _kept(tx: Transaction, lines: Mapping[int, VersionLine]) -> Manifests:
    manifests = tx.integrity.manifests()
    return {version_id: manifests.get(version_id, ()) for version_id in lines}


def _purged(domain: Domain, version_id: int) -> bool:
    with domain.read() as tx:
        return tx.integrity.line(version_id) is None


def _check_empty(domain: Domain) -> None:
    """Raises AlreadyExists where there is a registry, or what is left of one."""
    force = "--force moves it aside; restore --to URI brings the backup to another place"
    if domain.store.exists():
        raise AlreadyExists(f"there is a registry at {domain.store.uri} already", force)
    found = domain.artifacts.survey()
    if found.versions or found.strangers:
        raise AlreadyExists(f"files of a registry are in {domain.artifacts.path(0).parent} already", force)


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
