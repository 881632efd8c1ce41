"""Files of the user's are read where a statement names them, and none of the registry's, whatever it names them by."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.uri import registry_address


@pytest.fixture
def beside(stocked: Registry, tmp_path: Path) -> Iterator[Path]:
    """The folder of the registry, in which one works, with data in it."""
    data = tmp_path / "data"
    for number, place in enumerate((data, data / "year=2025", data / "year=2026")):
        place.mkdir()
        duckdb.sql(f"COPY (SELECT {number} AS id, 'prod.ml_team.fraud' AS name) TO '{place}/part.parquet'")
        (place / "part.csv").write_text(f"id,name\n{number},prod.ml_team.fraud\n")
    (data / "part.json").write_text('[{"id": 7}]')
    (tmp_path / "loose.csv").write_text("id\n1\n")
    (data / "it's [odd].csv").write_text("id\n5\n")
    with contextlib.chdir(tmp_path):
        yield tmp_path


@pytest.mark.parametrize(
    ("source", "rows"),
    [
        ("'data/part.parquet'", 1),
        ("'data/part.csv'", 1),
        ("'data/part.json'", 1),
        ('"data/part.csv"', 1),
        ("'./data/part.csv'", 1),
        ("'data/year=2025/../part.csv'", 1),
        ("'{here}/data/part.csv'", 1),
        ("'data/year*/part.csv'", 2),
        ("'data/**/*.parquet'", 3),
        ("'{here}/data/**/*.parquet'", 3),
        ("'data/year=202[56]/part.csv'", 2),
        ("read_csv('data/part.csv')", 1),
        ("read_csv('data/part.csv', header = true)", 1),
        ("read_csv(['data/part.csv', 'data/year=2025/part.csv'])", 2),
        ("read_parquet('data/*/*.parquet', hive_partitioning = true)", 2),
        ("read_text('data/part.csv')", 1),
        ("'data/it''s [odd].csv'", 1),
        ("'loose.csv'", 1),
        ("'*.csv'", 1),
        ("glob('data/*.csv')", 2),
    ],
)
def test_files_of_the_user_are_read(stocked: Registry, beside: Path, source: str, rows: int) -> None:
    assert len(stocked.sql(f"FROM {source.format(here=beside)}")) == rows


def test_files_are_joined_with_views(stocked: Registry, beside: Path) -> None:
    statement = "SELECT m.owner, p.id FROM models m JOIN 'data/part.parquet' p USING (name)"
    assert stocked.sql(statement).rows == [("ana", 0)]
    several = "SELECT count(*) FROM models JOIN 'data/part.parquet' USING (name), 'data/part.csv' c"
    assert stocked.sql(several).rows == [(1,)]


def test_files_in_the_home_folder_are_read(stocked: Registry) -> None:
    Path("~/mine.csv").expanduser().write_text("id\n1\n")
    assert stocked.sql("FROM '~/mine.csv'").rows == [(1,)]


@pytest.mark.parametrize(
    "source",
    [
        "'registry.duckdb'",
        '"registry.duckdb"',
        "'./registry.duckdb'",
        "'{here}/registry.duckdb'",
        "'data/../registry.duckdb'",
        "'file://{here}/registry.duckdb'",
        "'file:registry.duckdb'",
        "read_blob('registry.duckdb')",
        "read_text('registry.duckdb')",
        "read_csv('registry.duckdb')",
        "read_csv(['data/part.csv', 'registry.duckdb'])",
        "parquet_scan('registry.duckdb')",
        "read_duckdb('registry.duckdb')",
        "sniff_csv('registry.duckdb')",
        "parquet_metadata('registry.duckdb')",
        "read_blob('registry.duckdb.journal')",
        "read_blob('registry.duckdb.wal')",
        "read_blob('registry*')",
        "read_blob('r?gistry.duck[d]b')",
        "read_blob('*')",
        "read_blob('**')",
        "glob('*')",
        "glob('**')",
        "glob('registry.duckdb.files/**')",
        "read_text('registry.duckdb.files/*/MLmodel')",
        "read_text('registry.duckdb.files/*/*')",
        "read_blob('registry.' || 'duckdb')",
        "read_blob(concat('registry', '.duckdb'))",
        "read_blob('linked.duckdb')",
        "read_blob('hard.duckdb')",
        "read_blob('outside/../registry.duckdb')",
        "read_text('linked/*/MLmodel')",
        "read_blob('copy.duckdb')",
        "'copy.duckdb'",
        "query('FROM read_blob(''registry.duckdb'')')",
        "query('FROM read_blob(''registry.' || 'duckdb'')')",
        "'loose.csv', read_blob('registry.' || 'duckdb')",
        "'*.csv', read_blob('registry.' || 'duckdb')",
        "'https://example.org/data.csv'",
        "'s3://bucket/data.parquet'",
        "'/proc/self/environ'",
        "read_text('/proc/self/environ')",
    ],
)
def test_no_file_of_the_registry_is_read(stocked: Registry, beside: Path, source: str) -> None:
    path = registry_address(stocked.uri).path
    stocked.close()
    Path("linked.duckdb").symlink_to(path)
    Path("linked").symlink_to(f"{path}.files")
    os.link(path, "hard.duckdb")
    Path("copy.duckdb").write_bytes(path.read_bytes())
    # Behind this link, `..` leads to the folder that has the registry; as text it leads to one that has none.
    (beside / "elsewhere").mkdir()
    (beside / "elsewhere" / "outside").symlink_to(beside / "data")
    with contextlib.chdir(beside if "outside" not in source else beside / "elsewhere"):
        with pytest.raises(InvalidInput) as refused:
            stocked.sql(f"FROM {source.format(here=beside)}")
        assert "\n" not in refused.value.message
        assert refused.value.hint


def test_a_file_that_is_not_there_is_named(stocked: Registry, beside: Path) -> None:
    with pytest.raises(InvalidInput, match=r"there is no file data/no\.csv"):
        stocked.sql("FROM 'data/no.csv'")
    with pytest.raises(InvalidInput, match=r"there is no file data/\*\.tsv"):
        stocked.sql("FROM 'data/*.tsv'")


def test_nothing_is_left_where_one_works(registry_path: Path, tmp_path: Path) -> None:
    with contextlib.chdir(tmp_path):
        registry = jupyter_modelreg.connect("modelreg:///registry.duckdb", actor="ana")
        registry.models.create("iris")
        assert registry.sql("SELECT name FROM models ORDER BY random()").rows == [("iris",)]
        registry.close()
        left = {path.name for path in tmp_path.iterdir() if not path.name.startswith("registry.duckdb")}
        assert left <= {"home0"}
        assert not list(tmp_path.glob("registry.duckdb.dump-*"))
