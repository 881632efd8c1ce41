"""A registry in PostgreSQL: what the store contract, which asks for what all backends do, does not."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import pytest
from mlflow import MlflowClient

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput, RegistryBusy, RegistryUnavailable
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.postgresql.store import PostgreSQLStore
from jupyter_modelreg.uri import registry_address
from tests.support.contexts import context_of
from tests.support.plain_models import plain_model
from tests.support.postgresql import Server, database_of, registry_in
from tests.support.random_steps import step, ticking
from tests.test_kills import AWAY, KILLS, examine, kill_many, prepare

R = TypeVar("R")
SECRET = "top/s3cret@home#1"
PIECES = ("s3cret", "top%2F")


class Tables:
    """Every record of a registry."""

    def __init__(self, registry: Registry) -> None:
        self.records: dict[str, list[Any]] = {}
        context_of(registry).store.dump(self)

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        self.records[kind.__name__] = [record for page in pages for record in page]


@pytest.mark.parametrize("seed", range(3))
def test_the_same_steps_lead_to_the_same_log_as_in_a_file(tmp_path: Path, postgresql_uri: str, seed: int) -> None:
    outcomes, contents = [], []
    for uri in (str(tmp_path / "registry.duckdb"), postgresql_uri):
        registry, chance = ticking(uri), random.Random(seed)
        outcomes.append([step(registry, chance) for _ in range(120)])
        contents.append(Tables(registry).records)
        assert registry.maintenance.verify(rebuild=True).findings == []
        registry.close()
    assert outcomes[0] == outcomes[1]
    assert contents[0] == contents[1]
    assert len(contents[0]["Event"]) > 30


def test_what_people_do_in_a_week(postgresql_uri: str, tmp_path: Path) -> None:
    ana = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    ana.catalogs.create("prod")
    ana.schemas.create("prod.team")
    plain_model(tmp_path / "model", 1000)
    for _ in range(2):
        ana.versions.register(str(tmp_path / "model"), "prod.team.fraud")
    ana.aliases.set("prod.team.fraud", "Champion", 1)
    ana.tags.set("prod.team.fraud/2", {"path": "C:\\a", "share": "5%_"})
    ben = jupyter_modelreg.connect(ana.uri, actor="ben")
    ben.aliases.set("prod.team.fraud", "Champion", 2)
    assert ana.versions.get("prod.team.fraud@Champion").version == 2  # what was remembered is not believed
    found = ana.versions.find(r"tags.path like 'C:\%' and alias = 'Champion' and tags.share = '5%_'")
    assert [each.version for each in found] == [2]
    assert (ben.history.undo(), ana.versions.get("prod.team.fraud@Champion").version)[1] == 1
    client = MlflowClient(registry_uri=ana.uri)
    assert int(client.get_model_version_by_alias("prod.team.fraud", "Champion").version) == 1
    assert client.get_model_version_download_uri("prod.team.fraud", "1").startswith(f"{(tmp_path / 'files').as_uri()}/")
    assert ana.maintenance.verify().findings == []
    copy = jupyter_modelreg.connect(str(tmp_path / "copy.duckdb"), actor="ana")
    copy.exchange.import_from(ana.uri)
    assert [each.reference for each in copy.versions.list("prod.team.fraud")] == [
        "prod.team.fraud/2",
        "prod.team.fraud/1",
    ]
    for registry in (ana, ben, copy):
        registry.close()


def test_numbers_in_tags_are_those_that_others_see(postgresql_uri: str, tmp_path: Path) -> None:
    values = ("1", "-2.5", "1e3", "1e999", "-1e999", "1e-999", "0x1", "nan", "inf", " 1", "１", "9" * 400, ".", "5.")
    found = []
    for uri in (postgresql_uri, str(tmp_path / "r.duckdb")):
        registry = jupyter_modelreg.connect(uri, actor="ana")
        for at, value in enumerate(values):
            registry.models.create(f"m{at:02}", tags={"n": value})
        asked = ("tags.n > 0.5", "tags.n < 0", "tags.n = 0", "tags.n != 1", "tags.n > 1e308")
        found.append([[each.name for each in registry.models.find(filter)] for filter in asked])
        registry.close()
    assert found[0] == found[1]


def test_names_are_sorted_and_compared_by_their_characters(postgresql: Server, tmp_path: Path) -> None:
    postgresql.run("CREATE DATABASE worded LOCALE_PROVIDER 'builtin' BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0")
    registry = jupyter_modelreg.connect(registry_in(postgresql.uri("worded"), tmp_path), actor="ana")
    for name in ("b", "B", "a_b", "aB", "É", "é"):
        registry.models.create(name)
    assert [each.name for each in registry.models.search()] == sorted(("b", "B", "a_b", "aB", "É", "é"))
    assert {each.name for each in registry.models.find("é")} == {"É", "é"}
    registry.close()


def test_whoever_writes_is_named_to_whoever_waits(postgresql_uri: str, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (jupyter_modelreg.connect(postgresql_uri, actor=each) for each in ("ana", "ben"))
    first.models.create("m")
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.3")
    with context_of(first).store.write():
        with pytest.raises(RegistryBusy, match=rf"modelreg: .* process {os.getpid()} for longer than 0.3 s"):
            second.models.create("n")
        assert [each.name for each in second.models.search()] == ["m"]  # who only reads, waits for nobody
    second.models.create("n")
    for registry in (first, second):
        registry.close()


def test_many_open_an_empty_database_at_once(postgresql: Server, tmp_path: Path) -> None:
    uri = registry_in(postgresql.uri(postgresql.make_database()), tmp_path)
    code = (
        "import sys, jupyter_modelreg as m; r = m.connect(sys.argv[1], actor='p'); r.models.create('m' + sys.argv[2])"
    )
    running = [subprocess.Popen([sys.executable, "-c", code, uri, str(at)]) for at in range(4)]
    assert [each.wait(120) for each in running] == [0] * 4
    registry = jupyter_modelreg.connect(uri)
    assert [each.name for each in registry.models.search()] == ["m0", "m1", "m2", "m3"]
    assert registry.maintenance.verify(rebuild=True).findings == []
    registry.close()


def test_threads_register_side_by_side(postgresql_uri: str) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.models.create("m")

    def work() -> None:
        for _ in range(5):
            registry.versions.register("s3://bucket/model", "m", check_source=False)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(each.version for each in registry.versions.list("m")) == list(range(1, 31))
    registry.close()


def test_a_connection_that_broke_is_said_and_made_anew(postgresql: Server, postgresql_uri: str) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.models.create("m")
    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database_of(registry.uri)}'"
    store = context_of(registry).store
    with pytest.raises(RegistryUnavailable, match="cannot be reached"), store.write() as tx:  # noqa: PT012
        postgresql.run(end_all)
        tx.models.search(Search())
    postgresql.run(end_all)
    registry.models.create("n")
    assert [each.name for each in registry.models.search()] == ["m", "n"]
    registry.close()


def test_a_killed_writer_leaves_nothing_and_holds_up_nobody(postgresql_uri: str) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.models.create("m")
    code = (
        "import sys, time, jupyter_modelreg as m; from tests.support.contexts import context_of\n"
        "r = m.connect(sys.argv[1], actor='p')\n"
        "with context_of(r).store.write() as tx:\n"
        "    tx.models.update(tx.models.get('m').id, {'description': 'half'}); tx.models.search\n"
        "    print('in', flush=True); time.sleep(100)\n"
    )
    child = subprocess.Popen([sys.executable, "-c", code, registry.uri], stdout=subprocess.PIPE, text=True)
    assert child.stdout is not None
    assert child.stdout.readline() == "in\n"
    child.kill()
    child.wait()
    began = time.monotonic()
    registry.models.create("n")
    assert time.monotonic() - began < 20
    assert registry.models.get("m").description is None
    registry.close()


def test_killed_workers_and_servers_lose_nothing_that_was_acknowledged(
    postgresql: Server, postgresql_uri: str, tmp_path: Path
) -> None:
    (tmp_path / "uri").write_text(postgresql_uri)
    prepare(tmp_path)
    restarts = {KILLS // 3: "fast", 2 * KILLS // 3: "immediate"}

    def restart(kills: int) -> None:
        if kills in restarts:
            (tmp_path / AWAY).touch()
            postgresql.restart(restarts[kills])

    kill_many(tmp_path, KILLS, seed=1, between=restart)
    assert len(examine(tmp_path).acks) > KILLS, "the workers hardly worked"


def test_passwords_are_nowhere(postgresql: Server, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    postgresql.run(f"CREATE USER carl PASSWORD '{SECRET}'")
    name = postgresql.make_database()
    postgresql.run(f"GRANT CREATE ON DATABASE {name} TO carl")
    uri = f"modelreg:{postgresql.uri_of('carl', SECRET, name)}?files={tmp_path}"
    registry = jupyter_modelreg.connect(uri, actor="carl")
    registry.models.create("m")
    assert jupyter_modelreg.connect(registry.uri).models.get("m").name == "m"  # it is known by that in this process
    wrong = jupyter_modelreg.connect(f"modelreg:{postgresql.uri_of('carl', 's3cret', name)}?files={tmp_path}/x")
    with pytest.raises(RegistryUnavailable, match="password authentication failed") as refused:
        wrong.models.search()
    shown = [registry.uri, repr(registry), str(registry.status()), refused.value.message, caplog.text, wrong.uri]
    assert [text for text in shown if any(piece in text for piece in PIECES)] == []
    registry.close()


@pytest.mark.parametrize(
    ("uri", "said"),
    [
        ("modelreg:postgresql://u:s3cret@h/d", "does not say where the files of models are to be"),
        ("modelreg:postgresql://u:s3cret@h/d?files=ftp://bucket/x", "does not say where the files"),
        ("modelreg:postgresql://u:s3cret@h/d?files=s3://", "no place for the files of models"),
        ("modelreg:postgresql://u@h/d?files=s3://key:s3cret@bucket/x", "has a key in it"),
        ("modelreg:postgresql://u:s3cret@h?files=/f", "names no database"),
        ("modelreg:postgresql://u:s3cret@h:x/d?files=/f", "is not the URI of a registry: Port"),
        ("mysql://u:s3cret@h/d", "is not the URI of a registry"),
    ],
)
def test_uris_that_lead_nowhere(uri: str, said: str) -> None:
    with pytest.raises((InvalidInput, RegistryUnavailable), match=said) as refused:
        jupyter_modelreg.connect(uri).status()
    assert "s3cret" not in refused.value.message


def test_an_odd_schema_is_refused() -> None:
    with pytest.raises(InvalidInput, match="cannot be the schema of a registry"):
        PostgreSQLStore("postgresql://h/d", "x", 'a"; DROP TABLE models')


def test_a_registry_moves_between_file_and_database_by_a_backup(
    postgresql: Server, tmp_path: Path, registry_path: Path
) -> None:
    file = jupyter_modelreg.connect(str(registry_path), actor="ana")
    file.catalogs.create("prod")
    file.schemas.create("prod.team")
    plain_model(tmp_path / "model", 1000)
    file.versions.register(str(tmp_path / "model"), "prod.team.fraud")
    file.aliases.set("prod.team.fraud", "Champion", 1)
    file.maintenance.backup(tmp_path / "b.zip")
    uri = registry_in(postgresql.uri(postgresql.make_database()), tmp_path / "files")
    moved = jupyter_modelreg.connect(uri, actor="ben")
    moved.maintenance.restore(tmp_path / "b.zip")
    found = moved.maintenance.verify(rebuild=True)
    assert (found.findings, found.files, found.versions) == ([], 2, 1)
    assert moved.versions.get("prod.team.fraud@Champion").created_by == "ana"
    moved.aliases.remove("prod.team.fraud", "Champion")
    moved.maintenance.backup(tmp_path / "back.zip")
    file.maintenance.restore(tmp_path / "back.zip", force=True)
    assert file.maintenance.verify(rebuild=True).findings == []
    assert file.models.get("prod.team.fraud").aliases == {}
    for registry in (file, moved):
        registry.close()


def test_a_restore_that_fails_leaves_rows_and_files(
    postgresql: Server, postgresql_uri: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.catalogs.create("prod")
    registry.schemas.create("prod.team")
    plain_model(tmp_path / "model", 1000)
    registry.versions.register(str(tmp_path / "model"), "prod.team.fraud")
    registry.maintenance.backup(tmp_path / "b.zip")
    registry.versions.register(str(tmp_path / "model"), "prod.team.fraud")
    rename = Path.rename
    ended: list[Path] = []

    def end_then_rename(path: Path, target: Path) -> Path:
        if target.name == "registry.files":  # the last thing before the commit, and on the way back
            database = database_of(registry.uri)
            if not ended:
                postgresql.run(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{database}'")
            ended.append(target)
        return rename(path, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "rename", end_then_rename)
        with pytest.raises(RegistryUnavailable, match="cannot be reached"):
            registry.maintenance.restore(tmp_path / "b.zip", force=True)
    assert len(ended) == 2  # there and back
    found = registry.maintenance.verify(rebuild=True)
    assert (found.findings, found.versions, found.files) == ([], 2, 4)
    postgresql.run("CREATE SCHEMA modelreg_loading", database=database_of(registry.uri))  # as a killed process does
    store = context_of(registry).store
    assert store.leftovers() == ["modelreg_loading"]
    store.clean_up()
    assert store.leftovers() == []
    registry.close()


def test_it_is_asked_in_sql(postgresql_uri: str) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.versions.register("s3://bucket/model", "m", check_source=False, tags={"a": "1"})
    registry.aliases.set("m", "Champion", 1)
    asked = "SELECT a.alias, v.version FROM aliases a JOIN versions v USING (name, version)"
    assert registry.sql(asked).rows == [("Champion", 1)]
    registry.close()


def test_two_registries_in_one_database(postgresql: Server, tmp_path: Path) -> None:
    uri = registry_in(postgresql.uri(postgresql.make_database()), tmp_path)
    one, other = (jupyter_modelreg.connect(f"{uri}&schema={schema}", actor="ana") for schema in ("one", "other"))
    one.models.create("m")
    assert (one.status().workspace_models, other.status().workspace_models) == (1, 0)
    assert registry_address(other.uri).schema == "other"
    for registry in (one, other):
        registry.close()


def test_a_server_that_is_not_there_and_a_database_that_is_not(postgresql: Server, tmp_path: Path) -> None:
    nobody = jupyter_modelreg.connect(f"modelreg:postgresql://u@127.0.0.1:1/d?files={tmp_path}")
    with pytest.raises(RegistryUnavailable, match=r"cannot be reached: .*refused"):
        nobody.status()
    missing = jupyter_modelreg.connect(registry_in(postgresql.uri("nowhere"), tmp_path))
    with pytest.raises(RegistryUnavailable, match='"nowhere" does not exist'):
        missing.status()


def test_who_may_only_read_can_look(postgresql: Server, postgresql_uri: str) -> None:
    ana = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    ana.models.create("m")
    name = database_of(ana.uri)
    postgresql.run("DROP ROLE IF EXISTS reader", "CREATE USER reader PASSWORD 'r'")
    postgresql.run(
        "GRANT USAGE ON SCHEMA modelreg TO reader",
        "GRANT SELECT ON ALL TABLES IN SCHEMA modelreg TO reader",
        database=name,
    )
    folder = registry_address(ana.uri).path.parent
    reader = jupyter_modelreg.connect(f"modelreg:{postgresql.uri_of('reader', 'r', name)}?files={folder}", actor="r")
    assert [each.name for each in reader.models.search()] == ["m"]
    with pytest.raises(RegistryUnavailable, match="does not let its user do that: permission denied for table"):
        reader.models.create("n")
    ana.close()
    reader.close()


def test_a_restore_keeps_what_was_there_as_another_schema(
    postgresql: Server, postgresql_uri: str, tmp_path: Path
) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.models.create("before")
    registry.maintenance.backup(tmp_path / "b.zip")
    registry.models.create("after")
    other = jupyter_modelreg.connect(postgresql_uri, actor="ben")
    assert len(other.models.search()) == 2
    registry.maintenance.restore(tmp_path / "b.zip", force=True)
    for each in (registry, other):
        assert [model.name for model in each.models.search()] == ["before"]
    schemas = "SELECT nspname FROM pg_namespace WHERE nspname LIKE 'modelreg%' ORDER BY 1"
    found = [name for [name] in postgresql.run(schemas, database=database_of(registry.uri))]
    assert found[0] == "modelreg"
    assert len(found) == 2
    registry.close()
    other.close()
