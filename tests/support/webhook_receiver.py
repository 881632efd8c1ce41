"""Endpoints of webhooks on the loopback interface: one that keeps what it is sent, and one that never answers."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import BaseRequestHandler, BaseServer, ThreadingTCPServer
from typing import Any, TypeVar

T = TypeVar("T")


@dataclass(frozen=True)
class Delivery:
    """One request: the event's `entity.action`, its data, and what is needed to check the signature."""

    event: str
    data: dict[str, Any]
    headers: dict[str, str]
    body: str

    def signed_with(self, secret: str) -> bool:
        """Whether the signature is that of `secret` (MLflow: HMAC-SHA256 over id, time and body)."""
        content = f"{self.headers['x-mlflow-delivery-id']}.{self.headers['x-mlflow-timestamp']}.{self.body}"
        digest = hmac.new(secret.encode(), content.encode(), hashlib.sha256).digest()
        return self.headers["x-mlflow-signature"] == f"v1,{base64.b64encode(digest).decode()}"


class Receiver:
    """What has arrived at `url` so far."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.deliveries: list[Delivery] = []

    def wait_for(self, count: int, seconds: float = 20) -> list[Delivery]:
        """The deliveries, once there are `count` of them; fails when there are not in time."""
        return _wait_for(self.deliveries, count, seconds)


class Silent:
    """What never answers at `url`, and how many seconds each sender has stayed until it went away."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.stays: list[float] = []

    def wait_for(self, count: int, seconds: float = 20) -> list[float]:
        """The stays, once there are `count` of them; fails when there are not in time."""
        return _wait_for(self.stays, count, seconds)


def _wait_for(come: list[T], count: int, seconds: float) -> list[T]:
    deadline = time.monotonic() + seconds
    while len(come) < count:
        assert time.monotonic() < deadline, f"{len(come)} of {count} came in {seconds:g} s: {come}"
        time.sleep(0.05)
    return come


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on a free port."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"])).decode()
            said = json.loads(body)
            headers = {key.lower(): value for key, value in self.headers.items()}
            receiver.deliveries.append(Delivery(f"{said['entity']}.{said['action']}", said["data"], headers, body))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"thanks")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        receiver = Receiver(f"http://127.0.0.1:{server.server_port}/hook")
        with _serving(server):
            yield receiver


@contextmanager
def silent() -> Iterator[Silent]:
    """An endpoint on a free port that takes a request and never answers it."""

    class Handler(BaseRequestHandler):
        def handle(self) -> None:
            began = time.monotonic()
            while self.request.recv(65536):
                pass
            endpoint.stays.append(time.monotonic() - began)

    class Server(ThreadingTCPServer):
        daemon_threads = True  # A sender that never goes away must not keep the test from ending.

    with Server(("127.0.0.1", 0), Handler) as server:
        endpoint = Silent(f"http://127.0.0.1:{server.server_address[1]}/hook")
        with _serving(server):
            yield endpoint


@contextmanager
def _serving(server: BaseServer) -> Iterator[None]:
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()
