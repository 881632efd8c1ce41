"""Facets: counts of what a filter finds, held against finding each value on its own, and the filters they lead to."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.language import parse_filter
from jupyter_modelreg.core.query.search import All, Search
from jupyter_modelreg.core.searches.facets import FACETS
from tests.core.query.test_differential import (
    NONE,
    NOW,
    SEEDS,
    Asked,
    Facts,
    facts_of,
    filters,
    registry,
    stores,
)
from tests.support.postgresql import postgresql

__all__ = ["postgresql", "stores"]  # fixtures

EVERYTHING = Asked("", lambda facts: True)


def values_of(facts: Facts, field: str) -> set[tuple[str, str]]:
    if field == "tags":
        return {(key[5:], value) for key, value in facts.items() if key.startswith("tags.")}
    found = facts.get(field)
    return {("", each) for each in (found if isinstance(found, set) else [found]) if each is not None}


def expected(seed: int, kind: str, asked: Asked, field: str) -> list[tuple[str, str, int]]:
    """Whatever meets the filter, row by row, and which values it has."""
    _, models, versions, used, said = registry(seed)
    counted: Counter[tuple[str, str]] = Counter()
    for made in models:
        if made.deleted_at is not None:
            continue
        live = [each for each in versions if each.model_id == made.id and each.deleted_at is None]
        rows = [facts_of(made, each, kind, used, said) for each in (live or (NONE if kind == "model" else ()))]
        had = [values_of(each, field) for each in rows if asked.truth(each)]
        for pairs in had if kind == "version" else [set().union(*had)]:
            counted.update(pairs)
    return [(*pair, count) for pair, count in sorted(counted.items(), key=lambda each: (-each[1], each[0]))]


@pytest.mark.parametrize("kind", ["version", "model"])
@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    asked=st.one_of(st.just(EVERYTHING), filters),
    seed=st.sampled_from(SEEDS),
    fields=st.lists(st.sampled_from(FACETS), min_size=1, unique=True),
    limit=st.sampled_from((2, 100)),
)
def test_values_are_counted_the_same_everywhere(
    stores: Mapping[int, Sequence[Store]], kind: str, asked: Asked, seed: int, fields: Sequence[str], limit: int
) -> None:
    conditions = [parse_filter(asked.text, NOW) if asked.text else All(())]
    wanted = {each: expected(seed, kind, asked, each)[:limit] for each in fields}
    for store in stores[seed]:
        with store.read() as tx:
            rows: Any = tx.models if kind == "model" else tx.versions
            found = rows.most_frequent(Search(conditions), fields, limit)
        assert found == wanted, (type(store).__name__, asked.text)
