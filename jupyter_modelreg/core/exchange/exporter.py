"""Exporting: what the references name, with all that belongs to it, into one archive."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.catalog.lookup import require_catalog, require_model, resolve_versions
from jupyter_modelreg.core.catalog.resolve import resolve
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Version
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, InvalidState
from jupyter_modelreg.core.exchange.reports import ExportReport
from jupyter_modelreg.core.names import namespace_of
from jupyter_modelreg.core.ports.exchange import ArchiveContent
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import Order, Search
from jupyter_modelreg.core.references import parse_reference


def write_archive(context: Context, file: Path, references: Sequence[str] | None) -> ExportReport:
    """Write the archive; see `Exchange.export_to`. Raises PermissionDenied for a model that may not be loaded."""
    if file.exists():
        raise AlreadyExists(f"{file} is there already", "name a new file, or remove that one")
    if references is not None and not references:
        raise InvalidInput("nothing to export is named", "name models, versions, schemas or catalogs")
    with context.reading() as (tx, access):
        chosen = _Choice(tx, access)
        if references is None:
            chosen.add_all()
        for reference in references or ():
            chosen.add(reference)
        content = chosen.content(context)
    about: dict[str, JsonValue] = {
        "registry": context.store.uri,
        "actor": context.actor,
        "time": context.now(),
        "references": None if references is None else [*references],
    }
    size = context.gateway.write_archive(file, content, about)
    return ExportReport(
        file=file,
        models=len(content.models),
        versions=len(content.versions),
        files=sum(len(entries) for entries in content.files.values()),
        size=size,
    )


class _Choice:
    """What is to go out, each thing once."""

    def __init__(self, tx: Transaction, access: Access | None) -> None:
        self._tx = tx
        self._access = access
        self._catalogs: dict[str, Catalog] = {}
        self._schemas: dict[str, Schema] = {}
        self._models: dict[str, Model] = {}
        self._versions: dict[int, Version] = {}

    def add(self, reference: str) -> None:
        """Take along what `reference` names. Raises InvalidInput, NotFound."""
        parsed = parse_reference(reference)
        if not parsed.whole_model:
            self._add_versions(require_model(self._tx, parsed.model), resolve_versions(self._tx, parsed))
            return
        found = resolve(self._tx, reference)
        if isinstance(found, Model):
            self._add_model(found)
        else:
            self._add_container(found)

    def add_all(self) -> None:
        """Take along everything: catalogs, schemas, models, and prompts."""
        for catalog in self._tx.catalogs.list():
            self._catalogs[catalog.name] = catalog
        for schema in self._tx.schemas.list():
            self._add_schema(schema.name)
        for model in self._tx.models.search(Search(prompts=None)):
            self._add_model(model)

    def content(self, context: Context) -> ArchiveContent:
        """All of it, with manifests. Raises InvalidState for a governed version without files."""
        by_number = sorted(self._versions.values(), key=lambda version: (version.name, version.version))
        files: dict[int, Sequence[FileEntry]] = {}
        for version in by_number:
            if version.managed:
                files[version.id] = self._tx.versions.files(version.id)
            elif self._models[version.name].governed and version.status != "READY":
                hint = version.status_message or "delete it, or wait until it is READY"
                raise InvalidState(f"{version.reference} is {version.status} and has no files to export", hint)
        return ArchiveContent(
            # What is granted here means nothing elsewhere.
            catalogs=[replace(self._catalogs[name], grants={}, policies={}) for name in sorted(self._catalogs)],
            schemas=[replace(self._schemas[name], grants={}, policies={}) for name in sorted(self._schemas)],
            models=self._models_with_own_aliases(),
            versions=by_number,
            files=files,
            folder=context.files.path,
        )

    def _models_with_own_aliases(self) -> list[Model]:
        """The models, by name, with the aliases of those versions that go along."""
        going = {(version.model_id, version.version) for version in self._versions.values()}
        return [
            replace(
                model,
                aliases={alias: at for alias, at in model.aliases.items() if (model.id, at) in going},
                grants={},
                policies={},
                latest={},  # the import finds the newest versions by itself
            )
            for _, model in sorted(self._models.items())
        ]

    def _add_container(self, container: Catalog | Schema) -> None:
        if isinstance(container, Catalog):
            self._catalogs[container.name] = container
            schemas = self._tx.schemas.list(container.id)
        else:
            schemas = [container]
        for schema in schemas:
            self._add_schema(schema.name)
            for model in self._tx.models.search(Search(schema_id=schema.id, prompts=None)):
                self._add_model(model)

    def _add_model(self, model: Model) -> None:
        by_number = (Order("version"),)
        self._add_versions(model, self._tx.versions.search(Search(model_id=model.id, order=by_number, prompts=None)))

    def _add_versions(self, model: Model, versions: Sequence[Version]) -> None:
        if self._access is not None:
            self._access.authorise("exchange.export", model)
        self._models[model.name] = model
        self._versions.update({version.id: version for version in versions})
        if model.governed:
            self._add_schema(namespace_of(model.name))

    def _add_schema(self, name: str) -> None:
        schema = self._tx.schemas.get(name)
        catalog_name = name.partition(".")[0]
        if schema is not None and name not in self._schemas:
            self._schemas[name] = schema
            self._catalogs.setdefault(catalog_name, require_catalog(self._tx, catalog_name))
