"""Taking what another registry offers: the models and versions that are lacking here, each under the rights here.

A version is known by when it was made, by whom and from what, whatever its number is. Where its number is taken it has
the next one that is free. What is in the trash here, or was purged, was deleted here, and does not come again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.catalog.catalogs import ensure_schema, new_catalog
from jupyter_modelreg.core.context import Context, noting_units
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    InvalidState,
    NotFound,
    RegistryBusy,
    RegistryError,
    RegistryUnavailable,
)
from jupyter_modelreg.core.exchange.managed_versions import ImportOptions, ManagedVersionImport
from jupyter_modelreg.core.exchange.placement import admitted_tags, authored, imported, localised, refresh, tags_here
from jupyter_modelreg.core.exchange.places import Places, one_place
from jupyter_modelreg.core.exchange.reports import ReportBuilder, Skipped, Target
from jupyter_modelreg.core.exchange.schema import CATALOGS, FILES, MODELS, SCHEMAS, VERSIONS
from jupyter_modelreg.core.governance.cases import Files
from jupyter_modelreg.core.history.facts import record_of
from jupyter_modelreg.core.history.projection import IMPORTED_FROM
from jupyter_modelreg.core.lineage.records import CameFrom, CopyOf, Lineage
from jupyter_modelreg.core.names import check_model_name, is_governed, namespace_of
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.search import Condition, Search
from jupyter_modelreg.core.sync.changes import former_names
from jupyter_modelreg.core.sync.marks import OPEN, Marks, marks_of
from jupyter_modelreg.core.sync.receiving.merging import Decisions, Merged, merge
from jupyter_modelreg.core.sync.records import Change, Offer, Received, Renumbered, Side, SyncReport, version_key
from jupyter_modelreg.core.sync.tables import CHANGES, records_in
from jupyter_modelreg.core.unit_of_work import UnitOfWork

GiveFiles = Callable[[Version, Sequence[FileEntry]], AbstractContextManager[ModelFiles]]
"""The files of a version that is offered. Raises SourceUnavailable, NotFound where they are not to be had."""


@dataclass(frozen=True)
class ReceivingOptions:
    """How to receive.

    Attributes:
        sender, receiver: what the two are called.
        local: whether the paths that the sender names are paths of this machine.
        settled: whose value stands where both have changed something; by the name of the item, or for all others.
        dry_run: only say what would be done.
        reason: why, for the log.
    """

    sender: str
    receiver: str
    local: bool = False
    prefer: Side | None = None
    choices: Mapping[str, Side] = field(default_factory=dict)
    dry_run: bool = False
    reason: str | None = None


class Receiving:
    """What a registry does with offers of another one, one after the other."""

    def __init__(self, context: Context, options: ReceivingOptions, give: GiveFiles) -> None:
        self._context = context
        self._options = options
        self._give = give

    def take(self, offer: Offer) -> Received:
        """Take a page; what cannot come is reported, not raised. Raises InvalidInput for what is no offer."""
        page = _Page.of(offer)
        with self._context.reading() as (tx, access):
            marks = marks_of(tx, offer.registry, None if access is None else access.actor)
        with noting_units() as units:
            done = _Receiving(self._context, self._options, self._give, page, marks)
            done.run()
        with self._context.read() as tx:
            spans = [] if self._options.dry_run else [_span(whole(tx), unit) for unit in units]
        return Received(
            report=done.report(),
            units=spans,
            differing={**{name: [] for name in offer.complete}, **done.differing},
            news=done.news,
        )

    def lacking(self, offer: Offer) -> Sequence[Version]:
        """The offered versions whose files would have to be given. Raises InvalidInput for what is no offer."""
        page = _Page.of(offer)
        found: list[Version] = []
        with self._context.read() as tx:
            for origin in page.models:
                local = tx.models.get(origin.name)
                known = {} if local is None else _known(tx, local)
                found += [
                    version
                    for version in page.versions.get(origin.name, ())
                    if version.managed and _status(known.get(_identity(version))) != "READY"
                ]
        return found


@dataclass(frozen=True)
class _Page:
    """An offer, read."""

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
    def of(cls, offer: Offer) -> _Page:
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


@dataclass
class _OfferedFiles:
    """`core.ports.ImportSource`, as far as one is asked for when versions come one by one."""

    uri: str
    local: bool
    page: _Page
    give: GiveFiles

    def containers(self) -> Sequence[Catalog | Schema]:
        return [*self.page.catalogs.values(), *self.page.schemas.values()]

    def models(self) -> Iterator[Sequence[Model]]:
        yield self.page.models

    def versions(self) -> Iterator[Sequence[Version]]:
        yield [version for each in self.page.versions.values() for version in each]

    def files(self, version: Version) -> AbstractContextManager[ModelFiles]:
        return self.give(version, self.page.files.get(version.id, ()))


class _Receiving:
    """The work on one page."""

    def __init__(self, context: Context, options: ReceivingOptions, give: GiveFiles, page: _Page, marks: Marks) -> None:
        self._context = context
        self._options = options
        self._page = page
        self._marks = marks
        self._builder = ReportBuilder(options.sender, None, options.dry_run)
        source = _OfferedFiles(options.sender, options.local, page, give)
        self._places = Places(source, anywhere=False)
        how = ImportOptions(
            None, options.dry_run, True, False, options.reason, options.sender, operation="versions.register"
        )
        self._managed = ManagedVersionImport(context, source, how, self._builder, self._places)
        self._merged: list[Merged] = []
        self._renumbered: list[Renumbered] = []
        self.differing: dict[str, list[str]] = {}
        self.news = False

    def run(self) -> None:
        """Do all of it."""
        for origin in self._page.models:
            try:
                target = self._target(origin)
            except (RegistryUnavailable, RegistryBusy):
                raise
            except RegistryError as error:
                self._refuse(origin.name, Skipped.because(_kind(origin), origin.name, error))
                self._builder.left_out("version", len(self._page.versions.get(origin.name, ())))
                continue
            there = self._bring_versions(target)
            self._merge(target, there)

    def report(self) -> SyncReport:
        """What there is to say."""
        told = self._builder.report()
        return SyncReport(
            sender=self._options.sender,
            receiver=self._options.receiver,
            dry_run=self._options.dry_run,
            models=told.models,
            prompts=told.prompts,
            versions=told.versions,
            applied=[each for merged in self._merged for each in merged.applied],
            kept=sum(len(merged.kept) for merged in self._merged),
            renumbered=self._renumbered,
            conflicts=[each for merged in self._merged for each in merged.conflicts],
            skipped=told.skipped,
        )

    def _refuse(self, model: str, why: Skipped) -> None:
        """Report what does not come of a model, which is asked for again the next time."""
        self._builder.skip(why)
        self._differ(model, [OPEN])

    def _differ(self, model: str, labels: Sequence[str]) -> None:
        if labels:
            found = self.differing.setdefault(model, [])
            found += [label for label in labels if label not in found]

    # --- models ------------------------------------------------------------------------------------------------

    def _target(self, origin: Model) -> Target:
        """Where the versions of a model go, which is made where it is lacking. Raises RegistryError."""
        check_model_name(origin.name)
        bare = replace(origin, aliases={})  # which are merged
        with self._context.read() as tx:
            local = tx.models.get(origin.name) or self._renamed(tx, origin)
            deleted = None if local is not None else _deleted(tx, origin)
        if local is not None and local.is_prompt != origin.is_prompt:
            raise AlreadyExists(f"{origin.name} is the name of a {_kind(local)} there", "rename one of the two")
        if deleted is not None:
            raise InvalidState(f"{origin.name} was deleted where it would come to", deleted)
        if local is not None:
            self._builder.there(_kind(origin))
            return Target(bare, local, fresh=False)
        self.news = True
        if self._options.dry_run:
            self._builder.imported(_kind(origin))
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
                deprecated=self._localised(work.tx, origin.deprecated),
                aliases={},
                latest={},
                last_version=max(origin.last_version, used_up),
                deleted_at=None,
            )
            work.log_created(model, {IMPORTED_FROM: self._options.sender})
        self._builder.imported(_kind(origin))
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

    def _localised(self, tx: Transaction, told: Mapping[str, JsonValue] | None) -> Mapping[str, JsonValue] | None:
        """What says that something is deprecated, with the id here of what to use instead, where that is here."""
        if told is None or "model" not in told:
            return told
        local = self._here(tx, told["model"])
        kept = {name: value for name, value in told.items() if name not in ("model", "version")}
        return kept if local is None else {**told, "model": local.id}

    def _here(self, tx: Transaction, their_id: object) -> Model | None:
        name = self._page.names.get(str(their_id))
        return None if name is None else tx.models.get(name)

    # --- versions ----------------------------------------------------------------------------------------------

    def _bring_versions(self, target: Target) -> dict[int, Version]:
        """Bring what is lacking; the versions here, by the numbers they have where they come from."""
        offered = sorted(self._page.versions.get(target.origin.name, ()), key=lambda version: version.version)
        if not offered:
            return {}
        with self._context.read() as tx:
            known = {} if target.local.id == 0 else _known(tx, target.local)
            target.purged = frozenset(_purged(tx, target.local))
            gone = _purged_identities(tx, target.local) if target.purged else set()
        taken = {version.version for version in known.values()} | target.purged
        for version in offered:
            local = known.get(_identity(version))
            if _identity(version) in gone or (local is not None and local.deleted_at is not None):
                here = local.version if local else version.version
                why = f"{target.local.name}/{here} was deleted where it would come to"
                hint = None if local is None else f"restore it there: restore {local.reference}"
                self._builder.skip(Skipped(kind="version", name=version.reference, why=why, hint=hint))
            elif local is not None and local.status == "READY":
                self._builder.there("version")
            else:
                self.news = True
                number = local.version if local else self._free(target, version, taken)
                taken.add(number)
                self._bring(target, version, number, local)
        with self._context.read() as tx:
            found = {} if self._options.dry_run and target.fresh else _known(tx, target.local)
        return {
            version.version: there
            for version in offered
            if (there := found.get(_identity(version))) is not None
            and there.deleted_at is None
            and there.status == "READY"
        }

    def _free(self, target: Target, version: Version, taken: set[int]) -> int:
        """The number a version has here: its own where that is free, else the next one that neither side has used."""
        if version.version > target.used_up and version.version not in taken:
            return version.version
        return max(target.local.last_version, target.origin.last_version, target.used_up, *taken) + 1

    def _bring(self, target: Target, version: Version, number: int, begun: Version | None) -> None:
        coming = replace(
            version,
            version=number,
            aliases=(),
            lineage=self._lineage(target, version, number),
            deprecated=self._deprecated(version),
        )
        if version.managed or target.needs_files:
            came = self._managed.bring(target, coming, begun)
        else:
            came = self._bring_row(target, coming)
        if not came:
            self._differ(target.origin.name, [OPEN])
        elif number != version.version:
            self._renumbered.append(Renumbered(model=target.local.name, number=number, was=version.version))

    def _bring_row(self, target: Target, version: Version) -> bool:
        """Bring a version whose files the registry does not keep; whether it came."""
        try:
            version = one_place(version)
            self._places.check(version)
            if not self._options.local and not target.origin.is_prompt:
                version = self._resolved(version)
            if self._options.dry_run:
                self._builder.imported("version")
                return True
            with self._context.write(self._options.reason) as work:
                work.authorise("versions.register", target.local)
                refresh(work.tx, [target])
                tags = tags_here(work.tx.root.get(), work.principal, target, version, self._builder)
                here = localised(work, target, version, tags)
                work.check_version(target.local, here, (), Files())
                work.log_created(here, imported(target, self._options.sender))
        except (RegistryUnavailable, RegistryBusy):
            raise
        except RegistryError as error:
            self._builder.skip(Skipped.because("version", version.reference, error))
            return False
        self._builder.imported("version")
        return True

    def _resolved(self, version: Version) -> Version:
        """`version` with its files where they are found from here, whatever its sender says. Raises RegistryError."""
        found = self._context.tracking.resolve(version.source or "", version.run_id, version.logged_model_id)
        return replace(version, location=found.location)

    def _lineage(self, target: Target, version: Version, number: int) -> Mapping[str, JsonValue] | None:
        """Where a version came from, as it is said here."""
        told = Lineage.of(version.lineage)
        if told.copied_from is not None:
            with self._context.read() as tx:
                local = self._here(tx, told.copied_from.model)
            copied = None if local is None else CopyOf(model=local.id, version=told.copied_from.version)
            told = replace(told, copied_from=copied)
        was = told.came_from or CameFrom(
            registry=self._options.sender, model=target.origin.name, version=version.version
        )
        return replace(told, came_from=None if was.version == number else was).facts()

    def _deprecated(self, version: Version) -> Mapping[str, JsonValue] | None:
        with self._context.read() as tx:
            return self._localised(tx, version.deprecated)

    # --- aliases, tags and descriptions ------------------------------------------------------------------------

    def _merge(self, target: Target, there: Mapping[int, Version]) -> None:
        changes = self._page.changes.get(target.origin.name, ())
        if self._options.dry_run and target.fresh:
            return
        decisions = Decisions(self._options.prefer, self._options.choices, self._options.dry_run, self._options.reason)
        merged = merge(
            self._context,
            target,
            there,
            changes,
            self._marks,
            decisions,
            self._options.sender,
            whole=target.origin.name in self._page.complete,
        )
        self._merged.append(merged)
        for skipped in merged.skipped:
            self._builder.skip(skipped)
        self._differ(target.origin.name, merged.differing)
        self.news = self.news or merged.news


_Identity = tuple[str, str, str | None, str | None]


def _identity(version: Version) -> _Identity:
    """What a version is known by in every registry that has it."""
    return version_key(version), version.created_by, version.source, version.run_id


def _known(tx: Transaction, local: Model) -> dict[_Identity, Version]:
    """The versions of a model here, the trash included, by what they are known by."""
    return {_identity(version): replace(version, name=local.name) for version in whole(tx).versions.of_model(local.id)}


def _status(version: Version | None) -> str | None:
    return None if version is None else "READY" if version.deleted_at is not None else version.status


def _purged(tx: Transaction, local: Model) -> set[int]:
    return {number for _, number in whole(tx).bulk.purged_versions([local.id])}


def _purged_identities(tx: Transaction, local: Model) -> set[_Identity]:
    """What the purged versions of a model were known by, as the log has it."""
    created = whole(tx).events.recent(EventQuery(subject=("model", local.id), actions=("version.created",)))
    purged = _purged(tx, local)
    return {_identity(record_of(event, Version)) for event in created if event.version in purged}


def _deleted(tx: Transaction, origin: Model) -> str | None:
    """What to do about a model that was deleted here, and is offered; None where it was not."""
    for model in whole(tx).models.trashed():
        if model.name == origin.name and model.created_at == origin.created_at:
            return f"restore it there: restore {origin.name}; or create a new model of that name"
    return None


def _kind(model: Model) -> str:
    return "prompt" if model.is_prompt else "model"


def _span(tx: Transaction, unit: int) -> tuple[int, int]:
    [first] = tx.events.list(after=unit - 1, limit=1)
    return unit, unit + first.remaining


def no_files(version: Version, _: Sequence[FileEntry]) -> AbstractContextManager[ModelFiles]:
    """Where no files are given."""
    raise NotFound(f"the files of {version.reference} were not sent", "send them, then offer it again")
