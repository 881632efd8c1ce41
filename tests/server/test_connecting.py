"""Connecting the panel to another registry: what speaks against it is said, and then the one that is shown stays."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import keyring
import pytest
from jupyter_core.paths import jupyter_data_dir
from jupyter_server.auth.authorizer import Authorizer
from tornado.httpclient import HTTPResponse

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.recent import recent_registries
from jupyter_modelreg.remote import signing_in
from jupyter_modelreg.server.chosen import Chosen
from jupyter_modelreg.uri import registry_uri
from tests.remote.test_signing_in import Ring, keyring_of_before
from tests.server.conftest import Call
from tests.support.processes import free_port
from tests.support.served import TOKEN, Served, serving

__all__ = ["keyring_of_before"]

pytest_plugins = ["tests.support.commands"]

Fetch = Callable[..., Awaitable[HTTPResponse]]
Connect = Callable[..., Awaitable[tuple[int, Any]]]


@pytest.fixture(autouse=True)
def nothing_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token from elsewhere, and no keyring of the developer's."""
    for name in ("_typed", "_kept", "_given"):
        monkeypatch.setattr(signing_in, name, {})
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("artifacts")) as found:
        yield found


@pytest.fixture
def there(served: Served, tmp_path: Path) -> Iterator[Registry]:
    """The registry that another server has, with one model in it."""
    served.shown = jupyter_modelreg.connect(str(tmp_path / "there.duckdb"), actor="ana")
    served.shown.models.create("prod.there.fraud")
    yield served.shown
    served.shown.close()


@pytest.fixture
def team(tmp_path: Path) -> str:
    """The URI of another file, with one model in it."""
    with_model = jupyter_modelreg.connect(str(tmp_path / "team.duckdb"))
    with_model.models.create("prod.risk.fraud")
    with_model.close()
    return with_model.uri


@pytest.fixture
def connect(jp_fetch: Fetch) -> Connect:
    """Ask to be connected; gives the HTTP status and the envelope."""

    async def post(address: object, **more: object) -> tuple[int, Any]:
        body = json.dumps({"address": address, **more})
        response = await jp_fetch("modelreg", "connection", method="POST", body=body, raise_error=False)
        return response.code, json.loads(response.body)

    return post


async def shown(jp_fetch: Fetch) -> Any:
    return json.loads((await jp_fetch("modelreg", "connection")).body)["result"]["uri"]


async def names(jp_fetch: Fetch, registry: str) -> list[str]:
    """The models of a registry that the server is asked about."""
    response = await jp_fetch(
        "modelreg", "api", "models.list", method="POST", body="{}", params={"registry": registry}, raise_error=False
    )
    reply = json.loads(response.body)
    assert reply["ok"], reply
    return [each["name"] for each in reply["result"]["items"]]


async def test_a_file_is_shown_and_remembered_until_that_is_taken_back(
    connect: Connect, jp_fetch: Fetch, team: str, tmp_path: Path, registry_path: Path
) -> None:
    own = registry_uri(registry_path)
    assert await shown(jp_fetch) is None
    status, reply = await connect(str(tmp_path / "team.duckdb"))
    assert (status, reply["result"]["uri"], reply["result"]["own"]) == (200, team, own), reply
    assert await shown(jp_fetch) == team
    assert await names(jp_fetch, team) == ["prod.risk.fraud"]
    assert recent_registries()[0].uri == team
    folder = Path(jupyter_data_dir(), "jupyter_modelreg")
    (kept,) = folder.iterdir()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600
    assert Chosen(folder).get(own) == team
    assert Chosen(folder).get("modelreg:////elsewhere.duckdb") is None  # another project goes on as its settings say
    assert os.environ["MODELREG_URI"] == own  # kernels keep theirs
    await jp_fetch("modelreg", "connection", method="DELETE")
    assert await shown(jp_fetch) is None
    assert list(folder.iterdir()) == []


async def test_choosing_the_servers_own_is_taking_it_back(connect: Connect, jp_fetch: Fetch, team: str) -> None:
    await connect(team)
    status, reply = await connect(os.environ["MODELREG_URI"])
    assert (status, reply["result"]["uri"]) == (200, None), reply
    assert await shown(jp_fetch) is None


async def test_what_cannot_be_connected_to_leaves_the_one_that_is_shown(
    connect: Connect, jp_fetch: Fetch, team: str, tmp_path: Path, served: Served, there: Registry
) -> None:
    await connect(team)
    (tmp_path / "no.duckdb").write_text("something else")
    for address, code, said in (
        (str(tmp_path / "new.duckdb"), "NOT_FOUND", "there is no registry at"),
        (str(tmp_path / "no.duckdb"), "UNUSABLE", "is not a DuckDB database"),
        (str(tmp_path), "UNUSABLE", "is a folder"),
        ("  ", "INVALID_INPUT", "name a registry"),
        (5, "INVALID_INPUT", "address"),
        ("mysql://ana:secret@host/db", "INVALID_INPUT", "is not the URI of a registry"),
        ("https://ana:secret@host", "INVALID_INPUT", "never stands in it"),
        (f"http://127.0.0.1:{free_port()}", "UNUSABLE", "does not answer"),
        (served.url, "NOT_SIGNED_IN", "asks who you are"),
    ):
        status, reply = await connect(address)
        assert status >= 400
        assert (reply["ok"], reply["error"]["code"]) == (False, code), reply
        assert said in reply["error"]["message"]
        assert "secret" not in json.dumps(reply)
        assert await shown(jp_fetch) == team
    assert not (tmp_path / "new.duckdb").exists()


async def test_a_server_that_wants_a_token(
    connect: Connect,
    call: Call,
    jp_fetch: Fetch,
    served: Served,
    there: Registry,
    keyring_of_before: None,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ring = Ring()
    keyring.set_keyring(ring)
    uri = f"modelreg:{served.url}"
    status, reply = await connect(served.url, token="wrong-as-can-be")
    assert (status, reply["error"]["code"]) == (403, "NOT_SIGNED_IN"), reply
    assert "does not let you in" in reply["error"]["message"]
    assert "wrong-as-can-be" not in json.dumps(reply) + caplog.text
    status, reply = await connect(served.url, token="with a space")
    assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT"), reply
    assert signing_in.SignIn(served.url).authorization() is None
    status, reply = await connect(served.url, token=f" {TOKEN}\n")
    assert (status, reply["result"]["actor"], reply["result"]["kept"]) == (200, "ana", False), reply
    assert reply["result"]["uri"] == await shown(jp_fetch) == uri
    assert await names(jp_fetch, uri) == ["prod.there.fraud"]
    assert ring.kept == {}
    status, reply = await connect(served.url, token=TOKEN, keep=True)
    assert reply["result"]["kept"] is True
    assert list(ring.kept.values()) == [TOKEN]
    assert TOKEN not in caplog.text
    folder = Path(jupyter_data_dir(), "jupyter_modelreg")
    assert all(TOKEN not in each.read_text() for each in folder.iterdir())


async def test_a_token_that_was_given_goes_before_one_for_all_servers(
    connect: Connect, served: Served, there: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELREG_TOKEN", "of-another-server")
    assert (await connect(served.url))[1]["error"]["code"] == "NOT_SIGNED_IN"
    assert (await connect(served.url, token=TOKEN))[1]["ok"]
    sign_in = signing_in.SignIn(served.url)
    assert sign_in.authorization() == f"Bearer {TOKEN}"
    # Once the server refuses it, what else there is has its turn.
    assert sign_in.again()
    assert sign_in.authorization() == "Bearer of-another-server"


async def test_the_offer_says_whether_a_token_can_be_kept(jp_fetch: Fetch, keyring_of_before: None) -> None:
    async def offered() -> Any:
        return json.loads((await jp_fetch("modelreg", "registries")).body)["result"]

    keyring.set_keyring(Ring())
    assert (await offered())["keyring"] is True
    keyring.set_keyring(keyring.backends.fail.Keyring())
    found = await offered()
    assert (found["keyring"], found["connects"]) == (False, True)


async def test_a_choice_that_cannot_be_kept_is_none(
    connect: Connect, jp_fetch: Fetch, team: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Path(jupyter_data_dir(), "jupyter_modelreg")
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.write_text("in the way")
    status, reply = await connect(team)
    assert (status, reply["error"]["code"]) == (503, "UNUSABLE"), reply
    assert "cannot be kept" in reply["error"]["message"]
    assert await shown(jp_fetch) is None


@pytest.mark.parametrize("stored", ["", "{", "3", '{"shown": 3}', '{"shown": "mysql://x"}'])
def test_a_damaged_file_means_nothing_and_is_replaced(tmp_path: Path, stored: str) -> None:
    chosen = Chosen(tmp_path)
    chosen.put("own", registry_uri(tmp_path / "a.duckdb"))
    (file,) = tmp_path.iterdir()
    file.write_text(stored)
    assert chosen.get("own") is None or stored == '{"shown": 3}'
    chosen.put("own", registry_uri(tmp_path / "b.duckdb"))
    assert chosen.get("own") == registry_uri(tmp_path / "b.duckdb")
    chosen.put("own", None)
    chosen.put("own", None)
    assert chosen.get("own") is None


async def test_who_has_not_signed_in_or_comes_from_another_page_connects_to_nothing(
    jp_fetch: Fetch, jp_base_url: str, team: str
) -> None:
    body = json.dumps({"address": team})
    nobody = await jp_fetch(
        "modelreg", "connection", method="POST", body=body, headers={"Authorization": "token wrong"}, raise_error=False
    )
    assert nobody.code == 403
    assert await shown(jp_fetch) is None


@pytest.mark.parametrize("extension_config", [{"connects": False}])
async def test_it_can_be_switched_off(connect: Connect, jp_fetch: Fetch, team: str) -> None:
    status, reply = await connect(team)
    assert (status, reply["error"]["code"]) == (400, "INVALID_INPUT"), reply
    assert await shown(jp_fetch) is None
    assert (await connect(os.environ["MODELREG_URI"]))[0] == 200


class TestSomebodyWhoMayNotRunCode:
    """A visitor of a shared server."""

    class Visitors(Authorizer):
        def is_authorized(self, handler: Any, user: Any, action: str, resource: str) -> bool:
            return action != "execute"

    @pytest.fixture
    def jp_server_config(self, extension_config: dict[str, object]) -> dict[str, object]:
        return {
            "ServerApp": {"jpserver_extensions": {"jupyter_modelreg": True}, "authorizer_class": self.Visitors},
            "ModelregExtension": extension_config,
        }

    async def test_connects_to_nothing_new_and_chooses_for_nobody(
        self, connect: Connect, jp_fetch: Fetch, team: str
    ) -> None:
        assert (await connect(team))[1]["error"]["code"] == "INVALID_INPUT"
        own = os.environ["MODELREG_URI"]
        assert (await connect(own))[0] == 200
        assert (await connect(own, token="x"))[1]["ok"] is False
        refused = await jp_fetch("modelreg", "connection", method="DELETE", raise_error=False)
        assert refused.code == 403
