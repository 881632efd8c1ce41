"""Whole registries to import from, and archives to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.ports.store import TableReader, TableWriter

if TYPE_CHECKING:
    from jupyter_modelreg.core.context import Context
    from jupyter_modelreg.core.sync.peers import Peer


class ImportSource(Protocol):
    """A registry, or an archive of one, to import from; what is in its trash is out of sight.

    Ids mean nothing outside it, but lead from versions to models and from schemas to catalogs. An author or owner who
    is not known is "". Every method raises SourceUnavailable, which says why it cannot be read. For one thread.
    """

    @property
    def uri(self) -> str:
        """What it is called in reports and events: without passwords."""

    @property
    def local(self) -> bool:
        """Whether the paths it names are paths of this machine."""

    def containers(self) -> Sequence[Catalog | Schema]:
        """All catalogs, then all schemas; none where the registry knows none."""

    def models(self) -> Iterator[Sequence[Model]]:
        """Models and prompts by name, in pages of any length."""

    def versions(self) -> Iterator[Sequence[Version]]:
        """Versions of models and of prompts by name, then number, in pages of any length."""

    def files(self, version: Version) -> AbstractContextManager[ModelFiles]:
        """The files of a version, at hand as long as the context lasts.

        Those of a managed version come with what they have to be. Raises FilesDamaged, InvalidInput, SourceUnavailable.
        """


@dataclass(frozen=True, kw_only=True)
class ArchiveContent:
    """What goes into an archive: records, and of managed versions the manifests and the folders, by version id."""

    catalogs: Sequence[Catalog]
    schemas: Sequence[Schema]
    models: Sequence[Model]
    versions: Sequence[Version]
    files: Mapping[int, Sequence[FileEntry]]
    folder: Callable[[int], Path]


class ExchangeGateway(Protocol):
    """How registries and archives are opened and written."""

    def open_source(self, source: str) -> AbstractContextManager[ImportSource]:
        """What is at `source`, a URI or a path: an MLflow registry, a registry of ours, or an archive.

        An archive has been checked from end to end. Nothing is made or changed there.
        Raises InvalidInput (none of these), SourceUnavailable, FilesDamaged.
        """

    def open_registry(self, uri: str) -> AbstractContextManager[Context]:
        """What a registry of ours at `uri` works with, be there one or not; nothing is made by opening it.

        Raises InvalidInput.
        """

    def open_peer(self, uri: str, actor: str, *, new: bool) -> AbstractContextManager[Peer]:
        """A registry of ours at `uri`, here or at a server, to exchange with: here on behalf of `actor`.

        With `new`, one that is not there yet is made. Raises InvalidInput, SourceUnavailable, RegistryUnavailable.
        """

    def key_file(self, uri: str) -> Path:
        """Where the registry at `uri` keeps the key of its webhooks' secrets, if it does."""

    def write_archive(self, file: Path, content: ArchiveContent, about: Mapping[str, JsonValue]) -> int:
        """Write the new file `file`, which appears when it is whole; returns its size in bytes.

        `about` is for whoever looks into it. Raises FilesDamaged (a file is not what its manifest says),
        RegistryUnavailable (it cannot be written).
        """

    def table_writer(self, folder: Path) -> TableWriter:
        """Writes tables into `folder`, a file each. Its methods raise OSError."""

    def table_reader(self, folder: Path) -> TableReader:
        """Reads tables that a `table_writer` has written into `folder`, or that somebody says it has."""

    def progress(self, what: str, total: int, unit: str) -> AbstractContextManager[Callable[[int], None]]:
        """Show how far `total` of `unit` have come: to be called with how many more there are. From any thread."""


ExchangeGatewayFactory = Callable[[], ExchangeGateway]
