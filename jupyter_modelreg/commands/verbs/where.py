"""Commands that say where one is: connect, use, status."""

from __future__ import annotations

from dataclasses import replace

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command
from jupyter_modelreg.commands.results import views
from jupyter_modelreg.commands.results.results import Note, Result
from jupyter_modelreg.commands.session import CommandSession


@command(
    "connect", calls=[], examples=["connect", "connect modelreg:///team.duckdb", "connect https://models.example.org"]
)
@click.argument("uri", required=False)
def connect(session: CommandSession, uri: str | None) -> Result:
    """Connect to a registry, or create it.

    URI is modelreg:///relative.duckdb, modelreg:////absolute/path.duckdb or a plain path; a registry that is missing
    is created. https://host is that of a server (modelreg server), to which $MODELREG_TOKEN says who you are, or a
    token that is asked for. Default: $MODELREG_URI, else the registry in your data folder. In a notebook, MLflow then
    uses the same registry.
    """
    found = session.connect(uri)
    return replace(views.status_card(found, session.namespace, session.host.mlflow(found.uri)), says_change=True)


_NOWHERE = "no namespace is set: names are full names"


@command("use", calls=[], examples=["use prod.ml_team", "use prod", "use --clear"])
@click.argument("namespace", required=False, metavar="[CATALOG[.SCHEMA]]", shell_complete=candidates.namespaces)
@click.option("--clear", is_flag=True, help="Leave the namespace; names are then full names.")
def use(session: CommandSession, namespace: str | None, clear: bool) -> Result:
    """Set or show the namespace in which short names are looked up.

    After `use prod.ml_team`, fraud means prod.ml_team.fraud; after `use prod`, ml_team.fraud does. Without an argument
    the namespace is shown. A name behind models:/ is always the full name.
    """
    if clear and namespace:
        raise click.UsageError("--clear takes no namespace")
    if clear:
        session.use(None)
        return Note([_NOWHERE], [{"namespace": None}])
    if namespace:
        session.use(session.find_namespace(namespace).name)
    current = session.namespace
    said = f"now in {current}: short names are looked up there" if current else _NOWHERE
    return Note([said], [{"namespace": current}])


@command("status", calls=["registry.status"], examples=["status", "status --json"])
def status(session: CommandSession) -> Result:
    """Show which registry is in use, its size and its contents."""
    found = session.registry.status()
    return views.status_card(found, session.namespace, session.host.mlflow(found.uri))
