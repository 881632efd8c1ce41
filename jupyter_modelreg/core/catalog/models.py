"""Models: create, find, rename, describe, delete."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.catalogs import ensure_schema
from jupyter_modelreg.core.catalog.holders import held_model, held_name
from jupyter_modelreg.core.catalog.lookup import require_catalog, require_model, require_schema
from jupyter_modelreg.core.catalog.tags import check_tags
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import Holder, JsonValue
from jupyter_modelreg.core.names import check_model_name, is_governed, namespace_of
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.fields import check_search
from jupyter_modelreg.core.query.paging import BY_NAME, Page, decode_token, full_order, page_of
from jupyter_modelreg.core.query.search import Condition, Filter, Order, Search
from jupyter_modelreg.core.rules.holders import check_not_held, forced_by
from jupyter_modelreg.core.rules.models import check_name_free, check_rename
from jupyter_modelreg.core.rules.promotion import promotion_target
from jupyter_modelreg.core.searches.records import Facet

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Models(Topic):
    """`registry.models`."""

    def create(
        self,
        name: str,
        *,
        description: str | None = None,
        tags: Mapping[str, str] | None = None,
        deployment_job_id: str | None = None,
        reason: str | None = None,
    ) -> Model:
        """Create a model without versions; a governed one brings its catalog and schema along.

        Raises InvalidInput, AlreadyExists.
        """
        check_model_name(name)
        checked = check_tags(tags)
        with self._context.write(reason) as work:
            check_name_free(work.tx.models.get(name), checked)
            return new_model(work, name, description, checked, deployment_job_id)

    def get(self, name: str) -> Model:
        """The model called `name`. Raises InvalidInput, NotFound."""
        return self._context.look(lambda tx: require_model(tx, name))

    def list(
        self,
        namespace: str | None = None,
        *,
        workspace: bool = False,
        limit: int | None = None,
        page_token: str | None = None,
    ) -> Page[Model]:
        """Models by name, `limit` a page: of one schema or catalog, of the workspace only, or all. Raises NotFound."""
        start = decode_token(page_token, BY_NAME)
        with self._context.read() as tx:
            search = replace(_within(tx, namespace, workspace), limit=limit and limit + 1, start=start)
            return page_of(tx.models.search(search), limit, BY_NAME)

    def count(self, namespace: str | None = None, *, workspace: bool = False) -> int:
        """How many models `list` has on all its pages. Raises NotFound."""
        with self._context.read() as tx:
            return tx.models.count(_within(tx, namespace, workspace))

    def promotion_target(self, name: str) -> str | None:
        """The full name that the model `name` would be promoted to, whether or not it is there; None without one.

        It is the same schema and model in the next catalog there is of dev, test, staging and prod.
        """
        with self._context.read() as tx:
            return promotion_target(name, [each.name for each in tx.catalogs.list()])

    def search(
        self,
        conditions: Sequence[Condition] = (),
        order: Sequence[Order] = (),
        *,
        prompts: bool = False,
        limit: int = 100,
        page_token: str | None = None,
    ) -> Page[Model]:
        """Models (or prompts) that meet all `conditions`, `limit` a page.

        Raises InvalidInput for what models cannot be searched by, and for a bad token.
        """
        check_search("model", conditions, order)
        return self._search(conditions, order, prompts, limit, page_token)

    def find(
        self,
        filter: str = "",
        *,
        order_by: str = "",
        limit: int = 100,
        page_token: str | None = None,
    ) -> Page[Model]:
        """Models that a filter finds, as `tags.team = 'risk' and metrics.auc > 0.9`, `limit` a page.

        What only versions have is asked of each version: a model is found when one of them meets all of the filter, and
        one without any versions when it does so with nothing in these fields.

        Args:
            filter: conditions in the language of `core.query.language`; `@name` for a saved search; empty for all.
            order_by: what to sort by, as `updated desc, name`; by name unless that is said.

        Raises InvalidInput, which says where a filter or an order cannot be read, and what is expected there.
        """
        from jupyter_modelreg.core.query.finding import sought_of  # which only those need who write filters
        from jupyter_modelreg.core.searches.searches import as_written

        found = sought_of("model", *as_written(self._context, filter, order_by), self._context.now())
        return self._search(found.conditions, found.order, found.prompts, limit, page_token)

    def facets(
        self,
        filter: str = "",
        *,
        fields: Sequence[str] = ("catalog", "owner", "alias", "flavor", "tags"),
        limit: int = 5,
    ) -> Sequence[Facet]:
        """The models that a filter finds by catalog, owner, alias, flavor and tag: the most frequent, with counts.

        Each value comes with the filter that asks for it as well, or no longer does where this one asks for it already.
        A count is what that filter finds. Values of more than 120 characters, and MLflow's own tags, are left out.

        Args:
            filter: as `find` takes it; empty for all.
            fields: which of these.
            limit: how many values of each.

        Raises InvalidInput, as `find` does, NotFound for a saved search that there is not.
        """
        from jupyter_modelreg.core.searches.facets import facets_of  # which only those need who narrow searches

        return facets_of(self._context, "model", filter, fields, limit)

    def _search(
        self,
        conditions: Sequence[Filter],
        order: Sequence[Order],
        prompts: bool | None,
        limit: int,
        page_token: str | None,
    ) -> Page[Model]:
        sorting = full_order(order, BY_NAME)
        start = decode_token(page_token, sorting)
        with self._context.reading() as (tx, access):
            conditions = self._context.by_rights(tx, access, conditions)
            rows = tx.models.search(
                Search(conditions=conditions, order=sorting, prompts=prompts, limit=limit + 1, start=start)
            )
            return page_of(rows, limit, sorting)

    def rename(self, name: str, new_name: str, *, force: bool = False, reason: str | None = None) -> Model:
        """Give a model another name; aliases, tags, versions and files stay with it.

        A governed model can move to another schema, but not become a workspace model, nor the other way round. Aliases
        are not asked about here: `previews.rename` names them.
        Raises InvalidInput, NotFound, AlreadyExists, and without `force` InvalidState while an open request names it.
        """
        check_model_name(new_name)
        with self._context.write(reason) as work:
            model = require_model(work.tx, name)
            work.authorise("models.rename", model)
            check_rename(model, new_name, work.tx.models.get(new_name))
            holders = held_name(work.tx, model, work.now, work.principal) if new_name != name else []
            if not force:
                check_not_held(f"model {name}", name, holders, "renamed")
            rename_model(work, model, new_name, holders)
            return require_model(work.tx, new_name)

    def describe(self, name: str, description: str | None, *, reason: str | None = None) -> Model:
        """Replace the description; None removes it. Raises NotFound."""
        with self._context.write(reason) as work:
            return _update(work, "models.describe", name, {"description": description})

    def set_deployment_job(self, name: str, job_id: str | None, *, reason: str | None = None) -> Model:
        """Remember which deployment job MLflow's client connected to the model. Raises NotFound."""
        with self._context.write(reason) as work:
            return _update(work, "models.set_deployment_job", name, {"deployment_job_id": job_id})

    def delete(self, name: str, *, force: bool = False, reason: str | None = None) -> Model:
        """Move a model with all its versions to the trash; returns it as it was, with the aliases that go with it.

        Raises NotFound, and without `force` InvalidState while one of its versions is held by an alias, a pin, an
        endpoint, a copy in another model or an open request; with it the log says what held them.
        """
        with self._context.write(reason) as work:
            model = require_model(work.tx, name)
            work.authorise("models.delete", model)
            holders = held_model(work.tx, model, work.now, work.principal)
            if not force:
                check_not_held(f"model {name}", name, holders)
            _to_trash(work, model, holders)
            return model

    def withdraw(self, name: str, model_id: int, *, reason: str | None = None) -> bool:
        """Delete a model again that was created for a version that never came; whether that was done.

        It stays when `model_id` is not its id, or when anything has happened to it since it was created. Raises
        NotFound.
        """
        with self._context.write(reason) as work:
            model = require_model(work.tx, name)
            work.authorise("models.withdraw", model)
            if model.id != model_id or len(work.tx.events.recent(EventQuery(subject=("model", model.id)), limit=2)) > 1:
                return False
            _to_trash(work, model)
            return True


def new_model(
    work: UnitOfWork,
    name: str,
    description: str | None = None,
    tags: Mapping[str, str] | None = None,
    deployment_job_id: str | None = None,
) -> Model:
    """Insert a model that does not exist yet, with its schema and catalog.

    A governed name that was used before goes on counting where it left off, whatever has become of its model, so that
    no number is used twice; a workspace model starts again at 1, as a client of MLflow's own store sees it.
    """
    governed = is_governed(name)
    schema = ensure_schema(work, namespace_of(name)) if governed else None
    work.authorise("models.create", schema)
    model = Model(
        id=work.next_id(),
        name=name,
        schema_id=schema.id if schema else None,
        description=description,
        tags=tags or {},
        last_version=work.tx.retired_names.highest(name) if governed else 0,
        deployment_job_id=deployment_job_id,
        owner=work.principal,
        **work.stamp,
    )
    work.log_created(model)
    return model


def rename_model(work: UnitOfWork, model: Model, new_name: str, forced: Sequence[Holder] = ()) -> None:
    """Give a model another name, which has been found free, or the one it has; a governed one keeps its numbers.

    `forced` is what it was held by.
    """
    before: dict[str, JsonValue] = {"name": model.name}
    after: dict[str, JsonValue] = {"name": new_name}
    if new_name != model.name:
        schema = ensure_schema(work, namespace_of(new_name)) if model.governed else None
        work.authorise("models.create", schema)
        work.check_unused(model, new_name)
        if schema is not None:
            work.check_moved(model, new_name)
            last_version = max(model.last_version, work.tx.retired_names.highest(new_name))
            before |= {"schema_id": model.schema_id, "last_version": model.last_version}
            after |= {"schema_id": schema.id, "last_version": last_version}
    work.log("model.renamed", model, name=new_name, before=before, after={**after, **forced_by(forced)})


def _within(tx: Transaction, namespace: str | None, workspace: bool) -> Search:
    """The search for all models of a catalog or a schema, of the workspace only, or of everything."""
    if namespace is None:
        return Search(workspace=workspace)
    if "." in namespace:
        return Search(workspace=workspace, schema_id=require_schema(tx, namespace).id)
    return Search(workspace=workspace, catalog_id=require_catalog(tx, namespace).id)


def _to_trash(work: UnitOfWork, model: Model, forced: Sequence[Holder] = ()) -> None:
    before: dict[str, JsonValue] = {
        "description": model.description,
        "aliases": dict(model.aliases),
        "tags": dict(model.tags),
    }
    work.log("model.deleted", model, before=before, after=forced_by(forced))


def _update(work: UnitOfWork, action: str, name: str, changes: Mapping[str, str | None]) -> Model:
    model = require_model(work.tx, name)
    work.authorise(action, model)
    work.log_update("model.updated", model, changes)
    return require_model(work.tx, name)
