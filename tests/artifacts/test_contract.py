"""Managed files keep the contract of a file store."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.ports.files import FileStore
from jupyter_modelreg.testing.files_contract import FilesContract


class TestManagedFiles(FilesContract):
    @pytest.fixture
    def files(self, root: Path) -> FileStore:
        return ManagedFiles(root)
