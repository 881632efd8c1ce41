"""Fixtures for registering end to end: real models logged with MLflow, a real registry file, real managed files."""

from __future__ import annotations

from pathlib import Path

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


@pytest.fixture
def kept(registry_path: Path) -> Path:
    """Where the managed files of `registry` are."""
    return registry_path.with_name(f"{registry_path.name}.files")
