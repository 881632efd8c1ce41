"""Archives and backups with right hashes and odd tables: one sentence each, and nothing is taken from them."""

from __future__ import annotations

import json
import math
import random
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import FilesDamaged, RegistryError
from jupyter_modelreg.core.exchange.schema import TABLES
from jupyter_modelreg.core.registry import Registry
from tests.support.bundles import rewritten, with_table, with_value
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model


@pytest.fixture
def full(registry: Registry, tmp_path: Path) -> Registry:
    """A governed model with an alias and tags, a workspace model from a place of its own, a webhook."""
    source = tmp_path / "source"
    plain_model(source, 1000)
    registry.versions.register(str(source), FRAUD, aliases=["Champion"], tags={"task": "scoring"})
    registry.versions.register("s3://bucket/model", "plain", check_source=False)
    registry.webhooks.create("hook", "https://example.org/hook", [("model_version", "created")])
    return registry


@pytest.fixture
def archive(full: Registry, tmp_path: Path) -> Path:
    full.exchange.export_to(tmp_path / "good.zip", ["prod", "plain"])
    return tmp_path / "good.zip"


@pytest.fixture
def backup(full: Registry, tmp_path: Path) -> Path:
    full.maintenance.backup(tmp_path / "good-backup.zip")
    return tmp_path / "good-backup.zip"


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Registry]:
    opened = jupyter_modelreg.connect(str(tmp_path / "other" / "registry.duckdb"), actor="ben")
    yield opened
    opened.close()


def refusal(registry: Registry, archive: Path) -> str:
    """What is said of an archive that is refused, with nothing imported."""
    with pytest.raises(FilesDamaged) as caught:
        registry.exchange.import_from(str(archive))
    assert registry.status().events == 0
    assert str(archive) in caught.value.message
    return caught.value.message


def test_every_field_of_a_record_has_a_column() -> None:
    for table in TABLES:
        # What an actor may only browse is not stored.
        assert {column.name for column in table.columns} == set(table.kind.__dataclass_fields__) - {"browse_only"}


LONG = "x" * 300
ODD: list[tuple[str, str, Any, str]] = [
    ("versions", "tags", None, "it is NULL"),
    ("versions", "tags", "[1]", "is not a JSON object"),
    ("versions", "tags", "no JSON", "is not JSON"),
    ("versions", "tags", '{"a": 1}', "not text"),
    ("versions", "tags", '{"a": "\\ud800"}', "half of a character"),
    ("versions", "tags", '{"a;b": "c"}', "is not allowed"),
    ("versions", "metrics", "7", "is not a JSON list"),
    ("versions", "metrics", '[{"key": "a"}]', "is not a metric"),
    ("versions", "metrics", '[{"key": "a", "value": 1, "timestamp": NaN, "step": 0}]', "no whole number"),
    ("versions", "params", '{"depth": 3}', "not text"),
    ("versions", "signature", "[]", "is not a JSON object"),
    ("versions", "lineage", '{"datasets": [{"digest": "a"}]}', "does not say all of a Dataset"),
    ("versions", "lineage", '{"registered": {"kind": "bench"}}', "does not say where a version came from"),
    ("versions", "lineage", '{"copied_from": {"model": 0, "version": 1}}', "is not an id"),
    ("versions", "stage", "Elsewhere", "is not a stage"),
    ("versions", "status", "/etc", "is not a status"),
    ("versions", "id", -1, "is not an id"),
    ("versions", "model_id", 99, "there is no model 99"),
    ("versions", "version", 0, "is not the number of a version"),
    ("versions", "version", 77, "has had 1 versions only"),
    ("versions", "created_at", math.nan, "holds double"),
    ("versions", "created_at", 1 << 62, "is not a time"),
    ("versions", "created_at", -5, "is not a time"),
    ("versions", "created_by", None, "it is NULL"),
    ("versions", "deleted_at", 5, "does not belong into an archive"),
    ("versions", "name", b"blob", "holds binary"),
    ("versions", "name", "another", "is called"),
    ("versions", "managed", "yes", "holds string"),
    ("models", "name", "prod.ml_team." + LONG, "is not allowed"),
    ("models", "name", "a/b", "holds '/'"),
    ("models", "name", "prod.ml_team.other", "three parts"),
    ("models", "aliases", '{"latest": 1}', "is reserved"),
    ("models", "aliases", '{"v1": 1}', "is reserved"),
    ("models", "aliases", '{"a b": 1}', "is not allowed"),
    ("models", "aliases", '{"Best": 9}', "is not there"),
    ("models", "aliases", '{"Best": "1"}', "not the number of a version"),
    ("models", "schema_id", 2, "three parts"),
    ("models", "last_version", 1 << 40, "the number of a version"),
    ("catalogs", "name", LONG, "is not allowed"),
    ("catalogs", "id", 0, "is not an id"),
    ("schemas", "name", "no-schema", "is not a schema"),
    ("schemas", "catalog_id", 12345, "is not the catalog of"),
    ("files", "path", "../outside", "is not the path"),
    ("files", "path", "/etc/passwd", "is not the path"),
    ("files", "sha256", "abc", "is not a SHA-256"),
    ("files", "size", -1, "is not a size"),
    ("files", "kind", "socket", "is not a kind of file"),
    ("files", "version_id", 4711, "there is no version 4711"),
]


@pytest.mark.parametrize(("table", "column", "value", "said"), ODD)
def test_an_odd_value_is_named_by_its_table_and_column(
    archive: Path, other: Registry, tmp_path: Path, table: str, column: str, value: object, said: str
) -> None:
    message = refusal(other, with_value(archive, tmp_path / "odd.zip", table, column, value))
    assert said in message
    assert table in message
    assert column in message


def test_odd_tables(archive: Path, other: Registry, tmp_path: Path) -> None:
    def refused(name: str, change: Any) -> str:
        return refusal(other, with_table(archive, tmp_path / f"{random.getrandbits(40)}.zip", name, change))

    assert "lacks the column tags" in refused("versions", lambda table: table.drop_columns(["tags"]))
    assert "a column 'more'" in refused(
        "models", lambda table: table.append_column("more", pa.array([1] * table.num_rows))
    )
    assert "is there twice" in refused("models", lambda table: pa.concat_tables([table, table]))
    assert "is there twice" in refused("versions", lambda table: pa.concat_tables([table, table]))
    assert "is there twice" in refused("files", lambda table: pa.concat_tables([table, table.slice(0, 1)]))
    assert "there is no model" in refused("models", lambda table: table.slice(0, 0))


def _marks(version: Version) -> tuple[object, ...]:
    return version.pinned, version.links, version.deprecated, version.lineage


def test_an_archive_and_a_backup_from_before_there_were_marks_are_read(
    archive: Path, backup: Path, other: Registry, tmp_path: Path
) -> None:
    def older(table: pa.Table) -> pa.Table:
        return table.drop_columns(["pinned", "links", "deprecated", "lineage"])

    other.exchange.import_from(str(with_table(archive, tmp_path / "older.zip", "versions", older)))
    assert [_marks(version) for version in other.versions.list(FRAUD)] == [(False, {}, None, None)]
    restored = jupyter_modelreg.connect(str(tmp_path / "restored" / "registry.duckdb"))
    restored.maintenance.restore(with_table(backup, tmp_path / "older-backup.zip", "versions", older))
    assert [_marks(version) for version in restored.versions.list(FRAUD)] == [(False, {}, None, None)]
    assert "lacks the column managed" in refusal(
        jupyter_modelreg.connect(str(tmp_path / "empty" / "registry.duckdb")),
        with_table(archive, tmp_path / "odd.zip", "versions", lambda table: table.drop_columns(["managed"])),
    )


def test_a_file_below_a_file(archive: Path, other: Registry, tmp_path: Path) -> None:
    def below(table: pa.Table) -> pa.Table:
        paths = table["path"].to_pylist()
        return table.set_column(
            table.schema.names.index("path"), "path", pa.array([*paths[:-1], f"{paths[0]}/x"], pa.string())
        )

    assert "is below it" in refusal(other, with_table(archive, tmp_path / "odd.zip", "files", below))


@pytest.mark.parametrize("content", [b"", b"id,name\n1,prod\n", b"PAR1 and no more", bytes(5000)])
def test_what_is_no_parquet(archive: Path, other: Registry, tmp_path: Path, content: bytes) -> None:
    with rewritten(archive, tmp_path / "odd.zip") as members:
        members["tables/catalogs.parquet"] = content
    assert "the table catalogs cannot be read as Parquet" in refusal(other, tmp_path / "odd.zip")


def test_any_change_of_any_value_is_refused_in_a_sentence_or_harmless(
    archive: Path, other: Registry, tmp_path: Path
) -> None:
    """Many a value of many a kind in any column: never anything but an error of ours."""
    chosen = random.Random(7)
    values: list[Any] = [None, "", "x", "{}", "[]", "null", '{"a": null}', "\0", -1, 0, 1 << 62, 0.5, b"x", True, [1]]
    columns = [(table.name, column.name) for table in TABLES[1:6] for column in table.columns]
    said: list[str] = []
    for number in range(150):
        table, column = chosen.choice(columns)
        path = with_value(archive, tmp_path / f"odd{number}.zip", table, column, chosen.choice(values))
        try:
            other.exchange.import_from(str(path), dry_run=True)
        except RegistryError as error:
            said.append(error.message)
    assert not [message for message in said if "\n" in message]
    assert len(said) > 70
    assert other.status().events == 0


@pytest.mark.parametrize(
    ("table", "column", "value", "said"),
    [
        ("versions", "id", -1, "is not an id"),
        ("webhooks", "id", 4000, "no event has that number"),
        ("events", "before", "[]", "is not a JSON object"),
        ("events", "hash", "x", "is not a SHA-256"),
        ("events", "seq", 5, "comes after one of that number"),
        ("webhooks", "events", "[[1, 2]]", "is not an entity and an action"),
        ("webhooks", "status", "on", "is not a status"),
    ],
)
def test_a_backup_is_held_against_the_same_rules(
    backup: Path, other: Registry, tmp_path: Path, table: str, column: str, value: object, said: str
) -> None:
    odd = with_value(backup, tmp_path / "odd.zip", table, column, value)
    with pytest.raises(FilesDamaged, match=said) as caught:
        other.maintenance.restore(odd)
    assert caught.value.hint == "use another backup"
    folder = tmp_path / "other"
    left = [path.name for path in folder.iterdir()] if folder.exists() else []
    assert [name for name in left if not name.endswith((".lock", ".turn"))] == []


@pytest.mark.parametrize("about", [{"events": "many"}, {"created_at": None}, {"uri": 7}])
def test_a_backup_that_does_not_say_what_it_is_moves_nothing(
    backup: Path, full: Registry, tmp_path: Path, about: dict[str, Any]
) -> None:
    odd = tmp_path / "odd.zip"
    with zipfile.ZipFile(backup) as opened, zipfile.ZipFile(odd, "w") as written:
        for name in opened.namelist():
            content = opened.read(name)
            if name == "manifest.json":
                manifest = json.loads(content)
                manifest["about"].update(about)
                content = json.dumps(manifest).encode()
            written.writestr(name, content)
    before = full.history.last()
    with pytest.raises(FilesDamaged, match="the manifest of"):
        full.maintenance.restore(odd, force=True)
    assert full.history.last() == before
    assert not list(tmp_path.glob("registry.duckdb.before*"))
