"""Where nodes stand: in layers, apart, and with few edges that cross."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest

from jupyter_modelreg.core.lineage.layout import Place, places

Edges = Sequence[tuple[str, str]]


def crossings(found: Mapping[str, Place], edges: Edges) -> int:
    """How many pairs of edges between the same two layers cross."""
    short = [(a, b) for a, b in edges if found[b][0] - found[a][0] == 1]
    return sum(
        (found[a][1] - found[c][1]) * (found[b][1] - found[d][1]) < 0 and found[a][0] == found[c][0]
        for at, (a, b) in enumerate(short)
        for c, d in short[:at]
    )


def check(nodes: Sequence[str], edges: Edges) -> Mapping[str, Place]:
    found = places(nodes, edges)
    assert set(found) == set(nodes)
    assert all(row >= 0 and layer >= 0 for layer, row in found.values())
    layers: dict[int, list[float]] = {}
    for layer, row in found.values():
        layers.setdefault(layer, []).append(row)
    for rows in layers.values():
        ordered = sorted(rows)
        assert all(after - before >= 0.999 for before, after in pairwise(ordered))
    return found


def test_what_something_comes_from_is_before_it() -> None:
    edges = [("data", "run"), ("code", "run"), ("run", "v1"), ("v1", "alias"), ("v1", "copy"), ("copy", "app")]
    found = check(["v1", "run", "data", "code", "alias", "copy", "app"], edges)
    assert all(found[a][0] < found[b][0] for a, b in edges)
    assert (found["data"][0], found["run"][0], found["v1"][0]) == (0, 1, 2)


def test_a_chain_is_a_line() -> None:
    nodes = [str(at) for at in range(6)]
    found = check(nodes, list(pairwise(nodes)))
    assert {row for _, row in found.values()} == {0.0}


def test_what_nothing_leads_to_stands_beside_what_it_leads_to() -> None:
    found = check(["a", "b", "c", "late"], [("a", "b"), ("b", "c"), ("late", "c")])
    assert found["late"][0] == 1


def test_edges_do_not_cross_where_they_need_not() -> None:
    nodes = [f"{side}{at}" for side in "ab" for at in range(20)]
    random.Random(1).shuffle(nodes)
    edges = [(f"a{at}", f"b{at}") for at in range(20)]
    assert crossings(check(nodes, edges), edges) == 0


def test_one_node_nothing_and_a_circle() -> None:
    assert check(["a"], []) == {"a": (0, 0.0)}
    assert places([], []) == {}
    check(["a", "b", "c"], [("a", "b"), ("b", "c"), ("c", "a"), ("a", "a")])


@pytest.mark.parametrize("seed", range(8))
def test_any_graph_has_places(seed: int) -> None:
    chance = random.Random(seed)
    nodes = [str(at) for at in range(chance.randrange(1, 80))]
    check(nodes, [(chance.choice(nodes), chance.choice(nodes)) for _ in range(2 * len(nodes))])
