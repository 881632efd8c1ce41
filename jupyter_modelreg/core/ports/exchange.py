"""Whole registries to import from, and archives to write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.ports.tracking import ModelFiles


class ImportSource(Protocol):
    """A registry, or an archive of one, to import from; what is in its trash is out of sight.

    Pages of models come by name, pages of versions by name and number. Ids mean nothing here, and an author or owner
    who is not known is "". Every method raises SourceUnavailable, which says why it cannot be read.
    """

    @property
    def uri(self) -> str: ...
    def containers(self) -> Sequence[Catalog | Schema]: ...
    def models(self) -> Iterator[Sequence[Model]]: ...
    def versions(self) -> Iterator[Sequence[Version]]: ...
    def files(self, version: Version) -> AbstractContextManager[ModelFiles]: ...


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
    """How registries and archives are opened and written; `progress` shows how far `total` of `unit` have come."""

    def open_source(self, source: str) -> AbstractContextManager[ImportSource]: ...
    def write_archive(self, file: Path, content: ArchiveContent, about: Mapping[str, JsonValue]) -> int: ...
    def progress(self, what: str, total: int, unit: str) -> AbstractContextManager[Callable[[int], None]]: ...


ExchangeGatewayFactory = Callable[[], ExchangeGateway]
