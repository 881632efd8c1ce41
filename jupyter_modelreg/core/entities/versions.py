"""Versions of models, their metrics and their files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Literal

from jupyter_modelreg.core.entities.values import AliasMove, ChangeWarning, JsonValue, LinkKind

Status = Literal["PENDING_REGISTRATION", "FAILED_REGISTRATION", "READY"]
AWAITED = "its files have not come yet"
"""What a PENDING version says, its number taken, for as long as whoever began it is to send its files."""
EntryKind = Literal["file", "executable", "folder"]


@dataclass(frozen=True, kw_only=True)
class Metric:
    """One metric of the logged model a version was made from; `timestamp` in epoch milliseconds."""

    key: str
    value: float
    timestamp: int
    step: int = 0


def latest_metrics(metrics: Sequence[Metric]) -> Mapping[str, float]:
    """Metrics by name; a step that was logged later stands for the earlier ones."""
    by_step = sorted(metrics, key=lambda each: (each.step or 0, each.timestamp or 0))
    return {each.key: each.value for each in by_step}


@dataclass(frozen=True, kw_only=True)
class FileEntry:
    """One file of a version, or one folder with nothing in it.

    Attributes:
        path: POSIX path below the version's folder.
        size: in bytes; of a folder 0.
        sha256: of the content, in hex; of a folder empty.
        kind: an executable is a file that its owner may run.
    """

    path: str
    size: int
    sha256: str
    kind: EntryKind = "file"

    @property
    def is_folder(self) -> bool:
        """Whether it is an empty folder, and no file."""
        return self.kind == "folder"


def files_among(entries: Sequence[FileEntry]) -> list[FileEntry]:
    """The entries that are files, executable or not."""
    return [entry for entry in entries if not entry.is_folder]


def manifest_hash(entries: Sequence[FileEntry]) -> str:
    """The SHA-256, in hex, over what `entries` say, whatever their order: what the log has of a version's files."""
    lines = sorted([entry.path, entry.size, entry.sha256, entry.kind] for entry in entries)
    return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True, kw_only=True)
class VersionFile(FileEntry):
    """One file of a version, and the id of that version: a row of the manifests of a whole registry."""

    version_id: int

    @property
    def entry(self) -> FileEntry:
        """The file alone."""
        return FileEntry(**{name: value for name, value in vars(self).items() if name != "version_id"})


@dataclass(frozen=True, kw_only=True)
class Version:
    """One version of a model.

    `source` is what the caller registered; `location` is where the files of a workspace version are read from, where
    that is known. `managed` says whether the registry keeps the files itself, where `versions.location` says; `size` is
    their total in bytes. One that is `pinned` is not pruned, and is deleted only when that is asked for by force.
    `links` says where it is deployed or used, by URL; one with an endpoint is kept as one is that is pinned.
    `deprecated` is as that of a model. `lineage` says where it came from, as `core.lineage.records` reads it.
    """

    id: int
    model_id: int
    name: str
    version: int
    aliases: tuple[str, ...] = ()
    tags: Mapping[str, str] = field(default_factory=dict)
    description: str | None = None
    stage: str = "None"
    source: str | None = None
    location: str | None = None
    run_id: str | None = None
    run_link: str | None = None
    logged_model_id: str | None = None
    params: Mapping[str, str] | None = None
    metrics: tuple[Metric, ...] | None = None
    signature: Mapping[str, JsonValue] | None = None
    managed: bool = False
    size: int | None = None
    status: Status = "READY"
    status_message: str | None = None
    pinned: bool = False
    links: Mapping[str, LinkKind] = field(default_factory=dict)
    deprecated: Mapping[str, JsonValue] | None = None
    lineage: Mapping[str, JsonValue] | None = None
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    deleted_at: int | None = None

    @property
    def files_uri(self) -> str:
        """Where the files are said to be; of a governed version the registry itself knows better."""
        return self.location or self.source or ""

    @property
    def reference(self) -> str:
        """`model/3`."""
        return f"{self.name}/{self.version}"

    @property
    def awaits_files(self) -> bool:
        """Whether whoever has begun it is to send its files."""
        return self.status == "PENDING_REGISTRATION" and self.status_message == AWAITED

    @property
    def endpoints(self) -> Sequence[str]:
        """The links of what serves it, in the order in which they were set."""
        return [url for url, kind in self.links.items() if kind == "endpoint"]

    @property
    def latest_metrics(self) -> Mapping[str, float]:
        """Its metrics by name; a step that was logged later stands for the earlier ones."""
        return latest_metrics(self.metrics or ())

    @property
    def stored_size(self) -> int:
        """Bytes of the files that the registry keeps of it."""
        return (self.size or 0) if self.managed else 0


@dataclass(frozen=True, kw_only=True, eq=False)
class Registered(Version):
    """A version that was registered or copied just now; it equals the same version as it is read later.

    `moves` are its aliases, with where each pointed before. `warnings` is what to know about it, none of which has
    stopped the registration; `versions.duplicates` says more.
    """

    moves: tuple[AliasMove, ...] = ()
    warnings: tuple[ChangeWarning, ...] = ()

    def __eq__(self, other: object) -> bool:
        names = [each.name for each in fields(Version)]
        return isinstance(other, Version) and all(getattr(self, name) == getattr(other, name) for name in names)

    __hash__ = Version.__hash__


@dataclass(frozen=True, kw_only=True)
class ModelFiles:
    """A model's files, at hand in a local folder.

    Attributes:
        folder: where they are.
        disposable: the folder was made for us and may be moved away.
        signature: the model's signature as MLflow writes it (`inputs`, `outputs`, `params`), or None.
        entries: what the files have to be, where that is known.
    """

    folder: Path
    disposable: bool = False
    signature: Mapping[str, JsonValue] | None = None
    entries: Sequence[FileEntry] | None = None


Sent = Callable[[Version], AbstractContextManager[ModelFiles]]
"""Gives what was sent as the files of a version, for as long as the block lasts."""
