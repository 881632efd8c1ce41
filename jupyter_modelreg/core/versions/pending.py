"""The registration protocol: a version is PENDING while its files are added, then READY, or FAILED."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from jupyter_modelreg.core.catalog.aliases import point_alias
from jupyter_modelreg.core.catalog.lookup import require_model
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.integrity import VersionSummary
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import AliasMove, ChangeWarning
from jupyter_modelreg.core.entities.versions import FileEntry, Version, manifest_hash
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.history.projection import MANIFEST
from jupyter_modelreg.core.unit_of_work import UnitOfWork
from jupyter_modelreg.core.versions.request import RegistrationRequest

_logger = logging.getLogger(__name__)
AddFiles = Callable[[Version], list[FileEntry]]
Learned = Mapping[str, object]
"""Fields of a version that are known since its files are there."""


@dataclass(frozen=True)
class Pointed:
    """A version with its aliases, where each of them pointed before, and what to know about it."""

    version: Version
    moves: tuple[AliasMove, ...] = ()
    warnings: tuple[ChangeWarning, ...] = ()


def point_aliases(work: UnitOfWork, request: RegistrationRequest, model: Model, version: Version) -> Pointed:
    """Point what `request` names as aliases at `version`; returns it with them. Raises what `point_alias` raises."""
    moves = []
    for alias in request.aliases:
        moves.append(AliasMove(alias=alias, before=point_alias(work, model, alias, version)))
        model = replace(model, aliases={**model.aliases, alias: version.version})
    return Pointed(replace(version, aliases=request.aliases), tuple(moves))


def finish(
    context: Context,
    request: RegistrationRequest,
    pending: Version,
    add_files: AddFiles,
    learned: Learned | None = None,
) -> Pointed:
    """Fill the folder of a PENDING version by `add_files` and make it READY; where that fails, it is FAILED."""
    try:
        entries = add_files(pending)
    except BaseException as error:  # what it had begun is gone already; a folder that is there is not ours
        record_failure(context, request.reason, pending, error)
        raise
    try:
        return _ready(context, request, pending, entries, learned)
    except BaseException as error:
        if record_failure(context, request.reason, pending, error):
            context.files.remove(pending.id)
        raise


def _ready(
    context: Context,
    request: RegistrationRequest,
    pending: Version,
    entries: list[FileEntry],
    learned: Learned | None,
) -> Pointed:
    with context.write(request.reason) as work:
        work.go_on()
        ready = make_ready(work, pending, entries, learned)
        if not request.aliases:
            return Pointed(ready)
        return point_aliases(work, request, require_model(work.tx, request.name), ready)


def make_ready(
    work: UnitOfWork, pending: Version, entries: Sequence[FileEntry], learned: Learned | None = None
) -> Version:
    """Set a version whose folder holds `entries` to READY; returns it as it is then."""
    wanted: dict[str, object] = {
        **(learned or {}),
        "status": "READY",
        "status_message": None,  # what an earlier run that failed has left
        "managed": True,
        "size": sum(entry.size for entry in entries),
    }
    changes = {name: value for name, value in wanted.items() if getattr(pending, name) != value}
    work.log_update("version.status", pending, changes, {MANIFEST: manifest_hash(entries)})
    work.tx.versions.add_files(pending.id, entries)
    return replace(pending, **changes)  # type: ignore[arg-type]


def record_failure(context: Context, reason: str | None, pending: Version, error: BaseException) -> bool:
    """Set a version to FAILED_REGISTRATION; whether its files are to go, which is when that is on record.

    A version that is READY stays so: what failed, an interrupt for one, came when all was done.
    """
    message = getattr(error, "message", None) or str(error) or type(error).__name__
    try:
        with context.write(reason) as work:
            work.go_on()
            now = work.tx.integrity.line(pending.id)
            if now is not None and now.status == "READY":
                return False
            fail(work, pending, message)
    except RegistryError:  # on a full disk, say; what is to be heard of is the error that came first
        _logger.warning("%s stays %s until verify --repair", pending.reference, pending.status, exc_info=True)
        return False
    return True


def fail(work: UnitOfWork, version: Version | VersionSummary, message: str) -> None:
    """Set a version that never became READY to FAILED_REGISTRATION, for the reason `message`."""
    work.log(
        "version.status",
        version,
        before={"status": version.status},
        after={"status": "FAILED_REGISTRATION", "status_message": message},
    )
