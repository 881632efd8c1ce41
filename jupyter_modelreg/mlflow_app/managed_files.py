"""Files of governed versions for stock MLflow clients, which know of `mlflow-artifacts:/modelreg/<model>/<version>`."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping

import anyio
from starlette.datastructures import QueryParams
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from jupyter_modelreg.api.dispatch import failure
from jupyter_modelreg.api.http import HARMLESS, status_of
from jupyter_modelreg.core.entities.versions import files_among
from jupyter_modelreg.core.errors import PermissionDenied, RegistryError
from jupyter_modelreg.core.identity.calling import of_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix
from jupyter_modelreg.mlflow_client.uris import KEPT

_SERVED = ("/api/2.0/mlflow-artifacts/artifacts", "/ajax-api/2.0/mlflow-artifacts/artifacts")
_OF_PAGE = "/model-versions/get-artifact"
_KEPT = "what the registry keeps is changed by registering and deleting versions"


class ManagedFiles:
    """An ASGI middleware before MLflow's own routes for artifacts, which know nothing of a registry's rights.

    Args:
        app: MLflow's.
        registry: whose files.
    """

    def __init__(self, app: ASGIApp, registry: Registry) -> None:
        self._app = app
        self._registry = registry
        self._page = under_prefix(_OF_PAGE)
        self._lists = [under_prefix(path) for path in _SERVED]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer for what the registry keeps, and leave the rest to MLflow."""
        response = await self._response(scope) if scope["type"] == "http" else None
        await (response or self._app)(scope, receive, send)

    async def _response(self, scope: Scope) -> Response | None:
        path = scope["path"]
        if path == self._page:
            asked = [_asked(scope, name) for name in ("name", "version", "path")]
            return await anyio.to_thread.run_sync(_answered, self._of_page, *asked)
        for lists in self._lists:
            if path != lists and not path.startswith(f"{lists}/"):
                continue
            inside = _inside(_asked(scope, "path") if path == lists else path.removeprefix(lists))
            if inside is None:
                return None
            if scope["method"] not in ("GET", "HEAD"):
                return _refusal(PermissionDenied(_KEPT))
            answer: Callable[..., Response] = self._listing if path == lists else self._file
            return await anyio.to_thread.run_sync(_answered, answer, *inside)
        return None

    def _listing(self, name: str, version: str, below: str) -> Response:
        """What stands in a folder of a version, as MLflow's route says it."""
        registry, reference = of_caller(self._registry), f"{name}/{version}"
        registry.versions.folder(reference)  # which asks whether the caller may load it
        prefix = f"{below}/" if below else ""
        found: dict[str, Mapping[str, object]] = {}
        for entry in files_among(registry.versions.files(reference)):
            if entry.path.startswith(prefix):
                first, rest, _ = entry.path[len(prefix) :].partition("/")
                told = {"is_dir": True} if rest else {"is_dir": False, "file_size": entry.size}
                found[first] = {"path": first, **told}
        return JSONResponse({"files": list(found.values())})

    def _file(self, name: str, version: str, path: str) -> Response:
        place = of_caller(self._registry).versions.file(f"{name}/{version}", path)
        return FileResponse(place, filename=place.name, headers=HARMLESS)

    def _of_page(self, name: str, version: str, path: str) -> Response | None:
        """A file for MLflow's web page; None where the registry does not keep it."""
        managed = of_caller(self._registry).versions.get(f"{name}/{version}").managed
        return self._file(name, version, path) if managed else None


def _asked(scope: Scope, name: str) -> str:
    return QueryParams(scope["query_string"]).get(name, "")


def _answered(answer: Callable[..., Response | None], *asked: str) -> Response | None:
    try:
        return answer(*asked)
    except RegistryError as error:
        return _refusal(error)


def _inside(path: str) -> tuple[str, str, str] | None:
    """Model, version and what is below them, of a path that is the registry's; None for any other."""
    parts = posixpath.normpath(path.strip("/")).split("/")
    kept = parts[0] == KEPT and len(parts) >= len((KEPT, "model", "version"))
    return (parts[1], parts[2], "/".join(parts[3:])) if kept else None


def _refusal(error: RegistryError) -> Response:
    status = status_of(failure(error.code, error.message, error.hint))
    return JSONResponse({"error_code": error.code, "message": str(error)}, status)
