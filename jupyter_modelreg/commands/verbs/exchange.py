"""Commands that move whole parts of a registry: import, export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import click
from markupsafe import Markup

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.formats import counted, size_text
from jupyter_modelreg.commands.results.html import command_html, more_html, page
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.layout import quiet
from jupyter_modelreg.commands.results.results import Changed, Note, Result, Table
from jupyter_modelreg.commands.results.text import clean, line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.exchange.reports import ImportReport, Skipped
from jupyter_modelreg.core.sync.records import SyncReport

# How many reasons are shown; `rows` and --json have them all.
_REASONS = 20
BACK = "takes this back"

TALLY = (
    Column("what", "", "name"),
    Column("imported", "imported", "number"),
    Column("there", "there already", "number"),
    Column("skipped", "skipped", "number"),
)
_SKIPPED = (Column("name", "skipped", "name"), Column("why", "why", "lines"), Column("hint", "what to do", "lines"))


@command(
    "import",
    calls=["exchange.import_from"],
    examples=[
        "import sqlite:///mlflow.db --dry-run",
        "import http://mlflow.example:5000 --into prod.ml_team",
        "import modelreg:////home/ana/registry.duckdb",
        'import fraud.zip -m "from the old laptop"',
    ],
)
@click.argument("source", shell_complete=candidates.sources)
@click.option("--into", metavar="CATALOG.SCHEMA", help="Make workspace models governed, in this schema.")
@click.option("--dry-run", is_flag=True, help="Report what would be imported; change nothing.")
@click.option("--skip-signature-check", is_flag=True, help="With --into: accept models without a signature.")
@click.option("--allow-local-files", is_flag=True, help="Accept files at any path that the source names.")
@reason_option
def import_(
    session: CommandSession,
    source: str,
    into: str | None,
    dry_run: bool,
    skip_signature_check: bool,
    allow_local_files: bool,
    reason: str | None,
) -> Result:
    """Import models from MLflow, a registry or an archive.

    SOURCE is the URI of an MLflow server or database, another registry (modelreg:///… or its .duckdb file), or an
    archive made by export. Versions keep their numbers, tags, aliases, stages, descriptions, times and authors;
    prompts are imported, too. What is here already is not changed, so a second run continues where the first one ended.

    With --into, each workspace model NAME becomes CATALOG.SCHEMA.NAME: its files are copied, and it needs a
    signature. Governed models have no stages: a version that has one gets it as the tag `stage`. What is skipped is
    listed with the reason. A dry run reads the files, too.

    A version from an archive or another machine whose files are at a local path is skipped, since that path means
    other files here; so is a copy whose files cannot be shown to be those of its original. --allow-local-files imports
    both.
    """
    report = session.registry.exchange.import_from(
        source,
        into=into,
        dry_run=dry_run,
        skip_signature_check=skip_signature_check,
        allow_local_paths=allow_local_files,
        reason=reason,
    )
    return Imported(report)


@command(
    "export",
    calls=["exchange.export_to"],
    examples=[
        "export prod.ml_team.fraud fraud.zip",
        "export fraud@Champion fraud/1-3 prod.ml_team models.zip",
        "export --all models.zip",
    ],
)
@click.argument("refs", nargs=-1, metavar="REF...", shell_complete=candidates.securables)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--all", "everything", is_flag=True, help="Export every model, instead of naming any.")
def export(session: CommandSession, refs: tuple[str, ...], file: Path, everything: bool) -> Result:
    """Export models with their files into one archive.

    REF is a model, versions of one (fraud/3, fraud@Champion, fraud/1-3), a schema or a catalog. FILE must be new; it
    contains Parquet tables, the files of governed versions, and a manifest with the hash of everything. import
    reads it.
    """
    if everything == bool(refs):
        raise click.UsageError("name what to export, or say --all" if not refs else "--all leaves nothing to name")
    references = None if everything else [full_reference(session, ref) for ref in refs]
    report = session.registry.exchange.export_to(file.expanduser(), references)
    counts = [(report.models, "model"), (report.versions, "version"), (report.files, "file")]
    said = ", ".join(counted(count, noun) for count, noun in counts)
    row: dict[str, JsonValue] = {**asdict(report), "file": str(report.file)}
    return Note([f"exported {said} to {report.file} ({size_text(report.size)})"], [row])


def full_reference(session: CommandSession, text: str) -> str:
    """The full name of what `text` means, a reference to versions included. Raises NotFound."""
    reference = session.reference(text)
    return find_target(session, text).name if reference.whole_model else str(reference)


def tally_rows(report: ImportReport | SyncReport) -> list[dict[str, JsonValue]]:
    """A row each for models, prompts and versions."""
    tallies = (("models", report.models), ("prompts", report.prompts), ("versions", report.versions))
    return [{"what": what, **asdict(tally)} for what, tally in tallies]


def skipped_table(skipped: Sequence[Skipped], limit: int) -> Table:
    """What did not come, and why: the first `limit`."""
    found: Sequence[dict[str, JsonValue]] = [asdict(each) for each in skipped[:limit]]
    more = f"and {len(skipped) - limit:,} more; --json lists them all" if len(skipped) > limit else None
    return Table(_SKIPPED, found, "nothing was skipped", more)


@dataclass(repr=False)
class Imported(Changed):
    """What an import has done: a table of counts, and one of what was skipped.

    Attributes:
        report: the same as plain records.
    """

    report: ImportReport

    @property
    def confirms(self) -> bool:
        """Always."""
        return True

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """A row each for models, prompts and versions."""
        return tally_rows(self.report)

    @property
    def skipped(self) -> Table:
        """What did not come, and why: all of it in `rows` and `to_df()`."""
        return self._skipped(len(self.report.skipped))

    def text(self, width: int | None = 100, now: int | None = None, colours: bool = False) -> str:
        """Both tables."""
        parts = [line(self._heading), "", Table(TALLY, self.rows).text(width, now, colours)]
        for each in self.report.skipped[:_REASONS]:
            parts += ["", f"{clean(each.name)}: {clean(each.why)}", *([f"  {clean(each.hint)}"] if each.hint else ())]
        more = self._skipped(_REASONS).more
        parts += ["", more] if more else []
        if self.way_back:
            parts += ["", quiet(f"{line(self.way_back.line)} {BACK}", colours)]
        return "\n".join(parts)

    def html(self) -> Markup:
        """Both tables."""
        parts = [more_html(self._heading), *Table(TALLY, self.rows).parts()]
        parts += self._skipped(_REASONS).parts() if self.report.skipped else []
        if self.way_back:
            parts.append(command_html(self.way_back.line, BACK))
        return page(*parts)

    def to_json(self) -> str:
        """The counts, what was skipped, and what `undo` takes to take it back, where something came."""
        back = {"undo": self.way_back.unit} if self.way_back else {}
        return json_text({"counts": self.rows, "skipped": self.skipped.rows, **back})

    @property
    def _heading(self) -> str:
        into = f" into {self.report.into}" if self.report.into else ""
        if self.report.dry_run:
            return f"would import from {self.report.source}{into}; nothing was changed"
        return f"imported from {self.report.source}{into}"

    def _skipped(self, limit: int) -> Table:
        return skipped_table(self.report.skipped, limit)
