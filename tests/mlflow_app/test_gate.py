"""Who is let in: on every route of the application, and by what."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from jupyter_modelreg.core.registry import Registry
from tests.mlflow_app.conftest import PASSWORD, Team, bearer


def test_nobody_gets_anything_but_401_on_any_route(registry: Registry, empty_mlflow_db: Path, tmp_path: Path) -> None:
    registry.models.create("secret-model")
    environment = {
        **os.environ,
        "_MLFLOW_SERVER_REGISTRY_STORE": registry.uri,
        "_MLFLOW_SERVER_FILE_STORE": f"sqlite:///{empty_mlflow_db}",
        "_MLFLOW_SERVER_SERVE_ARTIFACTS": "true",
        "_MLFLOW_SERVER_ARTIFACT_DESTINATION": str(tmp_path),
    }
    walked = subprocess.run(
        [sys.executable, "-m", "tests.mlflow_app.walking"],
        env=environment,
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert walked.returncode == 0, walked.stderr
    answers = [json.loads(line) for line in walked.stdout.splitlines()]
    open_to_all = {path for _, path, status, _ in answers if status != 401}
    assert open_to_all == {"/health"}
    assert len(answers) > 600  # MLflow's, and ours
    asked = {path for _, path, _, _ in answers}
    assert {"/", "/version", "/graphql", "/ajax-api/2.0/mlflow/registered-models/search"} <= asked
    assert {"/api/modelreg/x", "/api/2.0/mlflow-artifacts/artifacts/x", "/v1/traces", "/get-artifact"} <= asked
    assert not any("secret-model" in text for *_, text in answers)


def test_the_server_says_that_it_is_there(team: Team) -> None:
    assert requests.get(f"{team.url}/health", timeout=30).text == "OK"


def test_a_browser_is_asked_for_name_and_password(team: Team) -> None:
    page = requests.get(team.url, timeout=30)
    assert (page.status_code, page.headers["WWW-Authenticate"].partition(" ")[0]) == (401, "Basic")
    signed_in = requests.get(team.url, auth=("ben", PASSWORD), timeout=30)
    assert (signed_in.status_code, "<html" in signed_in.text.lower()) == (200, True)


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        "Bearer ",
        "Bearer mreg_1_2",
        "Basic",
        "Basic !!!",
        "Basic YmVu",
        "Basic YmVuOndyb25n",
        "Basic /////w==",
        "Digest x",
        "Negotiate x",
    ],
)
def test_what_lets_nobody_in(team: Team, header: str) -> None:
    reply = requests.post(f"{team.url}/api/modelreg/registry.whoami", headers={"Authorization": header}, timeout=30)
    assert reply.status_code == 401
    assert reply.json()["error_code"] == "UNAUTHENTICATED"


def test_each_way_to_say_who_one_is(team: Team) -> None:
    url = f"{team.url}/api/modelreg/registry.whoami"
    for auth, headers in (
        (("ben", PASSWORD), {}),
        (("ben", team.ben), {}),
        (None, bearer(team.ben)),
    ):
        reply = requests.post(url, auth=auth, headers=headers, timeout=30)
        assert reply.json()["result"]["actor"] == "ben"
    assert requests.post(url, auth=("ana", team.ben), timeout=30).status_code == 401


def test_who_is_let_in_no_longer_is_out_at_once(team: Team) -> None:
    team.registry.users.create("cleo", password=PASSWORD)
    token = team.registry.tokens.create(user="cleo").secret
    url = f"{team.url}/api/modelreg/registry.whoami"
    assert requests.post(url, headers=bearer(token), timeout=30).ok
    assert requests.post(url, auth=("cleo", PASSWORD), timeout=30).ok
    team.registry.tokens.revoke(token.split("_")[1])
    assert requests.post(url, headers=bearer(token), timeout=30).status_code == 401
    team.registry.users.set_password("cleo", "another long password")
    assert requests.post(url, auth=("cleo", PASSWORD), timeout=30).status_code == 401
    assert requests.post(url, auth=("cleo", "another long password"), timeout=30).ok
    team.registry.users.delete("cleo")
    assert requests.post(url, auth=("cleo", "another long password"), timeout=30).status_code == 401


def test_a_token_for_looking_changes_nothing(team: Team) -> None:
    before = team.registry.history.last()
    assert team.told("models.list", team.looker) is not None
    search = f"{team.url}/api/2.0/mlflow/runs/search"
    assert requests.post(search, json={"experiment_ids": ["0"]}, headers=bearer(team.looker), timeout=30).ok
    for method, path, body in (
        ("POST", "/api/modelreg/models.create", {"name": "mine"}),
        ("POST", "/api/modelreg/tokens.create", {}),
        ("POST", "/api/2.0/mlflow/registered-models/create", {"name": "mine"}),
        ("POST", "/api/2.0/mlflow/experiments/create", {"name": "mine"}),
        ("PUT", "/api/2.0/mlflow-artifacts/artifacts/1/x", {}),
        ("DELETE", "/api/2.0/mlflow-artifacts/artifacts/1/x", {}),
        ("POST", "/v1/traces", {}),
    ):
        reply = requests.request(method, f"{team.url}{path}", json=body, headers=bearer(team.looker), timeout=30)
        assert reply.status_code == 403, (path, reply.text)
    after = team.registry.history.last()
    assert before is not None
    assert after is not None
    assert after.seq == before.seq


def test_the_first_start_lets_one_in_and_closes_the_registry(team: Team) -> None:
    assert team.told("registry.whoami", team.ana)["admin"]
    assert not team.told("registry.whoami", team.ben)["admin"]
    assert team.log.read_text().count("mreg_") == 1


def test_mlflows_page_knows_whom_it_is_for(team: Team) -> None:
    url = f"{team.url}/ajax-api/2.0/mlflow/users/current"
    assert requests.get(url, headers=bearer(team.ana), timeout=30).json() == {
        "user": {"id": 0, "username": "ana", "is_admin": True},
        "is_basic_auth": True,
    }
    may = f"{team.url}/ajax-api/3.0/mlflow/users/current/permissions"
    told = requests.get(may, headers=bearer(team.ben), timeout=30).json()
    assert not told["is_admin"]
    assert {each["permission"] for each in told["permissions"]} == {"READ"}
