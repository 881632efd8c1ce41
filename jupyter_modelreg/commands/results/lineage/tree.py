"""A lineage as an indented tree."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from jupyter_modelreg.commands.results.lineage.words import titled
from jupyter_modelreg.commands.results.text import clean
from jupyter_modelreg.core.lineage.graph import LineageGraph, LineageNode

Beside = Mapping[str, Sequence[tuple[str, str]]]


def tree_text(graph: LineageGraph) -> str:
    """What the root comes from, above what comes from it; a node that stands elsewhere already has `…` behind it."""
    nodes = {node.id: node for node in graph.nodes}
    above: dict[str, list[tuple[str, str]]] = {}
    below: dict[str, list[tuple[str, str]]] = {}
    for edge in graph.edges:
        above.setdefault(edge.target, []).append((edge.source, edge.label))
        below.setdefault(edge.source, []).append((edge.target, edge.label))
    root = nodes[graph.root]
    lines = [clean(titled(root))]
    for head, beside in (("comes from", above), ("leads to", below)):
        if beside.get(root.id):
            lines += ["", f"{head}:", *_branches(root.id, nodes, beside, "  ", {root.id})]
    if len(lines) == 1:
        lines += ["", "nothing is known of where it comes from, nor of what comes from it"]
    if graph.left_out:
        lines += ["", f"{graph.left_out:,} more are not shown; -n shows more"]
    return "\n".join(lines)


def _branches(at: str, nodes: Mapping[str, LineageNode], beside: Beside, indent: str, seen: set[str]) -> Iterator[str]:
    order = sorted(beside.get(at, ()), key=lambda each: (nodes[each[0]].kind, nodes[each[0]].row))
    for number, (found, label) in enumerate(order, 1):
        last = number == len(order)
        again = found in seen and bool(beside.get(found))
        text = f"{titled(nodes[found])}{' …' if again else ''}"
        yield clean(f"{indent}{'└' if last else '├'} {text}  [{label}]")
        if not again:
            seen.add(found)
            yield from _branches(found, nodes, beside, f"{indent}{'  ' if last else '│ '}", seen)
