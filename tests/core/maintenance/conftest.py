"""A registry with governed versions in it, and the folder of their files."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.plain_models import MLMODEL


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A folder that looks like a model: a signature, and some bytes."""
    folder = tmp_path / "source"
    (folder / "code").mkdir(parents=True)
    (folder / "MLmodel").write_text(MLMODEL)
    (folder / "model.pkl").write_bytes(bytes(range(256)) * 400)
    (folder / "code" / "fraud.py").write_text("LIMIT = 3\n")
    return folder


@pytest.fixture
def stocked(registry: Registry, source: Path) -> Registry:
    """Two versions of fraud, @Champion is 1; a copy of 1; a workspace model; one version deleted."""
    registry.versions.register(str(source), FRAUD, aliases=["Champion"], tags={"task": "scoring"})
    (source / "model.pkl").write_bytes(bytes(reversed(range(256))) * 400)
    registry.versions.register(str(source), FRAUD)
    registry.versions.copy(f"{FRAUD}/1", "dev.ml_team.fraud")
    registry.versions.register(str(source), "iris")
    registry.versions.register(str(source), FRAUD)
    registry.versions.delete(f"{FRAUD}/3", reason="trained on wrong labels")
    return registry


@pytest.fixture
def kept(registry_path: Path) -> Path:
    """Where the managed files are."""
    return registry_path.with_name(f"{registry_path.name}.files")
