"""Values to JSON and parameters from it."""

from __future__ import annotations

import json
from dataclasses import MISSING, fields, is_dataclass
from pathlib import PurePosixPath
from typing import Literal, get_args, get_origin, get_type_hints

import pytest

from jupyter_modelreg.api.operations import OPERATIONS, TRAVELLING, Operation
from jupyter_modelreg.api.wire import decode_params, describe, encode, encode_result
from jupyter_modelreg.core.entities.versions import FileEntry, Metric
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.query.search import Condition, Order
from jupyter_modelreg.core.references import parse_reference
from jupyter_modelreg.core.registry import Registry


def test_entities_pages_and_plain_values() -> None:
    entry = FileEntry(path="MLmodel", size=3, sha256="ab")
    assert encode(Page([entry], "next")) == {
        "items": [{"path": "MLmodel", "size": 3, "sha256": "ab", "kind": "file"}],
        "token": "next",
    }
    assert encode((True, 2**40, "é", None, 0.5)) == [True, 2**40, "é", None, 0.5]
    assert encode({3: [parse_reference("fraud@Champion"), PurePosixPath("a/b")]}) == {"3": ["fraud@Champion", "a/b"]}


def test_an_entity_travels_whole(registry: Registry) -> None:
    model = registry.models.create("prod.ml.fraud", tags={"team": "risk"})
    wire = encode(model)
    assert isinstance(wire, dict)
    travelling = {name: value for name, value in vars(model).items() if name not in ("latest", "grants", "policies")}
    assert json.loads(json.dumps(wire)) == {**travelling, "tags": {"team": "risk"}, "aliases": {}}


@pytest.mark.parametrize(
    ("value", "wire"), [(float("nan"), "NaN"), (float("inf"), "Infinity"), (float("-inf"), "-Infinity")]
)
def test_numbers_json_has_no_word_for(value: float, wire: str) -> None:
    encoded = encode(Metric(key="loss", value=value, timestamp=1))
    assert encoded == {"key": "loss", "value": wire, "timestamp": 1, "step": 0}
    json.dumps(encoded, allow_nan=False)


def test_a_webhook_leaves_its_secret_behind() -> None:
    stamps = {"created_at": 1, "created_by": "ana", "updated_at": 1, "updated_by": "ana"}
    hook = Webhook(id=1, webhook_id="w", name="n", url="u", events=(("model", "created"),), secret="s3cret", **stamps)  # type: ignore[arg-type]
    wire = encode([hook])
    assert "s3cret" not in json.dumps(wire)
    assert "secret" not in wire[0]  # type: ignore[index, operator]
    assert wire[0]["events"] == [["model", "created"]]  # type: ignore[index, call-overload]


def test_one_of_several_records_says_which_it_is(registry: Registry) -> None:
    registry.models.create("prod.ml.fraud")
    for name, kind in (("prod", "catalog"), ("prod.ml", "schema"), ("prod.ml.fraud", "model")):
        found = registry.resolve(name)
        assert encode_result(OPERATIONS["registry.resolve"], found) == {"kind": kind, **encode(found)}  # type: ignore[dict-item]
    assert encode_result(OPERATIONS["models.get"], found) == encode(found)


def test_a_document_is_taken_as_it_is() -> None:
    document = {"groups": {"analysts": ["ben"]}, "catalogs": [{"name": "prod", "deep": [[None, 1.5, True]]}]}
    assert decode_params(OPERATIONS["configuration.apply"], {"document": document}) == {"document": document}


def test_what_cannot_travel_is_an_error() -> None:
    with pytest.raises(TypeError, match="a object cannot travel"):
        encode(object())


@pytest.mark.parametrize("operation", TRAVELLING, ids=lambda operation: operation.name)
def test_every_parameter_of_every_operation_has_a_wire_format(operation: Operation) -> None:
    for parameter in operation.parameters:
        described = describe(parameter.hint)
        assert "<" not in described.replace("<=", "").replace("<,", "")
        assert "typing" not in described
        # No parameter takes a number with a fraction: anything without a wire format raises TypeError instead.
        others = {each.name: _fitting(each.hint) for each in operation.parameters if each.required}
        with pytest.raises(InvalidInput, match=f"^{operation.name}: {parameter.name} must be"):
            decode_params(operation, {**others, parameter.name: 0.5})


def _fitting(hint: object) -> object:
    if get_origin(hint) is Literal:
        return get_args(hint)[0]
    if is_dataclass(hint) and isinstance(hint, type):
        types = get_type_hints(hint)
        return {
            each.name: _fitting(types[each.name])
            for each in fields(hint)
            if each.default is each.default_factory is MISSING
        }
    return next(
        value
        for value, word in ((1, "a whole"), ({}, "an object"), ([], "a list"), ("x", "text"))
        if describe(hint).startswith(word)
    )


def test_conditions_and_orders_become_what_the_core_takes() -> None:
    decoded = decode_params(
        OPERATIONS["versions.search"],
        {
            "conditions": [
                {"field": "name", "operator": "IN", "value": ["a", "b"]},
                {"field": "tags.team", "operator": "=", "value": "risk"},
                {"field": "metrics.auc", "operator": ">", "value": 0.5},
            ],
            "order": [{"field": "version", "descending": True}],
            "limit": 5,
        },
    )
    assert decoded == {
        "conditions": (
            Condition("name", "IN", ("a", "b")),
            Condition("tags.team", "=", "risk"),
            Condition("metrics.auc", ">", 0.5),
        ),
        "order": (Order("version", descending=True),),
        "limit": 5,
    }
    assert decode_params(OPERATIONS["webhooks.list"], {"event": ["model", "created"]}) == {
        "event": ("model", "created")
    }


@pytest.mark.parametrize(
    ("name", "params", "message"),
    [
        ("models.get", {}, "models.get needs the parameter name"),
        ("models.get", {"name": "m", "nane": 1}, "models.get has no parameter nane"),
        ("models.get", {"name": 3}, "models.get: name must be text, not 3"),
        ("models.get", {"name": None}, "models.get: name must be text, not null"),
        ("models.get", ["m"], "the parameters of models.get must be an object, not a list"),
        ("models.get", {"name": "a\ud800"}, "models.get: name holds half a character (a lone surrogate)"),
        ("registry.status", {"x": 1}, "registry.status has no parameter x"),
        (
            "aliases.set",
            {"model": "m", "alias": "a", "version": "3"},
            "aliases.set: version must be a whole number, not '3'",
        ),
        (
            "aliases.set",
            {"model": "m", "alias": "a", "version": True},
            "aliases.set: version must be a whole number, not True",
        ),
        (
            "aliases.set",
            {"model": "m", "alias": "a", "version": 2**53},
            "aliases.set: version is larger than any number here",
        ),
        (
            "tags.set",
            {"reference": "m", "tags": {"a": 1}},
            "tags.set: tags['a'] must be text, not 1",
        ),
        (
            "tags.set",
            {"reference": "m", "tags": ["a"]},
            "tags.set: tags must be an object, each value text, not a list",
        ),
        ("tags.remove", {"reference": "m", "keys": "a"}, "tags.remove: keys must be a list, each item text, not 'a'"),
        ("tags.remove", {"reference": "m", "keys": ["a", 2]}, "tags.remove: keys[1] must be text, not 2"),
        ("tags.remove", {"reference": "m", "keys": ["a"] * 1001}, "tags.remove: keys has 1,001 items"),
        (
            "models.search",
            {"conditions": [{"field": "name", "operator": "~", "value": "x"}]},
            "models.search: conditions[0].operator must be one of =, !=, <, <=, >, >=, LIKE, NOT LIKE, ILIKE, "
            "NOT ILIKE, CONTAINS, NOT CONTAINS, IN, NOT IN, IS NULL, IS NOT NULL, not '~'",
        ),
        (
            "models.search",
            {"conditions": [{"field": "name", "operator": "=", "value": {}}]},
            "models.search: conditions[0].value must be text or a number or true or false or a list, each item text "
            "or a number or true or false or null, not an object",
        ),
        (
            "models.search",
            {"conditions": [{"field": "name"}]},
            "models.search: conditions[0] needs the field operator",
        ),
        ("models.search", {"order": [{"field": "name", "desc": True}]}, "models.search: order[0] has no field desc"),
        (
            "webhooks.list",
            {"event": ["model"]},
            "webhooks.list: event must be a list of 2: text, text, not a list",
        ),
    ],
)
def test_bad_parameters_are_named_in_one_sentence(name: str, params: object, message: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_params(OPERATIONS[name], params)
    assert caught.value.message == message


def test_the_hint_says_what_it_takes() -> None:
    with pytest.raises(InvalidInput) as caught:
        decode_params(OPERATIONS["aliases.get"], {})
    assert caught.value.hint == "aliases.get takes model, alias"


def test_any_json_travels_where_any_may_be_given() -> None:
    document = {"owner": "ana", "groups": {"team": ["ana", "ben"]}, "deep": [[1.5, None, True]]}
    assert decode_params(OPERATIONS["configuration.apply"], {"document": document}) == {"document": document}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (json.loads("[" * 102 + "]" * 102), "more than 100"),
        ([2**60], "larger than any number here"),
        ({"a": ["\ud800"]}, "half a character"),
        ({"\ud800": 1}, "half a character"),
        ([float("nan")], "must be"),
    ],
)
def test_what_no_json_value_is(value: object, message: str) -> None:
    with pytest.raises(InvalidInput, match=message):
        decode_params(OPERATIONS["configuration.apply"], {"document": {"x": value}})
