"""A real S3 API for tests: moto's server, one a run, and a bucket of its own for each test."""

from __future__ import annotations

import itertools
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import s3fs

from tests.support.processes import free_port

_REQUEST = re.compile(r'"([A-Z]+) (\S+) HTTP/1\.1" (\d+)')


@dataclass
class ObjectStore:
    """A running server at `endpoint`, which writes what it is asked into `log`."""

    endpoint: str
    log: Path
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    def make_bucket(self) -> str:
        """Make a bucket; returns its name."""
        name = f"bucket-{next(self._numbers)}"
        self.files().mkdir(name)
        return name

    def files(self) -> s3fs.S3FileSystem:
        """What is in it, for a test to look at and to damage."""
        return s3fs.S3FileSystem(
            endpoint_url=self.endpoint, key="test", secret="test", skip_instance_cache=True, use_listings_cache=False
        )

    def requests(self) -> list[tuple[str, str]]:
        """Method and path of what it was asked so far."""
        return [(method, path) for method, path, _ in _REQUEST.findall(self.log.read_text())]


@dataclass
class Bucket:
    """A bucket that only this test has."""

    store: ObjectStore
    name: str

    @property
    def url(self) -> str:
        """A place in it for the files of a registry."""
        return f"s3://{self.name}/models"

    def keys(self, below: str = "") -> list[str]:
        """The keys below the place, sorted."""
        start = len(f"{self.name}/models/")
        return sorted(path[start:] for path in self.store.files().find(f"{self.name}/models/{below}"))

    def sent(self, before: int) -> list[str]:
        """The keys that were sent, or removed, since there were so many requests."""
        asked = self.store.requests()[before:]
        return sorted(path.partition("/models/")[2].partition("?")[0] for method, path in asked if method == "PUT")


class Relay:
    """A way to the server at `endpoint` that can be cut in the middle of a request."""

    def __init__(self, endpoint: str) -> None:
        self._target = ("127.0.0.1", int(endpoint.rpartition(":")[2]))
        self._left: int | None = None
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def cut_after(self, size: int | None) -> None:
        """Let so many more bytes through to the server, and then nothing; None for all."""
        self._left = size

    def close(self) -> None:
        """Take no more connections."""
        self._listener.close()

    def _accept(self) -> None:
        with suppress(OSError):  # it is closed
            while True:
                caller = self._listener.accept()[0]
                server = socket.create_connection(self._target)
                threading.Thread(target=self._pass_on, args=(caller, server, True), daemon=True).start()
                threading.Thread(target=self._pass_on, args=(server, caller, False), daemon=True).start()

    def _pass_on(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError), source, target:  # the other way has been closed
            while content := source.recv(1 << 16):
                if counted and self._left is not None:
                    self._left -= len(content)
                    if self._left < 0:
                        return
                target.sendall(content)


@pytest.fixture(scope="session")
def object_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ObjectStore]:
    """The server of this test run, stopped at its end."""
    log = tmp_path_factory.mktemp("moto") / "log"
    port = free_port()
    with log.open("w") as writer:
        command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
        server = subprocess.Popen(command, stdout=writer, stderr=writer)
    store = ObjectStore(f"http://127.0.0.1:{port}", log)
    try:
        for _ in range(300):
            try:
                with urllib.request.urlopen(f"{store.endpoint}/moto-api/", timeout=5):
                    break
            except OSError:
                assert server.poll() is None, log.read_text()
                time.sleep(0.1)
        yield store
    finally:
        server.terminate()
        server.wait(10)


@pytest.fixture
def bucket(object_store: ObjectStore, monkeypatch: pytest.MonkeyPatch) -> Bucket:
    """An empty bucket, which processes find as MLflow's do."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", object_store.endpoint)
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")  # a server on loopback answers, or is not there
    return Bucket(object_store, object_store.make_bucket())
