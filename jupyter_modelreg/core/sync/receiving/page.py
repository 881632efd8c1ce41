"""A page of what is offered, read, and what of it stands for a source to import from."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.exchange.schema import CATALOGS, FILES, MODELS, SCHEMAS, VERSIONS
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.sync.records import Change, Offer
from jupyter_modelreg.core.sync.tables import CHANGES, records_in

GiveFiles = Callable[[Version, Sequence[FileEntry]], AbstractContextManager[ModelFiles]]
"""The files of a version that is offered. Raises SourceUnavailable, NotFound where they are not to be had."""


@dataclass(frozen=True)
class Page:
    """An offer, read: what belongs to a model by its name, files by the id of their version, names by ids."""

    registry: str
    catalogs: Mapping[str, Catalog]
    schemas: Mapping[str, Schema]
    models: Sequence[Model]
    versions: Mapping[str, Sequence[Version]]
    files: Mapping[int, Sequence[FileEntry]]
    changes: Mapping[str, Sequence[Change]]
    names: Mapping[str, str]
    formerly: Mapping[str, Sequence[str]]
    complete: frozenset[str]

    @classmethod
    def of(cls, offer: Offer) -> Page:
        """What an offer holds. Raises InvalidInput."""
        versions: dict[str, list[Version]] = {}
        for version in records_in(VERSIONS, offer.tables):
            versions.setdefault(version.name, []).append(version)
        files: dict[int, list[FileEntry]] = {}
        for file in records_in(FILES, offer.tables):
            files.setdefault(file.version_id, []).append(file.entry)
        changes: dict[str, list[Change]] = {}
        for change in records_in(CHANGES, offer.tables):
            changes.setdefault(change.model, []).append(change)
        return cls(
            registry=offer.registry,
            catalogs={each.name: each for each in records_in(CATALOGS, offer.tables)},
            schemas={each.name: each for each in records_in(SCHEMAS, offer.tables)},
            models=records_in(MODELS, offer.tables),
            versions=versions,
            files=files,
            changes=changes,
            names=offer.names,
            formerly=offer.formerly,
            complete=frozenset(offer.complete),
        )

    def model_here(self, tx: Transaction, their_id: object) -> Model | None:
        """What is called here as another model is there, which is spoken of by its id there."""
        name = self.names.get(str(their_id))
        return None if name is None else tx.models.get(name)


@dataclass
class OfferedFiles:
    """`core.ports.ImportSource`, as far as one is asked for when versions come one by one."""

    uri: str
    local: bool
    page: Page
    give: GiveFiles

    def containers(self) -> Sequence[Catalog | Schema]:
        """Catalogs, then schemas."""
        return [*self.page.catalogs.values(), *self.page.schemas.values()]

    def models(self) -> Iterator[Sequence[Model]]:
        """Those on the page."""
        yield self.page.models

    def versions(self) -> Iterator[Sequence[Version]]:
        """Those on the page."""
        yield [version for each in self.page.versions.values() for version in each]

    def files(self, version: Version) -> AbstractContextManager[ModelFiles]:
        """Those that are given."""
        return self.give(version, self.page.files.get(version.id, ()))


def no_files(version: Version, _: Sequence[FileEntry]) -> AbstractContextManager[ModelFiles]:
    """Where no files are given."""
    raise NotFound(f"the files of {version.reference} were not sent", "send them, then offer it again")
