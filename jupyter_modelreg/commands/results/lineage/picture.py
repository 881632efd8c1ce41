"""A lineage as SVG in HTML: in the theme of a notebook, and a picture as well on a page without styles.

What something comes from stands to the left of it. Places are those of the graph; a cell that is narrower scrolls.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from pathlib import Path

from markupsafe import Markup

from jupyter_modelreg.commands.results.lineage.words import described, kind_of
from jupyter_modelreg.commands.results.text import clean, cut, width_of
from jupyter_modelreg.core.lineage.graph import LineageEdge, LineageGraph, LineageNode

# Pixels: a node, what is between two of them, and what an average character takes.
_WIDTH, _HEIGHT, _ACROSS, _DOWN, _MARGIN = 190, 40, 74, 14, 8
_CHAR, _SMALL, _PADDING = 6.7, 5.9, 12
_LINKED = ("http://", "https://")


def svg(graph: LineageGraph) -> Markup:
    """The picture."""
    nodes = {node.id: node for node in graph.nodes}
    width = graph.layers * (_WIDTH + _ACROSS) - _ACROSS + 2 * _MARGIN
    height = round(graph.height * (_HEIGHT + _DOWN)) - _DOWN + 2 * _MARGIN
    frame = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" class="mreg-graph" role="img" width="{width}" height="{height}" '
        'viewBox="0 0 {width} {height}" font-family="system-ui, sans-serif" font-size="12">'
        "<title>{title}</title><desc>{desc}</desc>{style}"
        '<rect class="mreg-graph-back" width="100%" height="100%" fill="#fff"/>{edges}{nodes}</svg>'
    )
    return frame.format(
        width=width,
        height=height,
        title=clean(f"Lineage of {nodes[graph.root].title}"),
        desc=clean(described(graph)),
        style=_style(),
        edges=Markup().join(_edge(edge, nodes[edge.source], nodes[edge.target]) for edge in graph.edges),
        nodes=Markup().join(_node(node, node.id == graph.root) for node in graph.nodes),
    )


@functools.cache
def _style() -> Markup:
    rules = Path(__file__).with_name("graph.css").read_text(encoding="utf-8")
    short = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", rules, flags=re.DOTALL)).strip()
    return Markup(f"<style>{short}</style>")  # noqa: S704 - the style sheet beside this file


def _place(node: LineageNode) -> tuple[int, int]:
    return _MARGIN + node.layer * (_WIDTH + _ACROSS), _MARGIN + round(node.row * (_HEIGHT + _DOWN))


def _edge(edge: LineageEdge, source: LineageNode, target: LineageNode) -> Markup:
    """A curve from one node to the other, with a tip where it ends; a title says how they belong together."""
    (x, y), (to_x, to_y) = _place(source), _place(target)
    x, y, to_y = x + _WIDTH, y + _HEIGHT // 2, to_y + _HEIGHT // 2
    bend = max((to_x - x) // 2, _ACROSS // 2)
    drawn = Markup(
        '<g><title>{}</title><path d="M{} {}C{} {} {} {} {} {}" class="mreg-graph-edge" fill="none" stroke="#6b6b6b"/>'
        '<path d="M{} {}l-7 -3.5v7z" class="mreg-graph-tip" fill="#6b6b6b"/></g>'
    )
    title = clean(f"{source.title} → {target.title}: {edge.label}")
    return drawn.format(title, x, y, x + bend, y, to_x - bend, to_y, to_x - 6, to_y, to_x, to_y)


def _node(node: LineageNode, root: bool) -> Markup:
    x, y = _place(node)
    word = kind_of(node)
    called, detail = _named(node)
    under = " · ".join(filter(None, (word, detail)))
    drawn = Markup(
        '<g class="mreg-graph-{}{}"><title>{}</title>'
        '<rect x="{}" y="{}" width="{}" height="{}" rx="4" class="mreg-graph-box" fill="#fff" stroke="#bdbdbd"/>'
        '<rect x="{}" y="{}" width="4" height="{}" rx="2" class="mreg-graph-bar" fill="#1976d2"/>{}{}</g>'
    )
    texts = list(_texts(called, under, x + _PADDING, y, root))
    made = drawn.format(
        node.kind,
        " mreg-graph-root" if root else "",
        clean("\n".join(filter(None, (f"{word} {node.title}".strip(), node.detail, node.path)))),
        *(x, y, _WIDTH, _HEIGHT),
        *(x, y, _HEIGHT),
        *texts,
    )
    if node.url and node.url.startswith(_LINKED):
        return Markup('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>').format(clean(node.url), made)
    return made


def _texts(title: str, under: str, x: int, y: int, root: bool) -> Iterator[Markup]:
    shown = cut(clean(title.replace("\n", " ")), int((_WIDTH - 1.5 * _PADDING) / _CHAR))
    yield Markup('<text x="{}" y="{}" class="mreg-graph-text" fill="#212121"{}>{}</text>').format(
        x, y + (17 if under else 25), Markup(' font-weight="600"') if root else "", shown
    )
    small = cut(clean(under), int((_WIDTH - 1.5 * _PADDING) / _SMALL))
    template = Markup('<text x="{}" y="{}" class="mreg-graph-dim" fill="#6b6b6b" font-size="10.5">{}</text>')
    yield template.format(x, y + 32, small) if under else Markup()


def _named(node: LineageNode) -> tuple[str, str]:
    """What a node is called in the picture, and its detail: the namespace of a long name stands below it."""
    if node.kind == "link":
        return node.title.partition("://")[2] or node.title, ""
    if node.kind == "version" and width_of(node.title) * _CHAR > _WIDTH - 1.5 * _PADDING and "." in node.title:
        namespace, _, name = node.title.rpartition(".")
        return name, namespace
    return node.title, node.detail
