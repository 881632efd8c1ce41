"""A server that takes connections and never answers, and MLflow set to track somewhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager

import mlflow


@contextmanager
def silent_port() -> Iterator[int]:
    """A port of the loopback interface that takes connections and never answers."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(128)
        yield server.getsockname()[1]


@contextmanager
def tracking_at(address: str) -> Iterator[str]:
    """MLflow set to the tracking server at `address`, which this gives."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(address)
    try:
        yield address
    finally:
        mlflow.set_tracking_uri(before)
