"""Who may call: no operation without a token, with a wrong XSRF cookie, or against the authorizer."""

from __future__ import annotations

import json
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from jupyter_server.auth import Authorizer, IdentityProvider, User
from jupyter_server.serverapp import ServerApp
from tornado.httpclient import HTTPResponse

import jupyter_modelreg
from jupyter_modelreg.api.operations import OPERATIONS
from tests.server.conftest import Call

Fetch = Callable[..., Awaitable[HTTPResponse]]


class Browser:
    """Somebody with cookies instead of a token in a header."""

    def __init__(self, client: Any, base_url: str) -> None:
        self._client = client
        self._base_url = base_url
        self.cookies: dict[str, str] = {}

    async def visit(self, path: str) -> None:
        page = await self._client.fetch(f"{self._base_url}{path}", follow_redirects=False, raise_error=False)
        for line in page.headers.get_list("Set-Cookie"):
            self.cookies |= {name: morsel.value for name, morsel in SimpleCookie(line).items()}

    async def log_in(self, token: str) -> None:
        # The form sets the XSRF cookie, and logging in the one that says who it is.
        await self.visit("login")
        await self.visit(f"login?token={token}")
        assert sorted(name.partition("-")[0] for name in self.cookies) == ["_xsrf", "username"]

    async def post(self, op: str, xsrf: str | None) -> HTTPResponse:
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if xsrf is not None:
            headers["X-XSRFToken"] = xsrf
        response: HTTPResponse = await self._client.fetch(
            f"{self._base_url}modelreg/api/{op}", method="POST", body="{}", headers=headers, raise_error=False
        )
        return response


def happened(registry_path: Path) -> bool:
    return jupyter_modelreg.connect(str(registry_path)).history.last() is not None


async def test_without_a_token_nothing_works(
    jp_serverapp: ServerApp, http_server_client: Any, jp_base_url: str, registry_path: Path
) -> None:
    stranger = Browser(http_server_client, jp_base_url)
    # With the XSRF cookie, which anybody gets with the login form: it must be the missing login that is refused.
    await stranger.visit("login")
    for op in OPERATIONS:
        for xsrf in (None, stranger.cookies["_xsrf"]):
            response = await stranger.post(op, xsrf)
            assert response.code == 403, (op, xsrf)
            assert json.loads(response.body)["error"]["code"] == "FORBIDDEN", op
    assert not registry_path.exists()


async def test_a_wrong_xsrf_cookie_is_refused(
    jp_serverapp: ServerApp, http_server_client: Any, jp_base_url: str, registry_path: Path
) -> None:
    browser = Browser(http_server_client, jp_base_url)
    await browser.log_in(jp_serverapp.identity_provider.token)
    for op in OPERATIONS:
        for wrong in (None, "", "wrong", browser.cookies["_xsrf"][::-1]):
            response = await browser.post(op, wrong)
            assert response.code == 403, (op, wrong)
            assert json.loads(response.body)["error"]["code"] == "FORBIDDEN", op
    assert not registry_path.exists()
    right = await browser.post("registry.status", browser.cookies["_xsrf"])
    assert right.code == 200, "the same with the right cookie works, so it was the cookie"


async def test_only_post(jp_fetch: Fetch) -> None:
    response = await jp_fetch("modelreg", "api", "models.list", raise_error=False)
    assert response.code == 405
    assert json.loads(response.body)["ok"] is False


class ReadersOnly(Authorizer):
    """Lets everybody read."""

    def is_authorized(self, handler: Any, user: User, action: str, resource: str) -> bool:
        return resource == "modelreg" and action == "read"


async def test_the_authorizer_tells_reads_from_writes(
    jp_serverapp: ServerApp, call: Call, monkeypatch: pytest.MonkeyPatch, registry_path: Path
) -> None:
    monkeypatch.setitem(jp_serverapp.web_app.settings, "authorizer", ReadersOnly(parent=jp_serverapp))
    for name, operation in OPERATIONS.items():
        status, reply = await call(name)
        forbidden = status == 403 and reply["error"]["code"] == "FORBIDDEN"
        assert forbidden is (operation.writes or name == "maintenance.verify"), name
    assert not happened(registry_path)


class Hub(IdentityProvider):
    """Knows who is there, as JupyterHub's does."""

    async def get_user(self, handler: Any) -> User:
        return User("bob")


class Nameless(IdentityProvider):
    """A provider of one's own that keeps the anonymous users."""

    async def get_user(self, handler: Any) -> User:
        return self.generate_anonymous_user(handler)


@pytest.mark.parametrize(("provider", "actor"), [(Hub, "bob"), (Nameless, "olga"), (None, "olga")])
async def test_the_actor_is_the_user_when_there_is_one(
    jp_serverapp: ServerApp,
    call: Call,
    monkeypatch: pytest.MonkeyPatch,
    provider: type[IdentityProvider] | None,
    actor: str,
) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "olga")
    if provider is not None:
        monkeypatch.setitem(jp_serverapp.web_app.settings, "identity_provider", provider(parent=jp_serverapp))
        monkeypatch.setitem(jp_serverapp.web_app.settings, "disable_check_xsrf", True)
    _, reply = await call("registry.status")
    assert reply["result"]["actor"] == actor
