"""What somebody has put into a registry's database that is no table of its own."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
import sqlalchemy as sa

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.query.search import Condition
from jupyter_modelreg.core.registry import Registry
from tests.support.database import opened, sql
from tests.support.stocked import refusal


def test_a_view_in_the_place_of_a_table_is_refused(stocked: Path) -> None:
    secret = stocked.with_name("id_rsa")
    secret.write_text("PRIVATE KEY")
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("ALTER TABLE models RENAME TO real")
        connection.execute(
            f"CREATE VIEW models AS SELECT * REPLACE ((SELECT content FROM read_text('{secret}')) AS description) "
            "FROM real"
        )
    assert "it has no table 'models'" in refusal(stocked).message


def test_a_table_that_is_missing_is_named(stocked: Path) -> None:
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("DROP TABLE webhooks")
    assert "it has no table 'webhooks'" in refusal(stocked).message


def test_nothing_is_imported_from_a_file_with_a_view(stocked: Path, tmp_path: Path) -> None:
    secret = tmp_path / "id_rsa"
    secret.write_text("PRIVATE KEY")
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("ALTER TABLE catalogs RENAME TO real")
        connection.execute(
            f"CREATE VIEW catalogs AS SELECT * REPLACE ((SELECT content FROM read_text('{secret}')) AS description) "
            "FROM real"
        )
    mine = jupyter_modelreg.connect(str(tmp_path / "mine" / "registry.duckdb"))
    with pytest.raises(RegistryUnavailable, match="it has no table 'catalogs'"):
        mine.exchange.import_from(str(stocked))
    assert mine.models.list() == []
    assert mine.history.list() == []


def test_a_macro_takes_the_place_of_no_function(stocked: Path) -> None:
    with duckdb.connect(str(stocked)) as connection:
        connection.execute("CREATE MACRO contains(a, b) AS false")
        connection.execute("CREATE MACRO json_extract_string(a, b) AS 'mine'")
        connection.execute("CREATE MACRO max(a) AS 1")
    registry = jupyter_modelreg.connect(str(stocked))
    registry.tags.set("model3", {"team": "risk"})
    found = registry.models.search([Condition("tags.team", "=", "risk")])
    assert [model.name for model in found] == ["model3"]
    assert [finding.subject for finding in registry.maintenance.verify().findings] == [
        "macro contains",
        "macro json_extract_string",
        "macro max",
    ]


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("CREATE MACRO f(a) AS a + 1", "macro f"),
        ("CREATE MACRO g() AS TABLE SELECT 1", "macro g"),
        ("CREATE VIEW v AS SELECT 1", "view v"),
        ("CREATE TABLE notes (note TEXT)", "table notes"),
        ("CREATE TYPE mood AS ENUM ('good')", "type mood"),
        ("CREATE SEQUENCE numbers", "sequence numbers"),
        ("CREATE SCHEMA private", "schema private"),
    ],
)
def test_verify_names_what_is_not_of_the_registry(stocked: Path, statement: str, what: str) -> None:
    registry = jupyter_modelreg.connect(str(stocked))
    assert registry.maintenance.verify().findings == []
    registry.close()
    with duckdb.connect(str(stocked)) as connection:
        connection.execute(statement)
    (found,) = registry.maintenance.verify().findings
    assert (found.kind, found.subject, found.repairable) == ("unknown", what, False)
    assert found.message == f"the database holds the {what}, which is not of the registry"


def test_the_database_opens_no_other_file(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    other = registry_path.with_name("other.txt")
    other.write_text("not for it")
    for statement in (
        f"SELECT * FROM read_text('{other}')",
        f"COPY models TO '{other}'",
        "SET enable_external_access = true",
        f"ATTACH '{registry_path.with_name('second.duckdb')}' AS second",
    ):
        with pytest.raises(sa.exc.DBAPIError, match=r"disabled|locked|Cannot"):
            sql(registry_path, statement)
    assert other.read_text() == "not for it"


def test_the_database_draws_no_progress_bar(registry: Registry, registry_path: Path) -> None:
    """It would be on stdout, amid what a notebook or a script prints there."""
    registry.models.create("fraud")
    with opened(registry_path) as connection:
        assert connection.execute(sa.text("SELECT current_setting('enable_progress_bar')")).scalar_one() is False
