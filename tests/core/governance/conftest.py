"""A model on disk, for every test here."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support import mlflow_models


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An MLflow model with a signature."""
    return Path(mlflow_models.model_folder(tmp_path_factory.mktemp("models") / "model"))


@pytest.fixture(scope="session")
def unsigned_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One without."""
    return Path(mlflow_models.model_folder(tmp_path_factory.mktemp("models") / "unsigned", signature=None))
