"""Searches through MLflow's store, on a registry in PostgreSQL."""

from tests.mlflow_plugin.test_search import *  # noqa: F403
