"""Text that no database could hold, or that has no end, is refused by every method, with a sentence."""

from __future__ import annotations

import base64
import inspect
import json
import os
import typing
from collections.abc import Callable

import pytest

import jupyter_modelreg
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.names import MAX_NAME
from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.references import Reference
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.rules.text import MAX_TEXT, MAX_URI
from tests.support.names import SOURCE

HALF = os.fsdecode(b"caf\xe9")  # what a terminal in Latin-1 sends
PATHS = {"file", "folder", "local_folder"}


def texts() -> list[tuple[str, str]]:
    """Every parameter of every operation that takes text, by itself or in something."""
    found = []
    for name, operation in OPERATIONS.items():
        hints = typing.get_type_hints(operation.method)
        for parameter in inspect.signature(operation.method).parameters:
            if parameter not in {"self", *PATHS} and "str" in str(hints[parameter]):
                found.append((name, parameter))
    return found


@pytest.mark.parametrize(("name", "parameter"), texts())
def test_half_a_character_is_refused(registry: Registry, name: str, parameter: str) -> None:
    topic, verb = name.split(".")
    method = getattr(registry if topic == "registry" else getattr(registry, topic), verb)
    needed = [
        each
        for each in inspect.signature(method).parameters.values()
        if each.default is each.empty and each.name != parameter
    ]
    hint = str(typing.get_type_hints(OPERATIONS[name].method)[parameter])
    value: object = HALF
    if "Mapping" in hint:
        value = {"a": HALF}
    elif "Sequence" in hint and "str | " not in hint:
        value = [HALF]
    with pytest.raises(InvalidInput, match=r"holds half a character \(a lone surrogate\)"):
        method(**{parameter: value}, **{each.name: "x" for each in needed})
    assert registry.history.last() is None


@pytest.mark.parametrize(
    "call",
    [
        lambda registry: registry.models.get(HALF),
        lambda registry: registry.models.search([Condition("name", "=", HALF)]),
        lambda registry: registry.models.search([Condition("name", "IN", ("a", HALF))]),
        lambda registry: registry.models.search([Condition(f"tags.{HALF}", "=", "a")]),
        lambda registry: registry.models.search((), [Order(HALF)]),
        lambda registry: registry.models.search(page_token=_token({"name": HALF})),
        lambda registry: registry.tags.set(Reference("fraud"), {"k": HALF}),
        lambda registry: registry.tags.set(Reference("fraud"), {HALF: "v"}),
        lambda registry: registry.versions.get(Reference(HALF)),
        lambda registry: registry.resolve(HALF),
        lambda registry: registry.resolve("fraud", namespace=HALF),
        lambda registry: jupyter_modelreg.connect(registry.uri, actor=HALF),
    ],
)
def test_so_it_is_inside_of_something(registry: Registry, call: Callable[[Registry], object]) -> None:
    registry.models.create("fraud")
    with pytest.raises(InvalidInput):
        call(registry)
    assert len(registry.history.list()) == 1


def _token(after: dict[str, str]) -> str:
    return base64.b64encode(json.dumps({"after": after}).encode()).decode()


def test_a_webhook_is_checked_when_it_changes(registry: Registry) -> None:
    made = registry.webhooks.create("hook", "https://x.example/", [])
    for changes in ({"name": HALF}, {"url": "https://x.example/" + "a" * MAX_URI}):
        with pytest.raises(InvalidInput):
            registry.webhooks.update(made.webhook_id, changes)
    assert registry.webhooks.get(made.webhook_id) == made


@pytest.mark.parametrize(
    ("most", "call"),
    [
        (MAX_NAME, lambda registry, text: registry.models.create(text)),
        (MAX_TEXT, lambda registry, text: registry.models.create("a", description=text)),
        (MAX_TEXT, lambda registry, text: registry.models.create("a", reason=text)),
        (MAX_TEXT, lambda registry, text: registry.catalogs.create("a", description=text)),
        (MAX_URI, lambda registry, text: registry.versions.register(f"s3://{text[5:]}", "a", check_source=False)),
        (MAX_URI, lambda registry, text: registry.versions.register(SOURCE, "a", run_link=text, check_source=False)),
    ],
)
def test_no_text_is_without_end(registry: Registry, most: int, call: Callable[[Registry, str], object]) -> None:
    with pytest.raises(InvalidInput, match=f"is {most + 1:,} characters long"):
        call(registry, "x" * (most + 1))
    assert registry.history.last() is None
    call(registry, "x" * most)
    assert registry.history.last() is not None
