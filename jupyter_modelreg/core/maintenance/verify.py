"""Verifying a registry: what there is to check, and how each thing that is wrong reads.

Others may be at work meanwhile. So the folders are looked at before the rows (every folder has had its row before),
the log is read in pieces, no lock is held while files are read, and what has been purged since is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.findings import FilesFound, Finding, Verification
from jupyter_modelreg.core.entities.integrity import Orphan, VersionSummary
from jupyter_modelreg.core.entities.versions import AWAITED, FileEntry, files_among
from jupyter_modelreg.core.history.comparison import Difference
from jupyter_modelreg.core.history.projection import UnfitEvent
from jupyter_modelreg.core.history.seal import Seal
from jupyter_modelreg.core.maintenance.log_check import Log, read_log
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences, sampled_differences
from jupyter_modelreg.core.maintenance.wording import RESTORE, fault, mendable
from jupyter_modelreg.core.ports.files import FileStore

GONE = "the process that registered it is gone"
_NEVER_CAME = "its files have not come within a day"

# How many models are held against the log where nobody asks for all of them.
_SAMPLE = 20
# Where no lock says whether a registration is at work, one that is older has ended: no copy takes that long.
_TOO_LONG = 24 * 3_600_000  # ms
_REBUILDS = "rebuilds it from the log"


@dataclass(frozen=True)
class _Rows:
    """What the database said in one moment."""

    totals: Mapping[str, int]
    dangling: Sequence[Orphan]
    lines: Mapping[int, VersionSummary]
    manifests: Mapping[int, Sequence[FileEntry]]
    last_event: int
    foreign: Sequence[str]


@dataclass(frozen=True)
class Examination:
    """What was found, for people and for whoever puts it right."""

    verification: Verification
    differences: Sequence[Difference]
    orphans: Sequence[Orphan]


def examine(context: Context, *, rebuild: bool = False, seal: str | None = None) -> Examination:
    """Verify; with `rebuild`, hold every row against the log, and not those of some models only."""
    there = context.files.inventory()
    with context.read() as tx:
        tables = tx.integrity.tables()
    for table in tables:
        with context.read() as tx:
            tx.integrity.read_whole(table)
    with context.read() as tx:
        last = tx.events.last()
        rows = _Rows(
            totals=tx.integrity.totals(),
            dangling=tx.integrity.dangling(),
            lines={line.id: line for line in tx.integrity.lines()},
            manifests=tx.integrity.manifests(),
            last_event=last.seq if last else 0,
            foreign=tx.integrity.foreign(),
        )
    log = read_log(context, None if seal is None else Seal.read(seal))
    # What is about to be taken for a failure is held against the log in any case: files hang on it.
    doubtful = {line.model_id for line in rows.lines.values() if line.status != "READY" or not line.managed}
    compared, unlike = (0, []) if log.damaged else _against_log(context, rebuild, doubtful, log)
    with context.read() as tx:
        strayed = tx.integrity.derivations(None if rebuild else tx.integrity.some_models(_SAMPLE))
    told = {each.subject for each in unlike}
    now = context.now()
    lines = {line.id: line for line in rows.lines.values() if line.reference not in told}
    altered = [line for line in rows.lines.values() if line.status != "READY" and line.id in rows.manifests]
    bare = [line for line in lines.values() if line.id not in rows.manifests]
    pending = [line for line in bare if line.status == "PENDING_REGISTRATION"]
    stuck = [line for line in pending if is_stuck(line, context.files, now)]
    kept = {
        line.id: rows.manifests.get(line.id, ())
        for line in rows.lines.values()
        if line.managed and line.status == "READY"
    }
    findings = [
        *log.findings,
        *row_findings([*map(row_finding, [*rows.dangling, *strayed]), *map(_altered, altered)], unlike),
        *damaged_files(context, rows.lines, kept),
        *stuck_findings(context, stuck),
        *_litter(context, there, rows, log.purged, told),
        *map(_foreign, rows.foreign),
        *map(_leftover, context.store.leftovers()),
    ]
    verification = Verification(
        events=log.events,
        models=rows.totals["models"],
        versions=rows.totals["versions"],
        files=sum(len(files_among(files)) for files in kept.values()),
        bytes=sum(entry.size for files in kept.values() for entry in files),
        registering=len(pending) - len(stuck),
        compared=compared,
        sealed=log.sealed,
        findings=findings,
    )
    return Examination(verification, unlike, rows.dangling)


def is_stuck(version: VersionSummary, artifacts: FileStore, now: int) -> bool:
    """Whether a version is being registered by nobody (any more)."""
    if version.status != "PENDING_REGISTRATION":
        return False
    at_work = artifacts.claimed(version.id)
    if version.status_message == AWAITED:  # by whoever sends them, and no process of ours
        return not at_work and now - version.created_at > _TOO_LONG
    return now - version.created_at > _TOO_LONG if at_work is None else not at_work


def why_stuck(version: VersionSummary) -> str:
    """Why nothing becomes of a version that is stuck, as a clause."""
    return _NEVER_CAME if version.status_message == AWAITED else GONE


def _against_log(context: Context, rebuild: bool, doubtful: Set[int], log: Log) -> tuple[int, Sequence[Difference]]:
    """How many models were held against the log, and where they, or anything else, differ from it."""
    try:
        if not rebuild:
            return sampled_differences(context, _SAMPLE, doubtful)
        with context.read() as tx:
            models = tx.integrity.totals()["models"]
        return models, list(rebuilt_differences(context))
    except UnfitEvent as error:
        log.findings.append(unfit(error))
        return 0, []


def unfit(error: UnfitEvent) -> Finding:
    """That the log cannot be replayed."""
    return fault("log", "activity log", f"the activity log cannot be replayed: {error}", RESTORE)


def row_findings(found: Sequence[Finding], unlike: Sequence[Difference]) -> Iterator[Finding]:
    """`found`, mendable where the log has what it takes, and the differences that it does not tell of."""
    rebuildable = {each.subject for each in unlike if each.rebuildable}
    for finding in found:
        # What is wrong with an alias is wrong with its model.
        if not finding.repairable and {finding.subject, finding.subject.partition("@")[0]} & rebuildable:
            yield mendable("row", finding.subject, finding.message, _REBUILDS, finding.version_id)
        else:
            yield finding
    told = {finding.subject for finding in found} | {finding.subject.partition("@")[0] for finding in found}
    for each in unlike:
        if each.subject not in told:
            make = mendable if each.rebuildable else fault
            yield make("row", each.subject, each.message, _REBUILDS if each.rebuildable else RESTORE)


def damaged_files(
    context: Context, lines: Mapping[int, VersionSummary], kept: Mapping[int, Sequence[FileEntry]]
) -> Iterator[Finding]:
    """Hash the files in `kept`, by the version, and tell of those that are not what they were."""
    wrong = context.files.check({version_id: files for version_id, files in kept.items() if files})
    for version_id, error in sorted(wrong.items()):
        if _now(context, version_id) is not None:
            reference = lines[version_id].reference
            yield fault("files", reference, f"{reference}: {error.message}", error.hint or RESTORE, version_id)


def stuck_findings(context: Context, stuck: Sequence[VersionSummary]) -> Iterator[Finding]:
    """Tell of those of `stuck` that are so still."""
    for version in stuck:
        now = _now(context, version.id)
        if now is not None and now.status == version.status:
            message = f"{version.reference} is {version.status}, and {why_stuck(version)}"
            yield mendable("stuck", version.reference, message, "sets it to FAILED_REGISTRATION", version.id)


def _litter(
    context: Context, there: FilesFound, rows: _Rows, purged: set[int], doubtful: Set[str]
) -> Iterator[Finding]:
    for version_id in _strays(context, there, rows):
        line, folder = rows.lines.get(version_id), context.files.place(version_id)
        if line is not None and line.reference in doubtful:  # the log knows better
            continue
        if line is not None and version_id in rows.manifests:  # a registration that fails leaves none: see `_altered`
            continue
        if line is not None:
            message = f"{folder} holds files of {line.reference}, whose registration failed"
            yield mendable("garbage", folder, message, "removes them", version_id)
        elif version_id in purged:
            message = f"{folder} holds files of a version that was purged"
            yield mendable("garbage", folder, message, "removes them", version_id)
        elif version_id <= rows.last_event or _now(context, version_id) is None:
            message = f"{folder} holds files of a version this registry has never had"
            hint = "the database may be older than its files: restore a newer backup, or move that folder away"
            yield fault("unknown", folder, message, hint)
    root = context.files.place()
    for name in there.unexpected:
        yield fault("unknown", f"{root}/{name}", f"{root}/{name} does not belong there", "move it away")
    for name in there.stale:
        message = f"{name} in {root} was left unfinished by a process that is gone"
        yield mendable("garbage", name, message, "removes it")


def _strays(context: Context, there: FilesFound, rows: _Rows) -> Sequence[int]:
    """The ids of versions that have files, and by the rows should have none; not of those purged since."""
    wanted = {line.id for line in rows.lines.values() if line.status in ("READY", "PENDING_REGISTRATION")}
    found = there.versions - wanted
    return sorted(found & context.files.inventory().versions) if found else ()


def _now(context: Context, version_id: int) -> VersionSummary | None:
    with context.read() as tx:
        return tx.integrity.line(version_id)


def _leftover(path: str) -> Finding:
    message = f"{path} was left by a restore whose process was killed"
    return mendable("garbage", path, message, "removes it")


def _foreign(what: str) -> Finding:
    message = f"the database holds the {what}, which is not of the registry"
    return fault("unknown", what, message, "drop it with DuckDB; no backup takes it along")


def _altered(version: VersionSummary) -> Finding:
    # A version has its manifest from the moment it is READY, and stays so.
    message = f"{version.reference} is {version.status}, and has the manifest of a version that is READY"
    return fault("row", version.reference, message, RESTORE, version.id)


def row_finding(found: Orphan) -> Finding:
    """That a row leads nowhere, or does not say what follows from others."""
    if found.derived:
        return mendable("row", found.subject, found.message, "puts it right")
    return fault("row", found.subject, found.message, RESTORE)
