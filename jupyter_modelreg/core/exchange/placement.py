"""What becomes of a version that arrives: what it is called, whether its number is free, which aliases come along."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TypeVar

from jupyter_modelreg.core.catalog.aliases import MAX_ALIASES
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.exchange.reports import Counting, Skipped, Target
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import Work

# MLflow keeps the text of a prompt in this tag; the source of all prompts is the same.
_PROMPT_TEXT = "mlflow.prompt.text"
# Governed models have no stages, so a version keeps the one it had as a tag.
STAGE_TAG = "stage"

A = TypeVar("A", Catalog, Schema, Model)


def authored(record: A, actor: str) -> A:
    """`record`, by `actor` where the source does not say by whom."""
    return replace(record, created_by=record.created_by or actor, updated_by=record.updated_by or actor)


def judge(target: Target, version: Version, here: Version | None) -> Skipped | None:
    """Why a version cannot come under its number, given what is here under it; None when it can, or is here."""
    number = version.version
    if here is None:
        if number > target.used_up:
            return None
        why = f"number {number} was used by a {target.here.name} that is in the trash"
        hint = "purge the trash, or import into another schema"
    elif here.deleted_at is not None:
        why, hint = f"{here.reference} has been deleted here", "its number is not used again; purge the trash to get it"
    elif _same(version, here):
        return None
    else:
        why = f"{here.reference} is another version, made from {here.source or 'something else'}"
        hint = "nothing was overwritten; import into another schema, or rename the model here, to have both"
    return Skipped(kind="version", name=version.reference, why=why, hint=hint)


def _same(version: Version, here: Version) -> bool:
    return version.source == here.source and version.tags.get(_PROMPT_TEXT) == here.tags.get(_PROMPT_TEXT)


def renew(tx: Transaction, targets: Collection[Target]) -> None:
    """Let each `target.here` say what is here now: others may have changed it since.

    Raises InvalidState when a model is not here any more.
    """
    found = tx.bulk.models([target.here.name for target in targets])
    for target in targets:
        here, now = target.here, found.get(target.here.name)
        if now is None or now.id != here.id:
            raise InvalidState(f"{here.name} was deleted or renamed here meanwhile", "import again")
        kept = replace(here, aliases=now.aliases, latest=now.latest, last_version=now.last_version)
        # A model that came along keeps the time of its last change.
        target.here = kept if target.fresh else now


def arrived(work: Work, target: Target, version: Version) -> Version:
    """`version` as it will be here, without files and aliases so far."""
    tags, stage = version.tags, version.stage
    if target.here.governed:
        if stage != "None":
            tags = {STAGE_TAG: stage, **tags}
        stage = "None"
    return replace(
        version,
        created_by=version.created_by or work.actor,
        updated_by=version.updated_by or work.actor,
        id=work.next_id(),
        model_id=target.here.id,
        name=target.here.name,
        aliases=(),
        tags=tags,
        stage=stage,
        managed=False,
        size=None,
        deleted_at=None,
    )


def log_created(work: Work, version: Version, source: str) -> None:
    """The event whose number is the id of the version."""
    after: dict[str, JsonValue] = {
        "source": version.source,
        "run_id": version.run_id,
        "description": version.description,
        "tags": dict(version.tags),
        "status": version.status,
        "imported_from": source,
    }
    work.log("version.created", "model", version.model_id, version.name, version=version.version, after=after)


def alias_and_number(work: Work, target: Target, numbers: Sequence[int], count: Counting) -> None:
    """Note in `target.here` that versions are there now, and what points at them; storing it is left to the caller."""
    here, aliases = target.here, dict(target.here.aliases)
    for number in numbers:
        for alias in target.pointing_at(number):
            if alias in aliases:
                why, hint = (
                    f"it points at version {aliases[alias]} here",
                    f"to move it: alias {here.name}@{alias} {number}",
                )
            elif here.governed and len(aliases) >= MAX_ALIASES:
                why, hint = f"a governed model has at most {MAX_ALIASES} aliases", "remove one, then set this one"
            else:
                aliases[alias] = number
                work.log("alias.set", "model", here.id, here.name, version=number, after={alias: number})
                continue
            count.skip(Skipped(kind="alias", name=f"{target.origin.name}@{alias}", why=why, hint=hint))
    here = replace(here, aliases=aliases, last_version=max(here.last_version, *numbers))
    # A model that came along keeps the time of its last change; one that was here is changed now.
    target.here = here if target.fresh else replace(here, updated_at=work.now, updated_by=work.actor)
