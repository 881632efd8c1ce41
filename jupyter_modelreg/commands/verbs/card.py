"""A model card: card."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command
from jupyter_modelreg.commands.results.formats import in_order
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.new_file import write_new
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, RegistryError, SourceUnavailable
from jupyter_modelreg.core.references import Reference

if TYPE_CHECKING:
    from jupyter_modelreg.commands.results.cards.gathered import Gathered, Happened

_RECENT = 5

log = logging.getLogger(__name__)


@command(
    "card",
    calls=["models.get", "versions.resolve", "versions.signature", "deprecations.of", "history.told"],
    examples=["card fraud", "card fraud@Champion --out README.md", "card fraud/3 --out card.md --force"],
)
@click.argument("ref", shell_complete=candidates.references)
@click.option("--out", type=click.Path(path_type=Path), metavar="FILE", help="Write it to this file.")
@click.option("--force", is_flag=True, help="Write over FILE where it is there already.")
@as_of_option
def card(session: CommandSession, ref: str, out: Path | None, force: bool) -> Result:
    """Write a model card: Markdown with metadata for Hugging Face.

    REF is a model, of which its first alias or the newest version is told, or a version. It has the description, how to
    load it, metrics, signature, aliases, owner, links and what happened lately. Without --out it is printed. The tags
    license, language, base_model, pipeline_tag and task fill the metadata.
    """
    from jupyter_modelreg.commands.results.cards.result import MarkdownCard

    found = MarkdownCard(gathered(session, ref))
    if out is None:
        return found
    text = found.text() + "\n"
    write_new(out, lambda fresh: fresh.write_text(text, encoding="utf-8", newline="\n"), force=force)
    return Note([f"wrote the card of {found.card.name} to {out}"], [{"name": found.card.name, "file": str(out)}])


def gathered(session: CommandSession, ref: str) -> Gathered:
    """What there is to tell of the model or version that `ref` names. Raises NotFound, InvalidInput for a range."""
    registry, reference = session.registry, session.reference(ref)
    if reference.whole_model:
        return about_model(session, registry.models.get(reference.model))
    found = registry.versions.resolve(reference)
    if len(found) > 1:
        raise InvalidInput(f"{reference} names several versions, and a card is about one", "name one of them")
    return about_version(session, found[0])


def about_model(
    session: CommandSession, model: Model, *, read: bool = True, newest: Sequence[Version] = ()
) -> Gathered:
    """What there is to tell of a model; `newest` are versions of it that are at hand, `read` as in `about_version`."""
    version = None if model.browse_only else _standing_for(session, model, newest)
    return _told(session, model, version, whole_model=True, read=read)


def about_version(session: CommandSession, version: Version, *, read: bool = True) -> Gathered:
    """What there is to tell of a version.

    With `read` its files are read for what the registry does not know of it, as the signature of a workspace version.
    """
    model = session.registry.models.get(version.name)
    return _told(session, model, version, whole_model=False, read=read)


def _told(session: CommandSession, model: Model, version: Version | None, *, whole_model: bool, read: bool) -> Gathered:
    from jupyter_modelreg.commands.results.cards.gathered import Gathered

    about = model.name if whole_model or version is None else version.reference
    found = Gathered(
        model=model,
        version=version,
        whole_model=whole_model,
        deprecation=session.registry.deprecations.of([about]).get(about),
        recent=[] if model.browse_only else _recent(session, about, whole_model),
    )
    if version is None or not read:
        return found
    return replace(
        found,
        signature=_signature(session, version),
        flavors=found.flavors or _flavors(session, version),
    )


def _standing_for(session: CommandSession, model: Model, newest: Sequence[Version]) -> Version | None:
    """The version that stands for a model: the one that its first alias points at, else the newest, if any."""
    topic = session.registry.versions
    for alias in in_order(model.aliases)[:1]:
        at_hand = (each for each in newest if each.version == model.aliases[alias])
        return next(at_hand, None) or topic.get(Reference(model.name, alias=alias))
    return next(iter(newest or topic.list(model.name, limit=1)), None)


def _signature(session: CommandSession, version: Version) -> Mapping[str, JsonValue] | None:
    """The signature, also of a workspace version whose files can be read; None where nobody can tell."""
    try:
        return session.registry.versions.signature(version.reference)
    except (InvalidInput, SourceUnavailable) as error:
        log.info("the signature of %s cannot be read: %s", version.reference, error.message)
        return None


def _flavors(session: CommandSession, version: Version) -> Sequence[str]:
    """The flavors of a version from before they were noted, by its MLmodel file; none where that is not read here."""
    if not version.managed or version.status != "READY":
        return ()
    from jupyter_modelreg.core.governance.cases import flavors_in

    try:
        text = session.registry.versions.file(version.reference, "MLmodel").read_text(encoding="utf-8")
    except (RegistryError, OSError, UnicodeError) as error:
        log.info("the flavors of %s cannot be read: %s", version.reference, error)
        return ()
    return flavors_in(text.splitlines())


def _recent(session: CommandSession, about: str, whole_model: bool) -> list[Happened]:
    """What has happened lately, but for registrations that only began; of a model with which version it was."""
    from jupyter_modelreg.commands.results.cards.gathered import Happened
    from jupyter_modelreg.core.history.sentences import text_of

    found = [
        each
        for each in session.registry.history.told(about, limit=2 * _RECENT)
        if (each.after or {}).get("status") != "PENDING_REGISTRATION"
    ]
    return [
        Happened(each.time, each.actor, each.version if whole_model else None, text_of(each.sentence), each.reason)
        for each in found[:_RECENT]
    ]
