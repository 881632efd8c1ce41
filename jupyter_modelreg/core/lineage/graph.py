"""What is around a version, or a dataset: nodes and edges, each node with its place in a picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.values import LinkKind

NodeKind = Literal["dataset", "code", "run", "version", "alias", "link", "user", "more"]


@dataclass(frozen=True, kw_only=True)
class LineageNode:
    """Something in the history of a version.

    Attributes:
        id: tells it from others in this graph.
        kind: what it is; `more` stands for nodes of a kind that are left out, and `link` for what is deployed or used.
        title: what it is called, in short.
        detail: what else there is to say of it, in short; empty for nothing.
        reference: of a version, and of what an alias points at: `model/3`.
        run_id: of a run.
        path: of a notebook or a script, and of the place of a dataset.
        cell: the id of the cell in the notebook.
        url: where a link leads.
        link: what kind of link it is.
        layer, row: where it stands: what something comes from is in a layer before it. Rows are numbers with a
            fraction; two nodes of a layer are at least one apart.
    """

    id: str
    kind: NodeKind
    title: str
    detail: str = ""
    reference: str | None = None
    run_id: str | None = None
    path: str | None = None
    cell: str | None = None
    url: str | None = None
    link: LinkKind | None = None
    layer: int = 0
    row: float = 0.0


@dataclass(frozen=True, kw_only=True)
class LineageEdge:
    """That one node comes from another: `source` was there first; `label` says how."""

    source: str
    target: str
    label: str


@dataclass(frozen=True, kw_only=True)
class LineageGraph:
    """What was found around `root`, the id of a node.

    Attributes:
        nodes: by layer and row.
        edges: between them, in no order that means anything.
        left_out: how many nodes there were no places for.
        layers, height: how many layers and, at most, rows it is wide and high.
    """

    root: str
    nodes: Sequence[LineageNode]
    edges: Sequence[LineageEdge]
    left_out: int = 0
    layers: int = 1
    height: float = 1.0


@dataclass(frozen=True, kw_only=True)
class Impacted:
    """A version that would feel a change.

    Attributes:
        name, version: the model, and the number of the version.
        why: how it would feel it: `trained on loans`, `copy of prod.risk.fraud/3`.
        notebook, cell: where it was trained, or else registered; None where that is not known.
        aliases: those that point at it.
        links: where it is deployed or used, by URL.
        users: who has loaded it, the latest first.
        last_used_at: when that was last, in epoch milliseconds.
    """

    name: str
    version: int
    why: str
    notebook: str | None = None
    cell: str | None = None
    aliases: Sequence[str] = ()
    links: Sequence[tuple[str, LinkKind]] = ()
    users: Sequence[str] = ()
    last_used_at: int | None = None

    @property
    def reference(self) -> str:
        """`model/3`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Impact:
    """What would feel a change to `target`, a version or a dataset; the versions that are in use come first.

    Attributes:
        target: what was asked about.
        versions: those that were found, no more than asked for.
        left_out: how many more there are.
    """

    target: str
    versions: Sequence[Impacted]
    left_out: int = 0


@dataclass(frozen=True, kw_only=True)
class Refreshed:
    """Something that a version says otherwise since it was refreshed; None for what was not, or is not there.

    `what` is the name of a metric, a parameter or a dataset, with its kind before it: `metrics.auc`.
    """

    name: str
    what: str
    before: str | None
    after: str | None
