"""Bringing the versions of a model that are lacking here: their number, their files, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import RegistryBusy, RegistryError, RegistryUnavailable
from jupyter_modelreg.core.exchange.managed_versions import ImportOptions, Linked, ManagedVersionImport
from jupyter_modelreg.core.exchange.placement import imported, localised, refresh, tags_here
from jupyter_modelreg.core.exchange.places import Places, one_place
from jupyter_modelreg.core.exchange.reports import ReportBuilder, Skipped, Target
from jupyter_modelreg.core.governance.cases import Files
from jupyter_modelreg.core.lineage.records import CameFrom, CopyOf, Lineage
from jupyter_modelreg.core.sync.receiving.known import (
    identity,
    is_whole,
    known_versions,
    purged,
    purged_identities,
    same_files,
)
from jupyter_modelreg.core.sync.receiving.models import localised_deprecation
from jupyter_modelreg.core.sync.receiving.options import ReceivingOptions
from jupyter_modelreg.core.sync.receiving.page import GiveFiles, OfferedFiles, Page
from jupyter_modelreg.core.sync.records import Renumbered


@dataclass
class Brought:
    """What has become of the versions of one model.

    Attributes:
        there: those that are here now, by the numbers that they have where they come from.
        refused: whether some did not come that may come another time.
        new: whether any was lacking.
    """

    there: Mapping[int, Version] = field(default_factory=dict)
    refused: bool = False
    new: bool = False
    renumbered: list[Renumbered] = field(default_factory=list)


class Versions:
    """Brings the versions of a page."""

    def __init__(
        self, context: Context, options: ReceivingOptions, page: Page, give: GiveFiles, report: ReportBuilder
    ) -> None:
        self._context = context
        self._options = options
        self._page = page
        self._report = report
        source = OfferedFiles(options.sender, options.local, page, give)
        self._places = Places(source, anywhere=False)
        how = ImportOptions(
            None, options.dry_run, True, False, options.reason, options.sender, operation="versions.register"
        )
        self._managed = ManagedVersionImport(context, source, how, report, self._places)

    def bring(self, target: Target) -> Brought:
        """Bring what is lacking of a model."""
        offered = sorted(self._page.versions.get(target.origin.name, ()), key=lambda version: version.version)
        brought = Brought()
        if not offered:
            return brought
        with self._context.read() as tx:
            known = {} if target.local.id == 0 else known_versions(tx, target.local)
            target.purged = frozenset(purged(tx, target.local))
            gone = purged_identities(tx, target.local) if target.purged else set()
        lacking = []
        for version in offered:
            local = known.get(identity(version))
            if identity(version) in gone or (local is not None and local.deleted_at is not None):
                self._skip_deleted(target, version, local)
            elif is_whole(local):
                self._report.there("version")
            else:
                lacking.append((version, local))
        brought.new = bool(lacking)
        self._bring_lacking(target, lacking, {each.version for each in known.values()} | target.purged, brought)
        with self._context.read() as tx:
            found = {} if self._options.dry_run and target.fresh else known_versions(tx, target.local)
        here = {version.version: found.get(identity(version)) for version in offered}
        brought.renumbered = [
            Renumbered(model=target.local.name, number=there.version, was=version.version)
            for version, _ in lacking
            if (there := here[version.version]) is not None and there.version != version.version
        ]
        brought.there = {
            number: version
            for number, version in here.items()
            if version is not None and version.deleted_at is None and version.status == "READY"
        }
        return brought

    def _skip_deleted(self, target: Target, version: Version, local: Version | None) -> None:
        here = local.version if local else version.version
        why = f"{target.local.name}/{here} was deleted where it would come to"
        hint = None if local is None else f"restore it there: restore {local.reference}"
        self._report.skip(Skipped(kind="version", name=version.reference, why=why, hint=hint))

    def _bring_lacking(
        self, target: Target, lacking: Sequence[tuple[Version, Version | None]], taken: set[int], brought: Brought
    ) -> None:
        """Bring versions, some of which an earlier run may have begun; `taken` numbers are not free."""
        twins = {} if self._options.dry_run else self._twins([version for version, begun in lacking if begun is None])
        linked: list[Linked] = []
        for version, begun in lacking:
            number = begun.version if begun else _free(target, version, taken)
            taken.add(number)
            coming = self._as_here(target, version, number)
            if version.id in twins:
                linked.append(Linked(coming, twins[version.id], self._page.files[version.id]))
            elif version.managed or target.needs_files:
                brought.refused |= not self._managed.bring(target, coming, begun)
            else:
                brought.refused |= not self._bring_row(target, coming)
        if linked:
            brought.refused |= not self._managed.bring_linked(target, linked)

    def _twins(self, versions: Sequence[Version]) -> Mapping[int, int]:
        """Versions here with the very files of some that are lacking, by the ids of those."""
        manifests = {each.id: self._page.files.get(each.id, ()) for each in versions if each.managed}
        with self._context.reading() as (tx, access):
            return same_files(tx, access, manifests)

    def _as_here(self, target: Target, version: Version, number: int) -> Version:
        """`version` as it is to be here, but for what depends on the rights and rules here."""
        told = Lineage.of(version.lineage)
        with self._context.read() as tx:
            deprecated = localised_deprecation(self._page, tx, version.deprecated)
            if told.copied_from is not None:
                local = self._page.model_here(tx, told.copied_from.model)
                copied = None if local is None else CopyOf(model=local.id, version=told.copied_from.version)
                told = replace(told, copied_from=copied)
        sender = self._options.sender
        was = told.came_from or CameFrom(registry=sender, model=target.origin.name, version=version.version)
        lineage = replace(told, came_from=None if was.version == number else was).facts()
        return replace(version, version=number, aliases=(), lineage=lineage, deprecated=deprecated)

    def _bring_row(self, target: Target, version: Version) -> bool:
        """Bring a version whose files the registry does not keep; whether it came."""
        try:
            version = one_place(version)
            self._places.check(version)
            if not self._options.local and not target.origin.is_prompt:
                # Where its files are is found from here, whatever its sender says.
                found = self._context.tracking.resolve(version.source or "", version.run_id, version.logged_model_id)
                version = replace(version, location=found.location)
            if not self._options.dry_run:
                self._register(target, version)
        except (RegistryUnavailable, RegistryBusy):
            raise
        except RegistryError as error:
            self._report.skip(Skipped.because("version", version.reference, error))
            return False
        self._report.imported("version")
        return True

    def _register(self, target: Target, version: Version) -> None:
        with self._context.write(self._options.reason) as work:
            work.authorise("versions.register", target.local)
            refresh(work.tx, [target])
            tags = tags_here(work.tx.root.get(), work.principal, target, version, self._report)
            here = localised(work, target, version, tags)
            work.check_version(target.local, here, (), Files())
            work.log_created(here, imported(target, self._options.sender))


def _free(target: Target, version: Version, taken: set[int]) -> int:
    """The number a version has here: its own where that is free, else the next one that neither side has used."""
    if version.version > target.used_up and version.version not in taken:
        return version.version
    return max(target.local.last_version, target.origin.last_version, target.used_up, *taken) + 1
