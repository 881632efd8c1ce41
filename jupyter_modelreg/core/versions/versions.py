"""Versions: register, find, describe, move through stages, copy, delete, load."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.aliases import drop_aliases
from jupyter_modelreg.core.catalog.holders import held_versions
from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    require_model,
    require_version,
    resolve_version,
    resolve_versions,
)
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Registered, Version
from jupyter_modelreg.core.errors import (
    ArchivingRefused,
    PolicyRefused,
    SourceUnresolved,
)
from jupyter_modelreg.core.names import canonical_stage
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.fields import check_search
from jupyter_modelreg.core.query.paging import VERSION_ORDER, Page, decode_token, full_order, page_of
from jupyter_modelreg.core.query.search import Condition, Filter, Order, Search
from jupyter_modelreg.core.rules.holders import check_not_held
from jupyter_modelreg.core.searches.records import Facet
from jupyter_modelreg.core.versions.marks import VersionMarks
from jupyter_modelreg.core.versions.version_files import VersionFiles

if TYPE_CHECKING:  # what a process that only looks has no use for
    from jupyter_modelreg.core.unit_of_work import UnitOfWork

_ACTIVE_STAGES = ("Staging", "Production")
_NEWEST_FIRST = (Order("version", descending=True),)


class Versions(VersionMarks, VersionFiles):
    """`registry.versions`."""

    def register(
        self,
        source: str,
        model: str,
        *,
        aliases: Sequence[str] = (),
        tags: Mapping[str, str] | None = None,
        description: str | None = None,
        run_id: str | None = None,
        run_link: str | None = None,
        logged_model_id: str | None = None,
        local_folder: str | None = None,
        create_model: bool = True,
        check_source: bool = True,
        reason: str | None = None,
    ) -> Registered:
        """Register the model at `source` as the next version of `model`; the result says what to know about that.

        Args:
            source: a URI MLflow can download from (`runs:/…`, `models:/…`, `s3://…`) or a local folder.
            model: its name; created when missing, unless `create_model` is False.
            aliases: to point at the new version once it is READY.
            tags, description: of the version.
            run_id, run_link, logged_model_id: where it comes from, when `source` does not say.
            local_folder: the files of `source`, when they are at hand already.
            check_source: refuse a workspace version whose run or local folder is not there. MLflow's own store takes
                any source unseen; the files of a governed version are fetched in any case.

        Raises:
            InvalidInput: a malformed name, alias or tag.
            NotFound: no such model, and `create_model` is False.
            PolicyRefused: a governed model needs a signature with inputs and outputs, and has at most 10 aliases.
            InvalidState: `source` is a registered version that is not READY.
            SourceUnavailable: the files cannot be fetched; nothing was written.
            FilesDamaged: `source` is a governed version whose files have been tampered with.
            RegistryUnavailable: the disk is full, or cannot be written.
        """
        from jupyter_modelreg.core.versions.register import register
        from jupyter_modelreg.core.versions.request import RegistrationRequest

        request = RegistrationRequest(
            name=model,
            source=source,
            aliases=tuple(aliases),
            tags=tags or {},
            description=description,
            run_id=run_id,
            run_link=run_link,
            logged_model_id=logged_model_id,
            local_folder=local_folder,
            create_model=create_model,
            check_source=check_source,
            reason=reason,
        )
        return register(self._context, request)

    def get(self, reference: ReferenceLike) -> Version:
        """The one version `reference` names. Raises InvalidInput, NotFound, AliasNotFound."""
        return self._context.look(lambda tx: resolve_version(tx, reference))

    def resolve(self, reference: ReferenceLike) -> Sequence[Version]:
        """All versions `reference` names, as a range does, lowest first. Raises InvalidInput, NotFound."""
        with self._context.read() as tx:
            return resolve_versions(tx, reference)

    def list(self, model: str, *, limit: int | None = None, page_token: str | None = None) -> Page[Version]:
        """The versions of `model`, newest first, `limit` a page. Raises NotFound."""
        start = decode_token(page_token, _NEWEST_FIRST)
        with self._context.read() as tx:
            found = require_model(tx, model)
            search = Search(
                model_id=found.id, order=_NEWEST_FIRST, limit=limit and limit + 1, start=start, prompts=None
            )
            return page_of(tx.versions.search(search), limit, _NEWEST_FIRST)

    def count(self, model: str) -> int:
        """How many versions `model` has. Raises NotFound."""
        with self._context.read() as tx:
            return tx.versions.count(require_model(tx, model).id)

    def search(
        self,
        conditions: Sequence[Condition] = (),
        order: Sequence[Order] = (),
        *,
        prompts: bool = False,
        limit: int = 10_000,
        page_token: str | None = None,
    ) -> Page[Version]:
        """Versions that meet all `conditions`, `limit` a page.

        Raises InvalidInput for what versions cannot be searched by, and for a bad token.
        """
        check_search("version", conditions, order)
        return self._search(conditions, order, prompts, limit, page_token)

    def find(
        self,
        filter: str = "",
        *,
        order_by: str = "",
        limit: int = 100,
        page_token: str | None = None,
    ) -> Page[Version]:
        """Versions that a filter finds, as `alias = 'Champion' and metrics.auc > 0.9`, `limit` a page.

        Args:
            filter: conditions in the language of `core.query.language`; `@name` for a saved search; empty for all.
            order_by: what to sort by, as `metrics.auc desc, name`; by name unless that is said.

        Raises InvalidInput, which says where a filter or an order cannot be read, and what is expected there.
        """
        from jupyter_modelreg.core.query.finding import sought_of  # which only those need who write filters
        from jupyter_modelreg.core.searches.searches import as_written

        found = sought_of("version", *as_written(self._context, filter, order_by), self._context.now())
        return self._search(found.conditions, found.order, found.prompts, limit, page_token)

    def facets(
        self,
        filter: str = "",
        *,
        fields: Sequence[str] = ("catalog", "owner", "alias", "flavor", "tags"),
        limit: int = 5,
    ) -> Sequence[Facet]:
        """The versions that a filter finds by catalog, owner, alias, flavor and tag: the most frequent, with counts.

        Each value comes with the filter that asks for it as well, or no longer does where this one asks for it already.
        A count is what that filter finds. Values of more than 120 characters, and MLflow's own tags, are left out.

        Args:
            filter: as `find` takes it; empty for all.
            fields: which of these.
            limit: how many values of each.

        Raises InvalidInput, as `find` does, NotFound for a saved search that there is not.
        """
        from jupyter_modelreg.core.searches.facets import facets_of  # which only those need who narrow searches

        return facets_of(self._context, "version", filter, fields, limit)

    def _search(
        self,
        conditions: Sequence[Filter],
        order: Sequence[Order],
        prompts: bool | None,
        limit: int,
        page_token: str | None,
    ) -> Page[Version]:
        sorting = full_order(order, VERSION_ORDER)
        start = decode_token(page_token, sorting)
        with self._context.reading() as (tx, access):
            conditions = self._context.by_rights(tx, access, conditions)
            rows = tx.versions.search(
                Search(conditions=conditions, order=sorting, prompts=prompts, limit=limit + 1, start=start)
            )
            return page_of(rows, limit, sorting)

    def best(
        self, model: str, by: str, *, among: str = "", lowest: bool | None = None, limit: int = 1
    ) -> Sequence[Version]:
        """The `limit` best versions of `model`, the best first.

        Args:
            by: a metric, `auc` or `metrics.auc`, or another field that has an order, as `created`.
            among: only versions that this filter finds; see `find`.
            lowest: whether the lowest is best. Without it that is so of what is called a loss, an error or a latency.

        Versions that are not READY, or have no such value, are none of them. Raises InvalidInput, NotFound.
        """
        from jupyter_modelreg.core.query.finding import sought_of
        from jupyter_modelreg.core.query.ranking import best, ranking
        from jupyter_modelreg.core.searches.searches import as_written

        ranked = ranking(by, lowest)
        filter, _ = as_written(self._context, among, "")
        with self._context.reading() as (tx, access):
            found = require_model(tx, model)
            asked = sought_of("version", filter, "", self._context.now()).conditions
            return best(tx, found, ranked, self._context.by_rights(tx, access, asked), limit)

    def latest(self, models: Sequence[Model]) -> Mapping[int, Sequence[Version]]:
        """The newest version in each stage, by model id, in the order in which the stages were first used.

        It reads those that were the newest when the models were read, unless one of them has been deleted or has left
        its stage since.
        """
        found: dict[int, Sequence[Version]] = {model.id: () for model in models}
        there = [model for model in models if model.latest]
        if there:
            with self._context.read() as tx:
                found |= _newest(tx, there)
        return found

    def newest(self, models: Sequence[str]) -> Sequence[Version]:
        """The newest version in each stage of each of these models, for who has them by name; see `latest`.

        A model that is not there is left out.
        """
        with self._context.read() as tx:
            found = map(tx.models.get, dict.fromkeys(models))
            there = [model for model in found if model is not None and model.latest]
            return [version for versions in _newest(tx, there).values() for version in versions]

    def describe(
        self, reference: ReferenceLike, description: str | None, *, reason: str | None = None
    ) -> Sequence[Version]:
        """Replace the description of each version named, and return them; None removes it.

        Raises InvalidInput, NotFound.
        """
        with self._context.write(reason) as work:
            found = resolve_versions(work.tx, reference)
            model = require_model(work.tx, found[0].name)
            work.authorise("versions.describe", model)
            for version in found:
                work.log_update("version.updated", version, {"description": description})
            return [require_version(work.tx, model, version.version) for version in found]

    def transition(
        self, model: str, version: int, stage: str, *, archive_existing: bool = False, reason: str | None = None
    ) -> Version:
        """Move a version of a workspace model to a stage (MLflow: None, Staging, Production, Archived).

        With `archive_existing`, which only goes with Staging and Production, whatever else is in that stage is
        archived. Raises InvalidInput, NotFound, PolicyRefused (governed models have aliases instead).
        """
        to = canonical_stage(stage)
        if archive_existing and to not in _ACTIVE_STAGES:
            raise ArchivingRefused(
                f"moving to stage {to} cannot archive what is there",
                f"leave archiving out, or move to {' or '.join(_ACTIVE_STAGES)}",
            )
        with self._context.write(reason) as work:
            found = require_model(work.tx, model)
            work.authorise("versions.transition", found)
            if found.governed:
                raise PolicyRefused(
                    f"{model} is a governed model, and those have no stages",
                    f"use an alias: alias {model}@{to} {version}",
                )
            moving = require_version(work.tx, found, version)
            if archive_existing:
                for other in _in_stage(work, found, to):
                    if other.version != version:
                        work.log_update("version.stage", other, {"stage": "Archived"})
            work.log_update("version.stage", moving, {"stage": to})
            return require_version(work.tx, found, version)

    def delete(self, reference: ReferenceLike, *, force: bool = False, reason: str | None = None) -> Sequence[Version]:
        """Move the versions named to the trash; returns them. Numbers are never reused.

        With `force` the aliases that point at them are removed, and the log says what else they were held by.
        Raises InvalidInput, NotFound, and without `force` InvalidState while an alias, a pin, an endpoint, a copy or an
        open request holds one of them.
        """
        with self._context.write(reason) as work:
            gone = resolve_versions(work.tx, reference)
            model = require_model(work.tx, gone[0].name)
            work.authorise("versions.delete", model)
            numbers = {version.version for version in gone}
            pointing = {alias: at for alias, at in model.aliases.items() if at in numbers}
            holders = held_versions(work.tx, model, gone, work.now, work.principal)
            if not force:
                what = f"version {gone[0].reference}" if len(gone) == 1 else f"these versions of {model.name}"
                check_not_held(what, model.name, holders)
            drop_aliases(work, model, list(pointing))
            for version in gone:
                work.log_trashed(version, [each for each in holders if each.version == version.version])
            return gone

    def duplicates(self, reference: ReferenceLike) -> Sequence[Version]:
        """The other versions of the model that were made from the same logged model, run artifact or version.

        Newest first. Raises InvalidInput, NotFound.
        """
        from jupyter_modelreg.core.previews.standing import made_from_the_same

        with self._context.read() as tx:
            found = resolve_version(tx, reference)
            model = require_model(tx, found.name)
            same = made_from_the_same(tx, model, found.source or "", found.run_id, found.logged_model_id)
        return [version for version in same if version.id != found.id]

    def copy(self, reference: ReferenceLike, model: str, *, reason: str | None = None) -> Registered:
        """Register a version once more, as the next version of `model`, which is created when missing.

        Tags, description and run go along; aliases and stage do not (MLflow). A tag that its policy does not allow is
        left out, and warned of. A governed copy has links to the same bytes, so it costs no space and survives the
        deletion of the original.
        Raises InvalidInput, NotFound, PolicyRefused, SourceUnavailable.
        """
        from jupyter_modelreg.core.versions.register import register
        from jupyter_modelreg.core.versions.request import RegistrationRequest

        original = self.get(reference)
        request = RegistrationRequest(
            name=model,
            source=f"models:/{original.reference}",
            tags=original.tags,
            tags_carried=True,
            description=original.description,
            run_id=original.run_id,
            run_link=original.run_link,
            logged_model_id=original.logged_model_id,
            reason=reason,
        )
        try:
            return register(self._context, request)
        except SourceUnresolved:
            self.get(original.reference)  # where it was deleted a moment ago, that is what there is to say
            raise


def _newest(tx: Transaction, models: Sequence[Model]) -> dict[int, list[Version]]:
    there = {(version.model_id, version.version): version for version in tx.versions.latest(models)}
    found: dict[int, list[Version]] = {}
    for model in models:
        newest = [there.get((model.id, number)) for number in model.latest.values()]
        found[model.id] = [version for version in newest if version is not None]
        if [version.stage for version in found[model.id]] != list(model.latest):
            now = replace(model, latest=tx.versions.stages(model.id))
            found[model.id] = [require_version(tx, now, number) for number in now.latest.values()]
    return found


def _in_stage(work: UnitOfWork, model: Model, stage: str) -> list[Version]:
    return work.tx.versions.search(
        Search(model_id=model.id, conditions=(Condition("stage", "=", stage),), prompts=None)
    )
