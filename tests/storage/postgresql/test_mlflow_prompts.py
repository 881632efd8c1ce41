"""Prompts through MLflow's store, on a registry in PostgreSQL."""

from tests.mlflow_plugin.test_prompts import *  # noqa: F403
