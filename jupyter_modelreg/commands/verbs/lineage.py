"""Where versions come from, and what a change would touch: lineage, impact, refresh."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, command, reason_option
from jupyter_modelreg.commands.results.lineage.openlineage import run_event
from jupyter_modelreg.commands.results.lineage.result import Graph, impact_table
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.lineage.graph import Refreshed
from jupyter_modelreg.core.lineage.lineage import MOST_NODES, MOST_STEPS

_STEPS = click.IntRange(0, MOST_STEPS)
_nodes = click.option("-n", "--limit", type=click.IntRange(1, MOST_NODES), default=100, help="Show at most N.")


@command(
    "lineage",
    calls=["lineage.graph", "lineage.of", "lineage.dataset"],
    examples=["lineage fraud@Champion", "lineage prod.ml_team.fraud/3 --down 1", "lineage --dataset loans"],
)
@click.argument("ref", required=False, shell_complete=candidates.references)
@click.option("--dataset", metavar="NAME|DIGEST", help="What was made of a dataset, instead of a version.")
@click.option("--up", type=_STEPS, metavar="N", default=5, show_default=True, help="Steps to what it comes from.")
@click.option("--down", type=_STEPS, metavar="N", default=5, show_default=True, help="Steps to what comes from it.")
@_nodes
@as_of_option
def lineage(session: CommandSession, ref: str | None, dataset: str | None, up: int, down: int, limit: int) -> Result:
    """Show where a version comes from, and what comes from it.

    REF is a version (fraud/3, fraud@Champion). It comes from its run, with datasets and code, or from the version it is
    a copy of; from it come aliases, copies, endpoints and other links, and who has loaded it. With --json it is an
    event of OpenLineage.
    """
    if (ref is None) is (dataset is None):
        raise InvalidInput("say either a version or a dataset", "lineage REF, or lineage --dataset NAME")
    registry = session.registry
    if dataset is not None:
        return Graph(registry.lineage.dataset(dataset, down=down, limit=limit))
    reference = session.reference(ref or "")
    version = registry.versions.get(reference)
    known = registry.lineage.of(reference)
    graph = registry.lineage.graph(reference, up=up, down=down, limit=limit)
    return Graph(graph, known, run_event(version, known, registry.uri))


@command(
    "impact",
    calls=["lineage.impact"],
    examples=["impact fraud/3", "impact loans", "impact dataset:fraud"],
)
@click.argument("target", metavar="REF|DATASET", shell_complete=candidates.references)
@_nodes
def impact(session: CommandSession, target: str, limit: int) -> Result:
    """List what would feel a change to a version or a dataset.

    REF is a version, a range or a model: it and its copies. DATASET is the name or the digest of a dataset: the
    versions that were trained or measured on it, and copies of these; dataset:NAME means that where a model is called
    so, too. Each with where it is deployed and who loads it; what is in use comes first.
    """
    lineage = session.registry.lineage
    try:
        found = lineage.impact(str(session.reference(target)), limit=limit)
    except (InvalidInput, NotFound):  # the namespace goes before names of models, not before those of datasets
        found = lineage.impact(target, limit=limit)
    return impact_table(found)


@command(
    "refresh",
    calls=["lineage.refresh"],
    examples=["refresh fraud/3", 'refresh fraud@Champion -m "evaluated on last month"'],
)
@click.argument("ref", shell_complete=candidates.references)
@reason_option
def refresh(session: CommandSession, ref: str, reason: str | None) -> Result:
    """Have versions say what their runs say today.

    REF is a version (fraud/3, fraud@Champion) or a range (fraud/1-3). Metrics, parameters and datasets are those of
    MLflow's tracking server, taken over in one event, which undo takes back.
    """
    reference = session.reference(ref)
    changes = session.registry.lineage.refresh(reference, reason=reason)
    lines = [_told(each) for each in changes]
    if not lines:
        return Note([f"{reference} says what its run says: nothing to refresh"], [], done=False)
    return Note(lines, [dict(vars(each)) for each in changes])


def _told(change: Refreshed) -> str:
    if change.before is None:
        return f"{change.name}: {change.what} is {change.after}"
    return f"{change.name}: {change.what} was {change.before}, is {change.after or 'gone'}"
