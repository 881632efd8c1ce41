"""Importing MLflow registries from PostgreSQL: what comes, how it is reached, and what is said when it is not."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import socket
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg import cli
from jupyter_modelreg.core.errors import InvalidInput, RegistryError, SourceUnavailable
from jupyter_modelreg.core.exchange.reports import Tally
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.importing import database_pages
from tests.support.mlflow_imports import check_import, fill_at_random
from tests.support.postgresql import postgresql

if TYPE_CHECKING:
    from tests.support.postgresql import Server

__all__ = ["postgresql"]  # a fixture

SECRET = "top/s3cret@home#1"
PIECES = ("s3cret", "top%2F", "home#1", "home%231")


@pytest.fixture(scope="session")
def template(postgresql: Server) -> str:
    """The name of a database with MLflow's tables, and nothing in them."""
    name = postgresql.make_database()
    SqlAlchemyStore(postgresql.uri(name)).engine.dispose()
    postgresql.run(
        f"CREATE USER ana PASSWORD '{SECRET}'",
        "GRANT pg_read_all_data TO ana",  # she may read, and nothing else
        f"CREATE USER bob PASSWORD '{SECRET}'",
    )
    return name


@pytest.fixture
def database(postgresql: Server, template: str) -> str:
    """The name of a database of one's own."""
    return postgresql.make_database(template)


@pytest.fixture
def tracking_uri(postgresql: Server, database: str) -> str:
    """Runs are tracked there, too."""
    return postgresql.uri(database)


@pytest.fixture
def source(tracking_uri: str) -> Iterator[SqlAlchemyStore]:
    store = SqlAlchemyStore(tracking_uri)
    yield store
    store.engine.dispose()


@pytest.fixture
def theirs(postgresql: Server, database: str) -> str:
    """The URI as ana has it."""
    return postgresql.uri_of("ana", SECRET, database)


def check_secret(*said: str) -> None:
    for text in said:
        assert not [piece for piece in PIECES if piece in text], text


def refusal(registry: Registry, uri: str) -> RegistryError:
    """What the import ends with: one line, and no password in it or in the traceback."""
    with pytest.raises(RegistryError) as caught:
        registry.exchange.import_from(uri)
    error = caught.value
    assert "\n" not in error.message
    check_secret(str(error), repr(error), "".join(traceback.format_exception(error)))
    assert registry.status().events == 0
    return error


@pytest.mark.parametrize(("seed", "page"), [(4, 3), (5, 2000)])
def test_everything_is_as_it_was(
    seed: int, page: int, registry: Registry, source: SqlAlchemyStore, theirs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_pages, "_PAGE", page)
    fill_at_random(source, seed, monkeypatch)
    check_import(registry, source, theirs)
    check_secret(json.dumps([vars(event) for event in registry.history.list()], default=dict))


def test_dry_run_second_run_and_into_a_namespace(
    registry: Registry, filled: MlflowClient, theirs: str, tracking_uri: str
) -> None:
    exchange = registry.exchange
    dry = exchange.import_from(theirs, dry_run=True)
    assert registry.status().events == 0
    first = exchange.import_from(theirs)
    assert (first.models, first.prompts, first.versions) == (Tally(imported=2), Tally(imported=1), Tally(imported=5))
    assert (dry.models, dry.prompts, dry.versions) == (first.models, first.prompts, first.versions)
    events = registry.history.list()
    second = exchange.import_from(theirs)
    assert (second.models, second.prompts, second.versions) == (Tally(there=2), Tally(there=1), Tally(there=5))
    assert registry.history.list() == events
    into = exchange.import_from(theirs, into="prod.risk")
    assert into.versions == Tally(imported=4, skipped=1)
    version, origin = registry.versions.get("prod.risk.fraud@Champion"), filled.get_model_version("fraud", "3")
    assert (version.version, version.created_at, version.tags["stage"]) == (3, origin.creation_timestamp, "Production")
    shutil.rmtree(filled.get_model_version_download_uri("fraud", "3").removeprefix("file://"))
    registry.versions.load("prod.risk.fraud/3")
    check_secret(repr(into), json.dumps([vars(event) for event in registry.history.list()], default=dict))


def test_more_than_a_page(registry: Registry, postgresql: Server, database: str, theirs: str) -> None:
    postgresql.run(
        "INSERT INTO registered_models (name, creation_time) SELECT 'm.' || n, n FROM generate_series(1, 1100) n",
        "INSERT INTO model_versions (name, version, creation_time, current_stage, source, status) "
        "SELECT 'm.' || n, v, n, 'None', 's3://b/' || v, 'READY' FROM generate_series(1, 1100) n, "
        "generate_series(1, 10) v",
        "INSERT INTO model_version_tags (name, version, key, value) "
        "SELECT name, version, 'at', name || ' ' || version FROM model_versions",
        database=database,
    )
    report = registry.exchange.import_from(theirs)
    assert (report.models, report.versions) == (Tally(imported=1100), Tally(imported=11_000))
    found = registry.versions.search(limit=12_000)
    assert len(found) == 11_000
    assert all(version.tags == {"at": f"{version.name} {version.version}"} for version in found)


@pytest.mark.parametrize("scheme", ["postgresql+psycopg", "postgres", "postgresql+psycopg2", "postgresql+asyncpg"])
def test_any_form_of_the_uri_does(
    registry: Registry, postgresql: Server, database: str, scheme: str, source: SqlAlchemyStore
) -> None:
    """It is the server's database that counts, not the driver of whoever wrote the URI."""
    source.create_registered_model("fraud")
    assert registry.exchange.import_from(postgresql.uri_of("ana", SECRET, database, scheme=scheme)).models.imported == 1


def test_a_driver_that_is_missing_is_named(
    registry: Registry, theirs: str, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("psycopg", "psycopg2"):
        monkeypatch.setitem(sys.modules, name, None)
    error = refusal(registry, theirs)
    assert error.message == (
        f"reading {theirs.replace(theirs[13 : theirs.index('127')], '')} takes a driver for postgresql, "
        "and none is installed here"
    )
    assert error.hint == "pip install 'psycopg[binary]'"
    assert refusal(registry, "mssql://ana:s3cret@somewhere/db").hint == "pip install pyodbc"


def test_what_cannot_be_reached(registry: Registry, postgresql: Server, database: str, theirs: str) -> None:
    wrong = postgresql.uri_of("ana", f"{SECRET}!", database)
    assert 'password authentication failed for user "ana"' in refusal(registry, wrong).message
    assert 'database "none" does not exist' in refusal(registry, postgresql.uri_of("ana", SECRET, "none")).message
    error = refusal(registry, postgresql.uri_of("ana", SECRET, "postgres"))
    assert "is not a database of this version of MLflow" in error.message
    assert f"mlflow db upgrade postgresql://127.0.0.1:{postgresql.port}/postgres" in (error.hint or "")
    assert "permission denied" in refusal(registry, postgresql.uri_of("bob", SECRET, database)).message
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        error = refusal(registry, f"postgresql://ana:s3cret@127.0.0.1:{closed.getsockname()[1]}/db")
    assert "does not answer: [Errno 111] Connection refused" in error.message
    assert isinstance(error, SourceUnavailable)


@pytest.mark.parametrize(
    "uri",
    [
        "postgresql://ana:top/s3cret@127.0.0.1:1/db",
        "postgresql://ana:top@s3cret@127.0.0.1:1/db",
        "postgresql://ana:top#s3cret@127.0.0.1:1/db",
        "postgresql://ana:s3cret@127.0.0.1:port/db",
        "postgresql://127.0.0.1:1/db?user=ana&password=s3cret",
        "postgresql://ana@/db?password=s3cret&host=/nowhere",
        "http://ana:s3cret@127.0.0.1:1",
        "http://ana:top/s3cret@127.0.0.1:1",
        "http://ana:s3cret@127.0.0.1:port",
        "http://ana:s3cret@[::1",
        "strange://ana:s3cret@somewhere",
    ],
)
def test_a_password_is_never_shown(registry: Registry, uri: str) -> None:
    refusal(registry, uri)
    said, told = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(told):
        assert cli.main(["--registry", registry.uri, "import", uri]) == 1
    assert told.getvalue().startswith("error: ")
    check_secret(said.getvalue(), told.getvalue())
    assert len(told.getvalue().splitlines()) == 2


def test_an_at_sign_in_a_password_has_to_be_escaped(registry: Registry, tmp_path: Path) -> None:
    error = refusal(registry, "postgresql://ana:top@s3cret@127.0.0.1:1/db")
    assert isinstance(error, InvalidInput)
    assert error.message.startswith("postgresql://127.0.0.1:1/db cannot be read")
