"""Addresses of pages in MLflow's UI, and of commits, from what a run says of itself."""

from __future__ import annotations

import pytest

from jupyter_modelreg.mlflow_client.links import commit_page, page_of

COMMIT = "0123456789abcdef0123456789abcdef01234567"


def test_pages_of_mlflow() -> None:
    server = "http://me:pw@mlflow.example:5000/team/"
    assert page_of(server, "3") == "http://mlflow.example:5000/team/#/experiments/3"
    assert page_of(server, "3", run_id="4f") == "http://mlflow.example:5000/team/#/experiments/3/runs/4f"
    assert page_of(server, "3", model_id="m-1") == "http://mlflow.example:5000/team/#/experiments/3/models/m-1"


@pytest.mark.parametrize("uri", ["sqlite:///mlflow.db", "file:///mlruns", "databricks", "", "javascript:alert(1)"])
def test_no_page_where_nobody_serves_one(uri: str) -> None:
    assert page_of(uri, "3", run_id="4f") is None


@pytest.mark.parametrize(
    ("remote", "page"),
    [
        ("https://github.com/team/fraud.git", "https://github.com/team/fraud/commit/"),
        ("https://ana:token@github.com/team/fraud", "https://github.com/team/fraud/commit/"),
        ("git@github.com:team/fraud.git", "https://github.com/team/fraud/commit/"),
        ("ssh://git@github.com:22/team/fraud.git", "https://github.com/team/fraud/commit/"),
        ("http://gitlab.example.com/risk/models/fraud/", "https://gitlab.example.com/risk/models/fraud/-/commit/"),
        ("git@bitbucket.org:team/fraud.git", "https://bitbucket.org/team/fraud/commits/"),
    ],
)
def test_pages_of_commits(remote: str, page: str) -> None:
    assert commit_page(remote, COMMIT) == page + COMMIT


@pytest.mark.parametrize(
    "remote",
    [
        None,
        "",
        "/srv/git/fraud.git",
        "file:///srv/git/fraud.git",
        "javascript://github.com/%0aalert(1)//a",
        "https://evil.example/github.com/team/fraud",
        "https://github.com@evil.example/team/fraud",
        "https://github/team/fraud",
        "https://github.com/team/../../login",
        "https://github.com/team/fraud?x=1",
        "https://github.com/team/fraud#x",
        "https://github.com/team/fraud\nhttps://evil.example",
        'https://github.com/team/"onmouseover="x',
        "C:/repositories/fraud",
    ],
)
def test_no_page_for_a_remote_that_is_not_understood(remote: str | None) -> None:
    assert commit_page(remote, COMMIT) is None


@pytest.mark.parametrize("commit", [None, "", "abc", "not-hex!", COMMIT + "?x=1", "../../login", COMMIT.upper()])
def test_no_page_for_what_is_no_commit(commit: str | None) -> None:
    assert commit_page("https://github.com/team/fraud", commit) is None
