"""Lineage, and what a change would touch, as the results of commands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from jupyter_modelreg.commands.results.columns import Column
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.lineage.tree import tree_text
from jupyter_modelreg.commands.results.results import Result, Table
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.lineage.graph import Impact, LineageGraph
from jupyter_modelreg.core.lineage.records import Dataset, Environment, Lineage, Place

if TYPE_CHECKING:
    from markupsafe import Markup

_DATASETS = (
    Column("name", "dataset"),
    Column("context", "for"),
    Column("digest", "digest"),
    Column("snapshot", "state"),
    Column("rows", "rows", "number"),
    Column("metrics", "metrics on it"),
    Column("source", "where"),
)
_IMPACT = (
    Column("reference", "version", "name"),
    Column("aliases", "aliases", "aliases"),
    Column("links", "deployed or used"),
    Column("users", "loaded by"),
    Column("last_used_at", "last", "time"),
    Column("why", "why"),
    Column("notebook", "made in"),
)


@dataclass(repr=False)
class Graph(Result):
    """What a version, or a dataset, comes from and leads to: a picture in a notebook, a tree elsewhere.

    Attributes:
        graph: what to show.
        lineage: what is known of the version; None for a dataset.
        event: the version as an event of OpenLineage; None for a dataset.
    """

    graph: LineageGraph
    lineage: Lineage | None = None
    event: dict[str, JsonValue] | None = None

    @property
    def rows(self) -> list[dict[str, JsonValue]]:
        """The nodes, each with the ids of what it comes from."""
        above: dict[str, list[JsonValue]] = {}
        for edge in self.graph.edges:
            above.setdefault(edge.target, []).append({"id": edge.source, "label": edge.label})
        return [{**vars(node), "comes_from": above.get(node.id, [])} for node in self.graph.nodes]

    def to_json(self) -> str:
        """An event of OpenLineage; of a dataset the nodes."""
        return super().to_json() if self.event is None else json_text(self.event)

    def text(self, width: int | None = 100, now: int | None = None, colours: bool = False) -> str:
        """A tree, and below it what is known of datasets and code."""
        parts = [tree_text(self.graph)]
        if self.lineage is not None and self.lineage.datasets:
            parts += ["", self._datasets().text(width, now, colours)]
        parts += [f"\n{line}" for line in self._said()]
        return "\n".join(parts)

    def html(self) -> Markup:
        """The picture; below it what is known of datasets, and what the cells said, to be opened."""
        from jupyter_modelreg.commands.results import html
        from jupyter_modelreg.commands.results.lineage.picture import svg

        parts = [html.picture_html(svg(self.graph))]
        if self.graph.left_out:
            parts.append(html.more_html(f"{self.graph.left_out:,} more are not shown; -n shows more"))
        if self.lineage is not None and self.lineage.datasets:
            parts += self._datasets().parts()
        parts += [html.more_html(line) for line in self._said()]
        for title, source in self._sources():
            parts.append(html.folded_html(title, html.pre_html(source)))
        parts.append(html.folded_html("the same as text", html.pre_html(tree_text(self.graph))))
        return html.page(*parts)

    def _datasets(self) -> Table:
        datasets: Sequence[Dataset] = self.lineage.datasets if self.lineage else ()
        return Table(_DATASETS, [{**vars(each), "metrics": ", ".join(each.metrics)} for each in datasets])

    def _said(self) -> list[str]:
        """Where it has another number, the code that trained and registered it, and what it runs in, a line each."""
        if self.lineage is None:
            return []
        said = [f"{verb} {_placed(place)}" for verb, place in self._places()]
        was = self.lineage.came_from
        came = [] if was is None else [f"is {was.model}/{was.version} in {was.registry}, where it came from"]
        return [*came, *said, *environment_lines(self.lineage)]

    def _sources(self) -> list[tuple[str, str]]:
        return [(f"the cell it was {verb}", place.source) for verb, place in self._places() if place.source]

    def _places(self) -> list[tuple[str, Place]]:
        if self.lineage is None:
            return []
        training = self.lineage.training
        places = [("trained in", training.place if training else None), ("registered in", self.lineage.registered)]
        return [(verb, place) for verb, place in places if place is not None]


def _placed(place: Place) -> str:
    """Which code it was, and the state of its repository, in a line."""
    words = [place.path or ("a shell" if place.kind == "shell" else "a cell of a notebook that is not known")]
    if place.template:
        words.append(f"made from {place.template}")
    if place.cell:
        words.append(f"cell {place.cell}")
    if place.git:
        state = {True: ", with changes", False: "", None: ", and it is not known whether there were changes"}
        branch = f" on {place.git.branch}" if place.git.branch else ""
        words.append(f"commit {place.git.commit[:12]}{branch}{state[place.git.dirty]}")
    if place.python:
        words.append(f"Python {place.python}")
    return ", ".join(words)


def environment_lines(lineage: Lineage) -> list[str]:
    """What a model runs in, and which versions of its packages were installed when it was registered."""
    known = lineage.environment or Environment()
    asked = [f"Python {known.python}" if known.python else "", *known.conda]
    pinned = {line.replace(" ", "").lower() for line in lineage.requirements}
    there = [
        f"{name} {number}"
        for name, number in (known.installed or {}).items()
        if f"{name}=={number}".lower() not in pinned
    ]
    lines = [("runs in", [word for word in asked if word]), ("installed when it was registered:", there)]
    return [f"{begin} {', '.join(words)}" for begin, words in lines if words]


def impact_table(impact: Impact) -> Table:
    """What would feel a change, a version a row."""
    rows = [
        {
            **vars(each),
            "reference": each.reference,
            "aliases": list(each.aliases),
            "links": ", ".join(f"{kind} {url}" for url, kind in each.links),
            "users": ", ".join(each.users[:5]) + (f" +{len(each.users) - 5}" if len(each.users) > 5 else ""),
        }
        for each in impact.versions
    ]
    more = f"the first {len(rows)} of {len(rows) + impact.left_out:,}; -n shows more" if impact.left_out else None
    return Table(_IMPACT, rows, f"nothing would feel a change to {impact.target}", more)
