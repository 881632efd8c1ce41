"""The command sql: its table, its files, what goes into variables, what Tab offers."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import pandas as pd
import pytest

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.completion import complete_line, complete_sql
from jupyter_modelreg.commands.group import BadUsage
from jupyter_modelreg.commands.results.results import Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput
from jupyter_modelreg.core.registry import Registry

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(autouse=True)
def patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait longer for candidates than a person would: the machine that runs tests may be slow."""
    monkeypatch.setattr(candidates, "PATIENCE", 20.0)


@pytest.fixture
def shelf(registry: Registry) -> Registry:
    """Three workspace models, and 60 tags on one of them."""
    for name in ("churn", "fraud", "price"):
        registry.models.create(name, description=f"about {name}")
    registry.tags.set("fraud", {f"t{number:02}": str(number) for number in range(60)})
    return registry


def asked(do: Do, statement: str, *options: str) -> str:
    return do(shlex.join(["sql", statement, *options])).text()


def test_an_answer_is_a_table(do: Do, shelf: Registry) -> None:
    shown = asked(do, "select name, description, len(name) as letters from models order by name").splitlines()
    assert [line.split() for line in (shown[0], *shown[2:])] == [
        ["name", "description", "letters"],
        ["churn", "about", "churn", "5"],
        ["fraud", "about", "fraud", "5"],
        ["price", "about", "price", "5"],
    ]
    assert asked(do, "select 1 where false") == "no row is like that"


def test_words_go_together_and_a_cell_is_one(do: Do, shelf: Registry) -> None:
    assert "churn" in do("sql select name from models").text()
    assert "churn" in do(shlex.join(["sql", "--", "-- names\nselect name\nfrom models\n"])).text()


def test_a_long_answer_is_cut_and_says_how_to_see_all(do: Do, shelf: Registry) -> None:
    cut = do("sql 'from tags'")
    assert len(cut.rows) == 50
    assert cut.text().splitlines()[-1] == "50 of 60 rows; -n 60 shows all, --as df keeps them"
    assert len(cut.to_df()) == 60
    assert len(do("sql 'from tags' -n 60").rows) == len(json.loads(do("sql 'from tags' --json").text())) == 60


def test_values_are_plain(do: Do, shelf: Registry) -> None:
    statement = """
        select timestamptz '2026-03-01 10:00:00+01' as at, date '2026-03-01' as day, 1.5::decimal(4, 2) as exact,
        sum(1) as whole, map {'a': [1]} as map, {'b': null} as struct, 'x'::blob as bytes, 'nan'::double as number,
        interval 2 days as span, uuid '00000000-0000-0000-0000-000000000001' as id
    """
    [row] = do(shlex.join(["sql", statement])).rows
    assert row.pop("number") != 0
    assert row == {
        "at": "2026-03-01T09:00:00.000Z",
        "day": "2026-03-01",
        "exact": 1.5,
        "whole": 1,
        "map": {"a": [1]},
        "struct": {"b": None},
        "bytes": "78",
        "span": row["span"],
        "id": "00000000-0000-0000-0000-000000000001",
    }
    json.loads(asked(do, statement, "--json"))


def test_two_columns_of_one_name_are_both_shown(do: Do, shelf: Registry) -> None:
    [row] = do("sql 'select 1 as a, 2 as a'").rows
    assert row == {"a": 1, "a_1": 2}


def test_a_plan_is_drawn(do: Do, shelf: Registry) -> None:
    drawn = asked(do, "explain select * from models")
    assert len(drawn.splitlines()) > 3
    assert "models" in drawn


def test_an_answer_goes_into_a_variable(do: Do, shelf: Registry, host: RecordingHost) -> None:
    made = do("sql 'select name from models' --as df")
    assert made.text() == "df = 3 rows, 1 column"
    assert made.value is made
    frame = host.variables["df"]
    assert isinstance(frame, pd.DataFrame)
    assert sorted(frame["name"]) == ["churn", "fraud", "price"]
    do("sql 'select name from models' --relation --as names")
    relation = host.variables["names"]
    assert isinstance(relation, duckdb.DuckDBPyRelation)
    # What came of one statement is a table for the next.
    assert do("sql 'select count(*) as n from names join df using (name)'").rows == [{"n": 3}]
    assert isinstance(do("sql 'from models' --relation").value, duckdb.DuckDBPyRelation)


def test_tables_of_the_user_go_by_the_names_of_their_variables(do: Do, shelf: Registry, host: RecordingHost) -> None:
    host.variables |= {"budget": pd.DataFrame({"name": ["fraud"], "budget": [7]}), "models": pd.DataFrame({"a": [1]})}
    made = do("sql 'select name, b.budget from models join budget b using (name)'")
    assert made.rows == [{"name": "fraud", "budget": 7}]
    assert made.text().splitlines()[-1] == "note: models is the view of the registry here, not your variable"


@pytest.mark.parametrize(
    ("option", "read"), [("--csv", "read_csv"), ("--parquet", "read_parquet"), ("--json-file", "read_json")]
)
def test_an_answer_is_written_to_a_file(do: Do, shelf: Registry, tmp_path: Path, option: str, read: str) -> None:
    path = tmp_path / "found"
    assert asked(do, "from tags", option, str(path)) == f"wrote 60 rows to {path}"
    assert duckdb.execute(f"select count(*), max(key) from {read}('{path}')").fetchall() == [(60, "t59")]
    with pytest.raises(AlreadyExists, match="is there already"):
        asked(do, "select 1", option, str(path))
    assert asked(do, "select 1 as one", option, str(path), "--force") == f"wrote 1 row to {path}"
    assert duckdb.execute(f"from {read}('{path}')").fetchall() == [(1,)]
    with pytest.raises(InvalidInput, match="cannot be written: No such file"):
        asked(do, "select 1", option, str(tmp_path / "no" / "found"))
    with pytest.raises(InvalidInput, match="is a folder"):
        asked(do, "select 1", option, str(tmp_path))
    with pytest.raises(InvalidInput, match="was not found"):
        asked(do, "select nothing", option, str(tmp_path / "other"))
    assert {each.name for each in tmp_path.iterdir() if not each.name.startswith(("registry", "home"))} == {"found"}


def test_csv_goes_to_standard_output_too(do: Do, shelf: Registry) -> None:
    assert asked(do, "select name from models order by 1", "--csv", "-") == "name\nchurn\nfraud\nprice"
    with pytest.raises(InvalidInput, match="a Parquet file cannot be shown"):
        asked(do, "select 1", "--parquet", "-")


@pytest.mark.parametrize(
    ("line", "error", "message"),
    [
        ("sql", InvalidInput, "there is no statement"),
        ("sql 'select 1' --as 1x", InvalidInput, "cannot be the name of a variable"),
        ("sql 'select 1' --as x --csv f", BadUsage, "--as and --relation go without a file"),
        ("sql 'select 1' --csv f --parquet g", BadUsage, "one file is written at a time"),
        ("sql --schema metrik", InvalidInput, r"there is no view metrik; did you mean metrics\?"),
        ("sql 'delete from models'", InvalidInput, "SQL only reads the registry, and this deletes rows"),
    ],
)
def test_what_cannot_be_done_is_said(do: Do, shelf: Registry, line: str, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        do(line)


def test_the_views_are_told(do: Do, shelf: Registry) -> None:
    told = do("sql --schema")
    assert isinstance(told, Table)
    assert [row["view"] for row in told.rows] == [view.name for view in shelf.sql_views()]
    columns = do("sql --schema versions").rows
    described = do("sql 'describe versions'").rows
    assert [row["column"] for row in columns] == [row["column_name"] for row in described]
    assert {row["column"] for row in do("sql --schema groups aliases").rows} >= {"groups.member", "aliases.alias"}


@pytest.mark.parametrize(
    ("statement", "typed", "offered"),
    [
        ("from mo", "from mo", {"models"}),
        ("select * from models join al", "select * from models join al", {"aliases"}),
        ("select own\nfrom models", "select own", {"owner"}),
        ("select m.\nfrom models m", "select m.own", {"owner"}),
        (
            "select name from models where created",
            "select name from models where created",
            {"created_at", "created_by"},
        ),
        ("select logged from metrics", "select logged", {"logged_at"}),
    ],
)
def test_tab_knows_views_and_their_columns(
    session: CommandSession, shelf: Registry, statement: str, typed: str, offered: set[str]
) -> None:
    found = complete_sql(session, statement, typed)
    assert {text for text, _ in found.items} == offered
    assert all(text.startswith(found.fragment) for text, _ in found.items)


def test_tab_completes_a_statement_in_quotes(session: CommandSession, shelf: Registry) -> None:
    found = complete_line(session, 'sql "select name from models where ow')
    assert [text for text, _ in found.items] == ["select name from models where owner"]
    assert [text for text, _ in complete_line(session, "sql --schema vers").items] == ["versions"]
