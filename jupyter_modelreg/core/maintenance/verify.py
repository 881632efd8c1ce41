"""Verifying a registry: what there is to check, and how each thing that is wrong reads.

Others may be at work meanwhile. So the folders are looked at before the rows (every folder has had its row before),
the log is read in pieces, no lock is held while files are read, and what has been purged since is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.findings import FilesFound, Finding, FindingKind, Verification
from jupyter_modelreg.core.entities.integrity import Orphan, VersionSummary
from jupyter_modelreg.core.entities.versions import FileEntry, files_among
from jupyter_modelreg.core.history.chain import walk_chain
from jupyter_modelreg.core.history.comparison import Difference
from jupyter_modelreg.core.history.projection import UnfitEvent
from jupyter_modelreg.core.history.seal import Seal
from jupyter_modelreg.core.maintenance.rebuild import rebuilt_differences, sampled_differences
from jupyter_modelreg.core.ports.files import FileStore

GONE = "the process that registered it is gone"

# How many models are held against the log where nobody asks for all of them.
_SAMPLE = 20
# Clocks of two machines differ a little.
_CLOCK_SLACK = 60_000  # ms
# Seconds in a day, an hour, a minute.
_UNITS = ((86_400, "days"), (3_600, "hours"), (60, "min"))
# Where no lock says whether a registration is at work, one that is older has ended: no copy takes that long.
_TOO_LONG = 24 * 3_600_000  # ms
_REBUILDS = "rebuilds it from the log"
_RESTORE = "restore the registry from a backup: modelreg restore FILE --force"


@dataclass
class Log:
    """What reading the whole log gives: how many events, what is wrong, which versions were purged."""

    events: int = 0
    findings: list[Finding] = field(default_factory=list)
    purged: set[int] = field(default_factory=set)
    sealed: int | None = None

    @property
    def damaged(self) -> bool:
        """Whether the log itself is damaged, so that nothing can be held against it."""
        return any(finding.kind == "log" for finding in self.findings)


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
        *row_findings([*map(_row, rows.dangling), *map(_altered, altered)], unlike),
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
    return now - version.created_at > _TOO_LONG if at_work is None else not at_work


def read_log(context: Context, seal: Seal | None) -> Log:
    """Read the whole log, and hold it against `seal`. Raises InvalidInput for the seal of another registry."""
    log = Log(sealed=None if seal is None else seal.seq)
    set_back: list[tuple[int, int]] = []
    last = 0
    for link in walk_chain(context):
        event, before = link.event, link.before
        log.events += 1
        if link.broken == "missing":
            message = f"the activity log lacks event {link.expected}: event {event.seq} comes next"
            log.findings.append(_finding("log", f"event {link.expected}", message, _RESTORE))
        elif link.broken == "altered":
            which = f"event {event.seq} of the activity log ({event.action} {event.name})"
            if link.since != event.seq:
                which = f"one of the events {link.since} to {event.seq} of the activity log ({event.name})"
            message = f"{which} was altered, or the one before"
            log.findings.append(_finding("log", f"event {link.since}", message, _RESTORE))
        if link.respelled:
            message = f"event {event.seq} of the activity log is written in another way than it was"
            log.findings.append(_finding("log", f"event {event.seq}", message, _RESTORE))
        if before is not None and event.time < before.time - _CLOCK_SLACK:
            set_back.append((event.seq, before.time - event.time))
        if event.action == "version.purged" and event.before and isinstance(event.before.get("id"), int):
            log.purged.add(int(str(event.before["id"])))
        if link.cut:
            message = f"the activity log ends in the middle of what was done in event {event.unit} and those after it"
            log.findings.append(_finding("log", f"event {event.seq}", message, _RESTORE))
        if seal is not None:
            if before is None:
                seal.check(event)
            if event.seq == seal.seq and event.hash != seal.hash:
                message = f"event {event.seq}, or one before it, is not what it was when the log was sealed"
                log.findings.append(_finding("log", f"event {event.seq}", message, _RESTORE))
        last = event.seq
    if seal is not None and last < seal.seq:
        message = f"the activity log ends at event {last:,}, and it was sealed at event {seal.seq:,}: the rest is gone"
        log.findings.append(_finding("log", f"event {seal.seq}", message, _RESTORE))
    if set_back:
        log.findings.append(_clock(set_back))
    return log


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
    return _finding("log", "activity log", f"the activity log cannot be replayed: {error}", _RESTORE)


def row_findings(found: Sequence[Finding], unlike: Sequence[Difference]) -> Iterator[Finding]:
    """`found`, mendable where the log has what it takes, and the differences that it does not tell of."""
    rebuildable = {each.subject for each in unlike if each.rebuildable}
    for finding in found:
        # What is wrong with an alias is wrong with its model.
        if not finding.repairable and {finding.subject, finding.subject.partition("@")[0]} & rebuildable:
            yield _mendable("row", finding.subject, finding.message, _REBUILDS, finding.version_id)
        else:
            yield finding
    told = {finding.subject for finding in found} | {finding.subject.partition("@")[0] for finding in found}
    for each in unlike:
        if each.subject not in told:
            make = _mendable if each.rebuildable else _finding
            yield make("row", each.subject, each.message, _REBUILDS if each.rebuildable else _RESTORE)


def _clock(set_back: Sequence[tuple[int, int]]) -> Finding:
    """One finding for all events (number, ms) before which the clock went back: a laptop's clock may do so often."""
    first, most = set_back[0][0], max(ms for _, ms in set_back) // 1000
    by = next((f"{most // size:,} {unit}" for size, unit in _UNITS if most >= 2 * size), f"{most:,} s")
    if len(set_back) == 1:
        message = f"the clock was set back by {by} before event {first}; the order of events holds"
    else:
        message = (
            f"the clock was set back {len(set_back):,} times by up to {by}, first before event {first}; "
            "the order of events holds"
        )
    return _finding("clock", f"event {first}", message, "check the clock of this machine")


def damaged_files(
    context: Context, lines: Mapping[int, VersionSummary], kept: Mapping[int, Sequence[FileEntry]]
) -> Iterator[Finding]:
    """Hash the files in `kept`, by the version, and tell of those that are not what they were."""
    wrong = context.files.check({version_id: files for version_id, files in kept.items() if files})
    for version_id, error in sorted(wrong.items()):
        if _now(context, version_id) is not None:
            reference = lines[version_id].reference
            yield _finding("files", reference, f"{reference}: {error.message}", error.hint or _RESTORE, version_id)


def stuck_findings(context: Context, stuck: Sequence[VersionSummary]) -> Iterator[Finding]:
    """Tell of those of `stuck` that are so still."""
    for version in stuck:
        now = _now(context, version.id)
        if now is not None and now.status == version.status:
            message = f"{version.reference} is {version.status}, and {GONE}"
            yield _mendable("stuck", version.reference, message, "sets it to FAILED_REGISTRATION", version.id)


def _litter(
    context: Context, there: FilesFound, rows: _Rows, purged: set[int], doubtful: Set[str]
) -> Iterator[Finding]:
    for version_id in sorted(there.versions):
        line, folder = rows.lines.get(version_id), context.files.path(version_id)
        if line is not None and line.reference in doubtful:  # the log knows better
            continue
        if not folder.exists() or (line is not None and line.status in ("READY", "PENDING_REGISTRATION")):
            continue
        if line is not None and version_id in rows.manifests:  # a registration that fails leaves none: see `_altered`
            continue
        if line is not None:
            message = f"{folder} holds files of {line.reference}, whose registration failed"
            yield _mendable("garbage", str(folder), message, "removes them", version_id)
        elif version_id in purged:
            message = f"{folder} holds files of a version that was purged"
            yield _mendable("garbage", str(folder), message, "removes them", version_id)
        elif version_id <= rows.last_event or _now(context, version_id) is None:
            message = f"{folder} holds files of a version this registry has never had"
            hint = "the database may be older than its files: restore a newer backup, or move that folder away"
            yield _finding("unknown", str(folder), message, hint)
    root = context.files.path(0).parent
    for name in there.unexpected:
        yield _finding("unknown", str(root / name), f"{root / name} does not belong there", "move it away")
    for name in there.stale:
        message = f"{name} in {root} was left unfinished by a process that is gone"
        yield _mendable("garbage", name, message, "removes it")


def _now(context: Context, version_id: int) -> VersionSummary | None:
    with context.read() as tx:
        return tx.integrity.line(version_id)


def _leftover(path: str) -> Finding:
    message = f"{path} was left by a restore whose process was killed"
    return _mendable("garbage", path, message, "removes it")


def _foreign(what: str) -> Finding:
    message = f"the database holds the {what}, which is not of the registry"
    return _finding("unknown", what, message, "drop it with DuckDB; no backup takes it along")


def _altered(version: VersionSummary) -> Finding:
    # A version has its manifest from the moment it is READY, and stays so.
    message = f"{version.reference} is {version.status}, and has the manifest of a version that is READY"
    return _finding("row", version.reference, message, _RESTORE, version.id)


def _row(found: Orphan) -> Finding:
    if found.derived:
        return _mendable("row", found.subject, found.message, "puts it right")
    return _finding("row", found.subject, found.message, _RESTORE)


def _finding(kind: FindingKind, subject: str, message: str, hint: str, version_id: int | None = None) -> Finding:
    return Finding(kind=kind, subject=subject, message=message, hint=hint, version_id=version_id)


def _mendable(kind: FindingKind, subject: str, message: str, does: str, version_id: int | None = None) -> Finding:
    hint = f"modelreg verify --repair {does}"
    return Finding(kind=kind, subject=subject, message=message, hint=hint, version_id=version_id, repairable=True)
