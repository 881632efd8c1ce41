"""Governance as a document: what is exported, what applying changes, and what is refused with nothing changed."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.configuration.document import MisplacedValue
from jupyter_modelreg.core.errors import InvalidState, PermissionDenied
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD, SOURCE
from tests.support.shared import As, as_, close

__all__ = ["as_"]

Document = Mapping[str, Any]
PROD: Document = {
    "groups": {"analysts": ["ben", "cleo"]},
    "tag-policies": {"stage": {"values": ["dev", "prod"], "assigners": ["analysts"]}},
    "catalogs": {
        "prod": {
            "description": "What is live",
            "grants": {"analysts": ["USE CATALOG", "USE SCHEMA"]},
            "policies": {"no-pickle": {"rule": "file-formats", "parameters": {"forbidden": ["*.pkl"]}, "mode": "warn"}},
            "schemas": {"ml_team": {"owner": "ben", "models": {"fraud": {"grants": {"cleo": ["execute"]}}}}},
        }
    },
    "models": {"iris": {"grants": {"analysts": ["APPLY_TAG"]}}},
}


@pytest.fixture
def shared(registry: Registry) -> Registry:
    """A registry of ana's with a governed and a workspace model, in which nobody else may do anything."""
    registry.models.create(FRAUD)
    registry.versions.register(SOURCE, "iris", check_source=False)
    return close(registry)


def told(registry: Registry, document: Document, **how: Any) -> list[tuple[object, ...]]:
    """What applying a document changes."""
    changes = registry.configuration.apply(document, **how)
    return [
        (each.kind, each.name, each.principal or each.policy or each.aspect, each.before, each.after)
        for each in changes
    ]


def test_what_differs_is_changed_and_nothing_else(shared: Registry, as_: As) -> None:
    first = shared.history.last()
    assert told(shared, PROD) == [
        ("group", "analysts", "members", None, ["ben", "cleo"]),
        ("tag", "stage", "policy", None, PROD["tag-policies"]["stage"]),
        ("catalog", "prod", "description", None, "What is live"),
        ("catalog", "prod", "analysts", None, ["USE CATALOG", "USE SCHEMA"]),
        ("model", FRAUD, "cleo", None, ["EXECUTE"]),
        ("model", "iris", "analysts", None, ["APPLY TAG"]),
        ("catalog", "prod", "no-pickle", None, PROD["catalogs"]["prod"]["policies"]["no-pickle"]),
        ("schema", "prod.ml_team", "owner", "ana", "ben"),
    ]
    assert as_("cleo").models.get(FRAUD).name == FRAUD
    assert told(shared, PROD) == []
    assert shared.maintenance.verify(rebuild=True).sound
    shared.history.undo()
    assert first is not None
    assert (shared.groups.list(), shared.schemas.get("prod.ml_team").owner) == ([], "ana")


def test_a_dry_run_says_the_same_and_changes_nothing(shared: Registry) -> None:
    before = shared.history.last()
    would = told(shared, PROD, dry_run=True)
    assert shared.history.last() == before
    assert shared.groups.list() == []
    assert told(shared, PROD) == would


def test_catalogs_and_schemas_are_made(registry: Registry) -> None:
    document = {"catalogs": {"dev": {"schemas": {"risk": {"description": "Tries", "grants": {"ben": ["BROWSE"]}}}}}}
    assert told(registry, document) == [
        ("catalog", "dev", "itself", None, ""),
        ("schema", "dev.risk", "itself", None, "Tries"),
        ("schema", "dev.risk", "ben", None, ["BROWSE"]),
    ]


def test_what_is_exported_changes_nothing_where_it_is_from_and_makes_another_alike(
    shared: Registry, tmp_path: Path
) -> None:
    shared.configuration.apply(PROD)
    exported = shared.configuration.export()
    assert told(shared, exported, prune=True) == []
    other = jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ana")
    other.models.create(FRAUD)
    other.models.create("iris")
    other.configuration.apply(exported, prune=True, new=True)
    assert other.configuration.export() == exported
    other.close()


def test_only_with_prune_what_the_document_lacks_goes(shared: Registry) -> None:
    shared.configuration.apply(PROD)
    shared.schemas.create("old.empty")
    shared.tag_policies.create("tier", ["gold"])
    shared.policies.add("described", "required-description", "iris")
    shared.groups.create("others", ["dora"], new=True)
    shared.groups.add("analysts", ["ed"], new=True)
    shared.grants.grant(["EXECUTE"], "prod", ["others", "analysts"])
    shared.grants.grant(["EXECUTE"], "iris", ["others"])
    assert told(shared, PROD) == []
    lean = {**PROD, "owner": "ana", "models": {}}
    assert told(shared, lean, prune=True) == [
        ("group", "analysts", "members", ["ben", "cleo", "ed"], ["ben", "cleo"]),
        ("tag", "tier", "policy", {"values": ["gold"]}, None),
        ("catalog", "prod", "analysts", ["USE CATALOG", "USE SCHEMA", "EXECUTE"], ["USE CATALOG", "USE SCHEMA"]),
        ("catalog", "prod", "others", ["EXECUTE"], None),
        ("model", "iris", "analysts", ["APPLY TAG"], None),
        ("model", "iris", "others", ["EXECUTE"], None),
        ("model", "iris", "described", {"rule": "required-description"}, None),
        ("schema", "old.empty", "itself", "", None),
        ("catalog", "old", "itself", "", None),
        ("group", "others", "members", ["dora"], None),
    ]


def test_a_catalog_that_holds_something_is_not_pruned(shared: Registry) -> None:
    before = shared.history.last()
    with pytest.raises(
        InvalidState, match=r"schema prod\.ml_team is not in the document, and holds model prod\.ml_team\.fraud"
    ):
        shared.configuration.apply({"groups": {"analysts": ["ben"]}}, prune=True)
    assert shared.history.last() == before


@pytest.mark.parametrize(
    ("document", "place", "what"),
    [
        ({"catalog": {}}, ("catalog",), "nothing is called catalog here; did you mean catalogs"),
        ({"catalogs": ["prod"]}, ("catalogs",), "names are wanted"),
        ({"grants": {"ben": "EXECUTE"}}, ("grants", "ben"), "a list is wanted, not 'EXECUTE'"),
        ({"grants": {"ben": ["EXECUT"]}}, ("grants", "ben", 0), "no privilege 'EXECUT'; did you mean EXECUTE"),
        (
            {"models": {"iris": {"grants": {"ben": ["BROWSE"]}}}},
            ("models", "iris", "grants", "ben", 0),
            "BROWSE means nothing on a model",
        ),
        ({"catalogs": {"prod": {"owner": 3}}}, ("catalogs", "prod", "owner"), "text is wanted, not 3"),
        ({"models": {"irs": {}}}, ("models", "irs"), "no model irs; did you mean iris"),
        ({"catalogs": {"a b/c": {}}}, ("catalogs", "a b/c"), "catalog"),
        ({"groups": {"a": ["b"], "b": ["a"]}}, ("groups", "b"), "cannot be in itself"),
        ({"tag-policies": {"stage": {"value": ["a"]}}}, ("tag-policies", "stage", "value"), "did you mean values"),
        ({"tag-policies": {"stage": {}}}, ("tag-policies", "stage"), "governs nothing"),
        ({"policies": {"a": {"rule": "flavor"}}}, ("policies", "a"), "flavors"),
        ({"policies": {"a": {"mode": "warn"}}}, ("policies", "a", "rule"), "a name is wanted"),
        ({"policies": {"a": {"rule": "flavors", "mode": "no"}}}, ("policies", "a"), "mode is no 'no'"),
        (
            {
                "groups": {"none": []},
                "policies": {"a": {"rule": "allowed-principals", "parameters": {"principals": ["none"]}}},
            },
            ("policies", "a"),
            "nobody is in none",
        ),
        ({"groups": {"account users": []}}, ("groups", "account users"), "everybody"),
        ({"owner": "account users"}, ("owner",), "everybody cannot own registry"),
        ({"catalogs": {3: {}}}, ("catalogs", 3), "a name is text, not 3"),
    ],
)
def test_what_cannot_be_is_said_with_its_place_and_nothing_is_changed(
    shared: Registry, document: Document, place: tuple[object, ...], what: str
) -> None:
    before = shared.history.last()
    with pytest.raises(MisplacedValue) as refused:
        shared.configuration.apply(document)
    assert refused.value.place == place
    assert what in refused.value.message
    assert shared.history.last() == before


def test_somebody_close_to_a_known_name_is_questioned(shared: Registry, as_: As) -> None:
    shared.groups.create("analysts", ["ben"])
    with pytest.raises(MisplacedValue, match="did you mean analysts"):
        shared.configuration.apply({"grants": {"analyst": ["EXECUTE"]}})
    assert told(shared, {"grants": {"analyst": ["EXECUTE"]}}, new=True)


def test_each_change_takes_its_privilege_and_the_whole_is_for_administrators(shared: Registry, as_: As) -> None:
    shared.grants.grant(["USE CATALOG", "USE SCHEMA", "MANAGE"], "prod", ["ben"])
    ben = as_("ben")
    mine: Document = {"catalogs": {"prod": {"grants": {"cleo": ["EXECUTE"]}}}}
    assert told(ben, mine)
    with pytest.raises(PermissionDenied):
        ben.configuration.apply({**mine, "grants": {"ben": ["ALL PRIVILEGES"]}})
    with pytest.raises(PermissionDenied):
        ben.configuration.export()


def test_nobody_loses_their_own_rights_by_accident(shared: Registry) -> None:
    with pytest.raises(InvalidState, match="ana would not be able to grant anything on registry"):
        shared.configuration.apply({"owner": "ben", "grants": {"cleo": ["EXECUTE"]}})
    assert told(shared, {"owner": "ben", "grants": {"cleo": ["EXECUTE"]}}, force=True)
