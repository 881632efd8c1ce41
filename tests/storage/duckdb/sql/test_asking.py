"""What is asked beside the views: tables of the user's own; what is answered, also while others write, and when not."""

from __future__ import annotations

import os
import re
import signal
import threading
import time
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pandas as pd
import pyarrow as pa
import pytest

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.memory.store import MemoryStore
from jupyter_modelreg.uri import registry_address
from tests.support.names import FRAUD

# Takes hours, and some seconds.
LONG = "SELECT sum(a.i * b.i) FROM range(1000000) a(i), range(1000000) b(i) WHERE a.i % 7 <> b.i % 5"
SLOW = LONG.replace("range(1000000)", "range(20000)")


@pytest.mark.parametrize(
    "table",
    [
        pd.DataFrame({"name": [FRAUD, "iris"], "budget": [10.0, 20.0]}),
        pa.table({"name": [FRAUD, "iris"], "budget": [10.0, 20.0]}),
        duckdb.sql(f"SELECT * FROM (VALUES ('{FRAUD}', 10.0), ('iris', 20.0)) AS t(name, budget)"),
    ],
    ids=["pandas", "arrow", "relation"],
)
def test_tables_of_the_user_are_joined_with_views(stocked: Registry, table: object) -> None:
    statement = "SELECT name, owner, budget::INTEGER FROM models JOIN budgets USING (name) ORDER BY budget"
    assert stocked.sql(statement, tables={"budgets": table}).rows == [(FRAUD, "ana", 10), ("iris", "ana", 20)]


def test_a_table_needs_a_name_of_its_own_and_to_be_one(stocked: Registry) -> None:
    with pytest.raises(InvalidInput, match="Models is a view of the registry"):
        stocked.sql("SELECT 1", tables={"Models": pd.DataFrame()})
    with pytest.raises(InvalidInput, match="numbers is no table, but int"):
        stocked.sql("SELECT 1", tables={"numbers": 7})


def test_an_answer_is_a_frame_that_can_be_drawn(stocked: Registry) -> None:
    found = stocked.sql(
        "SELECT name, sum(size) AS bytes, max(created_at) AS newest, first(tags ORDER BY version) AS tags "
        "FROM versions GROUP BY 1 ORDER BY 1"
    )
    frame = found.to_df()
    assert list(frame.columns) == ["name", "bytes", "newest", "tags"] == list(found.columns)
    assert frame["bytes"].dtype.kind == "f"
    assert str(frame["newest"].dt.tz) == "UTC"
    assert frame["tags"][2] == {"round": "1"}
    assert found.types[:2] == ["VARCHAR", "HUGEINT"]
    assert len(found) == len(found.rows) == len(frame) == 5


def test_an_answer_is_a_relation_that_goes_with_those_of_the_user(stocked: Registry) -> None:
    found = stocked.sql("SELECT name, version FROM versions").relation()
    other = duckdb.sql("SELECT 2 AS version")
    assert len(found.join(other, "version").df()) == 3


def test_two_columns_may_have_one_name(stocked: Registry) -> None:
    found = stocked.sql("SELECT m.name, a.name FROM models m JOIN aliases a USING (name) LIMIT 1")
    assert found.columns == ["name", "name"]
    assert list(found.to_df().columns) == ["name", "name_1"]
    assert len(found.rows[0]) == 2


@pytest.mark.parametrize(("format", "read"), [("csv", "read_csv"), ("json", "read_json"), ("parquet", "read_parquet")])
def test_an_answer_is_written_to_a_file(stocked: Registry, tmp_path: Path, format: str, read: str) -> None:
    path = tmp_path / f"it's.{format}"
    stocked.sql("SELECT name, version, tags FROM versions ORDER BY 1, 2").write(path, format)  # type: ignore[arg-type]
    text = str(path).replace("'", "''")
    assert duckdb.execute(f"SELECT count(*), min(name) FROM {read}('{text}')").fetchall() == [(9, "dev.lab.secret")]


@pytest.mark.parametrize(
    ("statement", "message", "hint"),
    [
        ("FROM modles", r"no view or table modles \(column 6\); did you mean models\?", "there are catalogs, schemas"),
        ("FROM zzz", r"no view or table zzz \(column 6\)\n", "there are catalogs"),
        ("SELECT nme\nFROM models", r'"nme" not found in FROM clause \(line 1, column 8\)', r"did you mean name\?"),
        ("SELECT\n  qqq\nFROM groups", r'"qqq" not found .* \(line 2, column 3\)', "groups has name, member"),
        ("SELECT name\nFROM models\nWHER true", r"syntax error at or near .true. \(line 3, column 6\)", None),
        ("SELECT foo(name) FROM models", r"Function with name foo does not exist \(column 8\)", "Did you mean"),
        ("SELECT name::INTEGER FROM models", r"Could not convert string .* to INT32", None),
        (
            "SELECT * FROM models WHERE version > 'x'",
            r'"version" not found',
            r"did you mean versions or latest_version\?",
        ),
    ],
)
def test_an_error_says_where_and_what_is_close(
    stocked: Registry, statement: str, message: str, hint: str | None
) -> None:
    with pytest.raises(InvalidInput, match=message) as wrong:
        stocked.sql(statement)
    assert "\n" not in wrong.value.message
    assert "LINE" not in str(wrong.value)
    if hint is not None:
        assert wrong.value.hint is not None
        assert re.search(hint, wrong.value.hint)


def test_a_statement_is_stopped_by_ctrl_c_and_leaves_nothing(stocked: Registry) -> None:
    path = registry_address(stocked.uri).path
    sent: list[float] = []

    def interrupt() -> None:
        # One of the threads starts DuckDB, and is over soon: what is still there after a second is the statement.
        seen: dict[int | None, float] = {}
        while not sent:
            time.sleep(0.05)
            for each in threading.enumerate():
                began = seen.setdefault(each.ident, time.monotonic()) if each.name == "modelreg-sql" else None
                if began is not None and time.monotonic() - began > 1:
                    sent.append(time.monotonic())
                    os.kill(os.getpid(), signal.SIGINT)
                    return

    before = signal.signal(signal.SIGINT, signal.default_int_handler)  # whatever another test has left
    threading.Thread(target=interrupt, daemon=True).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            stocked.sql(f"{LONG} AND (SELECT count(*) FROM models) > 0")
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - sent[0] < 30
    assert not list(path.parent.glob(f"{path.name}.dump-*"))
    assert stocked.sql("SELECT 1").rows == [(1,)]


def test_others_write_while_a_statement_runs(stocked: Registry) -> None:
    """Nobody waits for the statement: it has let go of the registry before it runs."""
    answers: list[int] = []

    def ask() -> None:
        answers.append(len(stocked.sql(f"{SLOW} AND (SELECT count(*) FROM models) > 0")))

    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    while not [each for each in threading.enumerate() if each.name == "modelreg-sql"]:
        time.sleep(0.01)
    for number in range(20):
        stocked.tags.set("iris", {"n": str(number)})
    assert asking.is_alive()
    assert stocked.sql("SELECT value FROM tags WHERE name = 'iris' AND key = 'n'").rows == [("19",)]
    asking.join()
    assert answers == [1]


def test_what_is_in_the_journal_only_is_answered_too(stocked: Registry) -> None:
    stocked.models.create("fresh")
    assert stocked.sql("SELECT owner FROM models WHERE name = 'fresh'").rows == [("ana",)]


def test_the_past_cannot_be_asked_and_what_is_in_no_file_can(stocked: Registry, tmp_path: Path) -> None:
    with pytest.raises(InvalidState, match="SQL asks the registry as it is, not as it was"):
        stocked.as_of("now").sql("SELECT 1")
    from jupyter_modelreg.storage.duckdb.sql.engine import engine_of

    nothing: Any = SimpleNamespace()
    asked = partial(engine_of, path=tmp_path / "nothing")
    memory = Registry(Context(MemoryStore(), lambda: nothing, lambda: nothing, "ana", sql=asked))
    memory.models.create("m", tags={"a": "1"})
    assert memory.sql("SELECT name, value FROM tags").rows == [("m", "1")]
    with pytest.raises(InvalidState, match="this registry cannot be asked in SQL"):
        Registry(Context(MemoryStore(), lambda: nothing, lambda: nothing, "ana")).sql("SELECT 1")
