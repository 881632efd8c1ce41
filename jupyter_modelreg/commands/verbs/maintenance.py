"""Commands that look after a registry: verify, backup, restore, move-to."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import click
from markupsafe import Markup

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.asking import Declined, confirmed, yes_option
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results import html as html_renderer
from jupyter_modelreg.commands.results import text as text_renderer
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import counted, date_time, in_order, size_text
from jupyter_modelreg.commands.results.results import Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.findings import Backup, Finding, Moved, Verification
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.references import parse_reference
from jupyter_modelreg.core.rules.sentences import listed

_FOUND = (Column("what", "", "word"), Column("found", "found", "lines"), Column("hint", "what to do", "lines"))
_BACKUPS = (".zip", ".bak", ".backup")
_FILE = click.Path(path_type=Path, dir_okay=False)


@dataclass(repr=False)
class Verified(Result):
    """What `verify` has looked at and found; a row a finding."""

    verification: Verification

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The findings."""
        return [asdict(finding) for finding in self.verification.findings]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return self.verification.sound

    @property
    def exit_code(self) -> int:
        """1 when something is wrong."""
        return 0 if self.sound else 1

    def text(self, width: int | None = None, now: int | None = None, colours: bool = False) -> str:
        """A line a finding and what to do about it, and a line that sums up."""
        lines = [line for finding in self.verification.findings for line in _finding_lines(finding)]
        return "\n".join(text_renderer.line(line) for line in [*lines, _summary(self.verification)])

    def html(self) -> Markup:
        """The summary, ticked when all is well; a table of findings."""
        if not self.verification.findings:
            return html_renderer.page(html_renderer.note_html([_summary(self.verification)]))
        rows: list[Row] = [
            {"what": _word(finding), "found": finding.message, "hint": None if finding.mended else finding.hint}
            for finding in self.verification.findings
        ]
        table = Table(_FOUND, rows, more=_summary(self.verification))
        return html_renderer.page(*table.parts())


def _finding_lines(finding: Finding) -> list[str]:
    if finding.mended:
        return [f"mended: {finding.message}"]
    return [f"{_word(finding)}: {finding.message}", f"  {finding.hint}"]


def _word(finding: Finding) -> str:
    if finding.mended:
        return "mended"
    return "wrong" if finding.harmful else "note"


def _compared(found: Verification) -> str:
    return counted(found.models, "model") if found.compared == found.models else f"{found.compared} of the models"


def _summary(found: Verification) -> str:
    checked = (
        f"{counted(found.events, 'event')}, {counted(found.models, 'model')}, {counted(found.versions, 'version')} and "
        f"{counted(found.files, 'file')} ({size_text(found.bytes)}) checked"
    )
    if found.compared:
        checked += f", {_compared(found)} held against the log"
    if found.sealed is not None:
        checked += f", the log up to event {found.sealed:,} held against the seal"
    if found.registering:
        checked += f", {counted(found.registering, 'version')} being registered"
    wrong = sum(finding.harmful for finding in found.findings)
    mended = sum(finding.mended for finding in found.findings)
    said = [f"{counted(wrong, 'thing')} wrong" if wrong else "nothing is wrong"]
    if mended:
        said.append(f"{counted(mended, 'thing')} mended")
    return f"{checked}: {', '.join(said)}"


@command(
    "verify",
    calls=["maintenance.verify", "maintenance.repair"],
    examples=["verify", "verify prod", "verify --rebuild", 'verify --repair -m "the machine went down"'],
)
@click.argument("ref", required=False, metavar="[REF]", shell_complete=candidates.securables)
@click.option("--repair", is_flag=True, help="Mend what can be mended; remove leftover files.")
@click.option("--rebuild", is_flag=True, help="Replay the whole log, and compare every row with what it says.")
@click.option("--seal", metavar="LINE", help="Hold the log against what history --seal has printed.")
@reason_option
def verify(
    session: CommandSession, ref: str | None, repair: bool, rebuild: bool, seal: str | None, reason: str | None
) -> Result:
    """Verify the activity log, all rows and all files.

    REF is a model, a schema or a catalog: then the rows and files of that alone, and every row is held against the log.
    --seal proves that nothing in the log up to there was altered, removed or put in another order.
    What the log says of a model is compared with the rows of 20 models chosen at random, or with --rebuild of all.

    Others can keep working meanwhile. In a shell the exit code is 0 when nothing is wrong and 1 when something is; in a
    notebook the line gives a result with sound and rows, and raises only when the registry cannot be read at all.

    --repair rebuilds rows that are not what the log says, sets versions whose registration was cut short to
    FAILED_REGISTRATION, and removes files of failed registrations, of purged versions, and of processes that are gone.
    Nothing else is touched: for damaged files and a damaged log there is restore.
    """
    maintenance = session.registry.maintenance
    if repair and seal is not None:
        raise InvalidInput("--seal does not go with --repair", "verify with the seal first, then repair without it")
    if repair and ref is not None:
        raise InvalidInput(f"--repair mends the whole registry, and not {ref} alone", "leave out one of them")
    if repair:
        return Verified(maintenance.repair(rebuild=rebuild, reason=reason))
    if ref is not None:
        session.reference(ref)  # which takes note of a short name, for the hint of an error
    return Verified(maintenance.verify(ref, namespace=session.namespace, rebuild=rebuild, seal=seal))


@command(
    "backup",
    calls=["maintenance.backup"],
    examples=["backup registry-2026-11-21.zip", "backup /mnt/safe/registry.zip --skip-damaged"],
)
@click.argument("file", type=_FILE)
@click.option("--skip-damaged", is_flag=True, help="Leave out files of damaged versions; default: stop.")
def backup(session: CommandSession, file: Path, skip_damaged: bool) -> Result:
    """Back up the whole registry into one new file.

    FILE is the registry as of one moment, whatever others do meanwhile: its tables, and every file of
    every version, each checked against its hash. It is a plain zip, and appears only when it is complete.
    """
    made = session.registry.maintenance.backup(file, skip_damaged=skip_damaged)
    lines = [f"backed up {_content(made)} to {made.path} ({size_text(made.size)})"]
    return Note(lines + _left_out(made), [asdict(made)])


@command(
    "restore",
    calls=["trash.restore", "maintenance.restore", "maintenance.occupied"],
    examples=[
        "restore prod.ml_team.fraud/2",
        "restore prod.ml_team.fraud --as prod.ml_team.old_fraud",
        "restore registry-2026-11-21.zip --to modelreg:////data/registry.duckdb",
        "restore registry.zip --force --yes",
    ],
)
@click.argument("what", metavar="REF|FILE")
@click.option(
    "--id", "row_id", type=click.IntRange(min=1), metavar="N", help="Of models of one name that with this id."
)
@click.option("--as", "name", metavar="NAME", help="Give a model from the trash another name.")
@click.option("--to", "uri", metavar="URI", help="Restore a backup to this registry. Default: the current one.")
@click.option("--force", is_flag=True, help="Move an existing registry aside, for a backup.")
@yes_option
@reason_option
def restore(
    session: CommandSession,
    what: str,
    row_id: int | None,
    name: str | None,
    uri: str | None,
    force: bool,
    yes: bool,
    reason: str | None,
) -> Result:
    """Restore from the trash, or a whole registry from a backup.

    REF is a model or a version. A model comes back with the versions, aliases and tags it had; a version under its old
    number, without the aliases that were removed when it was deleted. trash lists what is there; of several models of
    one name it is the one deleted last, unless --id names another.

    FILE, which backup has made, is refused where there is a registry already, unless --force moves that one aside,
    under a name that is shown; it asks before that, unless --yes is given. Everything is unpacked and checked before
    anything is put in place. The restore is the last line of the activity log, which is the backup's.
    """
    if uri is None and not force and _reads_as_reference(what):
        return _restore_from_trash(session, what, row_id, name, reason)
    if name is not None or row_id is not None:
        option = "--id" if name is None else "--as"
        raise InvalidInput(f"{option} goes with a model in the trash, and {what} is a file", "leave it out")
    return _restore_backup(session, Path(what), uri, force, yes, reason)


def _reads_as_reference(text: str) -> bool:
    """Whether this is a model or version, and not the file of a backup."""
    if Path(text).expanduser().exists() or text.lower().endswith(_BACKUPS):
        return False
    try:
        parse_reference(text)
    except InvalidInput:
        return False
    return True


def _restore_from_trash(
    session: CommandSession, ref: str, row_id: int | None, name: str | None, reason: str | None
) -> Result:
    other = None if name is None else session.reference(name).model
    restored = session.registry.trash.restore(str(session.reference(ref)), id=row_id, name=other, reason=reason)
    reference = restored.reference if isinstance(restored, Version) else restored.name
    kept = "" if isinstance(restored, Version) else _with_aliases(restored)
    return Note([f"restored {reference} from the trash{kept}"], [{"name": restored.name, "reference": reference}])


def _with_aliases(model: Model) -> str:
    pointing = ", ".join(f"@{alias} ({model.aliases[alias]})" for alias in in_order(model.aliases))
    return f", with {pointing}" if pointing else ""


def _restore_backup(
    session: CommandSession, file: Path, uri: str | None, force: bool, yes: bool, reason: str | None
) -> Result:
    target = session if uri is None else session.elsewhere(uri)
    click.get_current_context().call_on_close(target.close)
    in_the_way = force and file.expanduser().is_file() and target.registry.maintenance.occupied()
    if in_the_way and not yes:
        facts = [
            f"- moves the registry at {target.registry.uri} aside, under a name that is shown",
            "- whoever works with it has the backup's models from then on",
        ]
        question = f"Restore {file} in its place?"
        if not confirmed(session, facts, question, needs=f"restoring over {target.registry.uri}"):
            return Declined(f"nothing was restored: {target.registry.uri} is as it was")
    done = target.registry.maintenance.restore(file, force=force, reason=reason)
    lines = [f"restored {_content(done.backup)} of {date_time(done.backup.created_at)} to {done.uri}"]
    if done.moved_aside is not None:
        lines.append(f"what was there before is in {done.moved_aside}")
    return Note(lines + _left_out(done.backup), [asdict(done)])


def _content(backup: Backup) -> str:
    versions, files = counted(backup.versions, "governed version"), counted(backup.files, "file")
    return f"{counted(backup.events, 'event')}, {versions} and {files}"


def _left_out(backup: Backup) -> list[str]:
    return [f"files of {name} are not in it: they were damaged" for name in backup.left_out]


@command(
    "move-to",
    calls=["maintenance.move_to"],
    examples=[
        "move-to 'modelreg:postgresql://user@host/models?files=/shared/models' --dry-run",
        "move-to modelreg:////data/registry.duckdb -m 'the disk is full'",
    ],
)
@click.argument("uri")
@click.option("--keep", is_flag=True, help="Leave this registry open: from then on there are two.")
@click.option("--dry-run", is_flag=True, help="Only say what would be moved.")
@reason_option
def move_to(session: CommandSession, uri: str, keep: bool, dry_run: bool, reason: str | None) -> Result:
    """Move the whole registry to another file or database.

    URI is where it is to be, from a file to PostgreSQL, back, or to another file; there must be no registry yet. All
    goes along: the log, every row, every file, with its hash compared, and the key of webhooks' secrets. It is there
    all at once; a move that was cut off goes on when it is called again.

    Then nothing can be changed here any more, only read; the last line takes that back. Whoever works with it connects
    to the new place: connect URI, or MODELREG_URI.
    """
    done = session.registry.maintenance.move_to(uri, keep=keep, dry_run=dry_run, reason=reason)
    lines = [f"{'would move' if dry_run else 'moved'} {_moved(done)} from {done.source} to {done.uri}"]
    if not dry_run:
        lines.append("every row and every file is as it was")
        lines += [] if done.moved_aside is None else [f"the empty registry that was there is in {done.moved_aside}"]
        lines.append(f"both can be changed from now on: {done.source} is another registry" if keep else _CLOSED)
    return Note(lines, [asdict(done)])


_CLOSED = "nothing can be changed here any more; connect to the new place"


def _moved(done: Moved) -> str:
    rows = [counted(done.rows.get(f"{noun}s", 0), noun) for noun in ("event", "model")]
    versions, files = counted(done.versions, "governed version"), counted(done.files, "file")
    return listed([*rows, versions, f"{files} ({size_text(done.bytes)})"])
