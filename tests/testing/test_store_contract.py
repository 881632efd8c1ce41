"""The store contract, held against DuckDB and against plain Python dicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_modelreg.storage import DuckDBStore
from jupyter_modelreg.storage.memory.store import MemoryStore
from jupyter_modelreg.testing.store_contract import StoreContract


class TestDuckDB(StoreContract):
    @pytest.fixture
    def store(self, registry_path: Path) -> Iterator[DuckDBStore]:
        store = DuckDBStore(registry_path, f"modelreg:///{registry_path}")
        yield store
        store.close()


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
