"""A registry that has a bit of everything, an empty one, and an archive of the first."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD


@pytest.fixture
def full(registry: Registry, model_folder: Path) -> Registry:
    """A governed model with versions 1 and 3, one copied from the other, a workspace model in a stage, a prompt."""
    for number in (1, 2, 3):
        source = str(model_folder) if number < 3 else f"models:/{FRAUD}/1"
        tags = {"number": str(number), "odd \u00e9": '"quoted"\n'}
        registry.versions.register(source, FRAUD, tags=tags, description=f"number {number}")
    registry.versions.delete(f"{FRAUD}/2")
    registry.aliases.set(FRAUD, "Champion", 3)
    registry.aliases.set(FRAUD, "Old", 1)
    registry.tags.set(FRAUD, {"team": "risk"})
    registry.schemas.describe("prod.ml_team", "what the team makes")
    registry.schemas.create("prod.empty")
    registry.versions.register(str(model_folder), "plain", aliases=["Best"])
    registry.versions.transition("plain", 1, "Staging")
    prompt = {"mlflow.prompt.is_prompt": "true"}
    registry.models.create("greeting", tags=prompt)
    registry.versions.register("dummy-source", "greeting", tags={**prompt, "mlflow.prompt.text": "Hello {{name}}"})
    return registry


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry of ben's."""
    opened = jupyter_modelreg.connect(str(tmp_path / "other" / "registry.duckdb"), actor="ben")
    yield opened
    opened.close()


@pytest.fixture
def archive(full: Registry, tmp_path: Path) -> Path:
    """The governed models of `full` in a file."""
    full.exchange.export_to(tmp_path / "prod.zip", ["prod", "plain", "greeting"])
    return tmp_path / "prod.zip"
