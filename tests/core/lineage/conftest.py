"""Fixtures for lineage: a tracking store, and a model logged there."""

from __future__ import annotations

from tests.support.real_models import experiment, logged, tracking, tracking_uri

__all__ = ["experiment", "logged", "tracking", "tracking_uri"]  # fixtures
