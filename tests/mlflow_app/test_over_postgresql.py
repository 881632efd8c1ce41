"""A server over PostgreSQL: what it tracks where, and what is left when its processes, or the database, are killed."""

from __future__ import annotations

import os
import random
import re
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
import requests

import jupyter_modelreg
from tests.mlflow_app.conftest import bearer
from tests.support.mlflow_fixtures import server_of
from tests.support.plain_models import MLMODEL
from tests.support.postgresql import Server, database_of, postgresql, postgresql_uri, registry_template
from tests.support.processes import free_port
from tests.support.team import server_command

__all__ = ["postgresql", "postgresql_uri", "registry_template"]

# How many processes are killed; by hand many more.
KILLS = int(os.environ.get("MODELREG_TEST_KILLS", "2"))
WORKERS = 2
# Between two calls of a client: the processes that are started meanwhile need the machine as well.
_PAUSE_SECONDS = 0.05

pytestmark = pytest.mark.timeout(240 + 8 * KILLS)


class Workers:
    """The processes of a running server, by what its log says."""

    def __init__(self, log: Path) -> None:
        self._log = log

    def alive(self) -> list[int]:
        """The ids of those that have begun to answer."""
        started = re.findall(r"Started server process \[(\d+)\]", self._log.read_text())
        return [pid for each in started if (pid := int(each)) and Path(f"/proc/{pid}").exists()]

    def ready(self) -> int:
        """How many have ever been ready to answer."""
        return self._log.read_text().count("Application startup complete")

    def kill_one(self, chosen: random.Random) -> None:
        """Kill one as if it had crashed, and wait until there is another in its place."""
        before = self.ready()
        os.kill(chosen.choice(self.alive()), signal.SIGKILL)
        deadline = time.monotonic() + 90
        while self.ready() == before:
            assert time.monotonic() < deadline, self._log.read_text()[-3000:]
            time.sleep(0.1)


class Client(threading.Thread):
    """One who changes the registry all the time, and keeps in mind what was acknowledged."""

    def __init__(self, number: int, url: str, token: str, stop: threading.Event) -> None:
        super().__init__()
        self._number, self._url, self._stopped = number, url, stop
        self._session = requests.Session()
        self._session.headers.update(bearer(token))
        self.models: set[str] = set()
        self.versions: set[int] = set()
        self.errors: list[str] = []

    @property
    def governed(self) -> str:
        """The governed model whose versions it makes."""
        return f"prod.ml.of_{self._number}"

    def run(self) -> None:
        """Create models by MLflow's REST and by ours, and versions with files."""
        at = 0
        while not self._stopped.is_set():
            at += 1
            name = f"m{self._number}-{at}"
            self._try(lambda name=name: self._create(name))  # type: ignore[misc]
            if self._number == 0:
                self._try(lambda at=at: self._register(at))  # type: ignore[misc]
            time.sleep(_PAUSE_SECONDS)

    def _try(self, call: Callable[[], None]) -> None:
        try:
            call()
        except requests.RequestException:  # the process that was to answer is gone, and nobody knows
            time.sleep(0.05)

    def _create(self, name: str) -> None:
        if self._number % 2:
            reply = self._post("/api/2.0/mlflow/registered-models/create", name=name)
        else:
            reply = self._post("/api/modelreg/models.create", name=name)
        if reply.ok:
            self.models.add(name)

    def _register(self, at: int) -> None:
        place = f"uploads/{self._number}-{at}"
        url = f"{self._url}/api/2.0/mlflow-artifacts/artifacts/{place}/MLmodel"
        if self._session.put(url, data=MLMODEL, timeout=60).ok:
            source = f"mlflow-artifacts:/{place}"
            reply = self._post("/api/modelreg/versions.register", source=source, model=self.governed)
            if reply.ok:
                self.versions.add(reply.json()["result"]["version"])

    def _post(self, path: str, **body: str) -> requests.Response:
        reply = self._session.post(f"{self._url}{path}", json=body, timeout=60)
        if reply.status_code not in (200, 500, 503):
            self.errors.append(reply.text[:500])
        return reply


@contextmanager
def at_work(clients: list[Client], stop: threading.Event) -> Iterator[None]:
    """Have clients at work for as long as this lasts."""
    for client in clients:
        client.start()
    try:
        yield
    finally:
        stop.set()
        for client in clients:
            client.join()


def test_nothing_acknowledged_is_lost_whatever_is_killed(
    postgresql: Server, postgresql_uri: str, tmp_path: Path
) -> None:
    port = free_port()
    command = server_command(postgresql_uri, port, WORKERS, "--artifacts", str(tmp_path / "artifacts"))
    with (
        server_of(command, tmp_path, workers=WORKERS, MODELREG_ACTOR="ana") as log,
        closing(jupyter_modelreg.connect(postgresql_uri, actor="ana")) as registry,
    ):
        url, token, stop = f"http://127.0.0.1:{port}", registry.tokens.create().secret, threading.Event()
        clients = [Client(number, url, token, stop) for number in range(4)]
        workers, chosen = Workers(log), random.Random(KILLS)
        with at_work(clients, stop):
            for at in range(KILLS):
                workers.kill_one(chosen)
                if at == KILLS // 2:
                    postgresql.restart("immediate")
                time.sleep(0.5)
        assert [each.errors for each in clients] == [[]] * len(clients)
        acknowledged = {name for each in clients for name in each.models}
        assert len(acknowledged) > 10 * KILLS
        assert {each.name for each in registry.models.search(limit=100_000)} >= acknowledged
        first = clients[0]
        there = {each.version: each.status for each in registry.versions.list(first.governed, limit=100_000)}
        assert {number for number, status in there.items() if status == "READY"} >= first.versions
        assert first.versions
        found = registry.maintenance.verify(rebuild=True)
        # What was being registered just then is found, and leaves no version that one could load.
        assert {each.kind for each in found.findings} <= {"stuck", "garbage"}
        runs = postgresql.run("SELECT count(*) FROM experiments", database=database_of(postgresql_uri))
        assert runs == [(1,)], "runs are tracked in the same database"
