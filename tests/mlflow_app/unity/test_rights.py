"""Rights bind on every route: who is let in, and what somebody with few rights gets."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from starlette.routing import Route

from tests.mlflow_app.unity.conftest import Unity
from tests.support.names import FRAUD

PARTS = {"catalog_name": "prod", "schema_name": "ml_team"}
GRANT: dict[str, Any] = {"changes": [{"principal": "ben", "add": ["EXECUTE"]}]}
TAG: dict[str, Any] = {"changes": {"add_tags": [{"key": "a", "value": "b"}], "remove": []}}
# A request, and the privileges with which it is answered: any of them, on what is named; of the others, none is enough.
TABLE: Sequence[tuple[str, str, dict[str, Any], Sequence[str]]] = [
    ("POST", "/catalogs", {"name": "new"}, ["CREATE CATALOG"]),
    ("PATCH", "/catalogs/prod", {"comment": "x"}, ["MANAGE"]),
    ("POST", "/schemas", {"name": "new", "catalog_name": "prod"}, ["CREATE SCHEMA"]),
    ("PATCH", "/schemas/prod.ml_team", {"comment": "x"}, ["MANAGE"]),
    ("POST", "/models", {"name": "new", **PARTS}, ["CREATE MODEL"]),
    ("GET", f"/models/{FRAUD}", {}, ["BROWSE", "EXECUTE", "APPLY TAG", "CREATE MODEL VERSION", "MANAGE"]),
    ("PATCH", f"/models/{FRAUD}", {"comment": "x"}, ["MANAGE"]),
    ("PATCH", f"/models/{FRAUD}", {"deployment_job_id": "7"}, ["MANAGE"]),
    ("PATCH", f"/securable-tags/FUNCTION/{FRAUD}", TAG, ["APPLY TAG"]),
    ("DELETE", f"/models/{FRAUD}/aliases/Best", {}, ["MANAGE"]),
    ("PATCH", f"/permissions/registered_model/{FRAUD}", GRANT, ["MANAGE"]),
    ("PATCH", "/permissions/schema/prod.ml_team", GRANT, ["MANAGE"]),
    ("PATCH", "/permissions/catalog/prod", GRANT, ["MANAGE"]),
    ("PATCH", "/permissions/metastore/x", GRANT, ["MANAGE"]),
    ("GET", "/api/1.0/unity-control/scim2/Users", {}, ["MANAGE"]),
    ("DELETE", f"/models/{FRAUD}", {}, ["MANAGE"]),
]
EACH = ("BROWSE", "EXECUTE", "APPLY TAG", "CREATE MODEL VERSION", "CREATE MODEL", "CREATE SCHEMA", "CREATE CATALOG")


def test_nobody_is_let_in_on_any_route(unity: Unity) -> None:
    for route in unity.routes:
        assert isinstance(route, Route)
        for method in route.methods or ():
            path = re.sub(r"\{[^}]*\}", "x", route.path)
            for headers in ({}, {"Authorization": "Bearer mreg_000000000000_wrong"}):
                assert unity.client.request(method, path, headers=headers).status_code == 401, (method, path)


def test_what_each_request_takes(unity: Unity) -> None:
    unity.registry.models.create(FRAUD)
    grants = unity.registry.grants
    for method, path, body, enough in TABLE:
        assert unity.ask(method, path, unity.ben, **body).status_code in (403, 404), path
        for privilege in (*EACH, "MANAGE"):
            if privilege not in enough:
                grants.grant(["USE CATALOG", "USE SCHEMA", privilege], "registry", ["ben"])
                assert unity.ask(method, path, unity.ben, **body).status_code in (403, 404), (path, privilege)
                grants.revoke([privilege], "registry", ["ben"])
        grants.grant(["USE CATALOG", "USE SCHEMA", enough[0]], "registry", ["ben"])
        unity.told(method, path, unity.ben, **body)
        for place in ("registry", "prod", "prod.ml_team", *(each.name for each in unity.registry.models.list("prod"))):
            grants.revoke(["ALL PRIVILEGES", "MANAGE"], place, ["ben"])


def test_lists_show_what_is_ones_own(unity: Unity) -> None:
    unity.registry.models.create(FRAUD)
    unity.registry.models.create("prod.secret.m")
    unity.registry.models.create("dev.secret.m")
    for path in ("/catalogs", "/models"):
        [found] = [value for name, value in unity.told("GET", path, unity.ben).items() if name != "next_page_token"]
        assert found == []
    assert unity.refused("GET", "/schemas", unity.ben, catalog_name="prod")[0] == 404
    unity.registry.grants.grant(["USE CATALOG"], "prod", ["ben"])
    unity.registry.grants.grant(["USE SCHEMA", "EXECUTE"], "prod.ml_team", ["ben"])
    assert [each["name"] for each in unity.told("GET", "/catalogs", unity.ben)["catalogs"]] == ["prod"]
    schemas = unity.told("GET", "/schemas", unity.ben, catalog_name="prod")["schemas"]
    assert [each["name"] for each in schemas] == ["ml_team"]
    models = unity.told("GET", "/models", unity.ben)["registered_models"]
    assert [each["full_name"] for each in models] == [FRAUD]
    # And of permissions what is theirs.
    unity.registry.grants.grant(["EXECUTE"], "prod.ml_team", ["carl"], new=True)
    told = unity.told("GET", "/permissions/schema/prod.ml_team", unity.ben)["privilege_assignments"]
    assert [each["principal"] for each in told] == ["ben"]


def test_who_may_browse_sees_that_it_is_there(unity: Unity) -> None:
    unity.registry.models.create(FRAUD, tags={"secret": "x"})
    unity.registry.grants.grant(["BROWSE"], "prod", ["ben"])
    told = unity.told("GET", f"/models/{FRAUD}", unity.ben, include_aliases=True)
    assert (told["browse_only"], told.keys() & {"tags", "aliases"}) == (True, set())


def test_a_token_for_looking_changes_nothing(unity: Unity) -> None:
    unity.registry.models.create(FRAUD)
    assert unity.told("GET", "/models", unity.looker)["registered_models"]
    before = unity.registry.history.last()
    for method, path, body, _ in TABLE:
        if method != "GET":
            assert unity.ask(method, path, unity.looker, **body).status_code == 403, path
    after = unity.registry.history.last()
    assert before is not None
    assert after is not None
    assert after.seq == before.seq
