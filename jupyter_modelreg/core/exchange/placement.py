"""What becomes of a version that arrives: its name, whether its number is free, and its aliases."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import TypeVar

from jupyter_modelreg.core.entities.securables import Catalog, Model, Root, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState, PolicyRefused
from jupyter_modelreg.core.exchange.reports import ReportBuilder, Skipped, Target
from jupyter_modelreg.core.governance.tags import admitted
from jupyter_modelreg.core.history.projection import CAME_WITH_MODEL, IMPORTED_FROM
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.redact import without_credentials
from jupyter_modelreg.core.rules.aliases import MAX_ALIASES
from jupyter_modelreg.core.unit_of_work import UnitOfWork

# MLflow keeps the text of a prompt in this tag; the source of all prompts is the same.
_PROMPT_TEXT = "mlflow.prompt.text"
# `UnitOfWork.log`, which changes the model as well, or `BulkUnitOfWork.gather`, which does not.
LogAlias = Callable[..., None]
# Governed models have no stages, so a version keeps the one it had as a tag.
STAGE_TAG = "stage"

A = TypeVar("A", Catalog, Schema, Model)


def authored(record: A, actor: str) -> A:
    """`record`, by `actor` where the source does not say by whom."""
    return replace(record, created_by=record.created_by or actor, updated_by=record.updated_by or actor)


def find_conflict(target: Target, version: Version, local: Version | None) -> Skipped | None:
    """Why a version cannot come under its number, given what is here under it; None when it can, or is here."""
    number = version.version
    if local is None:
        if number > target.used_up and number not in target.purged:
            return None
        why = f"number {number} of {target.local.name} was used before, and no number is used twice"
        hint = "import into another schema"
    elif local.deleted_at is not None:
        why, hint = (
            f"{local.reference} has been deleted here",
            "its number is not used again; import into another schema to have it",
        )
    elif _same(version, local):
        return None
    else:
        why = f"{local.reference} is another version, made from {local.source or 'something else'}"
        hint = "nothing was overwritten; import into another schema, or rename the model here, to have both"
    return Skipped(kind="version", name=version.reference, why=why, hint=hint)


def _same(version: Version, local: Version) -> bool:
    return _plain(version.source) == local.source and version.tags.get(_PROMPT_TEXT) == local.tags.get(_PROMPT_TEXT)


def _plain(uri: str | None) -> str | None:
    return None if uri is None else without_credentials(uri)


def refresh(tx: Transaction, targets: Collection[Target]) -> None:
    """Let each `target.local` say what is here now: others may have changed it since.

    Raises InvalidState when a model is not here any more.
    """
    found = whole(tx).bulk.models([target.local.name for target in targets])
    for target in targets:
        local, now = target.local, found.get(target.local.name)
        if now is None or now.id != local.id:
            raise InvalidState(f"{local.name} was deleted or renamed here meanwhile", "run it again")
        kept = replace(local, aliases=now.aliases, latest=now.latest, last_version=now.last_version)
        # A model that came along keeps the time of its last change.
        target.local = kept if target.fresh else now


def tags_here(
    root: Root, principal: str, target: Target, version: Version, report: ReportBuilder | None
) -> Mapping[str, str]:
    """The tags of a version as they will be here; of one that does not come the report, if any, says why."""
    tags = version.tags
    if target.local.governed and version.stage != "None":
        tags = {STAGE_TAG: version.stage, **tags}
    return admitted_tags(root, principal, tags, version.reference, report)


def admitted_tags(
    root: Root, principal: str, tags: Mapping[str, str], name: str, report: ReportBuilder | None
) -> Mapping[str, str]:
    """Those of `tags` that the tag policies here allow; of the others of `name` the report says why they do not."""
    found, refused = admitted(root, principal, tags)
    if report is not None:
        for key, error in refused.items():
            report.skip(Skipped.because("tag", f"{name} {key}={tags[key]}", error))
    return found


def localised(work: UnitOfWork, target: Target, version: Version, tags: Mapping[str, str]) -> Version:
    """`version` as it will be here, with these `tags` (see `tags_here`), without files and aliases so far."""
    stage = "None" if target.local.governed else version.stage
    return replace(
        version,
        created_by=version.created_by or work.actor,
        updated_by=version.updated_by or work.actor,
        id=work.next_id(),
        model_id=target.local.id,
        name=target.local.name,
        aliases=(),
        source=_plain(version.source),
        run_link=_plain(version.run_link),
        tags=tags,
        stage=stage,
        location=None if target.needs_files or version.managed else _plain(version.location),
        managed=False,
        size=None,
        deleted_at=None,
    )


def imported(target: Target, source: str) -> dict[str, JsonValue]:
    """What the log notes of a version that is imported from `source`."""
    came = {CAME_WITH_MODEL: True} if target.fresh else {}
    return {IMPORTED_FROM: source, **came}


def _refused(work: UnitOfWork, model: Model, version: Version, alias: str) -> PolicyRefused | None:
    """Why the policies here refuse an alias."""
    try:
        work.check_alias(model, version, alias)
    except PolicyRefused as error:
        return error
    return None


def alias_and_number(
    work: UnitOfWork, target: Target, versions: Sequence[Version], report: ReportBuilder, log: LogAlias
) -> None:
    """Note in `target.local` that versions are there now, and what points at them, which `log` is told of."""
    local, aliases = target.local, dict(target.local.aliases)
    for version in versions:
        number = version.version
        for alias in target.pointing_at(number):
            if alias in aliases:
                why, hint = (
                    f"it points at version {aliases[alias]} here",
                    f"to move it: alias {local.name}@{alias} {number}",
                )
            elif local.governed and len(aliases) >= MAX_ALIASES:
                why, hint = f"a governed model has at most {MAX_ALIASES} aliases", "remove one, then set this one"
            elif (refused := _refused(work, local, version, alias)) is not None:
                why, hint = refused.message, refused.hint or ""
            else:
                aliases[alias] = number
                log("alias.set", local, version=number, after={alias: number})
                continue
            report.skip(Skipped(kind="alias", name=f"{target.origin.name}@{alias}", why=why, hint=hint))
    local = replace(local, aliases=aliases, last_version=max(local.last_version, *(each.version for each in versions)))
    # A model that came along keeps the time of its last change; one that was here is changed now.
    target.local = local if target.fresh else replace(local, updated_at=work.now, updated_by=work.actor)
