"""Importing a registry: first its models, then its versions, page by page, each page one unit of work.

What is here already stays as it is, so a run that was cut off is simply started again. Rows are stored by the
thousand; versions whose files have to be kept come one by one (see `managed_versions`).
"""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import replace
from typing import TypeVar

from jupyter_modelreg.core.bulk_unit import BulkUnitOfWork, bulk_work
from jupyter_modelreg.core.catalog.catalogs import ensure_schema
from jupyter_modelreg.core.context import Context, noting_units
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    InvalidInput,
    InvalidState,
    PolicyRefused,
    RegistryError,
    SourceUnavailable,
)
from jupyter_modelreg.core.exchange.managed_versions import ImportOptions, ManagedVersionImport
from jupyter_modelreg.core.exchange.placement import (
    admitted_tags,
    alias_and_number,
    authored,
    find_conflict,
    imported,
    localised,
    refresh,
    tags_here,
)
from jupyter_modelreg.core.exchange.places import Places, one_place
from jupyter_modelreg.core.exchange.reports import ImportReport, ReportBuilder, Skipped, Target
from jupyter_modelreg.core.governance.cases import Files
from jupyter_modelreg.core.history.projection import IMPORTED_FROM, UNITS
from jupyter_modelreg.core.names import check_model_name, check_part, is_governed, namespace_of
from jupyter_modelreg.core.ports.exchange import ImportSource
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.versions.deprecations import log_deprecated

# How many rows are stored at a time: other processes wait for so long (some tenths of a second), and no longer.
_PAGE = 2000
# Fewer versions than this take no time to speak of.
_WORTH_A_BAR = 100

T = TypeVar("T")
Known = Mapping[tuple[int, int], Version]


class Import:
    """One import of `source`; see `Exchange.import_from`."""

    def __init__(self, context: Context, source: ImportSource, options: ImportOptions) -> None:
        self._context = context
        self._source = source
        self._options = options
        self._report = ReportBuilder(options.called, options.into, options.dry_run)
        self._targets: dict[str, Target] = {}
        self._ids: dict[int, int] = {}  # of models here, by what they are where they come from
        self._taken: dict[str, str] = {}
        self._units: list[int] = []
        self._places = Places(source, anywhere=options.allow_local_paths)
        self._managed = ManagedVersionImport(context, source, options, self._report, self._places)

    def run(self) -> ImportReport:
        """Do it; the report says what came."""
        with _less_to_collect():
            try:
                with noting_units() as self._units:
                    self._bring()
            except SourceUnavailable:  # what has come by then stays
                self._log_whole()
                raise
            self._log_whole()
        return self._report.report()

    def _log_whole(self) -> None:
        """Log that all of it was one import, which is what can be undone."""
        if not self._units:
            return
        with self._context.write(self._options.reason) as work:
            work.authorise("exchange.import_from", None)
            units: list[JsonValue] = [[first, last] for first, last in _in_rows(work.tx, self._units)]
            came = self._report.report()
            tallies = {"models": came.models, "prompts": came.prompts, "versions": came.versions}
            counts: dict[str, JsonValue] = {what: each.imported for what, each in tallies.items() if each.imported}
            work.log("registry.imported", None, after={IMPORTED_FROM: self._options.called, UNITS: units, **counts})

    def _bring(self) -> None:
        with self._work() as work:
            for container in self._source.containers():
                _bring_container(work, container, {IMPORTED_FROM: self._options.called})
        for models in self._source.models():
            for page in _pages(models):
                self._bring_models(page)
        self._complete_deprecations()
        with self._progress() as advance:
            for versions in self._source.versions():
                for some in _pages(versions):
                    self._bring_versions(some, advance)

    def _progress(self) -> AbstractContextManager[Callable[[int], None]]:
        expected = sum(target.origin.last_version for target in self._targets.values())
        if expected < _WORTH_A_BAR:  # large files have a bar of their own
            return nullcontext(lambda _: None)
        return self._context.gateway.progress("Importing versions", expected, "versions")

    @contextmanager
    def _work(self) -> Iterator[BulkUnitOfWork]:
        options = self._options
        with bulk_work(self._context, "exchange.import_from", options.reason, dry_run=options.dry_run) as work:
            yield work
        if work.number is not None and not options.dry_run:
            self._units.append(work.number)

    # --- models ------------------------------------------------------------------------------------------------

    def _bring_models(self, page: Sequence[Model]) -> None:
        going: dict[str, Model] = {}
        for origin in page:
            try:
                name = self._destination(origin)
            except RegistryError as error:
                self._report.skip(Skipped.because(_kind(origin), origin.name, error))
            else:
                going[name] = origin
        with self._work() as work:
            local = whole(work.tx).bulk.models(list(going))
            used_up = work.tx.retired_names.highest_of([name for name in going if is_governed(name)])
            for name, origin in going.items():
                self._bring_model(work, name, origin, local.get(name), used_up.get(name, 0))
            purged: dict[int, set[int]] = {}
            for model_id, number in work.tx.bulk.purged_versions([model.id for model in local.values()]):
                purged.setdefault(model_id, set()).add(number)
        for name, origin in going.items():
            if name in local and origin.name in self._targets:
                self._targets[origin.name].purged = frozenset(purged.get(local[name].id, ()))

    def _bring_model(self, work: BulkUnitOfWork, name: str, origin: Model, local: Model | None, used_up: int) -> None:
        if local is not None and local.is_prompt != origin.is_prompt:
            error = AlreadyExists(f"{name} is the name of a {_kind(local)} here", "rename one of the two")
            self._report.skip(Skipped.because(_kind(origin), origin.name, error))
            return
        if local is not None:
            self._report.there(_kind(origin))
            self._targets[origin.name] = Target(origin, local, fresh=False)
            self._ids[origin.id] = local.id
            return
        schema_id = ensure_schema(work, namespace_of(name)).id if is_governed(name) else None
        row_id = self._ids[origin.id] = work.next_id()
        model = replace(
            authored(origin, work.actor),
            id=row_id,
            name=name,
            tags=admitted_tags(work.tx.root.get(), work.principal, origin.tags, origin.name, self._report),
            schema_id=schema_id,
            owner=origin.owner or work.actor,
            grants={},  # which are the other registry's, as its policies are
            policies={},
            deprecated=self._localised(origin.deprecated),
            aliases={},  # they come with their versions
            latest={},
            last_version=max(origin.last_version, used_up),
            deleted_at=None,
        )
        work.gather_created(model, {IMPORTED_FROM: self._options.called})
        self._report.imported(_kind(origin))
        self._targets[origin.name] = Target(origin, model, fresh=True, used_up=used_up)

    def _localised(self, told: Mapping[str, JsonValue] | None) -> Mapping[str, JsonValue] | None:
        """What the source says of what is deprecated, with the id here of what to use instead, where that comes too."""
        if told is None or "model" not in told:
            return told
        kept = {name: value for name, value in told.items() if name not in ("model", "version")}
        local = self._ids.get(int(str(told["model"])))
        if local is None:
            return kept
        return {**kept, "model": local, **({"version": told["version"]} if "version" in told else {})}

    def _traced(self, told: Mapping[str, JsonValue] | None) -> Mapping[str, JsonValue] | None:
        """What the source says of where a version came from; what it is a copy of by its id here, if that comes too."""
        copied = (told or {}).get("copied_from")
        if told is None or not isinstance(copied, dict):
            return told
        kept = {name: value for name, value in told.items() if name != "copied_from"}
        local = self._ids.get(int(str(copied["model"])))
        return (kept or None) if local is None else {**kept, "copied_from": {**copied, "model": local}}

    def _complete_deprecations(self) -> None:
        """Say of new models what to use instead of them, where that came later."""
        late = [
            (each, told)
            for each in self._targets.values()
            if each.fresh and (told := self._localised(each.origin.deprecated)) != each.local.deprecated
        ]
        if not late or self._options.dry_run:
            return
        with self._context.write(self._options.reason) as work:
            work.authorise("exchange.import_from", None)
            for target, told in late:
                log_deprecated(work, target.local, told)
                target.local = replace(target.local, deprecated=told)

    def _destination(self, origin: Model) -> str:
        """What a model is called here. Raises InvalidInput, AlreadyExists."""
        name, into = origin.name, self._options.into
        if into is not None and not is_governed(name):
            try:
                check_part(name, "model")
            except InvalidInput as error:
                raise InvalidInput(
                    f"{name!r} cannot be the last part of a governed name: those have letters, digits, '_' and '-'",
                    "rename it where it is, or import it as the workspace model it is",
                ) from error
            name = f"{into}.{name}"
        check_model_name(name)
        other = self._taken.setdefault(name, origin.name)
        if other != origin.name:
            raise AlreadyExists(f"{other} becomes {name}, so {origin.name} cannot", "rename one of the two")
        return name

    # --- versions ----------------------------------------------------------------------------------------------

    def _bring_versions(self, page: Sequence[Version], advance: Callable[[int], None]) -> None:
        going = [
            (
                self._targets[version.name],
                replace(version, deprecated=self._localised(version.deprecated), lineage=self._traced(version.lineage)),
            )
            for version in page
            if version.name in self._targets
        ]
        self._report.left_out("version", len(page) - len(going))  # their models say why
        self._places.look_up(version for _, version in going)  # before others have to wait for this import
        rows = [(target, version) for target, version in going if not _needs_files(target, version)]
        if rows:
            with self._work() as work:
                self._bring_rows(work, rows)
            advance(len(rows))
        filed = [(target, version) for target, version in going if _needs_files(target, version)]
        if filed:
            with self._context.read() as tx:
                known = _known(tx, filed)
            for target, version in filed:
                self._managed.bring(target, version, known.get((target.local.id, version.version)))
                advance(1)

    def _bring_rows(self, work: BulkUnitOfWork, rows: Sequence[tuple[Target, Version]]) -> None:
        if not self._options.dry_run:  # a dry run has stored nothing that could be looked up again
            refresh(work.tx, {version.name: target for target, version in rows}.values())
        known = _known(work.tx, rows)
        came: dict[str, list[Version]] = {}
        for target, version in rows:
            local = known.get((target.local.id, version.version))
            version = one_place(version)
            refused = find_conflict(target, version, local) or self._foreign(version, local)
            if refused is not None:
                self._report.skip(refused)
            elif local is not None:
                self._report.there("version")
            else:
                tags = tags_here(work.tx.root.get(), work.principal, target, version, self._report)
                coming = localised(work, target, version, tags)
                try:
                    work.check_version(target.local, coming, (), Files())
                except PolicyRefused as error:
                    self._report.skip(Skipped.because("version", version.reference, error))
                    continue
                work.gather_created(coming, imported(target, self._options.called))
                came.setdefault(version.name, []).append(coming)
        for name, new in came.items():
            target = self._targets[name]
            alias_and_number(work, target, new, self._report, work.gather)
            work.changed.append(target.local)
            self._report.imported("version", len(new))

    def _foreign(self, version: Version, local: Version | None) -> Skipped | None:
        """Why a new version does not come because of where its files are said to be."""
        if local is not None:
            return None
        try:
            self._places.check(version)
        except InvalidState as error:
            return Skipped.because("version", version.reference, error)
        return None


def _in_rows(tx: Transaction, units: Sequence[int]) -> Iterator[tuple[int, int]]:
    """The first and the last event of each of these units; one pair for those that come one after the other."""
    began = ended = None
    for unit in units:
        [first] = tx.events.list(after=unit - 1, limit=1)
        if began is not None and ended is not None and unit != ended + 1:
            yield began, ended
            began = None
        began, ended = began or unit, unit + first.remaining
    if began is not None and ended is not None:
        yield began, ended


def _needs_files(target: Target, version: Version) -> bool:
    return target.needs_files or version.managed


def _known(tx: Transaction, going: Sequence[tuple[Target, Version]]) -> Known:
    """The versions that are here under the numbers of those that come."""
    found = tx.bulk.versions([(target.local.id, version.version) for target, version in going])
    return {(version.model_id, version.version): version for version in found}


def _bring_container(work: BulkUnitOfWork, container: Catalog | Schema, noted: Mapping[str, JsonValue]) -> None:
    """Make a catalog or schema of the source, unless it is here already."""
    tx, row_id, owner = work.tx, work.next_id(), container.owner or work.actor
    if isinstance(container, Catalog):
        if tx.catalogs.get(container.name) is None:
            work.log_created(
                replace(authored(container, work.actor), id=row_id, owner=owner, grants={}, policies={}), noted
            )
        return
    catalog = tx.catalogs.get(container.name.partition(".")[0])
    if catalog is not None and tx.schemas.get(container.name) is None:
        schema = replace(
            authored(container, work.actor), id=row_id, owner=owner, grants={}, policies={}, catalog_id=catalog.id
        )
        work.log_created(schema, noted)


@contextmanager
def _less_to_collect() -> Iterator[None]:
    """Let Python's garbage collector leave alone what is there already.

    MLflow alone is some hundred thousand objects, and an import makes so many of its own that the collector would look
    through all of them again and again: a fifth of the time an import of 100,000 versions takes (measured).
    """
    if gc.get_freeze_count():  # somebody else has done it, and counts on it
        yield
        return
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _kind(model: Model) -> str:
    return "prompt" if model.is_prompt else "model"


def _pages(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    return (rows[start : start + _PAGE] for start in range(0, len(rows), _PAGE))
