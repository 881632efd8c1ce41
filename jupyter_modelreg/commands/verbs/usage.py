"""Who loads what: usage."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, limit_option
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.times import read_time

_COLUMNS = (
    Column("reference", "version", "name"),
    Column("alias", "as", "word"),
    Column("actor", "who", "word"),
    Column("notebook", "from", "code"),
    Column("last_used_at", "last used", "time"),
    Column("count", "times", "number"),
)


@command(
    "usage",
    calls=["usage.list", "usage.noted"],
    examples=["usage prod.ml_team.fraud", "usage fraud@Champion", "usage fraud/3", "usage prod --since -30d"],
)
@click.argument("ref", shell_complete=candidates.securables)
@click.option("--since", metavar="T", help="Leave out what was not used from then on: 2026-03-01, -30d.")
@limit_option
def usage(session: CommandSession, ref: str, since: str | None, limit: int | None) -> Result:
    """Show who loaded which version last, and from which notebook.

    REF is a model, a version, an alias (fraud@Champion: who asked for it), a schema or a catalog. Loads are noted by
    load, download, and MLflow (models:/...), each day, unless MODELREG_USAGE=off; a load that cannot be noted goes on.
    """
    reference = session.reference(ref)
    asked = ref if reference.whole_model else str(reference)
    found = session.registry.usage.list(
        asked, namespace=session.namespace, since=None if since is None else read_time(since, epoch_ms())
    )
    rows: list[Row] = [{**vars(each), "reference": each.reference} for each in found[:limit]]
    when = "" if since is None else f" since {since}"
    more = f"{len(rows)} of {len(found):,}; -n {len(found)} shows all" if len(rows) < len(found) else None
    off = "" if rows or session.registry.usage.noted() else "; loads are not noted here: MODELREG_USAGE=off"
    return Table(_COLUMNS, rows, f"nobody is known to have loaded {ref}{when}{off}", more)
