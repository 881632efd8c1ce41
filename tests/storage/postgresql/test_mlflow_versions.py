"""Versions through MLflow's store, on a registry in PostgreSQL."""

from tests.mlflow_plugin.test_versions import *  # noqa: F403
