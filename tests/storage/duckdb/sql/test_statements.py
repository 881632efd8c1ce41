"""SQL reads, and does nothing else: tried with every kind of statement that DuckDB has."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import pytest

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.sql.statements import kind_of
from jupyter_modelreg.uri import registry_address
from tests.support.names import FRAUD

# Statements of each kind that DuckDB's client has a name for; `{path}` is the registry's file.
STATEMENTS: Mapping[str, Sequence[str]] = {
    "INSERT": ["INSERT INTO models (name) VALUES ('x')", "INSERT OR REPLACE INTO models (name) VALUES ('x')"],
    "UPDATE": ["UPDATE models SET owner = 'ben'"],
    "DELETE": ["DELETE FROM models", "TRUNCATE models"],
    "MERGE_INTO": ["MERGE INTO models m USING aliases a ON m.name = a.name WHEN MATCHED THEN DELETE"],
    "CREATE": [
        "CREATE TABLE x (a INT)",
        "CREATE TEMP TABLE x AS FROM models",
        "CREATE OR REPLACE VIEW models AS SELECT 1",
        "CREATE SCHEMA x",
        "CREATE MACRO f() AS 1",
        "CREATE SECRET s (TYPE s3)",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
        "CREATE SEQUENCE s",
        "CREATE INDEX i ON models (name)",
        "CREATE TYPE t AS ENUM ('a')",
    ],
    "DROP": ["DROP TABLE models", "DROP SECRET s", "DEALLOCATE p"],
    "ALTER": ["ALTER TABLE models ADD COLUMN x INT", "COMMENT ON TABLE models IS 'x'"],
    "COPY": ["COPY models TO 'out.csv'", "COPY (FROM models) TO '{path}'", "COPY models FROM 'in.csv'"],
    "EXPORT": ["EXPORT DATABASE 'out'"],
    "ATTACH": ["ATTACH '{path}'", "ATTACH '{path}' AS r (READ_ONLY)", "ATTACH ':memory:' AS m"],
    "DETACH": ["DETACH memory"],
    "LOAD": ["LOAD httpfs", "INSTALL httpfs", "FORCE INSTALL spatial FROM community"],
    "SET": [
        "SET threads = 1",
        "SET GLOBAL enable_external_access = true",
        "RESET threads",
        "USE memory",
        "SET VARIABLE a = 1",
    ],
    "PRAGMA": ["PRAGMA version", "PRAGMA enable_profiling", "IMPORT DATABASE 'x'", "COPY FROM DATABASE memory TO x"],
    "CALL": ["CALL pragma_version()", "CHECKPOINT", "FORCE CHECKPOINT", "CALL enable_logging()"],
    "PREPARE": ["PREPARE p AS SELECT 1"],
    "EXECUTE": ["EXECUTE p"],
    "TRANSACTION": ["BEGIN", "COMMIT", "ROLLBACK"],
    "VACUUM": ["VACUUM", "ANALYZE"],
    "UNKNOWN": ["UPDATE EXTENSIONS"],
}
# Kinds that read, and those that DuckDB makes of others, or of nothing that somebody can write.
READING = {"SELECT", "EXPLAIN", "MULTI"}
INNER = {"INVALID", "VARIABLE_SET", "CREATE_FUNC", "RELATION", "EXTENSION", "LOGICAL_PLAN", "COPY_DATABASE", "ANALYZE"}
READS = (
    "SELECT 1",
    "SELECT name FROM models",
    "FROM models",
    "FROM models SELECT name LIMIT 1",
    "TABLE models",
    "VALUES (1), (2)",
    "WITH m AS (FROM models) SELECT count(*) FROM m",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 3) FROM r",
    "(SELECT 1) UNION (SELECT 2)",
    "DESCRIBE models",
    "DESCRIBE SELECT * FROM models",
    "SUMMARIZE models",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "EXPLAIN SELECT * FROM models",
    "EXPLAIN ANALYZE SELECT * FROM models",
    "EXPLAIN (FORMAT json) SELECT * FROM models",
    "PIVOT (SELECT owner, governed FROM models) ON governed USING count(*)",
    "PIVOT (SELECT owner, governed FROM models) ON governed IN (true, false) USING count(*)",
    "UNPIVOT (SELECT versions, latest_version FROM models) ON COLUMNS(*)",
    "-- what there is\nSELECT 1 /* one */;",
    "SELECT 'INSERT INTO models', ';', $$DELETE FROM models$$",
    'SELECT "update" FROM (SELECT 1 AS "update")',
)


def test_every_kind_of_statement_is_tried() -> None:
    assert set(duckdb.StatementType.__members__) == (STATEMENTS.keys() - {"UNKNOWN"}) | READING | INNER


@pytest.mark.parametrize("kind", STATEMENTS)
def test_what_does_not_only_read_is_refused_and_changes_nothing(stocked: Registry, kind: str) -> None:
    path = registry_address(stocked.uri).path
    stocked.close()
    before, there = _hash(path), _around(path)
    for statement in STATEMENTS[kind]:
        statement = statement.format(path=path)
        assert kind_of(duckdb.extract_statements(statement)[0]) == kind, statement
        for written in (statement, f"EXPLAIN ANALYZE {statement}", f"EXPLAIN {statement}", f"SELECT 1; {statement}"):
            with pytest.raises(InvalidInput) as refused:
                stocked.sql(written)
            assert "\n" not in refused.value.message
            assert refused.value.hint or "syntax error" in refused.value.message, written
    stocked.close()
    assert _around(path) == there
    assert _hash(path) == before
    assert stocked.history.broken_at() is None


@pytest.mark.parametrize(
    "statement",
    [
        "WITH x AS (INSERT INTO models (name) VALUES ('x') RETURNING *) FROM x",
        "WITH x AS MATERIALIZED (DELETE FROM models RETURNING *) FROM x",
        "WITH x AS (UPDATE models SET owner = 'ben' RETURNING *) FROM x",
        "WITH x AS (UPDATE models AS m SET owner = 'ben' RETURNING *) FROM x",
        "WITH x AS ( -- no\n /* ( */ INSERT INTO models (name) SELECT 'x' RETURNING *) FROM x",
        "WITH x AS (WITH y AS (SELECT 1) DELETE FROM models RETURNING *) FROM x",
        "EXPLAIN ANALYZE WITH x AS (DELETE FROM models RETURNING *) FROM x",
    ],
)
def test_what_changes_within_a_select_is_refused(stocked: Registry, statement: str) -> None:
    with pytest.raises(InvalidInput, match="SQL only reads the registry, and this"):
        stocked.sql(statement)


@pytest.mark.parametrize("statement", READS)
def test_what_only_reads_is_answered(stocked: Registry, statement: str) -> None:
    assert len(stocked.sql(statement)) >= 1


def test_one_statement_is_answered_at_a_time(stocked: Registry) -> None:
    with pytest.raises(InvalidInput, match="these are 2 statements, and one is answered at a time"):
        stocked.sql("SELECT 1; SELECT 2")
    with pytest.raises(InvalidInput, match="there is no statement"):
        stocked.sql(" -- nothing\n ;")


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT getenv('HOME')",
        "FROM read_text('/proc/self/environ')",
        "FROM enable_logging(storage = 'file', storage_path = 'logs')",
        "FROM enable_profiling(save_location = 'profile.json')",
        "SELECT set_config('threads', '1', false)",
        "FROM load_aws_credentials()",
        "FROM read_duckdb('{path}')",
        "FROM sqlite_scan('{path}', 'models')",
        "FROM registry.models",
        "FROM r.main.models",
    ],
)
def test_functions_lead_nowhere(stocked: Registry, tmp_path: Path, statement: str) -> None:
    there = _around(tmp_path)
    with pytest.raises(InvalidInput):
        stocked.sql(statement.format(path=registry_address(stocked.uri).path))
    assert _around(tmp_path) == there


def test_no_secret_is_shown(stocked: Registry) -> None:
    duckdb.sql("CREATE OR REPLACE SECRET modelreg_test (TYPE http, BEARER_TOKEN 'hush')")
    try:
        assert stocked.sql("FROM duckdb_secrets()").rows == []
    finally:
        duckdb.sql("DROP SECRET modelreg_test")


def test_no_variable_of_the_caller_is_found_by_its_name(stocked: Registry) -> None:
    import pandas as pd

    frame = pd.DataFrame({"a": [1]})
    assert len(frame) == 1
    with pytest.raises(InvalidInput, match="there is no view or table frame"):
        stocked.sql("FROM frame")


def test_what_is_put_together_while_it_runs_finds_no_view_empty(stocked: Registry) -> None:
    """A view that a statement reads by a name which it makes up must not look as if nothing was in it."""
    assert stocked.sql("SELECT count(*) > 0 FROM query('FROM mod' || 'els')").rows == [(True,)]
    assert stocked.sql("SELECT count(*) > 0 FROM query_table('mod' || 'els')").rows == [(True,)]
    joined = "SELECT count(*) > 0 FROM query('SELECT name FROM mod' || 'els') JOIN aliases USING (name)"
    assert stocked.sql(joined).rows == [(True,)]
    try:
        found = stocked.sql("FROM json_execute_serialized_sql(json_serialize_sql('FROM models'))").rows
    except InvalidInput:
        return
    assert FRAUD in str(found)


def _around(path: Path) -> list[str]:
    folder = path if path.is_dir() else path.parent
    return sorted(str(each) for each in folder.rglob("*") if ".journal" not in each.name and ".lock" not in each.name)


def _hash(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
