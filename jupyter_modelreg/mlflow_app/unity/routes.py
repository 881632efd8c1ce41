"""The table of Unity Catalog's routes, and the way that each request takes: read, answered as whoever asks, said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.api.http import parse_body
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.identity.calling import of_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.operations import body_of
from jupyter_modelreg.mlflow_app.unity import catalogs, control, legacy, models, permissions
from jupyter_modelreg.mlflow_app.unity.asked import Asked
from jupyter_modelreg.mlflow_app.unity.databricks import databricks_routes
from jupyter_modelreg.mlflow_app.unity.errors import NotServed, answered
from jupyter_modelreg.mlflow_app.unity.records import Told
from jupyter_modelreg.mlflow_app.unity.uploads.port import Uploads
from jupyter_modelreg.mlflow_app.unity.versions import Versions
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

BASE, CONTROL, LEGACY = "/api/2.1/unity-catalog", "/api/1.0/unity-control", "/api/2.0/mlflow"
Answer = Callable[[Registry, Asked], Told | None]
"""What a route tells whoever asks, whose registry it is given; None for what is done and says nothing."""

# What else Unity Catalog has there, and a registry of models has not.
_UNSERVED = frozenset(
    {
        "tables",
        "staging-tables",
        "volumes",
        "functions",
        "credentials",
        "external-locations",
        "delta",
        "temporary-table-credentials",
        "temporary-volume-credentials",
        "temporary-path-credentials",
        "auth",
    }
)
_MODEL, _TAGGED = "/models/{full_name}", "/{type}/{full_name}"
_TABLE: Sequence[tuple[str, str, Answer]] = [
    ("POST", "/catalogs", catalogs.create_catalog),
    ("GET", "/catalogs", catalogs.list_catalogs),
    ("GET", "/catalogs/{name}", catalogs.get_catalog),
    ("PATCH", "/catalogs/{name}", catalogs.update_catalog),
    ("DELETE", "/catalogs/{name}", catalogs.delete_catalog),
    ("POST", "/schemas", catalogs.create_schema),
    ("GET", "/schemas", catalogs.list_schemas),
    ("GET", "/schemas/{full_name}", catalogs.get_schema),
    ("PATCH", "/schemas/{full_name}", catalogs.update_schema),
    ("DELETE", "/schemas/{full_name}", catalogs.delete_schema),
    ("POST", "/models", models.create_model),
    ("GET", "/models", models.list_models),
    ("GET", _MODEL, models.get_model),
    ("PATCH", _MODEL, models.update_model),
    ("DELETE", _MODEL, models.delete_model),
    ("PUT", f"{_MODEL}/aliases/{{alias}}", models.set_alias),
    ("DELETE", f"{_MODEL}/aliases/{{alias}}", models.delete_alias),
    ("PATCH", f"/securable-tags{_TAGGED}", models.tag_model),
    ("PATCH", f"/subentity-tags{_TAGGED}/{{version}}", models.tag_version),
    ("GET", f"/permissions{_TAGGED}", permissions.get_permissions),
    ("PATCH", f"/permissions{_TAGGED}", permissions.change_permissions),
    ("GET", "/metastore_summary", control.get_metastore),
]
_CONTROL: Sequence[tuple[str, str, Answer]] = [
    ("GET", "/scim2/Me", control.get_me),
    ("GET", "/scim2/Users", control.list_users),
    ("GET", "/scim2/Users/{id}", control.get_user),
]
_LEGACY: Sequence[tuple[str, str, Answer]] = [
    ("POST", "/transition-requests/create", legacy.create_request),
    ("GET", "/transition-requests/list", legacy.list_requests),
    ("POST", "/transition-requests/approve", legacy.approve_request),
    ("POST", "/transition-requests/reject", legacy.reject_request),
    ("DELETE", "/transition-requests/delete", legacy.delete_request),
    ("POST", "/databricks/model-versions/transition-stage", legacy.transition),
    ("GET", "/databricks/registered-models/get", legacy.get_model),
    ("GET", f"/unity-catalog/registered-models:{control.BY_SDK.replace('_', '-')}", control.get_way_of_files),
    ("POST", "/comments/create", legacy.create_comment),
    ("PATCH", "/comments/update", legacy.update_comment),
    ("DELETE", "/comments/delete", legacy.delete_comment),
]


def unity_routes(registry: Registry, uploads: Uploads) -> Sequence[BaseRoute]:
    """The routes of Unity Catalog's REST over `registry`, and behind them one that says what there is not."""
    versions = Versions(uploads)
    numbered = f"{_MODEL}/versions/{{version}}"
    of_versions: Sequence[tuple[str, str, Answer]] = [
        ("POST", "/models/versions", versions.create),
        ("GET", f"{_MODEL}/versions", versions.list),
        ("GET", numbered, versions.get),
        ("PATCH", numbered, versions.update),
        ("DELETE", numbered, versions.delete),
        ("PATCH", f"{numbered}/finalize", versions.finalize),
        ("GET", f"{_MODEL}/aliases/{{alias}}", versions.by_alias),
        ("POST", "/temporary-model-version-credentials", versions.credentials),
    ]
    found = [
        Route(under_prefix(f"{base}{path}"), partial(_answer, registry, answer), methods=[method])
        for base, table in (
            (BASE, of_versions),
            (BASE, _TABLE),
            (CONTROL, _CONTROL),
            (LEGACY, _LEGACY),
            (LEGACY, databricks_routes(versions)),
        )
        for method, path, answer in table
    ]
    every = ["GET", "POST", "PUT", "PATCH", "DELETE"]
    rest = [
        Route(under_prefix(f"{base}/{{rest:path}}"), partial(_answer, registry, _not_there), methods=every)
        for base in (BASE, CONTROL)
    ]
    return [*found, *rest]


async def _answer(registry: Registry, answer: Answer, request: Request) -> Response:
    body = await body_of(request)
    return await anyio.to_thread.run_sync(
        answered, f"{request.method} {request.url.path}", partial(_told, registry, answer, request, body)
    )


def _told(registry: Registry, answer: Answer, request: Request, body: tuple[bytes, int]) -> Response:
    found = parse_body(*body)
    if not isinstance(found, dict):
        raise InvalidInput("the body of the request is no JSON object", 'send it as {"name": "…"}')
    # A path says what is asked about, whatever the body says of it.
    asked = Asked({**found, **request.query_params, **request.path_params})
    told = answer(of_caller(registry), asked)
    # As Unity Catalog says that something is done, which MLflow's clients know.
    return PlainTextResponse("200 OK") if told is None else JSONResponse(told)


def _not_there(registry: Registry, asked: Asked) -> Told:
    rest = asked.text("rest")
    if rest.partition("/")[0] in _UNSERVED:
        raise NotServed(f"this registry has no {rest.partition('/')[0]}", "it has models, and what they are in")
    raise NotFound(
        "there is nothing at this address, or not by this method",
        "there are catalogs, schemas, models, versions and permissions",
    )
