"""A web server on the loopback interface that keeps what it is sent, for tests of webhooks."""

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
from typing import Any


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
        deadline = time.monotonic() + seconds
        while len(self.deliveries) < count:
            assert time.monotonic() < deadline, f"{len(self.deliveries)} of {count} deliveries came: {self.deliveries}"
            time.sleep(0.05)
        return self.deliveries


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
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield receiver
        finally:
            server.shutdown()
            thread.join()
