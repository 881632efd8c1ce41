"""Connecting to a registry in PostgreSQL: from other processes, and after another one has changed its tables."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryBusy, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.postgresql.engine import PostgreSQLEngine
from tests.support.contexts import context_of
from tests.support.postgresql import Server, database_of

WORKER = """
import pickle, sys
import jupyter_modelreg
registry = pickle.load(sys.stdin.buffer)
try:
    print([each.name for each in registry.models.search()], registry.actor)
except jupyter_modelreg.RegistryError as error:
    print(error.message, error.hint, sep="\\n")
"""


def test_a_worker_needs_the_password_from_elsewhere(postgresql: Server, tmp_path: Path) -> None:
    postgresql.run("DROP ROLE IF EXISTS worker", "CREATE USER worker PASSWORD 's3cret'")
    name = postgresql.make_database()
    postgresql.run(f"GRANT CREATE ON DATABASE {name} TO worker")
    registry = jupyter_modelreg.connect(
        f"modelreg:{postgresql.uri_of('worker', 's3cret', name)}?files={tmp_path}", actor="ana"
    )
    registry.models.create("m")
    parcel = pickle.dumps(registry)
    assert b"s3cret" not in parcel
    assert [each.name for each in pickle.loads(parcel).models.search()] == ["m"]  # in this process it is known
    said = []
    for environment in ({}, {"PGPASSWORD": "s3cret"}):
        done = subprocess.run(
            [sys.executable, "-c", WORKER],
            input=parcel,
            capture_output=True,
            check=True,
            env={**os.environ, **environment},
        )
        said.append(done.stdout.decode().splitlines())
    assert said[0] == [
        f"{registry.uri} asks for a password, and this process has none",
        "set PGPASSWORD or fill ~/.pgpass: a password in a URI stays in the process that was given it",
    ]
    assert said[1] == ["['m'] ana"]
    registry.close()


@pytest.mark.parametrize(
    ("done", "taken_back"),
    [
        (
            "INSERT INTO modelreg.migrations VALUES ('of_tomorrow', 0)",
            "DELETE FROM modelreg.migrations WHERE applied_at = 0",
        ),
        (
            "ALTER TABLE modelreg.events RENAME seq TO number; INSERT INTO modelreg.migrations VALUES ('renamed', 0)",
            "ALTER TABLE modelreg.events RENAME number TO seq; DELETE FROM modelreg.migrations WHERE applied_at = 0",
        ),
    ],
)
def test_an_older_process_notices_that_a_newer_one_has_changed_the_tables(
    postgresql: Server, postgresql_uri: str, done: str, taken_back: str
) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.models.create("m")
    database = database_of(postgresql_uri)
    postgresql.run(done, database=database)
    for call in (registry.status, lambda: registry.models.create("n")):
        with pytest.raises(RegistryUnavailable, match="was written by a newer jupyter_modelreg") as refused:
            call()
        assert refused.value.hint == "upgrade with: pip install -U jupyter_modelreg"
    postgresql.run(taken_back, database=database)
    registry.models.create("n")
    assert [each.name for each in registry.models.search()] == ["m", "n"]
    registry.close()


def test_tables_that_an_older_process_has_put_in_place_are_brought_up_to_date(
    postgresql: Server, postgresql_uri: str
) -> None:
    registry = jupyter_modelreg.connect(postgresql_uri, actor="ana")
    registry.models.create("m")
    older = ("ALTER TABLE modelreg.registry DROP moved_to", "DELETE FROM modelreg.migrations WHERE name = 'moves'")
    postgresql.run(*older, database=database_of(postgresql_uri))
    registry.models.create("n")
    with context_of(registry).store.read() as tx:
        assert tx.root.get().moved_to is None
    registry.close()


@pytest.fixture
def two(postgresql_uri: str) -> Iterator[tuple[Registry, Registry]]:
    """The same registry, opened twice, as two processes have it, with two versions and an alias."""
    both = jupyter_modelreg.connect(postgresql_uri, actor="ana"), jupyter_modelreg.connect(postgresql_uri, actor="ben")
    for _ in range(2):
        both[0].versions.register("s3://bucket/x", "m", check_source=False, create_model=True)
    both[0].aliases.set("m", "champion", 1)
    yield both
    for each in both:
        each.close()


def test_what_is_known_takes_one_small_question(
    two: tuple[Registry, Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    registry, other = two
    asked: list[str] = []
    ask = PostgreSQLEngine.ask

    def noting(engine: PostgreSQLEngine, sql: str, parameters: Sequence[object]) -> list[tuple[Any, ...]]:
        asked.append(sql)
        return ask(engine, sql, parameters)

    monkeypatch.setattr(PostgreSQLEngine, "ask", noting)
    assert registry.aliases.get("m", "champion").version == 1
    for look in (lambda: registry.aliases.get("m", "champion"), lambda: registry.versions.get("m/1")):
        asked.clear()
        assert look().version == 1
        assert len(asked) == 1
    # Whatever somebody else does, it is asked for again.
    other.aliases.set("m", "champion", 2)
    assert registry.aliases.get("m", "champion").version == 2
    # Of what the process itself does, it knows what became of it.
    registry.aliases.set("m", "champion", 1)
    asked.clear()
    assert registry.aliases.get("m", "champion").version == 1
    assert len(asked) == 1


def test_a_server_that_was_restarted_in_between(two: tuple[Registry, Registry], postgresql: Server) -> None:
    registry, other = two
    for mode in ("fast", "immediate"):
        assert registry.aliases.get("m", "champion").version == 1
        postgresql.restart(mode)
        registry.tags.set("m", {"restarted": mode})
        assert other.models.get("m").tags == {"restarted": mode}
        assert registry.status().versions == 2


def test_threads_take_turns_and_wait_no_longer_than_others(
    two: tuple[Registry, Registry], monkeypatch: pytest.MonkeyPatch
) -> None:
    store = context_of(two[0]).store
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.2")
    with store.write(), ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(lambda: store.write().__enter__())
        with pytest.raises(RegistryBusy, match=rf"being written by modelreg: .*{os.getpid()} for longer than 0.2 s"):
            waiting.result()
    with store.write() as tx:
        assert tx.models.get("m") is not None
