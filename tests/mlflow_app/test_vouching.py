"""Those whom others vouch for: a proxy, a JupyterHub, a function of one's own."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from jupyter_modelreg.core.errors import InvalidInput, PermissionDenied, SourceUnavailable
from jupyter_modelreg.core.identity.calling import called_by
from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity import jupyterhub
from jupyter_modelreg.mlflow_app.identity.gate import Asking
from jupyter_modelreg.mlflow_app.identity.signing_in import FUNCTION, HEADER, HUB, PROXIES, sign_in_by
from tests.support.names import FRAUD

BEN = {"name": "ben", "kind": "user", "groups": ["analysts"]}


def named_in_header(asking: Asking) -> str | None:
    """A function of one's own."""
    return asking.headers.get("x-name")


@pytest.fixture
def answers() -> dict[str, object]:
    """What the Hub says of whom, by their token."""
    return {"for-ben": BEN, "for-a-service": {"name": "idle-culler", "kind": "service"}}


@pytest.fixture
def asked(answers: dict[str, object], monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """What a Hub on this machine is asked; it stands in for a JupyterHub, which answers in this way."""
    found: list[str] = []

    class Hub(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            token = self.headers["Authorization"].removeprefix("token ")
            found.append(f"{self.path} {token}")
            told = answers.get(token)
            self.send_response(500 if told == "broken" else 200 if told else 403)
            self.end_headers()
            self.wfile.write(json.dumps(told).encode())

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = HTTPServer(("127.0.0.1", 0), Hub)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    monkeypatch.setenv("JUPYTERHUB_API_URL", f"http://127.0.0.1:{server.server_port}/hub/api")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", "of-the-service")
    monkeypatch.setenv(HUB, "1")
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def shown(authorization: str | None = None, address: str | None = "127.0.0.1", **headers: str) -> Asking:
    """A request."""
    shows = {} if authorization is None else {"authorization": authorization}
    return Asking({**shows, **headers}, address)


@pytest.mark.parametrize("scheme", ["token", "Bearer"])
def test_a_hub_says_who_it_is_and_in_which_groups(registry: Registry, asked: list[str], scheme: str) -> None:
    sign_in = sign_in_by(registry)
    for _ in range(3):
        assert sign_in(shown(f"{scheme} for-ben")) == Caller(actor="ben", groups=("analysts",))
    assert asked == ["/hub/api/user for-ben"]  # once in half a minute
    assert sign_in(shown(f"{scheme} unknown")) is None
    assert sign_in(shown(f"{scheme} for-a-service")) is None
    assert sign_in(shown()) is None


def test_what_the_hub_took_back_ends(
    registry: Registry, asked: list[str], answers: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    sign_in = sign_in_by(registry)
    assert sign_in(shown("token for-ben")) is not None
    del answers["for-ben"]
    monkeypatch.setattr(jupyterhub, "_KNOWN", 0.0)
    assert sign_in(shown("token for-ben")) is None
    assert len(asked) == 2


def test_a_hub_that_does_not_answer_lets_nobody_in(
    registry: Registry, asked: list[str], answers: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    answers["for-ben"] = "broken"
    with pytest.raises(SourceUnavailable, match="JupyterHub does not say who that is"):
        sign_in_by(registry)(shown("token for-ben"))
    monkeypatch.setenv("JUPYTERHUB_API_URL", "http://127.0.0.1:1/hub/api")
    with pytest.raises(SourceUnavailable, match="JupyterHub does not say who that is"):
        sign_in_by(registry)(shown("token for-ben"))


@pytest.mark.usefixtures("asked")
def test_tokens_of_the_registry_are_none_of_the_hubs(registry: Registry, asked: list[str]) -> None:
    registry.users.create("cleo")
    made = registry.tokens.create(user="cleo")
    sign_in = sign_in_by(registry)
    assert sign_in(shown(f"Bearer {made.secret}")) == Caller(actor="cleo")
    registry.tokens.revoke(made.token.id)
    assert sign_in(shown(f"Bearer {made.secret}")) is None
    assert asked == []


def test_groups_of_the_hub_count_as_the_registrys(registry: Registry) -> None:
    registry.models.create(FRAUD)
    registry.groups.create("analysts")
    registry.groups.create("staff", ["analysts"])
    registry.grants.grant(["USE CATALOG", "USE SCHEMA", "EXECUTE"], "prod", ["staff"])
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    for caller, sees in ((Caller(actor="ben"), []), (Caller(actor="ben", groups=("analysts",)), [FRAUD])):
        with called_by(caller):
            own = registry.called_by(caller)
            assert [model.name for model in own.models.list()] == sees
            assert list(own.whoami().groups) == (["analysts", "staff"] if sees else [])
            with pytest.raises(PermissionDenied):
                own.models.create("prod.ml_team.more")


def test_a_proxy_is_believed_where_it_is_known(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(HEADER, "X-Forwarded-User")
    monkeypatch.setenv(PROXIES, "127.0.0.1, 10.0.0.0/8")
    sign_in = sign_in_by(registry)
    name = {"x-forwarded-user": "ben"}
    assert sign_in(shown(**name)) == Caller(actor="ben")
    assert sign_in(shown(address="10.2.3.4", **name)) == Caller(actor="ben")
    for address in ("192.168.0.1", "::1", "unix", "", None):
        assert sign_in(shown(address=address, **name)) is None
    assert sign_in(shown(**{"x-forwarded-user": " "})) is None
    assert sign_in(shown()) is None


def test_nobody_is_a_group(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    registry.groups.create("admins")
    monkeypatch.setenv(FUNCTION, f"{__name__}:named_in_header")
    sign_in = sign_in_by(registry)
    assert sign_in(shown(**{"x-name": "ben"})) == Caller(actor="ben")
    for name in ("admins", "account users"):
        assert sign_in(shown(**{"x-name": name})) is None


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({HEADER: "X-User"}, "nothing says which proxies set it"),
        ({HEADER: "X-User", PROXIES: "here"}, "here names no networks"),
        ({HUB: "1"}, "JUPYTERHUB_API_URL and JUPYTERHUB_API_TOKEN do not say which"),
        ({FUNCTION: "nowhere:f"}, "nowhere:f is no function that can be imported"),
        ({FUNCTION: "json:nothing"}, "json:nothing is no function"),
        ({FUNCTION: "json"}, "json is no function"),
    ],
)
def test_what_cannot_be_used_is_said_at_the_start(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], message: str
) -> None:
    monkeypatch.delenv("JUPYTERHUB_API_URL", raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    with pytest.raises(InvalidInput, match=message):
        sign_in_by(registry)
