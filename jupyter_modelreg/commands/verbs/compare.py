"""Versions side by side, and over time: diff, plot."""

from __future__ import annotations

from collections.abc import Sequence

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import as_of_option, as_typed, command
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.results.versions.differences import Differences
from jupyter_modelreg.commands.session import CommandSession

_MOST_DRAWN = 500


@command(
    "diff",
    calls=["comparisons.compare"],
    examples=[
        "diff fraud@Champion fraud/latest",
        "diff prod.ml_team.fraud/1-3",
        "diff fraud@Champion fraud@Challenger --fail-on breaking",
    ],
)
@click.argument("refs", nargs=-1, required=True, metavar="REF [REF]...", shell_complete=candidates.references)
@click.option("-a", "--all", "everything", is_flag=True, help="Show what is the same, too, and whole text files.")
@click.option(
    "--fail-on",
    type=click.Choice(["breaking", "any"]),
    help="Give a shell 2 where callers of the first version would fail with another, or where anything differs.",
)
@as_of_option
def diff(session: CommandSession, refs: Sequence[str], everything: bool, fail_on: str | None) -> Result:
    """Show in what versions differ, side by side.

    REF is a version (fraud/3, fraud@Champion, fraud/latest) or a range (fraud/1-3); two to five versions are compared.
    Callers of the first are those that may break: by an input that is new and required, a type that has changed, an
    output that is gone.
    """
    found = session.registry.comparisons.compare([str(session.reference(ref)) for ref in refs], everything=everything)
    return Differences(found, everything, fail_on)


@command(
    "plot",
    calls=["versions.list"],
    examples=["plot prod.ml_team.fraud auc", "plot fraud auc loss", "plot fraud", "plot fraud auc --last 30"],
)
@click.argument("model", shell_complete=candidates.models)
@click.argument("metrics", nargs=-1, metavar="[METRIC]...", shell_complete=candidates.metrics)
@click.option(
    "--last",
    type=click.IntRange(min=1),
    default=_MOST_DRAWN,
    metavar="N",
    help=f"Draw the newest N versions. Default: {_MOST_DRAWN}.",
)
@as_of_option
def plot(session: CommandSession, model: str, metrics: Sequence[str], last: int) -> Result:
    """Draw metrics over the versions of a model.

    Versions that an alias points at are marked. Without METRIC, those that most versions have. A version without the
    metric is a gap. In a notebook it is Vega-Lite, which JupyterLab draws itself, with a picture for other places.
    """
    from jupyter_modelreg.commands.results.metrics.result import Metrics
    from jupyter_modelreg.commands.results.metrics.series import series_of

    name = session.model(model)
    found = session.registry.versions.list(name, limit=last)
    versions = found[::-1]
    more = f"the newest {len(found):,} versions; --last {2 * last} shows more" if found.token else None
    series = series_of(name, versions, metrics)
    if series:
        return Metrics(name, versions, series, more)
    first = f"{name} has no versions yet; {as_typed(f'register SOURCE {name}')} makes one"
    return Table((), [], f"no version of {name} has a metric" if versions else first)
