"""Catalogs, schemas, models and permissions, as Unity Catalog's clients ask for them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import pytest

from tests.mlflow_app.unity.conftest import BASE, Unity
from tests.support.names import FRAUD

CONTROL = "/api/1.0/unity-control"
INVALID = (400, "INVALID_PARAMETER_VALUE", "INVALID_ARGUMENT")


def test_a_catalog_comes_and_goes(unity: Unity) -> None:
    made = unity.told("POST", "/catalogs", name="dev", comment="ours")
    assert (made["name"], made["comment"], made["owner"]) == ("dev", "ours", unity.registry.actor)
    assert made == unity.told("GET", "/catalogs/dev")
    assert [each["name"] for each in unity.told("GET", "/catalogs")["catalogs"]] == ["dev", "prod"]
    assert unity.told("PATCH", "/catalogs/dev", comment="theirs")["comment"] == "theirs"
    assert "comment" not in unity.told("PATCH", "/catalogs/dev", comment="")
    unity.told("DELETE", "/catalogs/dev")
    assert unity.refused("GET", "/catalogs/dev") == (404, "CATALOG_DOES_NOT_EXIST", "CATALOG_NOT_FOUND")


def test_a_schema_comes_and_goes(unity: Unity) -> None:
    made = unity.told("POST", "/schemas", name="risk", catalog_name="prod")
    assert (made["name"], made["catalog_name"], made["full_name"]) == ("risk", "prod", "prod.risk")
    assert made == unity.told("GET", "/schemas/prod.risk")
    listed = unity.told("GET", "/schemas", catalog_name="prod")["schemas"]
    assert [each["full_name"] for each in listed] == ["prod.ml_team", "prod.risk"]
    assert unity.told("PATCH", "/schemas/prod.risk", comment="x")["comment"] == "x"
    unity.told("DELETE", "/schemas/prod.risk")
    assert unity.refused("GET", "/schemas/prod.risk") == (404, "SCHEMA_DOES_NOT_EXIST", "SCHEMA_NOT_FOUND")


def test_a_model_comes_and_goes(unity: Unity) -> None:
    parts = {"name": "fraud", "catalog_name": "prod", "schema_name": "ml_team"}
    made = unity.told("POST", "/models", **parts, comment="finds it", tags=[{"key": "team", "value": "risk"}])
    assert made.items() >= {**parts, "full_name": FRAUD, "comment": "finds it"}.items()
    assert made["tags"] == [{"key": "team", "value": "risk"}]
    assert made == unity.told("GET", f"/models/{FRAUD}")
    renamed = unity.told("PATCH", f"/models/{FRAUD}", new_name="theft", comment="")
    assert (renamed["full_name"], renamed["id"], "comment" in renamed) == ("prod.ml_team.theft", made["id"], False)
    unity.told("DELETE", "/models/prod.ml_team.theft")
    gone = (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
    assert unity.refused("GET", "/models/prod.ml_team.theft") == gone
    assert unity.refused("GET", f"/models/{FRAUD}") == gone


def test_models_of_a_schema_and_of_all(unity: Unity) -> None:
    for name in ("iris", "a.b.c.d", "prod.ml_team.b", "prod.ml_team.a", "dev.x.a"):
        unity.registry.models.create(name)
    within = unity.told("GET", "/models", catalog_name="prod", schema_name="ml_team")
    assert [each["name"] for each in within["registered_models"]] == ["a", "b"]
    everywhere = unity.told("GET", "/models")["registered_models"]
    assert [each["full_name"] for each in everywhere] == ["dev.x.a", "prod.ml_team.a", "prod.ml_team.b"]


@pytest.mark.parametrize(("path", "asked"), [("/models", {}), ("/catalogs", {}), ("/schemas", {"catalog_name": "c0"})])
def test_pages_end(unity: Unity, path: str, asked: dict[str, str]) -> None:
    for number in range(5):
        unity.registry.models.create(f"c{number}.s.m")
        unity.registry.schemas.create(f"c0.s{number}x")
    whole = unity.told("GET", path, max_results=0, **asked)
    [key] = whole.keys() - {"next_page_token"}
    assert whole["next_page_token"] is None
    found: list[object] = []
    token: str | None = ""
    pages = 0
    while token is not None:
        page: dict[str, Any] = unity.told("GET", path, max_results=2, page_token=token, **asked)
        found += page[key]
        token = page["next_page_token"]
        pages += 1
    assert found == whole[key]
    assert pages == 3
    assert unity.refused("GET", path, max_results=-1, **asked) == INVALID
    assert unity.refused("GET", path, max_results="many", **asked) == INVALID
    assert unity.refused("GET", path, page_token="x", **asked) == INVALID


def test_no_more_than_a_hundred_at_once(unity: Unity) -> None:
    for number in range(101):
        unity.registry.catalogs.create(f"c{number}")
    for most in (0, 1000):
        page = unity.told("GET", "/catalogs", max_results=most)
        assert len(page["catalogs"]) == 100
        assert len(unity.told("GET", "/catalogs", page_token=page["next_page_token"])["catalogs"]) == 2


REFUSED: Sequence[tuple[str, str, dict[str, Any], tuple[int, str, str]]] = [
    ("POST", "/catalogs", {}, INVALID),
    ("POST", "/catalogs", {"name": "a.b"}, INVALID),
    ("POST", "/catalogs", {"name": 3}, INVALID),
    ("POST", "/catalogs", {"name": "x" * 256}, INVALID),
    ("POST", "/catalogs", {"name": "prod"}, (400, "CATALOG_ALREADY_EXISTS", "CATALOG_ALREADY_EXISTS")),
    ("POST", "/catalogs", {"name": "c", "properties": {"a": "b"}}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("PATCH", "/catalogs/prod", {}, INVALID),
    ("PATCH", "/catalogs/prod", {"new_name": "x"}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("DELETE", "/catalogs/prod", {}, (400, "INVALID_STATE", "FAILED_PRECONDITION")),
    ("DELETE", "/catalogs/prod", {"force": True}, (400, "INVALID_STATE", "FAILED_PRECONDITION")),
    ("DELETE", "/catalogs/prod", {"force": "perhaps"}, INVALID),
    ("POST", "/schemas", {"name": "s"}, INVALID),
    ("POST", "/schemas", {"name": "s", "catalog_name": "no"}, (404, "CATALOG_DOES_NOT_EXIST", "CATALOG_NOT_FOUND")),
    (
        "POST",
        "/schemas",
        {"name": "ml_team", "catalog_name": "prod"},
        (400, "SCHEMA_ALREADY_EXISTS", "SCHEMA_ALREADY_EXISTS"),
    ),
    ("GET", "/schemas", {}, INVALID),
    ("GET", "/schemas/prod", {}, INVALID),
    ("GET", "/schemas/prod.no", {}, (404, "SCHEMA_DOES_NOT_EXIST", "SCHEMA_NOT_FOUND")),
    ("DELETE", "/schemas/prod.ml_team", {}, (400, "INVALID_STATE", "FAILED_PRECONDITION")),
    ("GET", "/models", {"catalog_name": "prod"}, INVALID),
    (
        "POST",
        "/models",
        {"name": "m", "catalog_name": "prod", "schema_name": "no"},
        (404, "SCHEMA_DOES_NOT_EXIST", "SCHEMA_NOT_FOUND"),
    ),
    ("POST", "/models", {"name": "a.b", "catalog_name": "prod", "schema_name": "ml_team"}, INVALID),
    ("POST", "/models", {"name": "..", "catalog_name": "prod", "schema_name": "ml_team"}, INVALID),
    (
        "POST",
        "/models",
        {"name": "fraud", "catalog_name": "prod", "schema_name": "ml_team"},
        (409, "ALREADY_EXISTS", "ALREADY_EXISTS"),
    ),
    ("GET", "/models/iris", {}, INVALID),
    ("GET", "/models/prod.ml_team.no", {}, (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")),
    ("PATCH", f"/models/{FRAUD}", {}, INVALID),
    ("PATCH", f"/models/{FRAUD}", {"new_name": "a.b"}, INVALID),
    ("PATCH", f"/models/{FRAUD}", {"new_name": "x", "comment": "\ud800"}, INVALID),
    ("DELETE", f"/models/{FRAUD}", {}, (409, "ABORTED", "ABORTED")),
    ("PUT", f"/models/{FRAUD}/aliases/Best", {"version_num": 7}, (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")),
    ("PUT", f"/models/{FRAUD}/aliases/Best", {"version_num": 0}, INVALID),
    ("PUT", f"/models/{FRAUD}/aliases/v1", {"version_num": 1}, INVALID),
    ("PATCH", f"/securable-tags/TABLE/{FRAUD}", {"changes": {}}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("PATCH", f"/securable-tags/FUNCTION/{FRAUD}", {}, INVALID),
    ("PATCH", f"/securable-tags/FUNCTION/{FRAUD}", {"changes": {"remove": "a"}}, INVALID),
    ("GET", "/permissions/table/a.b.c", {}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("GET", "/permissions/catalog/no", {}, (404, "CATALOG_DOES_NOT_EXIST", "CATALOG_NOT_FOUND")),
    ("PATCH", "/permissions/catalog/prod", {}, INVALID),
    ("PATCH", "/permissions/catalog/prod", {"changes": [{"add": ["EXECUTE"]}]}, INVALID),
    ("PATCH", "/permissions/catalog/prod", {"changes": [{"principal": "ben", "add": ["FLY"]}]}, INVALID),
    ("PATCH", "/permissions/schema/prod.ml_team", {"changes": [{"principal": "b", "add": ["OWNER"]}]}, INVALID),
    ("GET", "/tables", {}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("POST", "/temporary-table-credentials", {}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("GET", "/nothing/at/all", {}, (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")),
    ("PUT", "/catalogs/prod", {}, (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")),
    ("POST", f"{CONTROL}/auth/tokens", {}, (501, "NOT_IMPLEMENTED", "UNIMPLEMENTED")),
    ("GET", f"{CONTROL}/scim2/Users/nobody", {}, (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")),
]


def test_what_cannot_be_is_said_in_their_words(unity: Unity) -> None:
    unity.registry.versions.register("s3://bucket/x", "iris")  # which is none of Unity Catalog's
    with_version(unity)
    before = unity.registry.history.last()
    for method, path, body, answer in REFUSED:
        assert unity.refused(method, path, **body) == answer, (method, path, body)
    after = unity.registry.history.last()
    assert before is not None
    assert after is not None
    assert after.seq == before.seq


def with_version(unity: Unity) -> None:
    """A version of FRAUD; as a prompt, since that takes no files."""
    unity.registry.models.create(FRAUD)
    unity.registry.versions.register("x", FRAUD, tags={"mlflow.prompt.is_prompt": "true"})


@pytest.mark.parametrize("body", [b"{", b"[]", b"\xff", b'"x"', b"[" * 100_000])
def test_a_body_that_is_no_object(unity: Unity, body: bytes) -> None:
    headers = {"Authorization": f"Bearer {unity.ana}"}
    reply = unity.client.post(f"{BASE}/catalogs", content=body, headers=headers)
    assert (reply.status_code, reply.json()["error_code"]) == (400, "INVALID_PARAMETER_VALUE")


def test_permissions(unity: Unity) -> None:
    path = "/permissions/schema/prod.ml_team"
    unity.registry.grants.grant(["BROWSE"], "prod.ml_team", ["carl"], new=True)
    changes = [
        {"principal": "ben", "add": ["USE SCHEMA", "EXECUTE"]},
        {"principal": "carl", "remove": ["BROWSE"]},
    ]
    told = unity.told("PATCH", path, changes=changes)
    bens = {"principal": "ben", "privileges": ["USE SCHEMA", "EXECUTE"]}
    assert told == {"privilege_assignments": [bens]}
    assert unity.told("GET", path) == told
    assert unity.told("GET", path, principal="carl") == {"privilege_assignments": []}
    assert unity.told("GET", "/permissions/metastore/any")["privilege_assignments"] == []
    unity.registry.models.create(FRAUD)
    for kind in ("registered_model", "function"):
        changed = unity.told(
            "PATCH", f"/permissions/{kind}/{FRAUD}", changes=[{"principal": "ben", "add": ["APPLY_TAG"]}]
        )
        assert changed["privilege_assignments"] == [{"principal": "ben", "privileges": ["APPLY TAG"]}]


def test_all_changes_of_permissions_or_none(unity: Unity) -> None:
    path = "/permissions/catalog/prod"
    changes = [{"principal": "ben", "add": ["USE CATALOG"]}, {"principal": " ", "add": ["USE CATALOG"]}]
    assert unity.refused("PATCH", path, changes=changes) == INVALID  # which is nobody's name
    assert unity.told("GET", path) == {"privilege_assignments": []}
    unity.told("PATCH", path, changes=changes[:1])
    unity.registry.grants.transfer("prod", "ben")
    unity.registry.grants.grant(["MANAGE"], "prod", ["ben"])
    both = [{"principal": "ben", "add": ["USE SCHEMA"], "remove": ["MANAGE", "USE CATALOG"]}]
    assert unity.told("PATCH", path, changes=both)["privilege_assignments"] == [
        {"principal": "ben", "privileges": ["USE SCHEMA"]}
    ]
    last = unity.registry.history.last()
    assert last is not None
    assert (last.action, last.before) == ("grant.changed", {"ben": ["USE CATALOG", "MANAGE"]})


def test_who_asks(unity: Unity) -> None:
    me = unity.told("GET", f"{CONTROL}/scim2/Me", unity.ben)
    assert (me["id"], me["emails"], me["active"]) == ("ben", [{"value": "ben", "primary": True}], True)
    users = unity.told("GET", f"{CONTROL}/scim2/Users")
    assert [each["id"] for each in users["Resources"]] == sorted(["ben", unity.registry.actor])
    assert unity.told("GET", f"{CONTROL}/scim2/Users/ben")["userName"] == "ben"
    assert uuid.UUID(unity.told("GET", "/metastore_summary")["metastore_id"])
