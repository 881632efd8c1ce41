"""Files in an object store keep the contract of a file store."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.artifacts.objects import ObjectFiles
from jupyter_modelreg.core.ports.files import FileStore
from jupyter_modelreg.testing.files_contract import FilesContract


class TestInMemory(FilesContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> FileStore:
        return ObjectFiles(f"memory://{tmp_path}")


class TestInASharedFolder(FilesContract):
    @pytest.fixture
    def files(self, tmp_path: Path) -> FileStore:
        return ObjectFiles(f"local://{tmp_path}/shared")
