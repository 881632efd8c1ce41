"""Commands that look after a registry: verify, backup, restore."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import click
from markupsafe import Markup

from jupyter_modelreg.commands.asking import Declined, confirmed, yes_option
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results import html as html_renderer
from jupyter_modelreg.commands.results import text as text_renderer
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.formats import date_time, size_text
from jupyter_modelreg.commands.results.results import Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.findings import Backup, Finding, Verification
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import is_governed
from jupyter_modelreg.core.references import parse_reference

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
    return _count(found.models, "model") if found.compared == found.models else f"{found.compared} of the models"


def _summary(found: Verification) -> str:
    checked = (
        f"{_count(found.events, 'event')}, {_count(found.models, 'model')}, {_count(found.versions, 'version')} and "
        f"{_count(found.files, 'file')} ({size_text(found.bytes)}) checked"
    )
    if found.compared:
        checked += f", {_compared(found)} held against the log"
    if found.registering:
        checked += f", {_count(found.registering, 'version')} being registered"
    wrong = sum(finding.harmful for finding in found.findings)
    mended = sum(finding.mended for finding in found.findings)
    said = [f"{_count(wrong, 'thing')} wrong" if wrong else "nothing is wrong"]
    if mended:
        said.append(f"{_count(mended, 'thing')} mended")
    return f"{checked}: {', '.join(said)}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


@command(
    "verify",
    calls=["maintenance.verify", "maintenance.repair"],
    examples=["verify", "verify --rebuild", 'verify --repair -m "the machine went down"'],
)
@click.option("--repair", is_flag=True, help="Mend what can be mended; remove leftover files.")
@click.option("--rebuild", is_flag=True, help="Replay the whole log, and compare every row with what it says.")
@reason_option
def verify(session: CommandSession, repair: bool, rebuild: bool, reason: str | None) -> Result:
    """Verify the activity log, all rows and all files.

    What the log says of a model is compared with the rows of 20 models chosen at random, or with --rebuild of all.

    Others can keep working meanwhile. In a shell the exit code is 0 when nothing is wrong and 1 when something is; in a
    notebook the line gives a result with sound and rows, and raises only when the registry cannot be read at all.

    --repair rebuilds rows that are not what the log says, sets versions whose registration was cut short to
    FAILED_REGISTRATION, and removes files of failed registrations, of purged versions, and of processes that are gone.
    Nothing else is touched: for damaged files and a damaged log there is restore.
    """
    maintenance = session.registry.maintenance
    if repair:
        return Verified(maintenance.repair(rebuild=rebuild, reason=reason))
    return Verified(maintenance.verify(rebuild=rebuild))


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
    calls=["maintenance.restore", "maintenance.occupied"],
    examples=[
        "restore registry-2026-11-21.zip --to modelreg:////data/registry.duckdb",
        "restore registry.zip --force --yes",
    ],
)
@click.argument("file", type=_FILE)
@click.option("--to", "uri", metavar="URI", help="Restore to this registry. Default: the current one.")
@click.option("--force", is_flag=True, help="Move an existing registry aside first.")
@yes_option
@reason_option
def restore(session: CommandSession, file: Path, uri: str | None, force: bool, yes: bool, reason: str | None) -> Result:
    """Restore a whole registry from a backup.

    Refused where there is a registry already, unless --force moves that one aside, under a name that is shown; it asks
    before that, unless --yes is given.
    Everything is unpacked and checked before anything is put in place. The restore is the last line of the activity
    log, which is the backup's.

    To restore one deleted model or version, restore the backup to another place with --to, and import from there.
    """
    _check_backup(file)
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


def _check_backup(file: Path) -> None:
    """Refuse the name of a model or version in the place of FILE, before anything is said of the registry."""
    text = str(file)
    try:
        reference = parse_reference(text)
    except InvalidInput:
        return
    if file.exists() or not (is_governed(reference.model) and not text.lower().endswith(_BACKUPS)):
        return
    what = "model" if reference.whole_model else "version"
    raise InvalidInput(
        f"{text} reads as a {what}, and restore takes the file of a backup",
        "nothing but a backup made before brings back what was deleted: restore FILE --to URI",
    )


def _content(backup: Backup) -> str:
    versions, files = _count(backup.versions, "governed version"), _count(backup.files, "file")
    return f"{_count(backup.events, 'event')}, {versions} and {files}"


def _left_out(backup: Backup) -> list[str]:
    return [f"files of {name} are not in it: they were damaged" for name in backup.left_out]
