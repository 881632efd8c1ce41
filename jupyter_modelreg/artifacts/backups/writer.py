"""A whole registry in one file: how it is written. Every byte is checked on the way in and on the way back.

The file is a bundle, not compressed (models hardly shrink): `tables/<name>.parquet` are the records, `files/<SHA-256>`
each file of a model, once however many versions have it. Which version has which files is in the tables.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import contextmanager
from pathlib import Path

from jupyter_modelreg.artifacts.bundle import BundleWriter, Format, new_bundle
from jupyter_modelreg.artifacts.errors import writing
from jupyter_modelreg.artifacts.scan import inside
from jupyter_modelreg.artifacts.staging import delete, new_folder
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.system.progress import progress

BACKUP = Format("modelreg backup", 2, "a backup of a registry", "modelreg backup", "use another backup")

# How many files of one content are tried, until one is sound.
_COPIES = 3


class BackupWriter:
    """A backup on its way: `core.ports.BackupWriter`. Use `backup_writer`.

    Attributes:
        tables: the folder that the tables have to be put into.
    """

    def __init__(self, root: Path, staging: Path, target: Path) -> None:
        self.tables = staging / "tables"
        self.tables.mkdir()
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
        with writing(self._target.parent, "write a backup into"):
            self._target.parent.mkdir(parents=True, exist_ok=True)
        wanted = {entry.sha256 for files in manifests.values() for entry in files_among(files)}
        with new_bundle(self._target, BACKUP) as bundle:
            self._add_all(bundle, wanted)
            sound = {member.sha256 for member in bundle.members.values()}
            left_out: dict[str, JsonValue] = {
                str(version_id): names[version_id]
                for version_id, files in manifests.items()
                if not sound >= {entry.sha256 for entry in files_among(files)}
            }
            found = [str(name) for name in left_out.values()]
            if left_out and not skip_damaged:
                raise _damaged(found)
            bundle.finish({**about, "left_out": left_out})
        return found

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

    def _add_all(self, bundle: BundleWriter, wanted: Set[str]) -> None:
        """Add the tables and the contents `wanted`.

        A content that is damaged in one version, or purged with it meanwhile, may be sound in another: its members are
        told apart by their names, and what is sound is found by its hash.
        """
        tables = sorted(self.tables.iterdir())
        there = sorted(wanted & self._sizes.keys())
        total = sum(table.stat().st_size for table in tables) + sum(self._sizes[sha256] for sha256 in there)
        with progress("Backing up", total) as advance:
            for table in tables:
                bundle.add(f"tables/{table.name}", table, advance)
            for sha256 in there:
                with self._copies(sha256) as copies:
                    for number, path in enumerate(copies):
                        name = f"files/{sha256}" if number == 0 else f"files/{sha256}-{number}"
                        if path.exists() and bundle.add(name, path, advance).sha256 == sha256:
                            break

    @contextmanager
    def _copies(self, sha256: str) -> Iterator[Sequence[Path]]:
        """Files that have, or had, the content with this hash."""
        yield [path for path, _ in self._held.get(sha256, ())]


@contextmanager
def backup_writer(root: Path, target: Path) -> Iterator[BackupWriter]:
    """Write a backup of a registry, whose files are in `root`, to `target`. Raises RegistryUnavailable."""
    with writing(root), new_folder(root, "backup") as staging:
        try:
            yield BackupWriter(root, staging, target)
        finally:
            delete(staging)


def _damaged(names: Sequence[str]) -> FilesDamaged:
    shown = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return FilesDamaged(
        f"nothing was backed up, since files of {shown} are missing or changed",
        "modelreg verify names them; backup --skip-damaged leaves those versions' files out",
    )
