"""A PostgreSQL server, and the fixtures of other tests with registries in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_fixtures import client, empty_mlflow_db, temp, tracking_uri
from tests.support.postgresql import postgresql, postgresql_uri, registry_template
from tests.support.real_models import experiment, logged, save_model, tracking

__all__ = [  # fixtures
    "client",
    "empty_mlflow_db",
    "experiment",
    "logged",
    "postgresql",
    "postgresql_uri",
    "registry_template",
    "save_model",
    "temp",
    "tracking",
    "tracking_uri",
]


@pytest.fixture
def registry(postgresql_uri: str) -> Iterator[Registry]:
    """An empty registry, opened by ana."""
    opened = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    yield opened
    opened.close()


@pytest.fixture
def store(postgresql_uri: str) -> Iterator[ModelRegistryStore]:
    """Our store on an empty registry."""
    opened = ModelRegistryStore(store_uri=postgresql_uri)
    yield opened
    opened.registry.close()
