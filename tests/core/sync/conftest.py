"""Two registries: ana's at the office, and ben's, with nothing in it yet, on his laptop."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD


@pytest.fixture
def office(registry: Registry, model_folder: Path) -> Registry:
    """A model with three versions, of which @Champion is the second."""
    for number in (1, 2, 3):
        registry.versions.register(str(model_folder), FRAUD, tags={"number": str(number)}, description=f"no. {number}")
    registry.aliases.set(FRAUD, "Champion", 2, reason="beats the first")
    registry.tags.set(FRAUD, {"team": "risk"})
    registry.models.describe(FRAUD, "finds fraud")
    return registry


@pytest.fixture
def laptop(tmp_path: Path) -> Iterator[Registry]:
    """Ben's."""
    opened = jupyter_modelreg.connect(str(tmp_path / "laptop" / "registry.duckdb"), actor="ben")
    yield opened
    opened.close()
