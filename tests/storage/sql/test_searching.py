"""What a search finds does not depend on how its statement was put together: every page of it, against plain Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.registry import Registry
from tests.support.names import SOURCE

PROMPT = {PROMPT_TAG: "true"}


@pytest.fixture
def mixed(registry: Registry) -> Registry:
    """Models with and without versions, prompts, and things in the trash."""
    for number in range(12):
        name = f"model_{number:02}"
        registry.models.create(name)
        for version in range(1, number % 4 + 1):
            tags = {"tier": "gold" if version == 2 else "no", "odd": '"tier": "gold"'}
            registry.versions.register(SOURCE, name, tags=tags)
        if number % 4:
            registry.aliases.set(name, "Best", 1)
    registry.versions.delete("model_01/1", force=True)
    registry.versions.delete("model_03/3", force=True)
    registry.models.delete("model_06", force=True)
    return registry


def with_prompts(registry: Registry) -> None:
    registry.versions.register(SOURCE, "model_02a", tags=PROMPT)
    registry.versions.register(SOURCE, "model_07", tags=PROMPT)  # which makes a prompt of all of it


def found(registry: Registry, conditions: Sequence[Condition], order: Sequence[Order], limit: int) -> list[Version]:
    rows: list[Version] = []
    token = None
    while True:
        page = registry.versions.search(conditions, order, limit=limit, page_token=token)
        assert len(page) <= limit
        rows += page
        token = page.token
        if token is None:
            return rows


def expected(registry: Registry, keep: Callable[[Version], bool], prompts: bool) -> list[Version]:
    rows = [version for model in registry.models.list() for version in registry.versions.list(model.name)]
    hidden = {version.name for version in rows if PROMPT_TAG in version.tags} if prompts else set()
    return [version for version in rows if version.name not in hidden and keep(version)]


Case = tuple[Sequence[Condition], Callable[[Version], bool]]
CASES: Sequence[Case] = [
    ([], lambda version: True),
    ([Condition("name", "LIKE", "%el_0%")], lambda version: "el_0" in version.name),
    ([Condition("name", "=", "model_07")], lambda version: version.name == "model_07"),
    (
        [Condition("name", "=", "model_11"), Condition("name", "!=", "x")],
        lambda version: version.name == "model_11",
    ),
    ([Condition("name", "=", "model_07"), Condition("name", "=", "model_11")], lambda version: False),
    ([Condition("name", "=", "nobody")], lambda version: False),
    ([Condition("name", "=", "model_06")], lambda version: False),
    ([Condition("name", "IN", ())], lambda version: False),
    ([Condition("name", "NOT IN", ())], lambda version: True),
    ([Condition("name", "IN", ("model_03", "model_07"))], lambda version: version.name in ("model_03", "model_07")),
    ([Condition("tags.tier", "=", "gold")], lambda version: version.tags.get("tier") == "gold"),
    ([Condition("tags.tier", "LIKE", "g%")], lambda version: version.tags.get("tier") == "gold"),
    ([Condition("tags.tier", "!=", "gold")], lambda version: version.tags.get("tier") == "no"),
    ([Condition("tags.ti", "!=", "x")], lambda version: False),
    ([Condition("version", ">", 1)], lambda version: version.version > 1),
    (
        [Condition("name", "=", "model_11"), Condition("tags.tier", "=", "no")],
        lambda version: version.name == "model_11" and version.tags["tier"] == "no",
    ),
]


@pytest.mark.parametrize("prompts", [False, True])
def test_every_page_of_a_search(mixed: Registry, prompts: bool) -> None:
    if prompts:
        with_prompts(mixed)
    for conditions, keep in CASES:
        rows = expected(mixed, keep, prompts)
        newest_first = sorted(rows, key=lambda version: -version.version)
        by_name = sorted(newest_first, key=lambda version: version.name)
        backwards = sorted(newest_first, key=lambda version: version.name, reverse=True)
        by_number = sorted(rows, key=lambda version: (version.version, version.name))
        for limit in (1, 3, 100):
            assert found(mixed, conditions, [], limit) == by_name
            assert found(mixed, conditions, [Order("name", descending=True)], limit) == backwards
            assert found(mixed, conditions, [Order("version")], limit) == by_number


def test_searches_that_differ_in_values_share_a_statement_and_nothing_else(mixed: Registry) -> None:
    for name in ("model_02", "model_05", "model_02"):
        assert {version.name for version in found(mixed, [Condition("name", "LIKE", f"{name}%")], [], 3)} == {name}
    for wanted in ("gold", "no", "none"):
        tiers = {version.tags["tier"] for version in found(mixed, [Condition("tags.tier", "=", wanted)], [], 3)}
        assert tiers == ({wanted} - {"none"})


def test_what_is_found_can_be_changed_without_changing_what_is_found_next(mixed: Registry) -> None:
    first = mixed.versions.search([Condition("name", "=", "model_02")])[0]
    first.tags["tier"] = "mine"  # type: ignore[index]
    assert mixed.versions.search([Condition("name", "=", "model_02")])[0].tags["tier"] == "gold"
