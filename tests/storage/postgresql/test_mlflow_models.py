"""Registered models through MLflow's store, on a registry in PostgreSQL."""

from tests.mlflow_plugin.test_models import *  # noqa: F403
