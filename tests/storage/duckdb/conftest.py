"""Registries that something happens to."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.stocked import crash, make


@pytest.fixture
def stocked(registry_path: Path) -> Path:
    make(registry_path)
    return registry_path


@pytest.fixture
def crashed(stocked: Path) -> Path:
    crash(stocked)
    return stocked
