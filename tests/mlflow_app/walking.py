"""Asks every route of the whole application, in a process of its own, and says what came: a line a request."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator

from fastapi import FastAPI
from mlflow.server import app as flask_app
from starlette.routing import Route
from starlette.testclient import TestClient

from jupyter_modelreg.mlflow_app.app import create_app


def routes(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Each method and path that something answers, what is variable in it filled with an `x`."""
    for rule in flask_app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS", "HEAD"}):
            path = rule.rule
            for name in rule.arguments:
                path = path.replace(f"<{name}>", "x").replace(f"<path:{name}>", "x").replace(f"<int:{name}>", "1")
            yield method, path
    for route in app.router.routes:
        if isinstance(route, Route):
            yield from ((method, _filled(route.path)) for method in sorted((route.methods or set()) - {"HEAD"}))
    for path, methods in app.openapi()["paths"].items():
        yield from ((method.upper(), _filled(path)) for method in methods)


def _filled(path: str) -> str:
    return "/".join("x" if "{" in part else part for part in path.split("/"))


def main() -> None:
    """Write what each route answers to nobody, and to somebody with a wrong token."""
    app = create_app()
    # A server's own errors are answers, too.
    client = TestClient(app, base_url="http://localhost", raise_server_exceptions=False)
    for method, path in sorted(set(routes(app))):
        for headers in ({}, {"Authorization": "Bearer mreg_000000000000_wrong"}):
            reply = client.request(method, path, headers=headers, follow_redirects=False)
            sys.stdout.write(json.dumps([method, path, reply.status_code, reply.text[:300]]) + "\n")


if __name__ == "__main__":
    main()
