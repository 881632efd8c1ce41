"""Tables as datasets of MLflow: what they say of themselves, and what is refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import mlflow
import pandas as pd
import pytest
from mlflow.data.dataset_source_registry import get_dataset_source_from_json

from jupyter_modelreg import dataset
from jupyter_modelreg.core.errors import InvalidInput

LOANS = "SELECT range AS id, range * 1.5::DOUBLE AS amount, 'x' || range AS name FROM range(100)"


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A DuckDB file with a table of loans."""
    connection = duckdb.connect(str(tmp_path / "bank.duckdb"))
    connection.execute(f"CREATE TABLE loans AS {LOANS}")
    yield connection
    connection.close()


def told(of: Any) -> dict[str, Any]:
    """What a dataset says of itself, its JSON read."""
    found = of.to_dict()
    return {**found, **{key: json.loads(found[key]) for key in ("source", "schema", "profile") if key in found}}


def test_a_table_of_duckdb(bank: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    found = told(dataset(bank.table("loans")))
    assert (found["name"], found["source_type"]) == ("loans", "duckdb")
    assert found["source"] == {"path": str(tmp_path / "bank.duckdb"), "table": "loans"}
    assert [(each["name"], each["type"]) for each in found["schema"]["mlflow_colspec"]] == [
        ("id", "long"),
        ("amount", "double"),
        ("name", "string"),
    ]
    assert found["profile"] == {"num_rows": 100}


def test_the_digest_is_of_the_content(bank: duckdb.DuckDBPyConnection) -> None:
    before = dataset(bank.table("loans")).digest
    bank.execute("CREATE TABLE reversed AS FROM loans ORDER BY id DESC")
    assert dataset(bank.table("reversed")).digest == before  # the order of rows is nobody's
    assert dataset(bank.sql("SELECT id, amount FROM loans"), name="fewer").digest != before
    bank.execute("UPDATE loans SET amount = 0 WHERE id = 7")
    assert dataset(bank.table("loans")).digest != before
    bank.execute("DELETE FROM loans")
    assert told(dataset(bank.table("loans")))["profile"] == {"num_rows": 0}


def test_a_query_and_a_table_in_memory() -> None:
    connection = duckdb.connect()
    connection.execute(f"CREATE TABLE loans AS {LOANS}")
    assert told(dataset(connection.table("loans")))["source"] == {"table": "loans"}
    asked = told(dataset(connection.sql("SELECT id FROM loans"), name="ids"))
    assert (asked["name"], asked["source"]) == ("ids", {})
    with pytest.raises(InvalidInput, match="cannot be read again"):
        get_dataset_source_from_json("{}", "duckdb").load()


def test_a_duckdb_file(bank: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "bank.duckdb"
    with pytest.raises(InvalidInput, match="beside whoever has it open") as caught:
        dataset(path)
    assert "connection.table(" in str(caught.value.hint)
    there = dataset(bank.table("loans")).to_dict()
    bank.execute('CREATE TABLE "odd ""name" AS SELECT 1 AS a')
    bank.close()
    assert dataset(path, table="loans").to_dict() == there
    assert told(dataset(path, table='odd "name'))["profile"] == {"num_rows": 1}
    with pytest.raises(InvalidInput, match="has 2 tables") as caught:
        dataset(path)
    assert "loans" in str(caught.value.hint)
    with pytest.raises(InvalidInput, match="has no table others"):
        dataset(path, table="others")


def test_a_table_can_be_read_again_from_what_mlflow_keeps(bank: duckdb.DuckDBPyConnection) -> None:
    found = dataset(bank.table("loans")).to_dict()
    bank.close()
    source = get_dataset_source_from_json(found["source"], found["source_type"])
    expected = duckdb.connect().execute(LOANS).df()
    pd.testing.assert_frame_equal(source.load(), expected)


def test_mlflow_takes_a_relation_as_the_source_of_a_frame(bank: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    table = bank.table("loans")
    found = told(mlflow.data.from_pandas(table.df(), source=table, name="loans"))
    assert found["source"] == {"path": str(tmp_path / "bank.duckdb"), "table": "loans"}


@pytest.mark.parametrize("suffix", ["parquet", "csv"])
def test_a_file(bank: duckdb.DuckDBPyConnection, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"loans.{suffix}"
    bank.execute(f"COPY loans TO '{path}' (FORMAT {suffix})")
    found = told(dataset(path))
    assert (found["name"], found["source_type"], found["profile"]) == ("loans", "local", {"num_rows": 100})
    assert len(found["schema"]["mlflow_colspec"]) == 3
    assert found["digest"] == dataset(str(path), name="other").digest
    path.write_text("no table\x00")
    if suffix == "parquet":
        with pytest.raises(InvalidInput, match=r"loans\.parquet cannot be read"):
            dataset(path)


def test_any_other_file_and_folder(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a.png").write_bytes(b"a")
    alone = dataset(folder / "a.png").digest
    before = dataset(folder).digest
    (folder / "b.png").write_bytes(b"b")
    assert dataset(folder).digest != before
    (tmp_path / "pictures.dvc").write_text("outs:\n- md5: 22a1a2931c8370d3aeedd7183606fd7f.dir\n  path: pictures\n")
    assert dataset(folder).digest == "22a1a2931c8370d3aeedd7183606fd7f"
    assert dataset(folder / "a.png").digest == alone


def test_a_delta_table(tmp_path: Path) -> None:
    log = tmp_path / "loans" / "_delta_log"
    log.mkdir(parents=True)
    with pytest.raises(InvalidInput, match="has no commit"):
        dataset(tmp_path / "loans")
    for at in range(12):
        (log / f"{at:020}.json").write_text(json.dumps({"commitInfo": {"timestamp": at}}))
    (log / f"{10:020}.checkpoint.parquet").write_bytes(b"")
    found = told(dataset(tmp_path / "loans"))
    assert (found["name"], found["source_type"]) == ("loans", "delta_table")
    assert found["source"] == {"path": str(tmp_path / "loans"), "delta_table_version": 11}
    (log / f"{12:020}.json").write_text("{}")
    assert dataset(tmp_path / "loans").digest != found["digest"]


def test_an_iceberg_table(tmp_path: Path) -> None:
    metadata = tmp_path / "loans" / "metadata"
    metadata.mkdir(parents=True)
    with pytest.raises(InvalidInput, match=r"metadata\.json"):
        dataset(tmp_path / "loans")
    fields = [{"id": 1, "name": "id", "type": "long"}, {"id": 2, "name": "tags", "type": {"type": "list"}}]
    for at in (9, 10):
        content = {
            "table-uuid": "u",
            "current-snapshot-id": 1000 + at,
            "current-schema-id": 0,
            "schemas": [{"schema-id": 0, "fields": fields}],
        }
        (metadata / f"v{at}.metadata.json").write_text(json.dumps(content))
    found = told(dataset(tmp_path / "loans"))
    assert (found["source_type"], found["source"]) == (
        "iceberg",
        {"path": str(tmp_path / "loans"), "snapshot": "1010"},
    )
    assert [each["name"] for each in found["schema"]["mlflow_colspec"]] == ["id"]
    (metadata / "v11.metadata.json").write_text("{}")
    with pytest.raises(InvalidInput, match="is no metadata of an Iceberg table"):
        dataset(tmp_path / "loans")


COMMIT = "9f" * 32


def test_a_frame_from_lakefs() -> None:
    uri = "lakefs://bank/main/loans/part 1.parquet"
    made = mlflow.data.from_pandas(pd.DataFrame({"a": [1.0]}), source=uri, name="loans")
    kept = told(made)
    assert (kept["source_type"], kept["source"]) == ("lakefs", {"uri": uri})
    again = get_dataset_source_from_json(made.to_dict()["source"], "lakefs")
    with pytest.raises(InvalidInput, match="is not read from here"):
        again.load()


def test_lakefs_at_a_commit() -> None:
    uri = f"lakefs://bank/{COMMIT}/loans/march.parquet"
    made, again, other = (dataset(each) for each in (uri, uri, f"{uri}2"))
    assert (made.name, made.digest) == ("march", again.digest)
    assert made.digest != other.digest
    assert told(made)["source"] == {"uri": uri, "commit": COMMIT}
    assert dataset(f"lakefs://bank/{COMMIT}", name="all").name == "all"
    for moving in ("main", COMMIT[:12], f"{COMMIT}0"):
        with pytest.raises(InvalidInput, match="names no commit"):
            dataset(f"lakefs://bank/{moving}/loans.parquet")
    with pytest.raises(InvalidInput, match="has no tables"):
        dataset(uri, table="loans")


def test_what_is_no_data(bank: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="there is no"):
        dataset(tmp_path / "nothing")
    with pytest.raises(InvalidInput, match="neither a relation of DuckDB nor a path") as caught:
        dataset(pd.DataFrame({"a": [1]}))  # type: ignore[arg-type]
    assert "from_pandas" in str(caught.value.hint)
    with pytest.raises(InvalidInput, match="is a table already"):
        dataset(bank.table("loans"), table="loans")
    (tmp_path / "x.csv").write_text("a\n1\n")
    with pytest.raises(InvalidInput, match="is no DuckDB file"):
        dataset(tmp_path / "x.csv", table="x")
