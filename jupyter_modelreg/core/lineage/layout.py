"""Where the nodes of a graph stand, in layers: Sugiyama's method, on the graphs of networkx.

A layer holds what is equally far along the longest way to it. An edge that spans several layers passes through each of
them, so that it has a place between the nodes there. The order within layers is that of the barycentres of neighbours,
swept forwards and backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from statistics import mean
from typing import Any

_SWEEPS = 6

Place = tuple[int, float]


def places(nodes: Sequence[str], edges: Iterable[tuple[str, str]]) -> Mapping[str, Place]:
    """The layer and the row of each node."""
    import networkx as nx  # which takes a tenth of a second, and few want to see a graph

    graph = nx.DiGraph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from(edges)
    graph.remove_edges_from(list(nx.selfloop_edges(graph)))
    while not nx.is_directed_acyclic_graph(graph):  # a circle is opened where it closes
        graph.remove_edge(*nx.find_cycle(graph)[-1][:2])
    layer = {node: at for at, layer in enumerate(nx.topological_generations(graph)) for node in layer}
    _pull(graph, layer)
    layers = _layers(graph, layer)
    rows = _rows(graph, _ordered(graph, layers))
    return {node: (layer[node], rows[node]) for node in nodes}


def _pull(graph: Any, layer: dict[Hashable, int]) -> None:
    """Have what nothing leads to stand just before what it leads to: a dataset beside its run."""
    for node in sorted(graph, key=lambda each: -layer[each]):
        after = [layer[each] for each in graph.successors(node)]
        if after:
            layer[node] = min(after) - 1


def _layers(graph: Any, layer: dict[Hashable, int]) -> list[list[Hashable]]:
    """The nodes of each layer, with a node of its own for each layer that an edge passes through."""
    found: list[list[Hashable]] = [[] for _ in range(max(layer.values(), default=0) + 1)]
    for node in list(graph):
        found[layer[node]].append(node)
    for source, target in list(graph.edges):
        before = source
        for at in range(layer[source] + 1, layer[target]):
            passing = (source, target, at)
            layer[passing] = at
            found[at].append(passing)
            graph.add_edge(before, passing)
            before = passing
        if before != source:
            graph.remove_edge(source, target)
            graph.add_edge(before, target)
    return found


def _ordered(graph: Any, layers: list[list[Hashable]]) -> list[list[Hashable]]:
    """The layers, each in an order in which few edges cross."""
    order: dict[Hashable, float] = {}
    for nodes in layers:
        order |= {node: float(at) for at, node in enumerate(nodes)}
    for sweep in range(_SWEEPS):
        forwards = sweep % 2 == 0
        neighbours: Callable[[Hashable], Iterable[Hashable]] = graph.predecessors if forwards else graph.successors
        for nodes in layers if forwards else reversed(layers):
            middle = {node: mean([order[each] for each in neighbours(node)] or [order[node]]) for node in nodes}
            nodes.sort(key=lambda node: (middle[node], order[node]))
            order |= {node: float(at) for at, node in enumerate(nodes)}
    return layers


def _rows(graph: Any, layers: Sequence[Sequence[Hashable]]) -> dict[Hashable, float]:
    """The row of each node: as near to its neighbours' as the order, and a distance of one, allow; from 0 on."""
    rows: dict[Hashable, float] = {}
    for nodes in layers:
        rows |= {node: at - (len(nodes) - 1) / 2 for at, node in enumerate(nodes)}
    for sweep in range(_SWEEPS):
        for nodes in layers if sweep % 2 == 0 else reversed(layers):
            near = [*map(graph.predecessors if sweep % 2 == 0 else graph.successors, nodes)]
            wanted = [
                mean([rows[each] for each in beside] or [rows[node]])
                for node, beside in zip(nodes, map(list, near), strict=True)
            ]
            rows |= dict(zip(nodes, _apart(wanted), strict=True))
    least = min(rows.values(), default=0.0)
    return {node: round(row - least, 3) for node, row in rows.items()}


def _apart(wanted: Sequence[float]) -> list[float]:
    """Rows in this order, at least one apart, that are as near to what is wanted as can be: by least squares."""
    blocks: list[tuple[float, int]] = []  # the sum of what their rows would have the first one be, and how many
    for at, row in enumerate(wanted):
        total, count = row - at, 1
        while blocks and blocks[-1][0] / blocks[-1][1] > total / count:
            before = blocks.pop()
            total, count = total + before[0], count + before[1]
        blocks.append((total, count))
    starts = [total / count for total, count in blocks for _ in range(count)]
    return [start + at for at, start in enumerate(starts)]
