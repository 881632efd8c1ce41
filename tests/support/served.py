"""The routes of a server, gate and files included, over HTTP and in this process, on whichever registry a test opens.

A server of its own for each test would cost seconds; `team.py` has the real one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from mlflow.server import ARTIFACTS_DESTINATION_ENV_VAR, SERVE_ARTIFACTS_ENV_VAR, app
from mlflow.server.fastapi_app import create_fastapi_app

from jupyter_modelreg.core.identity.records import Caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity.gate import Asking, Gate
from jupyter_modelreg.mlflow_app.managed_files import ManagedFiles
from jupyter_modelreg.mlflow_app.operations import operation_routes
from tests.support.processes import free_port

TOKEN = "ana-and-nobody-else"


class Served:
    """A server at `url`, which answers for the registry that is `shown`, and lets ana in by `token`."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.token = TOKEN
        self.shown: Registry | None = None

    def __getattr__(self, name: str) -> Any:
        assert self.shown is not None, "no registry is served"
        return getattr(self.shown, name)


@contextmanager
def serving(artifacts: Path, port: int | None = None) -> Iterator[Served]:
    """A server whose clients put the files of runs into the folder `artifacts`."""
    port = port or free_port()
    served = Served(f"http://127.0.0.1:{port}")

    def who(asking: Asking) -> Caller | None:
        return Caller(actor="ana") if asking.headers.get("authorization") == f"Bearer {served.token}" else None

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(SERVE_ARTIFACTS_ENV_VAR, "true")
        patch.setenv(ARTIFACTS_DESTINATION_ENV_VAR, str(artifacts))
        made = create_fastapi_app(app)
        made.router.routes[:0] = operation_routes(served)  # type: ignore[arg-type]  # which it stands for
        made.add_middleware(ManagedFiles, registry=served)
        made.add_middleware(Gate, sign_in=who, places=[str(artifacts)])
        server = uvicorn.Server(uvicorn.Config(made, port=port, log_level="warning", lifespan="off"))
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.02)
        yield served
        server.should_exit = True
        thread.join()
