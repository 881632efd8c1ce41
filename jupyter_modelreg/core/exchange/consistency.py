"""Whether records that come in from a file fit together: ids, names, and what one says of another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Schema
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import Version, VersionFile
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.exchange.schema import UnfitValue, table_of
from jupyter_modelreg.core.names import is_governed, namespace_of
from jupyter_modelreg.core.ports.store import TableReader

R = TypeVar("R")
_Key = str | int | tuple[int | str, ...]


class Consistency:
    """Reads every table of an archive or a backup, and holds the records against each other.

    Attributes:
        models: by id.
        versions: by id.
        files: the manifests, by the id of the version.
        last_event: the newest event; None without any.
    """

    def __init__(self, tables: TableReader, *, trash: bool) -> None:
        """`trash`: whether what is in the trash may be among the records."""
        self.models: dict[int, Model] = {}
        self.versions: dict[int, Version] = {}
        self.files: dict[int, list[VersionFile]] = {}
        self.last_event: Event | None = None
        self._tables = tables
        self._trash = trash
        self._catalogs: dict[int, str] = {}
        self._schemas: dict[int, str] = {}
        self._numbers: set[tuple[int, int]] = set()  # of versions, with the ids of their models
        self._highest_id = 0

    def check_archive(self) -> None:
        """Catalogs, schemas, models, versions and their files. Raises UnfitValue, and what `tables` raises."""
        self._check_containers()
        self._check_models()
        self._check_versions()
        self._check_aliases()
        self._check_files()

    def check_backup(self) -> None:
        """All of a registry. Raises UnfitValue, and what `tables` raises."""
        self.check_archive()
        usage = _Unique(UsageDay)
        for row, day in self._rows(UsageDay):
            if day.version_id not in self.versions:
                raise _unfit(UsageDay, row, "version_id", f"there is no version {day.version_id}")
            usage.add(row, "day", (day.version_id, day.actor, day.notebook or "", day.notebook is None, day.day))
        self._check_said()
        names = _Unique(RetiredName)
        for row, retired in self._rows(RetiredName):
            names.add(row, "id", retired.id)
            names.add(row, "name", retired.name)
            self._highest_id = max(self._highest_id, retired.id)
        webhooks = _Unique(Webhook)
        for row, webhook in self._rows(Webhook):
            webhooks.add(row, "id", webhook.id)
            webhooks.add(row, "webhook_id", webhook.webhook_id)
            self._highest_id = max(self._highest_id, webhook.id)
        for row, event in self._rows(Event):
            if event.seq <= (self.last_event.seq if self.last_event else 0):
                raise _unfit(Event, row, "seq", f"event {event.seq} comes after one of that number, or a higher one")
            self.last_event = event
        if self._highest_id > (self.last_event.seq if self.last_event else 0):
            raise UnfitValue(f"something has the id {self._highest_id}, but no event has that number")

    def _check_said(self) -> None:
        """Comments and requests: what they are about is there, unless it is a catalog or schema that is gone."""
        unique = _Unique(Comment)
        for row, comment in self._rows(Comment):
            unique.add(row, "id", comment.id)
            self._check_about(Comment, row, "model_id", comment.model_id, comment.version)
            self._highest_id = max(self._highest_id, comment.id)
        unique = _Unique(Request)
        for row, request in self._rows(Request):
            unique.add(row, "id", request.id)
            if request.subject == "model":
                self._check_about(Request, row, "subject_id", request.subject_id, request.version)
            self._highest_id = max(self._highest_id, request.id)

    def _check_about(self, kind: type, row: int, column: str, model_id: int, number: int | None) -> None:
        if model_id not in self.models:
            raise _unfit(kind, row, column, f"there is no model {model_id}")
        if number is not None and (model_id, number) not in self._numbers:
            raise _unfit(kind, row, "version", f"there is no version {number} of that model")

    def _rows(self, kind: type[R]) -> Iterator[tuple[int, R]]:
        """The records of a kind, and the numbers of their rows."""
        row = 0
        for page in self._tables.read(kind):
            for record in page:
                row += 1
                yield row, record

    def _check_containers(self) -> None:
        catalogs, schemas = _Unique(Catalog), _Unique(Schema)
        for row, catalog in self._rows(Catalog):
            catalogs.add(row, "id", catalog.id)
            catalogs.add(row, "name", catalog.name)
            self._catalogs[catalog.id] = catalog.name
        for row, schema in self._rows(Schema):
            schemas.add(row, "id", schema.id)
            schemas.add(row, "name", schema.name)
            if self._catalogs.get(schema.catalog_id) != schema.name.partition(".")[0]:
                raise _unfit(Schema, row, "catalog_id", f"{schema.catalog_id} is not the catalog of {schema.name}")
            self._schemas[schema.id] = schema.name
        self._highest_id = max([0, *self._catalogs, *self._schemas])

    def _check_models(self) -> None:
        unique = _Unique(Model)
        for row, model in self._rows(Model):
            unique.add(row, "id", model.id)
            if model.deleted_at is not None:
                self._check_trash(Model, row)
            else:
                unique.add(row, "name", model.name)
            if is_governed(model.name) != model.governed:
                raise _unfit(Model, row, "schema_id", f"{model.name} has a schema if its name has three parts")
            # The schema of a model in the trash may have been deleted since.
            lost = model.governed and self._schemas.get(model.schema_id or 0) != namespace_of(model.name)
            if lost and model.deleted_at is None:
                raise _unfit(Model, row, "schema_id", f"{model.schema_id} is not the schema of {model.name}")
            self.models[model.id] = model
        self._highest_id = max([self._highest_id, *self.models])

    def _check_versions(self) -> None:
        unique = _Unique(Version)
        for row, version in self._rows(Version):
            unique.add(row, "id", version.id)
            model = self.models.get(version.model_id)
            if model is None:
                raise _unfit(Version, row, "model_id", f"there is no model {version.model_id}")
            if model.name != version.name:
                raise _unfit(Version, row, "name", f"model {model.id} is called {model.name}, not {version.name}")
            if version.deleted_at is not None:
                self._check_trash(Version, row)
            unique.add(row, "version", (version.model_id, version.version))
            if version.version > model.last_version:
                raise _unfit(Version, row, "version", f"{model.name} has had {model.last_version} versions only")
            self.versions[version.id] = version
            self._numbers.add((version.model_id, version.version))
        self._highest_id = max([self._highest_id, *self.versions])

    def _check_aliases(self) -> None:
        numbers = {
            (version.model_id, version.version) for version in self.versions.values() if version.deleted_at is None
        }
        for row, model in enumerate(self.models.values(), 1):
            for alias, version in model.aliases.items() if model.deleted_at is None else ():
                if (model.id, version) not in numbers:
                    raise _unfit(Model, row, "aliases", f"{alias} is version {version}, which is not there")

    def _check_trash(self, kind: type, row: int) -> None:
        if not self._trash:
            raise _unfit(kind, row, "deleted_at", "what is in the trash does not belong into an archive")

    def _check_files(self) -> None:
        unique = _Unique(VersionFile)
        for row, file in self._rows(VersionFile):
            if file.version_id not in self.versions:
                raise _unfit(VersionFile, row, "version_id", f"there is no version {file.version_id}")
            unique.add(row, "path", (file.version_id, file.path))
            if file.is_folder != (not file.sha256) or (file.is_folder and file.size):
                raise _unfit(VersionFile, row, "sha256", f"{file.path} has a hash, and a size, if it is a file")
            self.files.setdefault(file.version_id, []).append(file)
        for version_id, files in self.files.items():
            paths = {file.path for file in files}
            for path in paths:
                above = next(
                    (path[:at] for at, letter in enumerate(path) if letter == "/" and path[:at] in paths), None
                )
                if above is not None:
                    reference = self.versions[version_id].reference
                    raise UnfitValue(f"{above} of {reference} is a file in the table files, and {path} is below it")


class _Unique:
    """The values that columns of one table may have only once each."""

    def __init__(self, kind: type) -> None:
        self._kind = kind
        self._seen: dict[str, set[_Key]] = {}

    def add(self, row: int, column: str, value: _Key) -> None:
        """Raises UnfitValue when it has been there already."""
        seen = self._seen.setdefault(column, set())
        if value in seen:
            shown = value[-1] if isinstance(value, tuple) else value
            raise _unfit(self._kind, row, column, f"{shown} is there twice")
        seen.add(value)


def _unfit(kind: type, row: int, column: str, why: str) -> UnfitValue:
    return UnfitValue(f"row {row:,} of {table_of(kind).name}, column {column}: {why}")
