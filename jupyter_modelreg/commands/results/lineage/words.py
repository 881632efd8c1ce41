"""What the nodes of a lineage are called."""

from __future__ import annotations

from jupyter_modelreg.core.lineage.graph import LineageGraph, LineageNode

KINDS = {
    "dataset": "dataset",
    "code": "code",
    "run": "run",
    "version": "version",
    "alias": "alias",
    "user": "user",
    "more": "",
}


def kind_of(node: LineageNode) -> str:
    """What a node is, in a word: of a link what kind of link it is."""
    return node.link or KINDS.get(node.kind, node.kind)


def titled(node: LineageNode) -> str:
    """A node in a line: what it is, what it is called, and what else there is to say."""
    word = kind_of(node)
    said = f"{word} {node.title}" if word and node.kind not in ("version", "alias") else node.title
    return f"{said} ({node.detail})" if node.detail and node.kind not in ("alias", "link") else said


def described(graph: LineageGraph) -> str:
    """The graph in a sentence, for whoever does not see it."""
    counts: dict[str, int] = {}
    for node in graph.nodes:
        if node.kind != "more":
            word = kind_of(node)
            counts[word] = counts.get(word, 0) + 1
    return ", ".join(f"{count} × {word}" for word, count in counts.items())
