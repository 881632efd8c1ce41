"""The records that `show` gives of a model and a version, and which of their fields are told, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results.cards.gathered import Gathered
from jupyter_modelreg.commands.results.cards.shown import ShownCard
from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.results import Table
from jupyter_modelreg.commands.results.views import Record, model_row, version_row
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Version, files_among

if TYPE_CHECKING:  # what most commands never use
    from jupyter_modelreg.core.entities.runs import RunInfo

# What a version can, and what it was made from, as far as that is known.
_WORTH = (
    Column("metrics", "metrics", "tags"),
    Column("inputs", "inputs", "fields"),
    Column("outputs", "outputs", "fields"),
    Column("datasets", "datasets", "rows"),
    Column("flavors", "flavors", "list"),
)
_MODEL_FIELDS = (
    Column("standing", "newest"),
    *_WORTH,
    Column("aliases", "aliases", "aliases"),
    Column("tags", "tags", "tags"),
    Column("owner", "owner"),
    Column("created_at", "created", "time"),
    Column("updated_at", "updated", "time"),
    Column("last_used_at", "last used", "time"),
    Column("deployment_job_id", "deployment job", "code"),
)
_VERSION_FIELDS = (
    Column("status_message", "failed because", "lines"),
    Column("lacks", "it", "lines"),
    Column("aliases", "aliases", "aliases"),
    Column("stage", "stage", "stage", usual="None"),
    *_WORTH,
    Column("tags", "tags", "tags"),
    Column("links", "links", "links"),
    Column("owner", "owner"),
    Column("created_at", "created", "time"),
    Column("created_by", "by"),
    Column("last_used_at", "last used", "time"),
)
_VERSION_ORIGIN = (
    Column("params", "parameters", "tags"),
    Column("source", "source", "code"),
    Column("location", "files are at", "code"),
    Column("run_id", "run", "code"),
    Column("run_name", "run name"),
    Column("experiment", "experiment"),
    Column("notebook", "notebook", "code"),
    Column("logged_model_id", "logged model", "code"),
    Column("size", "size", "size"),
    Column("files", "files", "files"),
)


def model_card(
    about: Gathered, versions: Table, last_used_at: int | None = None, *, everything: str = "--full"
) -> ShownCard:
    """A model with its newest versions.

    `last_used_at` is when any version of it was loaded last, `everything` the command that tells what is cut.
    """
    model = about.model
    newest = versions.rows[0]["version"] if versions.rows else None
    latest = newest if isinstance(newest, int) else None
    record = {**model_row(model, latest, about.deprecation), "last_used_at": last_used_at}
    kind = "governed model" if model.governed else "workspace model"
    marks = (*(["browse only"] if model.browse_only else []), *(["deprecated"] if model.deprecated else []))
    return ShownCard(
        model.name, kind, _MODEL_FIELDS, record, below=versions, marks=marks, about=about, everything=everything
    )


def version_card(
    about: Gathered,
    version: Version,
    files: Sequence[FileEntry],
    run: RunInfo | None = None,
    *,
    last_used_at: int | None = None,
    lacks: Sequence[str] = (),
    everything: str = "--full",
) -> ShownCard:
    """Everything about one version; `run` is what MLflow's tracking knows of its run, where that was asked.

    `last_used_at` is when it was loaded last, `lacks` what policies say that is missing, `everything` the command that
    tells what is cut.
    """
    manifest: list[JsonValue] = [
        {"path": file.path, "size": file.size, "sha256": file.sha256} for file in files_among(files)
    ]
    record: Record = {
        **version_row(version, about.deprecation),
        "inputs": about.fields("inputs"),
        "outputs": about.fields("outputs"),
        "run_name": run.name if run else None,
        "experiment": run.experiment if run else None,
        "notebook": run.notebook if run else None,
        "files": manifest,
        "last_used_at": last_used_at,
        "lacks": "\n".join(lacks) or None,
    }
    marks = (*(["pinned"] if version.pinned else []), *(["deprecated"] if about.deprecation else []))
    return ShownCard(
        version.reference,
        "version",
        _VERSION_FIELDS,
        record,
        version.status,
        marks=marks,
        about=about,
        origin=_VERSION_ORIGIN,
        everything=everything,
    )
