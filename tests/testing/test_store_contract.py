"""The store contract, held against DuckDB and against plain Python dicts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jupyter_modelreg.storage import DuckDBStore
from jupyter_modelreg.storage.memory.store import MemoryStore
from jupyter_modelreg.storage.postgresql.store import PostgreSQLStore
from jupyter_modelreg.testing.store_contract import StoreContract
from tests.support.postgresql import Server


class TestDuckDB(StoreContract):
    @pytest.fixture
    def store(self, registry_path: Path) -> Iterator[DuckDBStore]:
        store = DuckDBStore(registry_path, f"modelreg:///{registry_path}")
        yield store
        store.close()


class TestPostgreSQL(StoreContract):
    @pytest.fixture
    def store(self, postgresql: Server, registry_template: str) -> Iterator[PostgreSQLStore]:
        uri = postgresql.uri(postgresql.make_database(registry_template))
        store = PostgreSQLStore(uri, f"modelreg:{uri}")
        yield store
        store.close()


class TestMemory(StoreContract):
    @pytest.fixture
    def store(self) -> MemoryStore:
        return MemoryStore()
