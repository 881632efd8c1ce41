"""Importing MLflow registries, with MLflow's own SQL store as the oracle of what has to come."""

from __future__ import annotations

import os
import shutil
import socket
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import mlflow
import pytest
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.exchange.reports import Tally
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_client.importing import database_pages, search_pages
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.contexts import context_of
from tests.support.mlflow_fixtures import mlflow_server
from tests.support.mlflow_imports import KINDS, check_import, fill_at_random, same


@pytest.fixture
def source(empty_mlflow_db: Path, tmp_path: Path) -> Iterator[SqlAlchemyStore]:
    """An empty MLflow registry of its own."""
    shutil.copy(empty_mlflow_db, tmp_path / "source.db")
    store = SqlAlchemyStore(f"sqlite:///{tmp_path / 'source.db'}")
    yield store
    store.engine.dispose()


@pytest.mark.parametrize("page", [3, 2000])
@pytest.mark.parametrize("seed", range(3))
def test_everything_is_as_it_was(
    seed: int, page: int, registry: Registry, source: SqlAlchemyStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_pages, "_PAGE", page)
    fill_at_random(source, seed, monkeypatch)
    check_import(registry, source, source.db_uri)


def test_a_second_run_finds_everything_there(registry: Registry, filled: MlflowClient, tracking_uri: str) -> None:
    first = registry.exchange.import_from(tracking_uri, reason="moving in")
    assert (first.models, first.prompts, first.versions) == (Tally(imported=2), Tally(imported=1), Tally(imported=5))
    events = registry.history.list()
    assert {event.reason for event in events} == {"moving in"}
    second = registry.exchange.import_from(tracking_uri)
    assert (second.models, second.prompts, second.versions) == (Tally(there=2), Tally(there=1), Tally(there=5))
    assert registry.history.list() == events
    assert mlflow.genai.load_prompt("prompts:/greeting/1").template == "Hello {{name}}"


def test_each_row_has_the_number_of_the_event_that_made_it(
    registry: Registry, filled: MlflowClient, tracking_uri: str
) -> None:
    registry.exchange.import_from(tracking_uri)
    made = {event.seq: event for event in registry.history.list() if event.action.endswith(".created")}
    version = registry.versions.get("fraud/3")
    assert (made[version.id].name, made[version.id].version) == ("fraud", 3)
    assert (made[version.id].after or {})["imported_from"] == tracking_uri
    assert made[registry.models.get("fraud").id].action == "model.created"
    aliases = [event.after for event in registry.history.list("fraud") if event.action == "alias.set"]
    assert aliases == [{"Champion": 3}]
    assert registry.history.broken_at() is None


def test_a_run_that_was_cut_off_goes_on(
    registry: Registry, filled: MlflowClient, tracking_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = database_pages.DatabasePages.versions
    monkeypatch.setattr(database_pages, "_PAGE", 2)

    def stops(self: database_pages.DatabasePages) -> Iterator[object]:
        yield next(iter(pages(self)))
        raise KeyboardInterrupt

    with monkeypatch.context() as short:
        short.setattr(database_pages.DatabasePages, "versions", stops)
        with pytest.raises(KeyboardInterrupt):
            registry.exchange.import_from(tracking_uri)
    assert registry.status().versions == 2
    report = registry.exchange.import_from(tracking_uri)
    assert report.versions == Tally(imported=3, there=2)
    assert registry.versions.get("fraud@Champion").version == 3


def test_another_version_under_the_same_number_stays(
    registry: Registry, filled: MlflowClient, tracking_uri: str
) -> None:
    mine = registry.versions.register("s3://mine/model", "fraud", check_source=False)
    registry.versions.register("s3://mine/model", "fraud", check_source=False, aliases=["Champion"])
    report = registry.exchange.import_from(tracking_uri)
    assert report.models == Tally(imported=1, there=1)
    clash, alias = report.skipped
    assert (clash.name, clash.why) == ("fraud/1", "fraud/1 is another version, made from s3://mine/model")
    assert (alias.name, alias.why) == ("fraud@Champion", "it points at version 2 here")
    assert registry.versions.get("fraud/1") == mine
    assert registry.versions.get("fraud@Champion").version == 2
    assert registry.versions.get("fraud/3").description == "the best so far"
    assert registry.models.get("fraud").last_version == 3


def test_what_was_deleted_here_does_not_come_back(registry: Registry, filled: MlflowClient, tracking_uri: str) -> None:
    registry.exchange.import_from(tracking_uri)
    registry.versions.delete("fraud/1")
    (skipped,) = registry.exchange.import_from(tracking_uri).skipped
    assert (skipped.name, skipped.why) == ("fraud/1", "fraud/1 has been deleted here")
    registry.exchange.import_from(tracking_uri, into="prod.risk")
    registry.models.delete("prod.risk.fraud", force=True)
    report = registry.exchange.import_from(tracking_uri, into="prod.risk")
    (used, *_) = [each for each in report.skipped if each.name == "fraud/1"]
    assert used.why == "number 1 of prod.risk.fraud was used before, and no number is used twice"


def test_into_a_namespace(registry: Registry, filled: MlflowClient, tracking_uri: str) -> None:
    report = registry.exchange.import_from(tracking_uri, into="prod.risk")
    assert report.versions == Tally(imported=4, skipped=1)
    (skipped,) = report.skipped
    assert skipped.why == "the model has no signature, so it cannot become prod.risk.churn"
    assert "signature=" in (skipped.hint or "")
    version, origin = registry.versions.get("prod.risk.fraud@Champion"), filled.get_model_version("fraud", "3")
    assert (version.version, version.stage, dict(version.tags)) == (3, "None", {"is": "third", "stage": "Production"})
    assert (version.created_at, version.description) == (origin.creation_timestamp, "the best so far")
    assert (version.source, version.run_id) == (origin.source, origin.run_id)
    assert version.managed
    assert version.size == sum(entry.size for entry in registry.versions.files("prod.risk.fraud/3"))
    assert registry.models.get("prod.risk.fraud").last_version == 3
    shutil.rmtree(filled.get_model_version_download_uri("fraud", "3").removeprefix("file://"))
    registry.versions.load("prod.risk.fraud/3")  # the files are the registry's own now
    assert registry.versions.get("prod.risk.greeting/2").managed is False

    again = registry.exchange.import_from(tracking_uri, into="prod.risk", skip_signature_check=True)
    assert again.versions == Tally(imported=1, there=4)
    assert registry.versions.get("prod.risk.churn/1").status == "READY"
    assert registry.history.broken_at() is None


def test_a_dry_run_says_the_same_and_does_nothing(registry: Registry, filled: MlflowClient, tracking_uri: str) -> None:
    for into in (None, "prod.risk"):
        before = replace(registry.status(), database_bytes=0)  # the size depends on what was tidied up when
        dry = registry.exchange.import_from(tracking_uri, into=into, dry_run=True)
        assert replace(registry.status(), database_bytes=0) == before
        wet = registry.exchange.import_from(tracking_uri, into=into)
        assert (dry.models, dry.prompts, dry.versions, dry.skipped) == (
            wet.models,
            wet.prompts,
            wet.versions,
            wet.skipped,
        )


@pytest.mark.parametrize("into", [None, "prod.risk"])
def test_a_copy_whose_place_somebody_has_changed_stays_away(
    registry: Registry, filled: MlflowClient, tracking_uri: str, into: str | None
) -> None:
    copied = filled.copy_model_version("models:/fraud/3", "a_copy")
    filled.copy_model_version("models:/fraud/3", "z_copy")
    with closing(sqlite3.connect(tracking_uri.removeprefix("sqlite:///"))) as database:
        database.execute("UPDATE model_versions SET storage_location = 'file:///etc' WHERE name = 'z_copy'")
        database.commit()
    skipped = {each.name: each.why for each in registry.exchange.import_from(tracking_uri, into=into).skipped}
    assert "file:///etc, and nothing shows that they are those of models:/fraud/3" in skipped["z_copy/1"]
    prefix = f"{into}." if into else ""
    arrived = registry.versions.get(f"{prefix}a_copy/1")
    assert (arrived.source, arrived.status) == (copied.source, "READY")
    assert registry.versions.list(f"{prefix}z_copy") == []


def test_names_that_cannot_be_governed_are_left_out(registry: Registry, source: SqlAlchemyStore) -> None:
    for name in ("odd name", "dotted.name", "plain"):
        source.create_registered_model(name)
        source.create_model_version(name, "s3://b/m")
    report = registry.exchange.import_from(source.db_uri, into="prod.risk", dry_run=True)
    assert [each.name for each in report.skipped[:2]] == ["dotted.name", "odd name"]
    assert "'odd name' cannot be the last part of a governed name" in report.skipped[1].why
    assert report.versions.skipped == 3  # two with their models, one whose files cannot be had


def test_files_that_are_gone_and_taken_up_again(registry: Registry, filled: MlflowClient, tracking_uri: str) -> None:
    folder = Path(filled.get_model_version_download_uri("fraud", "1").removeprefix("file://"))
    folder.rename(folder.with_name("away"))
    report = registry.exchange.import_from(tracking_uri, into="prod.risk")
    assert {each.name for each in report.skipped} == {"churn/1", "fraud/1", "fraud/3"}
    folder.with_name("away").rename(folder)
    report = registry.exchange.import_from(tracking_uri, into="prod.risk", skip_signature_check=True)
    assert report.versions == Tally(imported=3, there=2)


def test_a_version_left_half_done_is_taken_up_again(
    registry: Registry, filled: MlflowClient, tracking_uri: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*_args: object, **_settings: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as short:
        short.setattr(ManagedFiles, "add", dies)
        with pytest.raises(KeyboardInterrupt):
            registry.exchange.import_from(tracking_uri, into="prod.risk", skip_signature_check=True)
    (half,) = [version for version in registry.versions.search() if version.status != "READY"]
    report = registry.exchange.import_from(tracking_uri, into="prod.risk", skip_signature_check=True)
    assert report.versions == Tally(imported=3, there=2)
    whole = registry.versions.get(half.reference)
    assert (whole.id, whole.status, whole.status_message) == (half.id, "READY", None)


def test_a_version_somebody_is_at_is_left_to_them(registry: Registry, filled: MlflowClient, tracking_uri: str) -> None:
    registry.exchange.import_from(tracking_uri, into="prod.risk")
    version = registry.versions.get("prod.risk.fraud/3")
    context = context_of(registry)
    context.files.remove(version.id)
    with context.store.write() as tx:
        tx.versions.delete(version.id)  # with its manifest, which a version that is PENDING has none of
        tx.versions.insert(replace(version, status="PENDING_REGISTRATION"))
    with context.files.claim(version.id):
        report = registry.exchange.import_from(tracking_uri, into="prod.risk")
    assert "another process is just registering it" in [each.why for each in report.skipped]
    assert registry.exchange.import_from(tracking_uri, into="prod.risk").versions.imported == 1
    registry.versions.load("prod.risk.fraud/3")


def test_where_there_is_nothing_to_read(registry: Registry, tmp_path: Path) -> None:
    with pytest.raises(SourceUnavailable, match="there is no database"):
        registry.exchange.import_from(f"sqlite:///{tmp_path}/none.db")
    assert not (tmp_path / "none.db").exists()
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        other.execute("CREATE TABLE mine (a INTEGER)")
        other.commit()
    with pytest.raises(SourceUnavailable, match="is not a database of this version of MLflow") as caught:
        registry.exchange.import_from(str(tmp_path / "other.db"))
    assert f"mlflow db upgrade sqlite:///{tmp_path}/other.db" in (caught.value.hint or "")
    with closing(sqlite3.connect(tmp_path / "other.db")) as other:
        assert [name for (name,) in other.execute("SELECT name FROM sqlite_master")] == ["mine"]
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(SourceUnavailable, match="does not answer"):
            registry.exchange.import_from(f"http://127.0.0.1:{closed.getsockname()[1]}")
    with pytest.raises(SourceUnavailable):
        registry.exchange.import_from("strange://somewhere")
    assert registry.status().events == 0
    with pytest.raises(InvalidInput, match="is this registry itself"):
        registry.exchange.import_from(registry.uri)
    with pytest.raises(InvalidInput, match="is not a schema"):
        registry.exchange.import_from("sqlite:///x.db", into="prod")


@pytest.fixture
def server(filled: MlflowClient, tracking_uri: str, tmp_path: Path) -> Iterator[str]:
    """`mlflow server` over the registry of `filled`."""
    with mlflow_server(tracking_uri, tmp_path) as url:
        yield url


@pytest.mark.xdist_group("mlflow_server")
@pytest.mark.timeout(300)
def test_from_a_server(server: str, tracking_uri: str, registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(search_pages, "_PAGE", 2)
    monkeypatch.setenv("MLFLOW_TRACKING_URI", "sqlite:///of-somebody-else.db")
    report = registry.exchange.import_from(server)
    assert (report.models, report.prompts, report.versions) == (Tally(imported=2), Tally(imported=1), Tally(imported=5))
    ours, theirs = ModelRegistryStore(store_uri=registry.uri), SqlAlchemyStore(tracking_uri)
    for kind in KINDS:
        for method in ("search_registered_models", "search_model_versions"):
            found = getattr(theirs, method)(kind, 100)
            same(lambda call=method, kind=kind: getattr(ours, call)(kind, 100), lambda told=found: told, forgetful=True)  # type: ignore[misc]
            assert found
    for place in (("fraud", 1), ("fraud", 3), ("churn", 1), ("greeting", 2)):
        same(lambda at=place: ours.get_model_version(*at), lambda at=place: theirs.get_model_version(*at))  # type: ignore[misc]
        assert ours.get_model_version_download_uri(*place) == theirs.get_model_version_download_uri(*place)
    into = registry.exchange.import_from(server.replace("//", "//ana:s3cret@"), into="prod.risk")
    assert into.versions == Tally(imported=4, skipped=1)
    assert "s3cret" not in repr(into) + repr(registry.history.list())
    assert registry.versions.get("prod.risk.fraud@Champion").version == 3
    assert os.environ["MLFLOW_TRACKING_URI"] == "sqlite:///of-somebody-else.db"
