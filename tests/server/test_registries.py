"""Which registries a server shows, and that no page can have it open another file."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from tornado.httpclient import HTTPResponse

import jupyter_modelreg
from jupyter_modelreg.recent import recent_registries, remember_registry
from jupyter_modelreg.uri import home, registry_uri

Fetch = Callable[..., Awaitable[HTTPResponse]]


@pytest.fixture
def ask(jp_fetch: Fetch) -> Callable[..., Awaitable[tuple[int, Any]]]:
    """Call an operation of the registry at a URI; gives the HTTP status and the envelope."""

    async def post(op: str, registry: str, **params: object) -> tuple[int, Any]:
        response = await jp_fetch(
            "modelreg", "api", op, method="POST", body=json.dumps(params), params={"registry": registry},
            raise_error=False,
        )  # fmt: skip
        return response.code, json.loads(response.body)

    return post


async def listed(jp_fetch: Fetch) -> list[dict[str, Any]]:
    answer = json.loads((await jp_fetch("modelreg", "registries")).body)
    found: list[dict[str, Any]] = answer["result"]["known"]
    return found


@pytest.fixture
def team(tmp_path: Path) -> str:
    """The URI of another registry, with one model in it."""
    with_model = jupyter_modelreg.connect(str(tmp_path / "team.duckdb"))
    with_model.models.create("prod.risk.fraud")
    with_model.close()
    return with_model.uri


async def test_the_servers_own_comes_first(jp_fetch: Fetch, registry_path: Path) -> None:
    (own,) = await listed(jp_fetch)
    assert (own["uri"], own["origin"]) == (registry_uri(registry_path), "server")


async def test_what_a_notebook_connected_to_is_offered(
    jp_fetch: Fetch, ask: Any, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JPY_SESSION_NAME", "/home/ana/week2.ipynb")
    assert (await ask("models.list", team))[0] == 404
    remember_registry(team)
    found = (await listed(jp_fetch))[1]
    assert (found["uri"], found["origin"]) == (team, "recent")
    assert found["notebook"] == "/home/ana/week2.ipynb"
    status, reply = await ask("models.list", team)
    assert (status, [each["name"] for each in reply["result"]["items"]]) == (200, ["prod.risk.fraud"])
    status, reply = await ask("models.create", team, name="prod.risk.churn")
    assert status == 200
    assert jupyter_modelreg.connect(team).models.get("prod.risk.churn")


async def test_no_page_can_open_another_file(ask: Any, tmp_path: Path, team: str) -> None:
    for uri in (team, str(tmp_path / "new.duckdb"), registry_uri(tmp_path / "new.duckdb"), "mysql://x", ""):
        status, reply = await ask("models.create", uri, name="prod.risk.churn")
        assert (status, reply["error"]["code"]) == (404, "UNKNOWN_REGISTRY"), uri
        assert "%modelreg connect" in reply["error"]["hint"]
    assert not (tmp_path / "new.duckdb").exists()


async def test_one_that_is_gone_is_not_offered_and_not_made_again(
    jp_fetch: Fetch, ask: Any, team: str, tmp_path: Path
) -> None:
    remember_registry(team)
    (tmp_path / "team.duckdb").unlink()
    assert len(await listed(jp_fetch)) == 1
    assert (await ask("models.list", team))[1]["error"]["code"] == "UNKNOWN_REGISTRY"
    assert not (tmp_path / "team.duckdb").exists()


@pytest.mark.parametrize("extension_config", [{"offer_recent": False}])
async def test_recent_ones_can_be_kept_out(jp_fetch: Fetch, ask: Any, team: str) -> None:
    remember_registry(team)
    assert len(await listed(jp_fetch)) == 1
    assert (await ask("models.list", team))[0] == 404


class TestConfigured:
    """Registries in the server's settings."""

    @pytest.fixture
    def extension_config(self, tmp_path: Path, team: str) -> dict[str, object]:
        return {"registries": [str(tmp_path / "team.duckdb"), "mysql://nowhere"], "offer_recent": False}

    async def test_they_are_offered(self, jp_fetch: Fetch, ask: Any, team: str) -> None:
        assert [each["origin"] for each in await listed(jp_fetch)] == ["server", "configured"]
        assert (await ask("models.list", team))[0] == 200


@pytest.mark.parametrize("stored", ["", "{", "3", '[{"uri": 3}]', '[{"uri": "mysql://x", "notebook": null}]'])
def test_a_damaged_file_is_replaced(tmp_path: Path, stored: str) -> None:
    remember_registry(registry_uri(tmp_path / "a.duckdb"))
    home().with_name("recent.json").write_text(stored)
    assert recent_registries() == []
    remember_registry(registry_uri(tmp_path / "b.duckdb"))
    assert [each.uri for each in recent_registries()] == [registry_uri(tmp_path / "b.duckdb")]
