"""The command explore: the catalog explorer, where there is a notebook to show it in."""

from __future__ import annotations

from dataclasses import dataclass

import click
from markupsafe import Markup

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import DEFAULT_LIMIT, command
from jupyter_modelreg.commands.results import html as html_renderer
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.browse import model_table
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.registry import Registry

_NEEDS_NOTEBOOK = "the explorer itself needs a notebook: run %modelreg explore there"


@dataclass(repr=False)
class Explored(Result):
    """The explorer as the host shows it, or the models as a table where it cannot.

    Attributes:
        table: the models.
        widget: the host's explorer; None where there is no place for one.
    """

    table: Table
    widget: object | None

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The models of the table."""
        return self.table.rows

    @property
    def value(self) -> object:
        """The explorer, else this result."""
        return self if self.widget is None else self.widget

    def text(self, width: int | None = None, now: int | None = None, colours: bool = False) -> str:
        """The table, and where the explorer is to be had."""
        return f"{self.table.text(width, now, colours)}\n{_NEEDS_NOTEBOOK}"

    def piped(self) -> str:
        """The table alone."""
        return self.table.piped()

    def html(self) -> Markup:
        """The table, and where the explorer is to be had."""
        return html_renderer.page(*self.table.parts(), html_renderer.more_html(_NEEDS_NOTEBOOK))


@command("explore", calls=["models.list"], examples=["explore", "explore prod.ml_team"])
@click.argument("namespace", required=False, metavar="[NAMESPACE]", shell_complete=candidates.namespaces)
def explore(session: CommandSession, namespace: str | None) -> Result:
    """Browse catalogs, schemas, models and versions.

    NAMESPACE, a catalog or a schema, is opened first; without it, the current one. In a notebook this gives the
    explorer, whose selected is what was clicked: w = %modelreg explore, then w.selected.
    """
    wanted = namespace or session.namespace
    name = session.find_namespace(wanted).name if wanted else None
    table = model_listing(session.registry, name)
    return Explored(table, session.host.explorer(session.registry, name))


def model_listing(registry: Registry, namespace: str | None) -> Table:
    """The first models in `namespace`, a catalog or a schema by its full name, or in all of the registry.

    Raises NotFound when there is no such namespace.
    """
    return model_table(registry, namespace, DEFAULT_LIMIT, listing=f"%modelreg models {namespace or '--all'}")
