"""Pages of every list: whole, without repeats while rows come and go, and tokens that only fit where they belong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.query.search import Order
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE

Fetch = Callable[[str | None], Page[Any]]


@pytest.fixture
def stocked(registry: Registry) -> Registry:
    for number in range(5):
        registry.models.create(f"c{number}.s.m")
        registry.models.create(f"c1.s{number}.m")
        registry.versions.register(SOURCE, "fraud", run_id=None if number % 2 else f"r{number % 4}")
    registry.versions.register(SOURCE, "churn", run_id="r0")
    return registry


LISTS: dict[str, Callable[[Registry], Fetch]] = {
    "catalogs": lambda r: lambda token: r.catalogs.list(limit=2, page_token=token),
    "schemas": lambda r: lambda token: r.schemas.list(limit=2, page_token=token),
    "schemas of one": lambda r: lambda token: r.schemas.list("c1", limit=2, page_token=token),
    "models": lambda r: lambda token: r.models.list(limit=2, page_token=token),
    "newest models": lambda r: (
        lambda token: r.models.search(order=[Order("created_at", descending=True)], limit=2, page_token=token)
    ),
    "versions": lambda r: lambda token: r.versions.list("fraud", limit=2, page_token=token),
    "versions by run": lambda r: (
        lambda token: r.versions.search(order=[Order("run_id"), Order("version")], limit=2, page_token=token)
    ),
    "versions by run, backwards": lambda r: (
        lambda token: r.versions.search(order=[Order("run_id", descending=True)], limit=2, page_token=token)
    ),
}


def pages(fetch: Fetch) -> list[object]:
    found: list[object] = []
    token: str | None = None
    while True:
        page = fetch(token)
        found += page
        token = page.token
        if token is None:
            return found
        assert len(page) == 2


@pytest.mark.parametrize("name", LISTS)
def test_pages_are_the_whole_list(stocked: Registry, name: str) -> None:
    found = pages(LISTS[name](stocked))
    assert len(found) >= 5
    assert len({vars(each)["id"] for each in found}) == len(found)
    whole: dict[str, Callable[[], Page[Any]]] = {
        "catalogs": lambda: stocked.catalogs.list(),
        "schemas": lambda: stocked.schemas.list(),
        "models": lambda: stocked.models.list(),
        "versions": lambda: stocked.versions.list("fraud"),
    }
    if name in whole:
        assert found == list(whole[name]())


def test_a_version_without_a_run_comes_first(stocked: Registry) -> None:
    found = stocked.versions.search(order=[Order("run_id"), Order("version")])
    assert [(each.run_id, each.name, each.version) for each in found] == [
        (None, "fraud", 2),
        (None, "fraud", 4),
        ("r0", "churn", 1),
        ("r0", "fraud", 1),
        ("r0", "fraud", 5),
        ("r2", "fraud", 3),
    ]


def test_what_comes_before_shifts_nothing(stocked: Registry) -> None:
    first = stocked.models.list("c1.s", limit=1)
    assert [model.name for model in first] == ["c1.s.m"]
    for name in ("c1.s.k", "c1.s.n", "c1.s.o"):
        stocked.models.create(name)
    token = stocked.models.list("c1.s", limit=2).token
    stocked.models.create("c1.s.a")
    stocked.models.delete("c1.s.k")
    assert [model.name for model in stocked.models.list("c1.s", limit=2, page_token=token)] == ["c1.s.n", "c1.s.o"]


@pytest.mark.parametrize(
    "content",
    [
        {"after": {"name": 3}},
        {"after": {"nane": "x"}},
        {"after": {"name": "x", "version": 1}},
        {"after": {}},
        {"after": "x"},
        {"offset": -1},
        {"offset": True},
        {"offset": "1"},
        {"offset": 2**63},
        [1],
        None,
    ],
)
def test_a_token_of_something_else_is_refused(stocked: Registry, content: object) -> None:
    token = base64.b64encode(json.dumps(content).encode()).decode()
    with pytest.raises(InvalidInput, match="invalid page token"):
        stocked.models.list(limit=2, page_token=token)


def test_a_token_fits_its_own_order_only(stocked: Registry) -> None:
    token = stocked.models.search(order=[Order("created_at")], limit=2).token
    with pytest.raises(InvalidInput, match="invalid page token"):
        stocked.models.search(limit=2, page_token=token)
