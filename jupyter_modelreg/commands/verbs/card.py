"""A model card: card."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command
from jupyter_modelreg.commands.results.formats import in_order, utc_date_time
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.new_file import write_new
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, RegistryError, SourceUnavailable
from jupyter_modelreg.core.history.sentences import text_of
from jupyter_modelreg.core.references import Reference

if TYPE_CHECKING:
    from jupyter_modelreg.commands.results.cards.gathered import Gathered

_RECENT = 5

log = logging.getLogger(__name__)


@command(
    "card",
    calls=["models.get", "versions.resolve", "versions.signature", "versions.file", "deprecations.of", "history.told"],
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
    from jupyter_modelreg.commands.results.cards.gathered import Gathered

    registry, reference = session.registry, session.reference(ref)
    if reference.whole_model:
        model = registry.models.get(reference.model)
        version = None if model.browse_only else _standing_for(session, model)
    else:
        found = registry.versions.resolve(reference)
        if len(found) > 1:
            raise InvalidInput(f"{reference} names several versions, and a card is about one", "name one of them")
        [version] = found
        model = registry.models.get(version.name)
    about = model.name if reference.whole_model or version is None else version.reference
    return Gathered(
        model=model,
        version=version,
        whole_model=reference.whole_model,
        signature=None if version is None else _signature(session, version),
        flavors=[] if version is None else _flavors(session, version),
        deprecation=registry.deprecations.of([about]).get(about),
        recent=[] if model.browse_only else _recent(session, reference),
    )


def _standing_for(session: CommandSession, model: Model) -> Version | None:
    """The version that stands for a model: the one that its first alias points at, else the newest, if any."""
    for alias in in_order(model.aliases)[:1]:
        return session.registry.versions.get(Reference(model.name, alias=alias))
    return next(iter(session.registry.versions.list(model.name, limit=1)), None)


def _signature(session: CommandSession, version: Version) -> Mapping[str, JsonValue] | None:
    """The signature, also of a workspace version whose files can be read; None where nobody can tell."""
    try:
        return session.registry.versions.signature(version.reference)
    except (InvalidInput, SourceUnavailable) as error:
        log.info("the signature of %s cannot be read: %s", version.reference, error.message)
        return None


def _flavors(session: CommandSession, version: Version) -> Sequence[str]:
    """What MLflow saved a version with, by its MLmodel file; nothing where that cannot be read here."""
    if not version.managed or version.status != "READY":
        return []
    import yaml

    try:
        described = yaml.safe_load(session.registry.versions.file(version.reference, "MLmodel").read_bytes())
    except (RegistryError, OSError, yaml.YAMLError) as error:
        log.info("the flavors of %s cannot be read: %s", version.reference, error)
        return []
    flavors = described.get("flavors") if isinstance(described, dict) else None
    return list(map(str, flavors)) if isinstance(flavors, dict) else []


def _recent(session: CommandSession, reference: Reference) -> list[str]:
    """What has happened lately, a line each, but for registrations that only began."""
    found = [
        each
        for each in session.registry.history.told(str(reference), limit=2 * _RECENT)
        if (each.after or {}).get("status") != "PENDING_REGISTRATION"
    ]
    lines = []
    for each in found[:_RECENT]:
        about = "" if each.version is None else f"version {each.version}: "
        why = f" ({each.reason})" if each.reason else ""
        lines.append(f"{utc_date_time(each.time)}, {each.actor}: {about}{text_of(each.sentence)}{why}")
    return lines
