"""Which requests change nothing, as far as that can be told by method and path: what a read-only token is good for."""

from __future__ import annotations

from starlette.types import Scope

from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.mlflow_app.operations import operation_in

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# How the paths end that MLflow asks by POST since what is asked may be long (MLflow: `protos/service.proto`).
_ASKED_BY_POST = (
    "/search",
    "/get-latest-versions",
    "/get-history-bulk-interval",
    "/query",
    "/graphql",
    # To write is for whoever has begun a version, which takes another token.
    "/temporary-model-version-credentials",
    "/generate-temporary-credentials",
)


def only_reads(scope: Scope) -> bool:
    """Whether a request changes nothing. One that cannot be told is taken to change something."""
    if scope["type"] != "http":
        return False
    operation = operation_in(scope["path"])
    if operation is not None:
        return operation in OPERATIONS and not OPERATIONS[operation].writes
    return scope["method"] in _SAFE or (scope["method"] == "POST" and scope["path"].endswith(_ASKED_BY_POST))
