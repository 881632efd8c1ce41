"""Stage requests and comments as Databricks' workspace registry has them."""

from __future__ import annotations

from typing import Any

import pytest

from tests.mlflow_app.unity.conftest import Unity
from tests.support.names import FRAUD

API = "/api/2.0/mlflow"
INVALID = (400, "INVALID_PARAMETER_VALUE", "INVALID_ARGUMENT")
GONE = (404, "RESOURCE_DOES_NOT_EXIST", "NOT_FOUND")
DENIED = (403, "PERMISSION_DENIED", "PERMISSION_DENIED")
ASKED: dict[str, Any] = {"name": "iris", "version": "2", "stage": "Production"}


@pytest.fixture(autouse=True)
def iris(unity: Unity) -> None:
    """A workspace model, the first version in production, of which ben may know."""
    for _ in range(2):
        unity.registry.versions.register("s3://bucket/x", "iris", check_source=False)
    unity.registry.versions.transition("iris", 1, "Production")
    unity.registry.grants.grant(["EXECUTE"], "iris", ["ben"])


def test_a_request_is_made_listed_and_approved(unity: Unity) -> None:
    made = unity.told("POST", f"{API}/transition-requests/create", unity.ben, **ASKED, comment="better")["request"]
    assert (
        made.items()
        >= {
            "user_id": "ben",
            "activity_type": "REQUESTED_TRANSITION",
            "comment": "better",
            "from_stage": "None",
            "to_stage": "Production",
            "available_actions": ["CANCEL_TRANSITION_REQUEST"],
        }.items()
    )
    of_version = {"name": "iris", "version": "2"}
    [listed] = unity.told("GET", f"{API}/transition-requests/list", **of_version)["requests"]
    assert listed["id"] == made["id"]
    assert listed["available_actions"] == ["APPROVE_TRANSITION_REQUEST", "REJECT_TRANSITION_REQUEST"]
    approve = f"{API}/transition-requests/approve"
    assert unity.refused("POST", approve, unity.ben, **ASKED) == DENIED
    done = unity.told("POST", approve, **ASKED, archive_existing_versions=True, comment="so be it")["activity"]
    assert (done["activity_type"], done["comment"], done["available_actions"]) == ("APPROVED_REQUEST", "so be it", [])
    stages = [each.stage for each in unity.registry.versions.list("iris")]
    assert stages == ["Production", "Archived"]
    assert unity.told("GET", f"{API}/transition-requests/list", **of_version) == {"requests": []}
    assert unity.refused("POST", approve, **ASKED) == GONE


def test_a_request_is_rejected_or_taken_back(unity: Unity) -> None:
    create, reject = f"{API}/transition-requests/create", f"{API}/transition-requests/reject"
    unity.told("POST", create, unity.ben, **ASKED)
    assert unity.refused("POST", create, unity.ben, **ASKED) == (400, "INVALID_STATE", "FAILED_PRECONDITION")
    assert unity.refused("POST", reject, **ASKED) == INVALID  # whoever asked wants to know why
    done = unity.told("POST", reject, **ASKED, comment="not yet")["activity"]
    assert (done["activity_type"], done["comment"], done["user_id"]) == (
        "REJECTED_REQUEST",
        "not yet",
        unity.registry.actor,
    )
    unity.told("POST", create, unity.ben, **ASKED)
    query = "&".join(f"{name}={value}" for name, value in ASKED.items())
    delete = f"{API}/transition-requests/delete?{query}&creator"
    assert unity.refused("DELETE", f"{delete}=carl", unity.ben) == GONE
    assert unity.refused("DELETE", f"{delete}=ben") == DENIED  # which only ben does
    assert unity.told("DELETE", f"{delete}=ben", unity.ben)["activity"]["activity_type"] == "CANCELLED_REQUEST"


def test_of_a_governed_model_an_alias_is_asked_for(unity: Unity) -> None:
    unity.registry.models.create(FRAUD)
    unity.registry.versions.register("x", FRAUD, tags={"mlflow.prompt.is_prompt": "true"})
    unity.registry.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["ben"])
    asked = {"name": FRAUD, "version": "1", "stage": "Champion"}
    unity.told("POST", f"{API}/transition-requests/create", unity.ben, **asked)
    archiving = unity.refused("POST", f"{API}/transition-requests/approve", **asked, archive_existing_versions=True)
    assert archiving == INVALID
    unity.told("POST", f"{API}/transition-requests/approve", **asked)
    assert unity.registry.aliases.get(FRAUD, "Champion").version == 1


def test_comments(unity: Unity) -> None:
    asked = {"name": "iris", "version": "1"}
    made = unity.told("POST", f"{API}/comments/create", unity.ben, **asked, comment="looks good")["comment"]
    assert made.items() >= {"user_id": "ben", "comment": "looks good", "activity_type": "NEW_COMMENT"}.items()
    assert made["available_actions"] == ["EDIT_COMMENT", "DELETE_COMMENT"]
    update = f"{API}/comments/update"
    assert unity.refused("PATCH", update, id=made["id"], comment="mine") == DENIED
    assert unity.told("PATCH", update, unity.ben, id=made["id"], comment="better")["comment"]["comment"] == "better"
    assert unity.refused("PATCH", update, unity.ben, id="x", comment="y") == INVALID
    assert unity.refused("POST", f"{API}/comments/create", **asked, comment="x" * 65_536) == INVALID
    assert unity.told("DELETE", f"{API}/comments/delete?id={made['id']}") == {}
    assert unity.refused("DELETE", f"{API}/comments/delete?id={made['id']}") == GONE
    assert unity.registry.comments.list("iris") == []


def test_models_and_stages_as_databricks_tells_them(unity: Unity) -> None:
    path = f"{API}/databricks/registered-models/get"
    unity.told("POST", f"{API}/transition-requests/create", unity.ben, **ASKED)
    told = unity.told("GET", path, name="iris")["registered_model_databricks"]
    assert (told["name"], told["permission_level"]) == ("iris", "CAN_MANAGE")
    assert [(each["version"], each["current_stage"]) for each in told["latest_versions"]] == [
        ("1", "Production"),
        ("2", "None"),
    ]
    assert [each["to_stage"] for each in told["latest_versions"][1]["open_requests"]] == ["Production"]
    assert (
        unity.told("GET", path, unity.ben, name="iris")["registered_model_databricks"]["permission_level"] == "CAN_READ"
    )
    move = f"{API}/databricks/model-versions/transition-stage"
    moved = unity.told("POST", move, **ASKED, archive_existing_versions=True)["model_version_databricks"]
    assert moved["current_stage"] == "Production"
    assert unity.registry.versions.get("iris/1").stage == "Archived"
    assert unity.refused("POST", move, unity.ben, **ASKED) == DENIED
    assert unity.refused("POST", move, **{**ASKED, "stage": "Heaven"}) == INVALID
    assert unity.refused("GET", path, name="nothing") == GONE
