"""The command delete: it says what goes, and asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.asking import Declined, confirmed, yes_option
from jupyter_modelreg.commands.command import as_typed, command, reason_option
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.formats import counted, in_order, size_text
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.results.usage_text import users_text
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.entities.previews import DeletionPreview
from jupyter_modelreg.core.entities.securables import Catalog, Schema
from jupyter_modelreg.core.entities.values import HolderKind, JsonValue
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.rules.sentences import listed

# How many pinned versions are named before the others are counted.
_MOST_PINS = 10
# What becomes of what holds something that is deleted all the same.
_BECOMES: Mapping[HolderKind, str] = {
    "link": "is where it is deployed, and nobody tells it",
    "copy": "was made from it, and stays",
    "request": "asks for it, and cannot be approved then",
}


@command(
    "delete",
    calls=[
        "catalogs.delete",
        "schemas.delete",
        "models.delete",
        "versions.delete",
        "previews.delete",
        "previews.delete_container",
    ],
    examples=[
        "delete fraud/2",
        'delete fraud/1-3 -m "trained on wrong labels"',
        "delete fraud@Old --force",
        "delete fraud/2 --yes",
    ],
)
@click.argument("ref", shell_complete=candidates.securables)
@click.option("--force", is_flag=True, help="Delete what is in use, too; removes the aliases.")
@yes_option
@reason_option
def delete(session: CommandSession, ref: str, force: bool, yes: bool, reason: str | None) -> Result:
    """Move versions or a model to the trash; delete an empty schema.

    REF is a version, a range (fraud/1-3), a model with all its versions, or an empty schema or catalog. It says what
    would be deleted and asks first, unless --yes is given. What an alias points at, what is pinned, what an endpoint is
    linked to, what was copied to another model, and what an open request asks for is deleted with --force only, which
    the log keeps.

    Models and versions go to the trash, with their files, until the trash is purged; restore brings them back, and
    undo does with the aliases that were removed. The number of a deleted version is never used again.
    """
    reference = session.reference(ref)
    target = None if not reference.whole_model else find_target(session, ref)
    if isinstance(target, Catalog | Schema):
        return _delete_container(session, target, yes, reason)
    registry = session.registry
    asked = reference if target is None else Reference(target.name)
    told = registry.previews.delete(asked)
    if told.holders and not force:  # which is refused, and says what to do: there is nothing to ask
        yes = True
    if not yes and not _agreed(session, told):
        return Declined(f"nothing was deleted: {told.name} is as it was")
    if target is None:
        gone = registry.versions.delete(asked, force=force, reason=reason)
        return _deleted(told, [views.version_row(version) for version in gone])
    model = registry.models.delete(target.name, force=force, reason=reason)
    return _deleted(told, [views.model_row(model, None)])


def _delete_container(session: CommandSession, target: Catalog | Schema, yes: bool, reason: str | None) -> Result:
    told = session.registry.previews.delete_container(target.name)
    if told.blocked is None and not yes and not _agreed(session, told):
        return Declined(f"nothing was deleted: {told.kind} {told.name} is as it was")
    if isinstance(target, Schema):
        session.registry.schemas.delete(target.name, reason=reason)
    else:
        session.registry.catalogs.delete(target.name, reason=reason)
    return Note([f"deleted {told.kind} {told.name}, which was empty"], [{"name": told.name}], done=False)


def _agreed(session: CommandSession, told: DeletionPreview) -> bool:
    facts = _facts(told) if told.kind in ("model", "version") else ["- it is empty"]
    return confirmed(session, facts, f"Delete {_what(told)}?", needs=f"deleting {_what(told)}")


def _deleted(told: DeletionPreview, rows: Sequence[Mapping[str, JsonValue]]) -> Note:
    numbers = ""
    if told.kind == "version":
        numbers = "; its number is not used again" if told.versions == 1 else "; their numbers are not used again"
    lines = [f"moved {_what(told)} to the trash{numbers}"]
    if told.aliases:
        lines.append(f"removed {_names(told)}")
    # A loss gets no tick: it is said, with what is left of it.
    return Note(lines, rows, asides=_kept(told), done=False)


def _facts(told: DeletionPreview) -> list[str]:
    """What goes, what holds it, what becomes of the files, and what leads back."""
    facts = [f"moves {_what(told)} to the trash", *_kept(told)]
    if told.aliases:
        them = "it" if len(told.aliases) == 1 else "them"
        facts.append(f"removes {_names(told)}: code that loads by {them} stops working")
    if told.pinned:
        facts.append(_pinned(told))
    facts += _held(told)
    facts += users_text(told.users)
    if told.kind == "version":
        facts.append(f"{'its number is' if told.versions == 1 else 'their numbers are'} not used again")
    elif told.versions:
        facts.append(f"a new {told.name} would begin at version {told.next_version}")
    return [f"- {each}" for each in (*facts, _way_back(told))]


def _way_back(told: DeletionPreview) -> str:
    """The line that brings it back."""
    return (
        f"{as_typed('undo')} takes this back"
        if told.versions > 1 and told.kind == "version"
        else (f"{as_typed(f'restore {told.name}')} brings it back")
    )


def _what(told: DeletionPreview) -> str:
    """`prod.ml_team.fraud/3`, `prod.ml_team.fraud and its 12 versions`, `schema prod.ml_team`."""
    match told.kind:
        case "model" if told.versions:
            return f"{told.name} and its {counted(told.versions, 'version')}"
        case "model":
            return f"{told.name} (no versions)"
        case "version":
            return told.name if told.versions == 1 else f"{told.name} ({counted(told.versions, 'version')})"
    return f"{told.kind} {told.name}"


def _kept(told: DeletionPreview) -> list[str]:
    """What becomes of the files, as a sentence without a full stop; nothing where there are none."""
    if told.managed:
        return [f"the files ({size_text(told.size)}) stay on disk until the trash is purged"]
    return ["the files stay where they are: they are not the registry's"] if told.versions else []


def _pinned(told: DeletionPreview) -> str:
    """That what goes is pinned, or which of it."""
    if told.versions == 1:
        return "it is pinned" if told.kind == "version" else "its version is pinned"
    more = len(told.pinned) - _MOST_PINS
    numbers = [*map(str, told.pinned[:_MOST_PINS]), *([f"{more:,} more"] if more > 0 else [])]
    one = len(told.pinned) == 1
    return f"{'version' if one else 'versions'} {listed(numbers)} {'is' if one else 'are'} pinned"


def _held(told: DeletionPreview) -> list[str]:
    """What else holds it, and what becomes of that."""
    return [f"{holder.text} {_BECOMES[holder.kind]}" for holder in told.holders if holder.kind in _BECOMES]


def _names(told: DeletionPreview) -> str:
    """The aliases; of several versions each with its number."""
    several = told.versions > 1
    return ", ".join(f"@{each} ({told.aliases[each]})" if several else f"@{each}" for each in in_order(told.aliases))
