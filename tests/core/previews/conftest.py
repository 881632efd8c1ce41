"""Fixtures: models saved to folders, and logged with MLflow."""

from __future__ import annotations

from tests.support.real_models import experiment, logged, save_model, tracking, tracking_uri

__all__ = ["experiment", "logged", "save_model", "tracking", "tracking_uri"]  # fixtures
