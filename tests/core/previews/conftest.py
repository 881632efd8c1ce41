"""Fixtures: models saved to folders, and logged with MLflow."""

from __future__ import annotations

import pytest
from mlflow import MlflowClient

from tests.support.real_models import experiment, logged, save_model, tracking

__all__ = ["experiment", "logged", "save_model", "tracking"]  # fixtures


@pytest.fixture(scope="session")
def tracking_uri(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A tracking store, made once, since making its tables takes seconds."""
    uri = f"sqlite:///{tmp_path_factory.mktemp('tracking')}/tracking.db"
    MlflowClient(uri).search_experiments()
    return uri
