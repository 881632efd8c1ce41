"""Schema changes, and files that are not what they should be."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.dialect import Connection, engine_over
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.migrations import MIGRATIONS, migrate


@contextmanager
def connected(path: Path) -> Iterator[sa.Connection]:
    with duckdb.connect(str(path)) as raw, engine_over(Connection(raw)).connect() as connection:
        yield connection


def shape(connection: sa.Connection) -> set[tuple[object, ...]]:
    columns = "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() WHERE NOT internal"
    keys = """
        SELECT table_name, constraint_type, array_to_string(constraint_column_names, ',')
        FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE')
    """
    return {tuple(row) for text in (columns, keys) for row in connection.execute(sa.text(text))}


def test_migrations_make_the_tables_that_the_code_uses(tmp_path: Path) -> None:
    with connected(tmp_path / "migrated.duckdb") as connection:
        migrate(connection, "migrated")
        migrated = shape(connection)
    with connected(tmp_path / "declared.duckdb") as connection:
        tables.metadata.create_all(connection, checkfirst=False)
        connection.commit()
        assert shape(connection) == migrated


def test_what_searches_ask_is_derived_from_what_is_stored(tmp_path: Path) -> None:
    metrics = [
        {"key": "auc", "value": 0.5, "timestamp": 1, "step": 1},
        {"key": "auc", "value": 0.4, "timestamp": 2, "step": 0},
        {"key": "loss", "value": math.inf, "timestamp": 1, "step": 0},
        {"key": "none", "value": math.nan, "timestamp": 1, "step": 0},
    ]
    signature = {"inputs": '[{"name": "é", "type": "double"}]', "outputs": [{"type": "long"}]}
    before = MIGRATIONS[: [step.__name__ for step in MIGRATIONS].index("searchable")]
    params = {"depth": "7", "rate": " 1", "big": "1e999", "kind": "gini"}
    with connected(tmp_path / "r.duckdb") as connection:
        migrate(connection, "r", before)
        add = """INSERT INTO versions (id, key, model_id, version, stage, tags, is_prompt, metrics, params, signature,
            managed, status, created_at, created_by, updated_at, updated_by)
            VALUES (:id, :id, 1, :id, 'None', '{}', false, :metrics, :params, :signature,
            false, 'READY', 1, 'a', 1, 'a')"""
        for number in range(1, 1203):
            stored = {"metrics": metrics, "params": params, "signature": signature} if number > 1 else {}
            values = {name: json.dumps(stored[name]) if stored else None for name in ("metrics", "params", "signature")}
            connection.execute(sa.text(add), {"id": number, **values})
        connection.commit()
        migrate(connection, "r")
        columns = "latest_metrics, numeric_params, inputs, outputs"
        asked = f"SELECT {columns}, count(*) FROM versions GROUP BY ALL ORDER BY 5"
        found = [tuple(row) for row in connection.execute(sa.text(asked))]
    made = (
        '{"loss":                    "inf", "auc":                      0.5}',
        '{"depth":                      7.0, "big":                    "inf"}',
        '{"é": "double"}',
        '{"1": "long"}',
    )
    assert found == [(*["{}"] * 4, 1), (*made, 1201)]


def test_each_migration_runs_once_and_in_order(tmp_path: Path) -> None:
    ran: list[str] = []

    def first(connection: sa.Connection) -> None:
        ran.append("first")
        connection.execute(sa.text("CREATE TABLE things (a INTEGER)"))

    def second(connection: sa.Connection) -> None:
        ran.append("second")
        connection.execute(sa.text("ALTER TABLE things ADD COLUMN b INTEGER"))

    with connected(tmp_path / "r.duckdb") as connection:
        migrate(connection, "r", [first])
        migrate(connection, "r", [first, second])
        migrate(connection, "r", [first, second])
    assert ran == ["first", "second"]


def test_a_failing_migration_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    def breaks(connection: sa.Connection) -> None:
        connection.execute(sa.text("CREATE TABLE half (a INTEGER)"))
        raise RuntimeError("half-way")

    with connected(tmp_path / "r.duckdb") as connection:
        migrate(connection, "r")
        before = shape(connection)
        connection.commit()
        with pytest.raises(RuntimeError, match="half-way"):
            migrate(connection, "r", [*MIGRATIONS, breaks])
        assert shape(connection) == before


def test_a_newer_file_is_refused(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("INSERT INTO migrations VALUES ('from_the_future', 0)")
    with pytest.raises(RegistryUnavailable, match="newer jupyter_modelreg") as refused:
        registry.models.list()
    assert "pip install -U jupyter_modelreg" in str(refused.value)


def test_another_database_is_refused_and_left_alone(registry_path: Path) -> None:
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("CREATE TABLE sales (a INTEGER)")
    with pytest.raises(RegistryUnavailable, match="database of something else"):
        jupyter_modelreg.connect(str(registry_path)).models.list()
    with duckdb.connect(str(registry_path)) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("sales",)]


def test_a_file_whose_migrations_cannot_be_read_is_not_taken_for_a_new_one(registry_path: Path) -> None:
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("CREATE TABLE migrations (step TEXT)")
    with pytest.raises(RegistryUnavailable, match="no names of migrations") as refused:
        jupyter_modelreg.connect(str(registry_path)).models.list()
    assert "give the registry a file of its own" in str(refused.value)
    with duckdb.connect(str(registry_path)) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("migrations",)]


@pytest.mark.parametrize("step", [step.__name__ for step in MIGRATIONS])
def test_a_file_that_forgot_its_migrations_is_refused_in_a_sentence(
    registry: Registry, registry_path: Path, step: str
) -> None:
    registry.models.create("fraud")
    registry.close()
    with duckdb.connect(str(registry_path)) as connection:
        connection.execute("DELETE FROM migrations WHERE name = $1", [step])
    with pytest.raises(RegistryUnavailable, match=f"was altered: .* before the migration '{step}'") as refused:
        registry.maintenance.verify()
    assert "restore a backup" in str(refused.value)
    with duckdb.connect(str(registry_path)) as connection:
        assert connection.execute("SELECT name FROM models").fetchall() == [("fraud",)]


@pytest.mark.parametrize("content", [b"", b"not a database", b"x" * 100_000])
def test_a_file_that_is_no_database_is_refused_and_left_alone(registry_path: Path, content: bytes) -> None:
    registry_path.write_bytes(content)
    with pytest.raises(RegistryUnavailable, match="is not a DuckDB database"):
        jupyter_modelreg.connect(str(registry_path)).models.list()
    assert registry_path.read_bytes() == content


def test_a_folder_that_cannot_be_written_is_said_so() -> None:
    with pytest.raises(RegistryUnavailable, match="cannot be opened") as refused:
        jupyter_modelreg.connect("/proc/registry.duckdb").models.list()
    assert "choose a folder you can write to" in str(refused.value)


def test_a_path_below_a_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RegistryUnavailable, match="cannot be opened"):
        jupyter_modelreg.connect(str(tmp_path / "file" / "registry.duckdb")).models.list()


def test_no_version_of_a_file_from_before_there_were_marks_has_one(tmp_path: Path) -> None:
    with connected(tmp_path / "r.duckdb") as connection:
        migrate(connection, "r", MIGRATIONS[:1])
        row = "(1, '2/1', 2, 1, 'None', '{}', FALSE, FALSE, 'READY', 1, 'ana', 1, 'ana')"
        columns = "id, key, model_id, version, stage, tags, is_prompt, managed, status"
        authored = "created_at, created_by, updated_at, updated_by"
        with connection.begin():
            connection.execute(sa.text(f"INSERT INTO versions ({columns}, {authored}) VALUES {row}"))
        migrate(connection, "r")
        added = ("pinned", "links", "deprecated", "lineage", "notebook", "experiment", "datasets")
        marks = sa.select(*(tables.versions.c[name] for name in added))
        assert connection.execute(marks).all() == [(False, {}, None, None, None, None, {})]
