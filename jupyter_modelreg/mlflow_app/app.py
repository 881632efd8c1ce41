"""One ASGI application: MLflow's own, with its web page, and the registry's operations, behind one gate."""

from __future__ import annotations

import os

from fastapi import FastAPI
from mlflow.server import REGISTRY_STORE_URI_ENV_VAR
from mlflow.server import app as flask_app
from mlflow.server.fastapi_app import create_fastapi_app

from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity.gate import Gate
from jupyter_modelreg.mlflow_app.identity.signing_in import sign_in_by
from jupyter_modelreg.mlflow_app.managed_files import ManagedFiles
from jupyter_modelreg.mlflow_app.observability.health import health_routes
from jupyter_modelreg.mlflow_app.observability.metrics import metrics_routes
from jupyter_modelreg.mlflow_app.observability.requests import Observed
from jupyter_modelreg.mlflow_app.operations import operation_routes
from jupyter_modelreg.mlflow_app.running import check_not_served
from jupyter_modelreg.mlflow_app.short_way import ShortWay, guards_of
from jupyter_modelreg.mlflow_app.sources import check_experiments, places_to_read
from jupyter_modelreg.mlflow_app.unity.routes import unity_routes
from jupyter_modelreg.mlflow_app.unity.uploads.places import uploads_of
from jupyter_modelreg.mlflow_app.users import user_routes
from jupyter_modelreg.mlflow_client.mlflow_compat import under_prefix
from jupyter_modelreg.uri import SCHEME, registry_address, scheme_of


def create_app() -> FastAPI:
    """The application of the registry that `mlflow server` was given, by `--registry-store-uri`.

    MLflow's entry point `mlflow.app` names this, and each of its workers calls it once. Raises InvalidInput.
    """
    registry = _registry()
    check_experiments(flask_app, places_to_read())
    app: FastAPI = create_fastapi_app(flask_app)
    # MLflow takes whatever is left: what comes after it is never asked.
    app.router.routes[:0] = [
        *health_routes(registry),
        *metrics_routes(registry),
        *operation_routes(registry),
        *user_routes(registry),
        *unity_routes(registry, uploads_of(registry)),
    ]
    guards = guards_of(app)
    if guards is not None:
        app.add_middleware(ShortWay, flask_app=flask_app, guards=guards)
    app.add_middleware(ManagedFiles, registry=registry)
    # The last one is asked first: nothing of MLflow's comes before the gate.
    app.add_middleware(
        Gate, sign_in=sign_in_by(registry), open_paths={under_prefix("/health")}, places=places_to_read()
    )
    app.add_middleware(Observed, flask_app=flask_app)
    return app


def _registry() -> Registry:
    uri = os.environ.get(REGISTRY_STORE_URI_ENV_VAR)
    if uri is None or scheme_of(uri) != SCHEME:
        raise InvalidInput(
            "this app serves a registry of jupyter_modelreg, and MLflow was given none",
            "start modelreg server, or give it one by --registry-store-uri modelreg:////folder/registry.duckdb",
        )
    check_not_served(registry_address(uri))
    return open_registry(uri)
