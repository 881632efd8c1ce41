"""A running server of a registry, with an administrator, ana, and ben, who may read one schema's models."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.support.mlflow_fixtures import server_of
from tests.support.processes import free_port

PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Team:
    """A server and who is let in.

    Attributes:
        url: of the server.
        log: what it has said, which the first token is in.
        folder: of its registry, runs and files.
        ana, ben, looker: tokens of its administrator, of one who has EXECUTE on a schema, and ana's read-only one.
        registry: the same registry in this process, as ana has it.
    """

    url: str
    log: Path
    folder: Path
    ana: str
    ben: str
    looker: str
    registry: Registry

    def ask(self, operation: str, token: str | None, **params: Any) -> requests.Response:
        """Ask an operation of the registry."""
        return requests.post(f"{self.url}/api/modelreg/{operation}", json=params, headers=bearer(token), timeout=60)

    def told(self, operation: str, token: str, **params: Any) -> Any:
        """Its result, which must be one."""
        reply = self.ask(operation, token, **params).json()
        assert reply["ok"], reply
        return reply["result"]


def bearer(token: str | None) -> dict[str, str]:
    """The header that shows a token."""
    return {} if token is None else {"Authorization": f"Bearer {token}"}


def server_command(registry: str, port: int, workers: int, *options: str) -> list[str]:
    """The command line of `modelreg server` over a registry."""
    command = [sys.executable, "-c", "from jupyter_modelreg.cli import main; main()", "--registry", registry, "server"]
    return [*command, "--port", str(port), "--workers", str(workers), *options]


@contextmanager
def running_team(folder: Path, empty_mlflow_db: Path, *, workers: int) -> Iterator[Team]:
    """`modelreg server` over a new registry, as a first start leaves it, and ben let in."""
    place = folder / "team.duckdb"
    shutil.copy(empty_mlflow_db, f"{place}.mlflow.db")
    port = free_port()
    command = server_command(str(place), port, workers, "--log-format", "json")
    with server_of(command, folder, workers=workers, MODELREG_ACTOR="ana") as log:
        found = re.search(r"ana is let in by this token, which is told this once:\n(mreg_\S+)", log.read_text())
        assert found is not None, log.read_text()
        with closing(jupyter_modelreg.connect(str(place), actor="ana")) as registry:
            registry.users.create("ben", password=PASSWORD)
            registry.grants.grant(["USE CATALOG"], "registry", ["ben"])
            registry.schemas.create("prod.open")
            registry.grants.grant(["USE SCHEMA", "EXECUTE"], "prod.open", ["ben"])
            yield Team(
                f"http://127.0.0.1:{port}",
                log,
                folder,
                found[1],
                registry.tokens.create(user="ben").secret,
                registry.tokens.create(read_only=True).secret,
                registry,
            )
