"""Verifying a part of a registry: one model, or all that a schema or catalog holds."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.catalog.resolve import models_in, resolve
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.findings import Verification
from jupyter_modelreg.core.entities.versions import files_among
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.history.comparison import Difference
from jupyter_modelreg.core.history.projection import UnfitEvent
from jupyter_modelreg.core.history.seal import Seal
from jupyter_modelreg.core.maintenance.log_check import read_log
from jupyter_modelreg.core.maintenance.rebuild import differences_in
from jupyter_modelreg.core.maintenance.verify import (
    damaged_files,
    is_stuck,
    row_finding,
    row_findings,
    stuck_findings,
    unfit,
)
from jupyter_modelreg.core.references import parse_reference


def examine_part(context: Context, name: str, namespace: str | None, seal: str | None) -> Verification:
    """Verify the log, and of what is called `name` every row and every file. Raises InvalidInput, NotFound.

    What belongs to no model, as files that nobody knows, is told of by verifying the whole.
    """
    asked = parse_reference(name)
    if not asked.whole_model:
        raise InvalidInput(
            f"{name} names versions, and verify takes a model, a schema or a catalog", f"write {asked.model}"
        )
    with context.read() as tx:
        target = resolve(tx, name, namespace)
        models = models_in(tx, target)
        wanted = {model.id for model in models}
        lines = {line.id: line for line in tx.integrity.lines() if line.model_id in wanted}
        manifests = tx.integrity.manifests()
        strayed = tx.integrity.derivations(wanted)
    log = read_log(context, None if seal is None else Seal.read(seal))
    unlike: Sequence[Difference] = []
    compared = 0
    if not log.damaged:
        try:
            unlike, compared = differences_in(context, target, models), len(models)
        except UnfitEvent as error:
            log.findings.append(unfit(error))
    pending = [line for line in lines.values() if line.status == "PENDING_REGISTRATION" and line.id not in manifests]
    stuck = [line for line in pending if is_stuck(line, context.files, context.now())]
    kept = {line.id: manifests.get(line.id, ()) for line in lines.values() if line.managed and line.status == "READY"}
    return Verification(
        events=log.events,
        models=len(models),
        versions=len(lines),
        files=sum(len(files_among(files)) for files in kept.values()),
        bytes=sum(entry.size for files in kept.values() for entry in files),
        registering=len(pending) - len(stuck),
        compared=compared,
        sealed=log.sealed,
        findings=[
            *log.findings,
            *row_findings(list(map(row_finding, strayed)), unlike),
            *damaged_files(context, lines, kept),
            *stuck_findings(context, stuck),
        ],
    )
