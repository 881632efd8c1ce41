from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from tests.storage.duckdb.sql.stocked import stock
from tests.support.shared import as_

__all__ = ["as_"]


@pytest.fixture(scope="session")
def stocked_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the registry of `stocked`: filling one takes longer than most that is asked of it."""
    folder = tmp_path_factory.mktemp("stocked")
    with contextlib.closing(jupyter_modelreg.connect(str(folder / "registry.duckdb"), actor="ana")) as made:
        stock(made, tmp_path_factory.mktemp("models"))
    return folder


@pytest.fixture
def registry(stocked_folder: Path, registry_path: Path) -> Iterator[Registry]:
    """A registry with something in every view, opened by ana."""
    shutil.copytree(stocked_folder, registry_path.parent, dirs_exist_ok=True)
    with contextlib.closing(jupyter_modelreg.connect(str(registry_path), actor="ana")) as opened:
        yield opened


@pytest.fixture
def stocked(registry: Registry) -> Registry:
    """The same."""
    return registry
