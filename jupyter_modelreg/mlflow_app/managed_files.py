"""Files of governed versions for stock MLflow clients, which know of `mlflow-artifacts:/modelreg/<model>/<version>`."""

from __future__ import annotations

import posixpath
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import anyio
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from jupyter_modelreg.api.dispatch import Envelope, outcome
from jupyter_modelreg.api.status import status_of
from jupyter_modelreg.core.entities.versions import files_among
from jupyter_modelreg.core.identity.calling import current_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix
from jupyter_modelreg.mlflow_client.uris import KEPT

_SERVED = ("/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts")
_OF_PAGE = "/model-versions/get-artifact"
# What a browser that is led to a file may do with it, which whoever made the model has written: save it.
_HARMLESS = {
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}


class ManagedFiles:
    """An ASGI middleware before MLflow's own routes for artifacts, which know nothing of a registry's rights.

    Args:
        app: MLflow's.
        registry: whose files.
    """

    def __init__(self, app: ASGIApp, registry: Registry) -> None:
        self._app = app
        self._registry = registry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for what the registry keeps, and leave the rest to MLflow."""
        response = await self._response(scope) if scope["type"] == "http" else None
        await (response or self._app)(scope, receive, send)

    async def _response(self, scope: Scope) -> Response | None:
        path, query = scope["path"], parse_qs(scope["query_string"].decode("latin-1"))
        if path == under_prefix(_OF_PAGE):
            asked = [query.get(name, [""])[0] for name in ("name", "version", "path")]
            return await anyio.to_thread.run_sync(self._of_page, *asked)
        for served in map(under_prefix, _SERVED):
            if path == served:
                inside = _inside(query.get("path", [""])[0])
                if inside is not None:
                    return await self._answered(scope, self._listing, inside)
            elif path.startswith(f"{served}/"):
                inside = _inside(path[len(served) + 1 :])
                if inside is not None:
                    return await self._answered(scope, self._file, inside)
        return None

    async def _answered(self, scope: Scope, answer: Any, inside: Sequence[str]) -> Response:
        if scope["method"] not in ("GET", "HEAD"):
            said = "what the registry keeps is changed by registering and deleting versions"
            return JSONResponse({"error_code": "PERMISSION_DENIED", "message": said}, 403)
        response: Response = await anyio.to_thread.run_sync(answer, inside)
        return response

    def _own(self) -> Registry:
        caller = current_caller()
        assert caller is not None, "the gate lets nobody through whom it does not know"
        return self._registry.called_by(caller)

    def _listing(self, inside: Sequence[str]) -> Response:
        """What stands in a folder of a version, as MLflow's route says it."""
        found: list[dict[str, Any]] = []

        def look() -> None:
            name, version, *below = inside
            reference = f"{name}/{version}"
            registry = self._own()
            registry.versions.folder(reference)  # which asks whether the caller may load it
            folders: set[str] = set()
            prefix = f"{'/'.join(below)}/" if below else ""
            for entry in files_among(registry.versions.files(reference)):
                if entry.path.startswith(prefix):
                    first, rest, _ = entry.path[len(prefix) :].partition("/")
                    if not rest:
                        found.append({"path": first, "is_dir": False, "file_size": entry.size})
                    elif first not in folders:
                        folders.add(first)
                        found.append({"path": first, "is_dir": True})

        reply = outcome("the list of files", look)
        return JSONResponse({"files": found}) if reply["ok"] else _refusal(reply)

    def _file(self, inside: Sequence[str]) -> Response:
        name, version, *below = inside
        return self._send(name, version, "/".join(below))

    def _of_page(self, name: str, version: str, path: str) -> Response | None:
        """A file for MLflow's web page; None where the registry does not keep it."""
        managed: list[bool] = []
        reply = outcome("the version", lambda: managed.append(self._own().versions.get(f"{name}/{version}").managed))
        if not reply["ok"]:
            return _refusal(reply)
        return self._send(name, version, path) if managed[0] else None

    def _send(self, name: str, version: str, path: str) -> Response:
        found: list[Path] = []
        reply = outcome("the file", lambda: found.append(self._own().versions.file(f"{name}/{version}", path)))
        if not found:
            return _refusal(reply)
        return FileResponse(found[0], filename=posixpath.basename(path), headers=_HARMLESS)


def _inside(path: str) -> Sequence[str] | None:
    """Model, version and what is below them, of a path that is the registry's; None for any other."""
    parts = posixpath.normpath(path.strip("/")).split("/")
    return parts[1:] if parts[0] == KEPT and len(parts) >= len((KEPT, "model", "version")) else None


def _refusal(reply: Envelope) -> Response:
    error = reply["error"]
    assert isinstance(error, dict)
    message = "\n".join(str(each) for each in (error["message"], error["hint"]) if each)
    return JSONResponse({"error_code": error["code"], "message": message}, status_of(reply))
