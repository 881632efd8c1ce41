"""Who one is and what one may do, as MLflow's web page and clients ask (MLflow: `server/auth`), from our grants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import anyio
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Route

from jupyter_modelreg.core.access.privileges import ALL, MANAGE
from jupyter_modelreg.core.identity.calling import of_caller
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix

# What MLflow calls what ours allow, the strongest first; whoever reads at all, reads.
_LEVELS: Sequence[tuple[str, frozenset[str]]] = (
    ("MANAGE", frozenset({ALL, MANAGE, "OWNER"})),
    ("EDIT", frozenset({"APPLY TAG", "CREATE MODEL VERSION", "CREATE MODEL"})),
    ("USE", frozenset({"EXECUTE"})),
    ("READ", frozenset({"BROWSE", "USE CATALOG", "USE SCHEMA"})),
)


def user_routes(registry: Registry) -> Sequence[BaseRoute]:
    """The routes by which MLflow's web page knows whom it is for, and what to offer them."""

    async def current(request: Request) -> JSONResponse:
        return JSONResponse(await anyio.to_thread.run_sync(_current, registry))

    async def permissions(request: Request) -> JSONResponse:
        return JSONResponse(await anyio.to_thread.run_sync(_permissions, registry))

    return [
        Route(under_prefix(f"/{api}/{path}"), answer, methods=["GET"])
        for api in ("api", "ajax-api")
        for path, answer in (
            ("2.0/mlflow/users/current", current),
            ("3.0/mlflow/users/current/permissions", permissions),
        )
    ]


def _current(registry: Registry) -> Mapping[str, Any]:
    who = of_caller(registry).whoami()
    return {"user": {"id": 0, "username": who.actor, "is_admin": who.admin}, "is_basic_auth": True}


def _permissions(registry: Registry) -> Mapping[str, Any]:
    """Each model on which the caller, or a group of theirs, was granted something, as a role of one's own would say."""
    own = of_caller(registry)
    who = own.whoami()
    found = [
        _permission("registered_model", grant.name, level)
        for grant in own.grants.list()
        if grant.kind == "model" and (level := _level(grant.privileges)) is not None
    ]
    everything = _level([each.privilege for each in own.grants.effective("registry")])
    if everything is not None:
        found.append(_permission("registered_model", "*", everything))
    return {"is_admin": who.admin, "permissions": found}


def _level(privileges: Sequence[str]) -> str | None:
    return next((level for level, some in _LEVELS if not some.isdisjoint(privileges)), None)


def _permission(kind: str, pattern: str, level: str) -> Mapping[str, Any]:
    return {
        "role_id": 0,
        "role_name": "modelreg",
        "workspace": "default",
        "resource_type": kind,
        "resource_pattern": pattern,
        "permission": level,
    }
