"""Where the versions of a model go that is offered: the same model here, or one that is made for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from jupyter_modelreg.core.catalog.catalogs import ensure_schema, new_catalog
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.securables import Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import AlreadyExists, InvalidState
from jupyter_modelreg.core.exchange.placement import admitted_tags, authored
from jupyter_modelreg.core.exchange.reports import ReportBuilder, Target
from jupyter_modelreg.core.history.projection import IMPORTED_FROM
from jupyter_modelreg.core.names import check_model_name, is_governed, namespace_of
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.search import Condition, Search
from jupyter_modelreg.core.sync.changes import former_names
from jupyter_modelreg.core.sync.receiving.options import ReceivingOptions
from jupyter_modelreg.core.sync.receiving.page import Page
from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Models:
    """Finds, and makes, the models of a page."""

    def __init__(self, context: Context, options: ReceivingOptions, page: Page, report: ReportBuilder) -> None:
        self._context = context
        self._options = options
        self._page = page
        self._builder = report

    def target(self, origin: Model) -> Target:
        """Where the versions of a model go, which is made where it is lacking. Raises RegistryError."""
        check_model_name(origin.name)
        bare = replace(origin, aliases={})  # which are merged
        with self._context.read() as tx:
            local = tx.models.get(origin.name) or self._renamed(tx, origin)
            deleted = None if local is not None else deleted_hint(tx, origin)
        if local is not None and local.is_prompt != origin.is_prompt:
            raise AlreadyExists(f"{origin.name} is the name of a {kind_of(local)} there", "rename one of the two")
        if deleted is not None:
            raise InvalidState(f"{origin.name} was deleted where it would come to", deleted)
        if local is not None:
            self._builder.there(kind_of(origin))
            return Target(bare, local, fresh=False)
        if self._options.dry_run:
            self._builder.imported(kind_of(origin))
            return Target(bare, replace(bare, id=0, last_version=0), fresh=True)
        with self._context.write(self._options.reason) as work:
            schema = self._schema(work, namespace_of(origin.name)) if is_governed(origin.name) else None
            work.authorise("models.create", schema)
            used_up = work.tx.retired_names.highest(origin.name) if schema else 0
            model = replace(
                authored(origin, work.actor),
                id=work.next_id(),
                tags=admitted_tags(work.tx.root.get(), work.principal, origin.tags, origin.name, self._builder),
                schema_id=schema.id if schema else None,
                owner=(origin.owner if work.access is None else None) or work.principal,
                deprecated=localised_deprecation(self._page, work.tx, origin.deprecated),
                aliases={},
                latest={},
                last_version=max(origin.last_version, used_up),
                deleted_at=None,
            )
            work.log_created(model, {IMPORTED_FROM: self._options.sender})
        self._builder.imported(kind_of(origin))
        return Target(bare, model, fresh=True, used_up=used_up)

    def _renamed(self, tx: Transaction, origin: Model) -> Model | None:
        """What has come from the same model before, and has been renamed since, here or there."""
        names = {origin.name, *self._page.formerly.get(origin.name, ())}
        made = Search((Condition("created_at", "=", origin.created_at),), prompts=None)
        found = [
            model
            for model in tx.models.search(made)
            if model.created_by == origin.created_by and names & {model.name, *former_names(tx, model)}
        ]
        return found[0] if len(found) == 1 else None

    def _schema(self, work: UnitOfWork, name: str) -> Schema:
        """The schema of that name, which is made with its catalog as the sender describes them."""
        catalog = name.partition(".")[0]
        told = self._page.catalogs.get(catalog)
        if work.tx.catalogs.get(catalog) is None:
            new_catalog(work, catalog, told.description if told else None)
        schema = self._page.schemas.get(name)
        return ensure_schema(work, name, schema.description if schema else None)


def localised_deprecation(
    page: Page, tx: Transaction, told: Mapping[str, JsonValue] | None
) -> Mapping[str, JsonValue] | None:
    """What says that something is deprecated, with the id here of what to use instead, where that is here."""
    if told is None or "model" not in told:
        return told
    local = page.model_here(tx, told["model"])
    kept = {name: value for name, value in told.items() if name not in ("model", "version")}
    return kept if local is None else {**told, "model": local.id}


def deleted_hint(tx: Transaction, origin: Model) -> str | None:
    """What to do about a model that was deleted here, and is offered; None where it was not."""
    for model in whole(tx).models.trashed():
        if model.name == origin.name and model.created_at == origin.created_at:
            return f"restore it there: restore {origin.name}; or create a new model of that name"
    return None


def kind_of(model: Model) -> str:
    """What a model is called in reports."""
    return "prompt" if model.is_prompt else "model"
