"""A whole registry in one file: how it is written, and how it is read back. Every byte is checked on both ways.

The file is a plain zip, not compressed (models hardly shrink), readable with any tool: `registry.duckdb` is the
database, `files/<SHA-256>` each file of a model, once however many versions have it, and `manifest.json`, which comes
last, says what it is and holds the hash of the database. Which version has which files is in the database.
"""

from __future__ import annotations

import json
import os
import zipfile
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkstemp

from jupyter_modelreg.artifacts.backup_reader import DATABASE, FORMAT, KIND, MANIFEST
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.hashing import chunks, hash_all
from jupyter_modelreg.artifacts.modes import Modes
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import delete, new_folder
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.system.files import sync_folder
from jupyter_modelreg.system.progress import Advance, progress

# How many files of one content are tried, until one is sound.
_COPIES = 3


class BackupWriter:
    """A backup on its way: `core.ports.BackupWriter`. Use `backing_up`.

    Attributes:
        database: where the copy of the database has to be put.
    """

    def __init__(self, root: Path, staging: Path, target: Path) -> None:
        self.database = staging / DATABASE
        self._root = root
        self._staging = staging
        self._target = target
        self._held: dict[str, list[tuple[Path, tuple[int, int] | None]]] = {}
        self._sizes: dict[str, int] = {}

    def gather(self, manifests: Manifests) -> set[int]:
        """Take hold of the files named, so that a purge cannot take them away; returns versions that lack one.

        They are linked, so this takes no space; where links are not possible they are read where they are.
        """
        return {version_id for version_id, files in manifests.items() if not self._hold(version_id, files)}

    def write(
        self, manifests: Manifests, names: Mapping[int, str], about: Mapping[str, JsonValue], *, skip_damaged: bool
    ) -> list[str]:
        """Write the file and give it its name; returns the names of versions that are left out, being damaged.

        Raises FilesDamaged unless those may be skipped, RegistryUnavailable when the file cannot be written.
        """
        folder = self._target.parent
        with writing(folder, "write a backup into"):
            folder.mkdir(parents=True, exist_ok=True)
            handle, name = mkstemp(prefix=f"{self._target.name}.", suffix=".part", dir=folder)
            os.close(handle)
            part = Path(name)
            try:
                left_out = self._write(part, manifests, names, about, skip_damaged)
                part.chmod(Modes().copied("file"))
                part.replace(self._target)
                sync_folder(folder)
            finally:
                part.unlink(missing_ok=True)
        return list(left_out.values())

    def _hold(self, version_id: int, files: Sequence[FileEntry]) -> bool:
        folder = self._root / str(version_id)
        lacking = [entry for entry in files_among(files) if not self._hold_one(inside(folder, entry.path), entry)]
        return not lacking

    def _hold_one(self, original: Path, entry: FileEntry) -> bool:
        held = self._held.setdefault(entry.sha256, [])
        try:
            status = original.stat()
            identity: tuple[int, int] | None = (status.st_dev, status.st_ino)
            if status.st_size != entry.size:
                return False
            if len(held) == _COPIES or identity in [other for _, other in held]:
                return True
            path = self._staging / f"{entry.sha256}-{len(held)}"
            os.link(original, path, follow_symlinks=False)
        except FileNotFoundError:
            return False
        except OSError:  # links are not possible, or not allowed, here; another name of the same file may outlive this
            path, identity = original, None
        held.append((path, identity))
        self._sizes[entry.sha256] = entry.size
        return True

    def _write(
        self,
        part: Path,
        manifests: Manifests,
        names: Mapping[int, str],
        about: Mapping[str, JsonValue],
        skip_damaged: bool,
    ) -> dict[str, str]:
        wanted = {entry.sha256 for files in manifests.values() for entry in files_among(files)}
        with part.open("wb") as file:
            with zipfile.ZipFile(file, "w") as archive:
                database, entries = self._pack_all(archive, wanted)
                left_out = {
                    str(version_id): names[version_id]
                    for version_id, files in manifests.items()
                    if not entries.keys() >= {entry.sha256 for entry in files_among(files)}
                }
                if left_out and not skip_damaged:
                    raise _damaged(list(left_out.values()))
                content = {
                    "kind": KIND,
                    "format": FORMAT,
                    **about,
                    "database": database,
                    "left_out": left_out,
                    "elsewhere": {sha256: name for sha256, name in entries.items() if name != f"files/{sha256}"},
                }
                archive.writestr(MANIFEST, json.dumps(content, indent=2, ensure_ascii=False))
            file.flush()
            os.fsync(file.fileno())
        return left_out

    def _pack_all(self, archive: zipfile.ZipFile, wanted: Set[str]) -> tuple[dict[str, JsonValue], dict[str, str]]:
        """Store the database and the contents `wanted`.

        Returns what to note of the database, and by hash under which name each file is sound.

        A content that is damaged in one version, or purged with it meanwhile, may be sound in another.
        """
        size = self.database.stat().st_size
        entries: dict[str, str] = {}
        there = {sha256: held for sha256, held in self._held.items() if held and sha256 in wanted}
        with progress("Backing up", size + sum(self._sizes[sha256] for sha256 in there)) as advance:
            digest = _pack(archive, DATABASE, self.database, advance)
            for sha256, held in there.items():
                for number, (path, _) in enumerate(held):
                    if not path.exists():
                        continue
                    name = f"files/{sha256}" if number == 0 else f"files/{sha256}-{number}"
                    if _pack(archive, name, path, advance) == sha256:
                        entries[sha256] = name
                        break
        return {"sha256": digest, "size": size}, entries


@contextmanager
def backup_writer(root: Path, target: Path) -> Iterator[BackupWriter]:
    """Write a backup of a registry, whose files are in `root`, to `target`. Raises RegistryUnavailable."""
    with writing(root), new_folder(root, "backup") as staging:
        try:
            yield BackupWriter(root, staging, target)
        finally:
            delete(staging)


def _pack(archive: zipfile.ZipFile, name: str, path: Path, advance: Advance) -> str:
    """Store a file; returns the SHA-256 of what was stored. Raises SourceUnavailable."""
    with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as writer:
        return hash_all(chunks(path), advance, writer.write)[1]


def _damaged(names: Sequence[str]) -> FilesDamaged:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return FilesDamaged(
        f"nothing was backed up, since files of {shown} are missing or changed",
        "modelreg verify names them; backup --skip-damaged leaves those versions' files out",
    )
