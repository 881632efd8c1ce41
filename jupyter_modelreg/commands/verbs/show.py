"""The command that tells all of one thing: show."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, as_typed, command
from jupyter_modelreg.commands.resolve import find_target
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.results import Card, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.browse import (
    deprecations_of,
    last_used_of,
    model_table,
    schema_table,
    version_table,
)
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import NotFound, SourceUnavailable

if TYPE_CHECKING:  # what most commands never use
    from jupyter_modelreg.core.entities.runs import RunInfo

_GLANCE = 5

log = logging.getLogger(__name__)


@command(
    "show",
    calls=[
        "versions.resolve",
        "versions.files",
        "versions.signature",
        "usage.last",
        "policies.test",
        "deprecations.of",
        "history.told",
    ],
    examples=["show prod.ml_team.fraud", "show fraud@Champion", "show fraud/3", "show fraud/1-3", "show prod"],
)
@click.argument("ref", shell_complete=candidates.securables)
@click.option("--full", is_flag=True, help="Print all of what is long.")
@click.option("--run", "with_run", is_flag=True, help="Ask MLflow for the run, and a workspace version's signature.")
@as_of_option
def show(session: CommandSession, ref: str, full: bool, with_run: bool) -> Result:
    """Show a model or a version as a card, or a schema or catalog.

    REF is a model (fraud), a version (fraud/3, fraud/latest, fraud@Champion), a range of versions (fraud/1-3), or the
    name of a catalog or schema. The card of a model tells of the version that its first alias, Champion before others,
    points at. What a description says below headings as Limitations or Intended use stands out. Where MLflow is
    imported already, as in a notebook that trains, --run is not needed.
    """
    card = _show(session, ref, with_run or "mlflow" in sys.modules)
    return replace(card, full=full) if isinstance(card, Card) else card


def _show(session: CommandSession, ref: str, with_run: bool) -> Card | Table:
    reference = session.reference(ref)
    if not reference.whole_model:
        found = session.registry.versions.resolve(reference)
        if len(found) > 1:
            last_used, deprecations = last_used_of(session, found[0].name), deprecations_of(session.registry, found)
            return views.version_table(found, "", last_used=last_used, deprecations=deprecations)
        return _version_card(session, found[0], with_run)
    target = find_target(session, ref)
    if isinstance(target, Model):
        return _model_card(session, target)
    return _container_card(session, target)


def _version_card(session: CommandSession, version: Version, with_run: bool) -> Card:
    from jupyter_modelreg.commands.results.cards.records import version_card
    from jupyter_modelreg.commands.verbs.card import about_version

    return version_card(
        about_version(session, version, read=with_run),
        version,
        session.registry.versions.files(version.reference),
        _run_of(session, version) if with_run else None,
        last_used_at=last_used_of(session, version.name).get(version.version),
        lacks=_lacks(session, version),
        everything=as_typed(f"show {version.reference} --full"),
    )


def _lacks(session: CommandSession, version: Version) -> Sequence[str]:
    """What policies say that a version lacks, a line each."""
    unmet = [each for each in session.registry.policies.test(version.reference) if each.met is False]
    if not unmet:
        return []
    from jupyter_modelreg.core.governance.checking import rule_to_ask  # which nobody needs where nothing is lacking
    from jupyter_modelreg.core.governance.effective import called

    return [f"{each.lacks} ({called(each.policy)})" for each in unmet if rule_to_ask(each.policy.rule).of_version]


def _run_of(session: CommandSession, version: Version) -> RunInfo | None:
    """What MLflow's tracking knows of the version's run; None where it knows nothing of it."""
    if version.run_id is None:
        return None
    try:
        return session.registry.tracking.run(version.run_id)
    except (NotFound, SourceUnavailable) as error:
        log.info("the run of %s cannot be looked up: %s", version.reference, error.message)
        return None


def _model_card(session: CommandSession, model: Model) -> Card:
    from jupyter_modelreg.commands.results.cards.records import model_card
    from jupyter_modelreg.commands.verbs.card import about_model

    newest = session.registry.versions.list(model.name, limit=_GLANCE)
    last_used = last_used_of(session, model.name)
    return model_card(
        about_model(session, model, read=False, newest=newest),
        version_table(session, model.name, newest, last_used, as_typed(f"versions {model.name}")),
        max(last_used.values(), default=None),
        everything=as_typed(f"show {model.name} --full"),
    )


def _container_card(session: CommandSession, container: Catalog | Schema) -> Card:
    if isinstance(container, Catalog):
        below = schema_table(session, container.name, _GLANCE, as_typed(f"schemas {container.name}"))
    else:
        listing = as_typed(f"models {container.name}")
        below = model_table(session.registry, container.name, _GLANCE, listing=listing)
    return views.container_card(container, below)
