"""Fixtures for what is asked of MLflow."""

from __future__ import annotations

from tests.support.mlflow_fixtures import client, empty_mlflow_db, store, temp, tracking_uri
from tests.support.mlflow_imports import filled
from tests.support.real_models import experiment, logged, save_model, tracking

__all__ = [  # fixtures
    "client",
    "empty_mlflow_db",
    "experiment",
    "filled",
    "logged",
    "save_model",
    "store",
    "temp",
    "tracking",
    "tracking_uri",
]
