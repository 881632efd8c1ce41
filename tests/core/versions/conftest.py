"""Fixtures for registering end to end: real models logged with MLflow, a real registry file, real managed files."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.real_models import experiment, logged, save_model, tracking, tracking_uri

__all__ = ["experiment", "logged", "save_model", "tracking", "tracking_uri"]  # fixtures


@pytest.fixture
def kept(registry_path: Path) -> Path:
    """Where the managed files of `registry` are."""
    return registry_path.with_name(f"{registry_path.name}.files")
