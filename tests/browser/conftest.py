"""Fixtures: Debian's Chromium, one JupyterLab over a filled registry for all tests, and one of a test's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.browser.chromium import chromium
from tests.browser.jupyter import Jupyter

MLMODEL = """\
flavors:
  python_function:
    loader_module: nowhere
signature:
  inputs: '[{"name": "amount", "type": "double", "required": true}]'
  outputs: '[{"name": "score", "type": "double", "required": true}]'
"""
HOSTILE = "<img src=x onerror=\"document.title='run'\"> 🦊 שלום"
LONG = "long " * 190 + "end"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, object]) -> dict[str, object]:
    """The system's Chromium."""
    return {**browser_type_launch_args, **chromium()}


@pytest.fixture(scope="session")
def model_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest folder a governed model can be registered from."""
    folder = tmp_path_factory.mktemp("model")
    (folder / "MLmodel").write_text(MLMODEL)
    (folder / "model.bin").write_bytes(b"\x00" * 64)
    return folder


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, model_folder: Path) -> Iterator[Jupyter]:
    """A running JupyterLab over a registry with something in every corner."""
    jupyter = Jupyter(tmp_path_factory.mktemp("lab"))
    registry = jupyter_modelreg.connect(jupyter.uri, actor="ana")
    fill(registry, model_folder)
    registry.close()
    jupyter.start()
    yield jupyter
    jupyter.stop()


@pytest.fixture
def own_lab(tmp_path: Path) -> Iterator[Jupyter]:
    """A JupyterLab over an empty registry, not started, for tests that stop it or look at nothing."""
    jupyter = Jupyter(tmp_path)
    yield jupyter
    jupyter.stop()


@pytest.fixture
def elsewhere(lab: Jupyter) -> Iterator[Registry]:
    """The registry of `lab`, opened by another process than the server: this one."""
    opened = jupyter_modelreg.connect(lab.uri, actor="ben")
    yield opened
    opened.close()


def fill(registry: Registry, model_folder: Path) -> None:
    """A governed model with versions and aliases, a schema of 250 models, workspace models, and names that bite."""
    for _ in range(3):
        registry.versions.register(str(model_folder), "prod.ml_team.fraud")
    registry.aliases.set("prod.ml_team.fraud", "Champion", 3)
    registry.aliases.set("prod.ml_team.fraud", "Challenger", 2)
    for at in range(250):
        registry.models.create(f"staging.many.model_{at:03}")
    for name in ("churn", HOSTILE, LONG):
        registry.versions.register("s3://nowhere/model", name, check_source=False)
