"""Versions whose files the registry keeps: they come one by one, files first looked at, then copied and hashed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles, Version
from jupyter_modelreg.core.errors import (
    FilesDamaged,
    InvalidState,
    PolicyRefused,
    RegistryBusy,
    RegistryError,
    RegistryUnavailable,
)
from jupyter_modelreg.core.exchange.placement import (
    alias_and_number,
    find_conflict,
    imported,
    localised,
    refresh,
    tags_here,
)
from jupyter_modelreg.core.exchange.places import Places, one_place
from jupyter_modelreg.core.exchange.reports import ReportBuilder, Skipped, Target
from jupyter_modelreg.core.governance.cases import Case, in_folder
from jupyter_modelreg.core.ports.exchange import ImportSource
from jupyter_modelreg.core.unit_of_work import UnitOfWork
from jupyter_modelreg.core.versions.incoming import check_incoming
from jupyter_modelreg.core.versions.pending import make_ready, record_failure


@dataclass(frozen=True)
class ImportOptions:
    """How to import; see `Exchange.import_from`.

    `called` is what the source is called in reports and events, `operation` what is asked for as a right.
    """

    into: str | None
    dry_run: bool
    skip_signature_check: bool
    allow_local_paths: bool
    reason: str | None
    called: str
    operation: str = "exchange.import_from"


@dataclass(frozen=True)
class Linked:
    """A version that comes, and what here has its files already: the id of that, and the manifest of both."""

    version: Version
    original: int
    entries: Sequence[FileEntry]


class ManagedVersionImport:
    """Brings the versions of `source` that come with files."""

    def __init__(
        self,
        context: Context,
        source: ImportSource,
        options: ImportOptions,
        report: ReportBuilder,
        places: Places,
    ) -> None:
        self._context = context
        self._source = source
        self._options = options
        self._report = report
        self._places = places

    def bring_linked(self, target: Target, versions: Sequence[Linked]) -> bool:
        """Bring new versions whose files other versions here have, all together, and say whether all are here now.

        Raises RegistryUnavailable, RegistryBusy.
        """
        allowed = [each for each in versions if self._allowed(target, each)]
        try:
            self._link(target, allowed)
        except (RegistryUnavailable, RegistryBusy):
            raise
        except RegistryError as error:
            for each in allowed:
                self._report.skip(Skipped.because("version", each.version.reference, error))
            return False
        self._report.imported("version", len(allowed))
        return len(allowed) == len(versions)

    def _allowed(self, target: Target, linked: Linked) -> bool:
        """Whether the policies here allow a version; what they say otherwise is a reason to skip it."""
        folder = ModelFiles(folder=self._context.files.path(linked.original), signature=linked.version.signature)
        try:
            self._check_policies(target, linked.version, folder)
        except PolicyRefused as error:
            self._report.skip(Skipped.because("version", linked.version.reference, error))
            return False
        return True

    def _link(self, target: Target, versions: Sequence[Linked]) -> None:
        with ExitStack() as claims:
            with self._context.write(self._options.reason) as work:
                work.authorise(self._options.operation, target.local)
                refresh(work.tx, [target])
                if work.tx.bulk.versions([(target.local.id, each.version.version) for each in versions]):
                    raise InvalidState("another process has taken their numbers meanwhile", "run it again")
                pending = [
                    self._log_pending(work, target, each.version, each.version.signature, claims) for each in versions
                ]
            try:
                for version, each in zip(pending, versions, strict=True):
                    self._context.files.link(each.original, version.id, each.entries)
                with self._context.write(self._options.reason) as work:
                    work.go_on()
                    for version, each in zip(pending, versions, strict=True):
                        make_ready(work, version, each.entries)
            except BaseException as error:
                for version in pending:
                    if record_failure(self._context, self._options.reason, version, error):
                        self._context.files.remove(version.id)
                raise

    def bring(self, target: Target, version: Version, local: Version | None) -> bool:
        """Bring one version, and say whether it is here now; whatever is wrong with it is a reason to skip it.

        One that an earlier run began, and did not finish, is taken up again. Raises RegistryUnavailable, RegistryBusy.
        """
        refused = find_conflict(target, version, local)
        if refused is not None:
            self._report.skip(refused)
            return False
        if local is not None and local.status == "READY":
            self._report.there("version")
            return True
        try:
            version = one_place(version)
            self._places.check(version)
            self._fetch(target, version, local)
        except (RegistryUnavailable, RegistryBusy):
            raise
        except RegistryError as error:
            self._report.skip(Skipped.because("version", version.reference, error))
            return False
        self._report.imported("version")
        return True

    def _fetch(self, target: Target, version: Version, begun: Version | None) -> None:
        if version.status != "READY":
            raise InvalidState(f"it is {version.status} where it comes from", version.status_message)
        if (
            self._options.dry_run and version.managed and not self._policed()
        ):  # its signature is in its record: no file need be unpacked
            self._check_signature(target, version.signature)
            self._report_tags(target, version)
            return
        with self._source.files(version) as files:
            self._check_signature(target, files.signature)
            self._check_policies(target, version, files)
            if self._options.dry_run:
                self._report_tags(target, version)
                return
            with ExitStack() as claims:
                if begun is not None:
                    self._take_up(begun, claims)
                pending = begun or self._begin(target, version, files, claims)
                try:
                    entries = self._add_files(pending, files)
                    self._finish(target, pending, entries)
                except BaseException as error:
                    if record_failure(self._context, self._options.reason, pending, error):
                        self._context.files.remove(pending.id)
                    raise

    def _check_signature(self, target: Target, signature: Mapping[str, JsonValue] | None) -> None:
        """Raises InvalidInput for a workspace model that cannot become a governed one."""
        if target.needs_files and not target.origin.governed and not self._options.skip_signature_check:
            check_incoming(self._context, signature, "the model", target.local.name)

    def _policed(self) -> bool:
        with self._context.read() as tx:
            return tx.root.get().policed

    def _check_policies(self, target: Target, version: Version, files: ModelFiles) -> None:
        """Raises PolicyRefused where the version does not meet the policies of what it would be in."""
        with self._context.read() as tx:
            root, model = tx.root.get(), target.local
            if not root.policed:
                return
            from jupyter_modelreg.core.governance.checking import enforce

            principal, signature = self._context.principal, files.signature or version.signature
            tags = tags_here(root, principal, target, version, None)
            coming = replace(version, name=model.name, model_id=model.id, tags=tags, signature=signature)
            case = Case(
                moment="registration",
                root=root,
                model=model,
                version=coming,
                principal=principal,
                reason=self._options.reason,
                files=in_folder(files.folder),
            )
            enforce(tx, case)

    def _report_tags(self, target: Target, version: Version) -> None:
        """Say which tags would not come."""
        with self._context.read() as tx:
            tags_here(tx.root.get(), self._context.principal, target, version, self._report)

    def _take_up(self, begun: Version, claims: ExitStack) -> None:
        """Go on with what an earlier run has begun. Raises InvalidState when another process is at it."""
        artifacts = self._context.files
        if artifacts.claimed(begun.id):
            raise InvalidState("another process is just registering it", "run it again when that is done")
        claims.enter_context(artifacts.claim(begun.id))
        with self._context.read() as tx:
            now = tx.integrity.line(begun.id)
        if now is None or now.status == "READY":
            raise InvalidState("another process has registered it meanwhile", "run it again to see what is left")

    def _begin(self, target: Target, version: Version, files: ModelFiles, claims: ExitStack) -> Version:
        with self._context.write(self._options.reason) as work:
            work.authorise(self._options.operation, target.local)
            refresh(work.tx, [target])
            if work.tx.bulk.versions([(target.local.id, version.version)]):
                raise InvalidState(
                    "another process has begun to register it meanwhile", "run it again when that is done"
                )
            return self._log_pending(work, target, version, files.signature or version.signature, claims)

    def _log_pending(
        self,
        work: UnitOfWork,
        target: Target,
        version: Version,
        signature: Mapping[str, JsonValue] | None,
        claims: ExitStack,
    ) -> Version:
        tags = tags_here(work.tx.root.get(), work.principal, target, version, self._report)
        coming = localised(work, target, version, tags)
        pending = replace(coming, status="PENDING_REGISTRATION", signature=signature)
        work.log_created(pending, imported(target, self._options.called))
        # Before anybody can see it, and until it is READY: what is PENDING and unclaimed is known to be stuck.
        claims.enter_context(self._context.files.claim(pending.id))
        return pending

    def _add_files(self, pending: Version, files: ModelFiles) -> Sequence[FileEntry]:
        artifacts = self._context.files
        artifacts.remove(pending.id)  # what an earlier run may have left
        entries = artifacts.add(files.folder, pending.id, move=files.disposable)
        expected = entries if files.entries is None else files.entries
        if {entry.path: entry for entry in entries} != {entry.path: entry for entry in expected}:
            raise FilesDamaged(
                f"the files of {pending.reference} are not what they were when it was registered",
                f"restore them in {self._options.called}, then run it again",
            )
        return entries

    def _finish(self, target: Target, pending: Version, entries: Sequence[FileEntry]) -> None:
        with self._context.write(self._options.reason) as work:
            work.go_on()
            ready = make_ready(work, pending, entries)
            refresh(work.tx, [target])
            alias_and_number(work, target, [ready], self._report, work.log)
