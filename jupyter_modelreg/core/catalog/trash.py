"""The trash: deleted models and versions, until they are restored or purged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal

from jupyter_modelreg.core.bulk_unit import bulk_work
from jupyter_modelreg.core.catalog.lookup import require_model, resolve_versions
from jupyter_modelreg.core.catalog.pruning import PruneRules, plan
from jupyter_modelreg.core.catalog.purging import Chosen, Held, check_none_kept, choose, held_in_trash, kept_of
from jupyter_modelreg.core.catalog.restoring import restore_model, restore_version
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.trash import Prune, Purged, Trashed
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.names import check_model_name
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.references import Reference, parse_reference
from jupyter_modelreg.core.rules.holders import forced_by
from jupyter_modelreg.core.usage.summary import recent_users

# How many rows a unit of work removes: others wait for so long, and no longer.
_AT_ONCE = 1000

_PURGED = "trash lists what is there; what was purged is in a backup only"


class Trash(Topic):
    """`registry.trash`."""

    def list(self, name: str | None = None) -> Sequence[Trashed]:
        """What is in the trash, the newest first: of the model, schema or catalog called `name`, or all.

        A model stands for all its versions; a version is listed where its model is not in the trash.
        """
        with self._context.read() as tx:
            found = list(_trashed(tx))
        wanted = [each for each in found if name is None or f"{each.name}.".startswith(f"{name}.")]
        return sorted(wanted, key=lambda each: (-each.deleted_at, each.id))

    def count(self) -> int:
        """How many models and versions `list` lists."""
        with self._context.read() as tx:
            return tx.models.count_trashed() + tx.versions.count_trashed()

    def restore(
        self, reference: str, *, id: int | None = None, name: str | None = None, reason: str | None = None
    ) -> Model | Version:
        """Take a model, or a version, out of the trash; a model may come back under another `name`.

        A model comes back with the versions, aliases and tags that it had. Of several models that were called so, it is
        the one with the `id` that `list` gives, or the one deleted last. A version comes back without the aliases that
        were removed when it was deleted.
        Raises InvalidInput, NotFound, AlreadyExists (the name is taken: `name` names another).
        """
        asked = parse_reference(reference)
        if name is not None:
            check_model_name(name)
        with self._context.write(reason) as work:
            if asked.whole_model:
                model = _trashed_model(work.tx, asked.model, id)
                work.authorise("trash.restore", model)
                restore_model(work, model, name or model.name)
                return require_model(work.tx, name or model.name)
            if id is not None:
                raise InvalidInput("a version is told by its number", "leave the id out")
            if name is not None:
                raise InvalidInput("a version has no name of its own", f"leave out {name}, or copy the version there")
            version = _trashed_version(work.tx, asked)
            work.authorise("trash.restore", require_model(work.tx, version.name))
            restore_version(work, version)
            [restored] = resolve_versions(work.tx, Reference(version.name, (version.version, version.version)))
            return restored

    def prune(
        self,
        name: str,
        *,
        keep: int,
        unused_for: int | None = None,
        namespace: str | None = None,
        reason: str | None = None,
    ) -> Prune:
        """Move old versions to the trash, in one unit of work; `previews.prune` says before what would go.

        A version stays when an alias, a pin, an endpoint, a copy that stays or an open request holds it, and when it is
        being registered.

        Args:
            name: a model, or a schema or catalog for every model in it but prompts.
            keep: of each model as many of the newest versions that are READY stay, and what is newer than those.
            unused_for: what was loaded within so many milliseconds stays, too.
            namespace: `catalog` or `catalog.schema`, in front of a short name.
            reason: kept in the log.

        Raises InvalidInput, NotFound.
        """
        with self._context.write(reason) as work:
            since = None if unused_for is None else work.now - unused_for
            rules = PruneRules(name=name, namespace=namespace, keep=keep, unused_since=since)
            found = plan(work.tx, rules, work.now, work.principal)
            for model, versions in found.gone:
                work.authorise("trash.prune", model)
                for version in versions:
                    work.log_trashed(version)
            return found.told

    def purge(
        self,
        references: Sequence[str] = (),
        *,
        ids: Sequence[int] = (),
        older_than: int | None = None,
        dry_run: bool = False,
        force: bool = False,
        reason: str | None = None,
    ) -> Purged:
        """Remove for good what is in the trash, files included; returns what went, or with `dry_run` would go.

        It goes piece by piece, so that others get their turn, and can be called again when it was cut off. What a pin,
        an endpoint, a copy or an open request holds stays, with its whole model where that is in the trash, too; where
        it is named, that is an error. A copy of a purged version keeps its files: each version has links of its own.

        Args:
            references: models and versions, by names that they had when they were deleted; none of these, and no
                `ids`, for everything.
            ids: models and versions by the ids that `list` gives, which tell those of one name apart.
            older_than: leave what has been in the trash for less than so many milliseconds.
            dry_run: change nothing.
            force: remove what is held, too; the log says by what.
            reason: kept in the log.

        Raises InvalidInput, NotFound for a reference, or an id, of nothing that is in the trash, and without `force`
        InvalidState for one of what is held.
        """
        now = self._context.now()
        before = None if older_than is None else now - older_than
        with self._context.read() as tx:
            chosen = choose(tx, references, ids, before)
            held = held_in_trash(tx, chosen, now, self._context.principal)
            kept = () if force else kept_of(chosen, held)
            if (references or ids) and not dry_run:
                check_none_kept(kept)
            chosen = chosen.without(kept)
            users = recent_users(tx, chosen.versions, now)
        if not dry_run:
            # Somebody else may have restored, or purged, some of it meanwhile.
            versions = self._purge_versions(chosen.versions, held, reason)
            chosen = Chosen(self._purge_models(chosen.models, reason), versions)
        gone = {model.id for model in chosen.models}
        alone = [version.reference for version in chosen.versions if version.model_id not in gone]
        return Purged(
            models=len(chosen.models),
            versions=len(chosen.versions),
            size=_size(chosen.versions),
            names=[*(model.name for model in chosen.models), *alone],
            users=users,
            kept=kept,
        )

    def _purge_versions(self, versions: Sequence[Version], held: Held, reason: str | None) -> Sequence[Version]:
        purged: list[Version] = []
        for start in range(0, len(versions), _AT_ONCE):
            piece = versions[start : start + _AT_ONCE]
            with bulk_work(self._context, None, reason) as work:
                # What has been restored, or purged by somebody else, since it was chosen is left alone.
                now = work.tx.bulk.versions([(each.model_id, each.version) for each in piece])
                models = {each: work.tx.models.by_id(each) for each in {version.model_id for version in now}}
                for model in models.values():
                    if model is not None:
                        work.authorise("trash.purge", model)
                there = [each for each in now if _in_trash(each, models[each.model_id])]
                gone = sorted(there, key=lambda version: version.id)
                work.tx.bulk.delete_versions([version.id for version in gone])
                for version in gone:
                    # The id, which names its folder: proof that what may be left there belongs to nothing any more.
                    forced = forced_by(held.get((version.model_id, version.version), ()))
                    work.gather("version.purged", version, before={"id": version.id}, after=forced)
            # Rows first: files without a row are litter, a row without files would be a lie.
            for version in gone:
                if version.managed:
                    self._context.files.remove(version.id)
            purged += gone
        return purged

    def _purge_models(self, models: Sequence[Model], reason: str | None) -> Sequence[Model]:
        purged: list[Model] = []
        for start in range(0, len(models), _AT_ONCE):
            with bulk_work(self._context, None, reason) as work:
                there = {model.id for model in work.tx.models.trashed()}
                full = {version.model_id for version in work.tx.versions.trashed()}
                gone = [each for each in models[start : start + _AT_ONCE] if each.id in there - full]
                for model in gone:
                    work.authorise("trash.purge", model)
                work.tx.bulk.delete_models([model.id for model in gone])
                for model in gone:
                    work.gather("model.purged", model)
            purged += gone
        return purged


def _in_trash(version: Version, model: Model | None) -> bool:
    return version.deleted_at is not None or model is None or model.deleted_at is not None


def _trashed_model(tx: Transaction, name: str, model_id: int | None) -> Model:
    named = [model for model in tx.models.trashed() if model.name == name]
    found = [model for model in named if model_id in (None, model.id)]
    if named and not found:
        raise NotFound(f"no {name} in the trash has the id {model_id}", "trash lists what is there, with its ids")
    if not found:
        if tx.models.get(name) is not None:
            raise NotFound(f"{name} is not in the trash: it is there", "to restore a version of it: restore MODEL/N")
        raise NotFound(f"{name} is not in the trash", _PURGED)
    return max(found, key=lambda model: (model.deleted_at or 0, model.id))


def _trashed_version(tx: Transaction, reference: Reference) -> Version:
    if reference.versions is None or reference.versions[0] != reference.versions[1]:
        raise InvalidInput(f"{reference} names no single version", f"write {reference.model}/3")
    number = reference.versions[0]
    model = tx.models.get(reference.model)
    if model is None:
        raise NotFound(
            f"the model {reference.model} is not there", f"restore {reference.model} brings all its versions back"
        )
    found = tx.versions.numbered(model.id, number)
    if found is None:
        raise NotFound(f"{reference} is not in the trash", _PURGED)
    if found.deleted_at is None:
        raise NotFound(f"{reference} is not in the trash: it is there", "trash lists what is in it")
    return replace(found, name=model.name)


def _trashed(tx: Transaction) -> Iterator[Trashed]:
    models = {model.id: model for model in tx.models.trashed()}
    held: dict[int, list[Version]] = {each: [] for each in models}
    for version in tx.versions.trashed():
        if version.model_id in models:
            held[version.model_id].append(version)
        else:
            yield _shown(version, "version", version.version, [version])
    for model in models.values():
        yield _shown(model, "prompt" if model.is_prompt else "model", None, held[model.id])


def _shown(
    what: Model | Version, kind: Literal["model", "prompt", "version"], version: int | None, versions: Sequence[Version]
) -> Trashed:
    return Trashed(
        kind=kind,
        id=what.id,
        name=what.name,
        version=version,
        versions=len(versions),
        size=_size(versions),
        deleted_at=what.deleted_at or 0,
        deleted_by=what.updated_by,
    )


def _size(versions: Sequence[Version]) -> int:
    """Bytes of the files that the registry keeps of these versions."""
    return sum(version.stored_size for version in versions)
