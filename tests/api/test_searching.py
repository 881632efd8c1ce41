"""Searches that arrive as data: every one gets a result or a sentence, never an error of the database."""

from __future__ import annotations

import itertools
import typing
from pathlib import Path

import pytest

from jupyter_modelreg.api.dispatch import answer, dispatch
from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.evaluation import sort_value
from jupyter_modelreg.core.query.fields import FIELDS, MAX_VALUES, fields_of
from jupyter_modelreg.core.query.search import Condition, Operator, Order
from jupyter_modelreg.core.registry import Registry

SEARCHES = {"models.search": fields_of("model"), "versions.search": fields_of("version")}
NAMES = (
    *(f"{each.name}.k" if each.keyed else each.name for each in FIELDS),
    *("x", "", 'a"b', "tags", "tags.", "name.k", 'tags.a"b', "params.*"),
)
VALUES: tuple[object, ...] = ("x", "", 3, 0.5, True, None, 2**53 - 1, ["a", 1], [1], ["a"], [])


@pytest.fixture
def stocked(registry: Registry, tmp_path: Path) -> Registry:
    folder = tmp_path / "model"
    folder.mkdir()
    (folder / "MLmodel").write_text("flavors: {}\n")
    registry.models.create("fraud", tags={"team": "risk"})
    registry.models.create("churn")
    registry.versions.register(str(folder), "fraud")
    return registry


@pytest.mark.parametrize("name", SEARCHES)
def test_no_condition_surprises_the_database(stocked: Registry, name: str) -> None:
    refused = worked = 0
    for field, operator, value in itertools.product(NAMES, typing.get_args(Operator), VALUES):
        condition = {"field": field, "operator": operator, "value": value}
        reply = answer(stocked, {"id": 1, "op": name, "params": {"conditions": [condition]}})
        if reply["ok"]:
            worked += 1
            continue
        error = reply["error"]
        assert isinstance(error, dict)
        assert error["code"] == "INVALID_INPUT", (condition, error)
        refused += 1
    assert worked > 100
    assert refused > 100


@pytest.mark.parametrize("name", SEARCHES)
def test_every_field_sorts(stocked: Registry, name: str) -> None:
    stocked.versions.register("s3://bucket/a", "churn", run_id="r", check_source=False)
    for field, descending in itertools.product(SEARCHES[name], (False, True)):
        page = dispatch(stocked, name, {"order": [{"field": field, "descending": descending}]})
        assert isinstance(page, dict)
        search = stocked.models.search if name == "models.search" else stocked.versions.search
        order = Order(field, descending)
        values = [sort_value(each, order) for each in search(order=[order])]
        assert len(values) == len(page["items"]) == 2  # type: ignore[arg-type]
        assert values == sorted(values, reverse=descending)


def test_what_is_found(stocked: Registry) -> None:
    found = dispatch(
        stocked, "models.search", {"conditions": [{"field": "name", "operator": "ILIKE", "value": "%AU%"}]}
    )
    assert isinstance(found, dict)
    assert [item["name"] for item in found["items"]] == ["fraud"]  # type: ignore[index, call-overload, union-attr]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("AU", ["fraud"]),
        ("%", ["50%_off"]),
        ("_", ["50%_off"]),
        ("\\", []),
        ("", ["50%_off", "churn", "fraud", "Überweisung"]),
        ("ÜBER", ["Überweisung"]),
        ("'; --", []),
    ],
)
def test_contains_takes_its_text_literally(stocked: Registry, text: str, found: list[str]) -> None:
    for name in ("50%_off", "Überweisung"):
        stocked.models.create(name)
    condition = {"field": "name", "operator": "CONTAINS", "value": text}
    for op in ("models.search", "versions.search"):
        reply = dispatch(stocked, op, {"conditions": [condition]})
        assert isinstance(reply, dict)
        names = [item["name"] for item in reply["items"]]  # type: ignore[index, call-overload, union-attr]
        assert names == [name for name in found if op == "models.search" or name == "fraud"]
    tagged = dispatch(stocked, "models.search", {"conditions": [{**condition, "field": "tags.team"}]})
    assert isinstance(tagged, dict)
    assert len(tagged["items"]) == (1 if text == "" else 0)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("condition", "message"),
    [
        (("x", "=", "1"), "conditions[0]: there is no field x"),
        (("name", "IN", "fraud"), "conditions[0]: IN takes a list"),
        (("name", "=", ["fraud"]), "conditions[0]: = takes one value"),
        (("name", "=", 3), "conditions[0]: name is compared with text only"),
        (
            ("created_at", "CONTAINS", 3),
            "conditions[0]: created_at is not text, so CONTAINS does not fit",
        ),
        (("created_at", "LIKE", 3), "conditions[0]: created_at is not text, so LIKE does not fit"),
        (("alias", ">", "a"), "conditions[0]: alias may be several, so > does not fit"),
        (("text", "=", "a"), "conditions[0]: text is asked whether it CONTAINS a letter or a digit, or does not"),
        (("rank.a", "=", 1), "conditions[0]: rank is for orders only"),
        (("pinned", "<", True), "conditions[0]: pinned is true or false, so < does not fit"),
        (("metrics.auc", "=", "x"), "conditions[0]: metrics.auc is compared with numbers only"),
        (("metrics", "=", 1), "conditions[0]: metrics needs a key behind a dot"),
        (("name.x", "=", "a"), "conditions[0]: name has nothing behind a dot"),
        (("tags.a", "IN", ["a", 1]), "conditions[0]: tags.a is compared with text and with numbers"),
        (("name", "IS NULL", "a"), "conditions[0]: IS NULL takes no value"),
    ],
)
def test_a_refusal_names_the_condition(stocked: Registry, condition: tuple[object, ...], message: str) -> None:
    asked = dict(zip(("field", "operator", "value"), condition, strict=True))
    with pytest.raises(InvalidInput) as caught:
        dispatch(stocked, "models.search", {"conditions": [asked]})
    assert caught.value.message == message


def test_lists_have_an_end(stocked: Registry) -> None:
    """A thousand values are looked for in every row; fifty thousand would hold up everybody else."""
    names = ("fraud", *map(str, range(MAX_VALUES - 1)))
    assert [each.name for each in stocked.models.search([Condition("name", "IN", names)])] == ["fraud"]
    half = Condition("name", "NOT IN", names[1 : MAX_VALUES // 2 + 1])
    with pytest.raises(InvalidInput, match="at most 1,000 values"):
        stocked.models.search([half, half, Condition("name", "=", "fraud")])
    with pytest.raises(InvalidInput, match="larger than any number here"):
        stocked.versions.search([Condition("version", "=", 2**63)])


def test_every_search_is_checked() -> None:
    takers = {name for name, each in OPERATIONS.items() if any(p.name == "conditions" for p in each.parameters)}
    assert takers == set(SEARCHES)
