"""What a change would do, for whoever is about to make it: a dialog, a command, a program. Nothing is changed here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from jupyter_modelreg.core.catalog.catalogs import held_by
from jupyter_modelreg.core.catalog.holders import held_model, held_name, held_versions
from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    as_reference,
    deprecation_of,
    require_catalog,
    require_model,
    require_schema,
    require_version,
    resolve_version,
    resolve_versions,
)
from jupyter_modelreg.core.catalog.pruning import PruneRules, plan
from jupyter_modelreg.core.catalog.trash import Trash
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.previews import ChangePreview, DeletionPreview, RenamePreview
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.trash import Prune, Purged
from jupyter_modelreg.core.entities.values import ChangeWarning, JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.governance.tags import admitted
from jupyter_modelreg.core.names import check_model_name, check_settable_alias
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.previews import policies
from jupyter_modelreg.core.previews.standing import Change, Standing, made_from_the_same
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.core.rules.deprecations import deprecation_warning
from jupyter_modelreg.core.rules.models import check_rename
from jupyter_modelreg.core.rules.warnings import tag_warnings
from jupyter_modelreg.core.usage.summary import recent_users

if TYPE_CHECKING:
    from jupyter_modelreg.core.versions.request import RegistrationRequest

_NEW = "the new version"


class Previews(Topic):
    """`registry.previews`."""

    def register(
        self, source: str, model: str, *, aliases: Sequence[str] = (), tags: Mapping[str, str] | None = None
    ) -> ChangePreview:
        """What registering `source` as the next version of `model` would do; see `versions.register`.

        A source that is not there is no error yet, and the signature of one that would have to be downloaded is not
        compared. Raises InvalidInput.
        """
        from jupyter_modelreg.core.versions.request import RegistrationRequest

        request = RegistrationRequest(name=model, source=source, aliases=tuple(aliases), tags=tags or {}).checked()
        return self._new_version(request, self._facts(request))

    def copy(self, reference: ReferenceLike, model: str, *, aliases: Sequence[str] = ()) -> ChangePreview:
        """What copying a version to `model`, and pointing `aliases` at the copy, would do; see `versions.copy`.

        Raises InvalidInput, NotFound.
        """
        from jupyter_modelreg.core.versions.request import RegistrationRequest

        with self._context.read() as tx:
            original = resolve_version(tx, reference)
        source = f"models:/{original.reference}"
        request = RegistrationRequest(
            name=model, source=source, aliases=tuple(aliases), tags=original.tags, tags_carried=True
        ).checked()
        return self._new_version(request, _Facts.of(original), original)

    def alias(self, model: str, alias: str, version: int) -> ChangePreview:
        """What pointing `alias` of `model` at `version` would do; see `aliases.set`. Raises NotFound.

        An alias that cannot be set is InvalidInput.
        """
        check_settable_alias(alias)
        with self._context.read() as tx:
            found = require_model(tx, model)
            target = require_version(tx, found, version)
            standing = Standing.of(tx, found, [alias])
            more = [
                *_deprecated(tx, found, target),
                *policies.of_alias(self._context, tx, found, target, alias),
            ]
        change = Change(
            what=target.reference,
            model=model,
            version=version,
            new=False,
            tags=target.tags,
            aliases=[alias],
            signature=target.signature,
            more=more,
        )
        return _preview(standing, change)

    def rename(self, name: str, new_name: str) -> RenamePreview:
        """What giving the model `name` another name would do; see `models.rename`. Raises NotFound."""
        with self._context.read() as tx:
            model = require_model(tx, name)
            holders = held_name(tx, model, self._context.now(), self._context.principal) if new_name != name else []
            told = RenamePreview(name=name, new_name=new_name, aliases=model.aliases, holders=holders)
            try:
                check_rename(model, check_model_name(new_name), tx.models.get(new_name))
            except RegistryError as error:
                return replace(told, blocked=error.message, hint=error.hint)
            return told

    def delete(self, reference: ReferenceLike) -> DeletionPreview:
        """What deleting a model, or the versions that `reference` names, would take away; see `versions.delete`.

        Raises InvalidInput, NotFound.
        """
        asked = as_reference(reference)
        with self._context.read() as tx:
            model = require_model(tx, asked.model)
            if asked.whole_model:
                gone = tx.versions.search(Search(model_id=model.id, prompts=None))
                return self._deletion(tx, DeletionPreview(kind="model", name=model.name), model, gone)
            gone = resolve_versions(tx, asked)
            name = gone[0].reference if len(gone) == 1 else str(asked)
            return self._deletion(tx, DeletionPreview(kind="version", name=name), model, gone)

    def delete_container(self, name: str) -> DeletionPreview:
        """What deleting the schema (`catalog.schema`) or catalog called `name` would take away: it must be empty.

        Raises NotFound.
        """
        with self._context.read() as tx:
            return _schema_deletion(tx, name) if "." in name else _catalog_deletion(tx, name)

    def prune(self, name: str, *, keep: int, unused_for: int | None = None, namespace: str | None = None) -> Prune:
        """What pruning a model, or the models of a schema or catalog, would put into the trash; see `trash.prune`.

        Raises InvalidInput, NotFound.
        """
        now = self._context.now()
        since = None if unused_for is None else now - unused_for
        with self._context.read() as tx:
            rules = PruneRules(name=name, namespace=namespace, keep=keep, unused_since=since)
            return plan(tx, rules, now, self._context.principal).told

    def purge(
        self,
        references: Sequence[str] = (),
        *,
        ids: Sequence[int] = (),
        older_than: int | None = None,
        force: bool = False,
    ) -> Purged:
        """What purging the trash, or what is named in it, would remove for good; see `trash.purge`.

        Raises InvalidInput, NotFound.
        """
        return Trash(self._context).purge(references, ids=ids, older_than=older_than, force=force, dry_run=True)

    def _deletion(
        self, tx: Transaction, about: DeletionPreview, model: Model, gone: Sequence[Version]
    ) -> DeletionPreview:
        now, principal = self._context.now(), self._context.principal
        if about.kind == "model":
            holders = held_model(tx, model, now, principal)
        else:
            holders = held_versions(tx, model, gone, now, principal)
        return replace(_deletion(about, model, gone), holders=holders, users=recent_users(tx, gone, now))

    def _new_version(
        self, request: RegistrationRequest, facts: _Facts, original: Version | None = None
    ) -> ChangePreview:
        with self._context.read() as tx:
            model = tx.models.get(request.name)
            standing = Standing.of(tx, model, request.aliases)
            same = []
            if model is not None:
                same = made_from_the_same(tx, model, request.source, facts.run_id, facts.logged_model_id)
            more = [
                *([] if original is None else _deprecated(tx, tx.models.get(original.name), original)),
                *_deprecated(tx, model),
                *self._refused_tags(tx, request),
                *policies.of_new(self._context, tx, model, request, original),
            ]
        change = Change(
            what=_NEW,
            model=request.name,
            version=standing.next_version,
            new=True,
            tags=request.tags,
            aliases=request.aliases,
            signature=facts.signature,
            signature_known=facts.signature_known,
            same=same,
            more=more,
        )
        return _preview(standing, change)

    def _refused_tags(self, tx: Transaction, request: RegistrationRequest) -> Sequence[ChangeWarning]:
        """Which tags would be refused, or left out."""
        _, refused = admitted(tx.root.get(), self._context.principal, request.tags)
        return tag_warnings(refused, left_out=request.tags_carried)

    def _facts(self, request: RegistrationRequest) -> _Facts:
        from jupyter_modelreg.core.versions.register import registered_source

        try:
            original = registered_source(self._context, request)
            if original is not None:
                return _Facts.of(original)
            tracking = self._context.tracking
            found = tracking.resolve(request.source, None, None)
            signature = tracking.signature(request.source, found.location)
        except RegistryError:  # which registering will raise; until then there is nothing to compare with
            return _Facts()
        return _Facts(found.run_id, found.logged_model_id, signature, signature is not None)


@dataclass(frozen=True)
class _Facts:
    """What is known of a source."""

    run_id: str | None = None
    logged_model_id: str | None = None
    signature: Mapping[str, JsonValue] | None = None
    signature_known: bool = False

    @classmethod
    def of(cls, version: Version) -> _Facts:
        return cls(version.run_id, version.logged_model_id, version.signature, signature_known=True)


def _deprecated(tx: Transaction, model: Model | None, version: Version | None = None) -> Sequence[ChangeWarning]:
    """That a version, or its model, is deprecated."""
    told = deprecation_of(tx, model, version)
    what = version.reference if version is not None else model.name if model is not None else ""
    return [] if told is None else [deprecation_warning(what, told)]


def _preview(standing: Standing, change: Change) -> ChangePreview:
    return ChangePreview(
        model=change.model,
        creates=standing.model is None,
        version=change.version,
        moves=standing.moves(change.aliases, change.version),
        warnings=standing.warnings(change),
    )


def _deletion(about: DeletionPreview, model: Model, gone: Sequence[Version]) -> DeletionPreview:
    numbers = {version.version for version in gone}
    return replace(
        about,
        versions=len(gone),
        aliases={alias: at for alias, at in model.aliases.items() if at in numbers},
        pinned=tuple(sorted(version.version for version in gone if version.pinned)),
        managed=sum(version.managed for version in gone),
        size=sum(version.stored_size for version in gone),
        next_version=model.last_version + 1 if model.governed or about.kind == "version" else 1,
    )


def _schema_deletion(tx: Transaction, name: str) -> DeletionPreview:
    held = held_by(tx, require_schema(tx, name))
    blocked = f"schema {name} still holds {held}" if held else None
    return DeletionPreview(kind="schema", name=name, blocked=blocked)


def _catalog_deletion(tx: Transaction, name: str) -> DeletionPreview:
    held = held_by(tx, require_catalog(tx, name))
    blocked = f"catalog {name} still holds {held}" if held else None
    return DeletionPreview(kind="catalog", name=name, blocked=blocked)
