"""What a version did when it was used, and how good it is: traces, evaluations."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command
from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.commands.results.traces import MOST_TRACES, evaluations_table, traces_card
from jupyter_modelreg.commands.session import CommandSession

_AT_MOST = click.IntRange(1, MOST_TRACES)


@command(
    "traces",
    calls=["tracking.traces", "tracking.trace_summary"],
    examples=["traces helpdesk@Champion", "traces prod.support.helpdesk/3 -n 100"],
)
@click.argument("ref", shell_complete=candidates.references)
@click.option("-n", "--limit", type=_AT_MOST, metavar="N", default=20, show_default=True, help="Show at most N.")
def traces(session: CommandSession, ref: str, limit: int) -> Result:
    """Show the traces of a version, and what was said of them.

    REF is a version (helpdesk/3, helpdesk@Champion). Traces are those that MLflow 3 keeps of its logged model: how
    many, how many with errors, and feedback and expectations by name; then the newest ones.
    """
    reference = session.reference(ref)
    tracking = session.registry.tracking
    return traces_card(str(reference), tracking.trace_summary(reference), tracking.traces(reference, limit=limit))


@command(
    "evaluations",
    calls=["tracking.evaluations"],
    examples=["evaluations fraud@Champion", "evaluations prod.support.helpdesk/3 --json"],
)
@click.argument("ref", shell_complete=candidates.references)
@click.option("-n", "--limit", type=_AT_MOST, metavar="N", default=50, show_default=True, help="Show at most N.")
def evaluations(session: CommandSession, ref: str, limit: int) -> Result:
    """Show what was measured of a version, by run and dataset.

    REF is a version (fraud/3, fraud@Champion). Evaluations are runs that have logged metrics of its logged model:
    mlflow.models.evaluate and mlflow.genai.evaluate do that, and log_metrics with model_id; newest first.
    """
    reference = session.reference(ref)
    return evaluations_table(str(reference), session.registry.tracking.evaluations(reference, limit=limit))
