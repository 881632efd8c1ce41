"""A registry in PostgreSQL whose files are in S3, from a notebook's side."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts.objects import claims
from jupyter_modelreg.core.errors import FilesDamaged, NotFound, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from tests.support.object_store import Bucket, bucket, object_store
from tests.support.plain_models import plain_model
from tests.support.postgresql import Server
from tests.support.processes import run_python, run_with_registry

__all__ = ["bucket", "object_store"]  # fixtures

MODEL = "prod.team.fraud"


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """From now on this is another machine: nothing has been fetched on it."""

    def become(name: str) -> None:
        monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / name / "cache"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / name / "data"))

    become("first")
    return become


@pytest.fixture
def uri(postgresql: Server, registry_template: str, bucket: Bucket, machine: object) -> str:
    """The URI of an empty registry whose files go into `bucket`."""
    return f"modelreg:{postgresql.uri(postgresql.make_database(registry_template))}&files={bucket.url}"


@pytest.fixture
def stored(uri: str, tmp_path: Path) -> Iterator[Registry]:
    """That registry with version 1 of a model, opened by ana."""
    opened = jupyter_modelreg.connect(uri, actor="ana")
    opened.catalogs.create("prod")
    opened.schemas.create("prod.team")
    plain_model(tmp_path / "model", 1000)
    opened.versions.register(str(tmp_path / "model"), MODEL, aliases=["Champion"])
    yield opened
    opened.close()


def test_what_is_registered_here_is_loaded_elsewhere(
    stored: Registry, bucket: Bucket, machine: Callable[[str], None], tmp_path: Path
) -> None:
    assert stored.uri.endswith(f"files={bucket.url}")
    machine("second")
    elsewhere = jupyter_modelreg.connect(stored.uri, actor="ben")
    folder = Path(elsewhere.versions.working_copy(f"{MODEL}@Champion").removeprefix("file://"))
    assert (folder / "MLmodel").read_bytes() == (tmp_path / "model" / "MLmodel").read_bytes()
    assert elsewhere.versions.file(f"{MODEL}/1", "MLmodel").name == "MLmodel"
    target = elsewhere.versions.download(f"{MODEL}/1", tmp_path / "mine")
    names = {path.name for path in (tmp_path / "model").iterdir()}
    assert {path.name for path in target.iterdir()} == names
    assert elsewhere.status().file_bytes == sum(path.stat().st_size for path in (tmp_path / "model").iterdir())
    elsewhere.maintenance.backup(tmp_path / "b.zip")
    elsewhere.close()
    before = len(bucket.store.requests())
    stored.versions.copy(f"{MODEL}/1", "prod.team.other")
    assert {key.partition("/")[0] for key in bucket.sent(before)} == {"claims", "versions"}
    stored.versions.register(str(tmp_path / "model"), MODEL)
    assert stored.comparisons.compare([f"{MODEL}/1", f"{MODEL}/2"]).unread == []


def test_what_is_purged_makes_room(
    stored: Registry, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model" / "more").write_bytes(b"more")
    stored.versions.register(str(tmp_path / "model"), MODEL)
    objects = bucket.keys("objects")
    stored.versions.delete(f"{MODEL}/2")
    stored.trash.purge()
    assert len(bucket.keys("versions")) == 1
    stored.maintenance.repair()
    assert bucket.keys("objects") == objects  # somebody may be about to name one again
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 25 * 3600)
    assert stored.maintenance.repair().findings == []
    assert len(bucket.keys("objects")) == len(objects) - 1
    assert stored.maintenance.verify().findings == []


def test_a_backup_comes_back(
    stored: Registry, bucket: Bucket, machine: Callable[[str], None], tmp_path: Path, registry_path: Path
) -> None:
    stored.maintenance.backup(tmp_path / "b.zip")
    (tmp_path / "model" / "more").write_bytes(b"more")
    stored.versions.register(str(tmp_path / "model"), MODEL)
    versions = bucket.keys("versions")
    assert len(versions) == 2
    machine("second")
    back = jupyter_modelreg.connect(stored.uri, actor="ana")
    moved = back.maintenance.restore(tmp_path / "b.zip", force=True)
    assert moved.moved_aside is not None
    assert len(bucket.keys("versions")) == 1
    assert len(bucket.keys("aside")) == 2
    found = back.maintenance.verify(rebuild=True)
    assert (found.findings, found.versions) == ([], 1)
    back.versions.working_copy(f"{MODEL}/1")
    back.close()
    file = jupyter_modelreg.connect(str(registry_path), actor="ana")
    file.maintenance.restore(tmp_path / "b.zip")
    file.maintenance.backup(tmp_path / "c.zip")
    assert file.maintenance.verify().findings == []
    file.close()


def test_damage_is_found_and_what_a_dead_process_left_is_put_right(
    stored: Registry, bucket: Bucket, machine: Callable[[str], None], tmp_path: Path
) -> None:
    entry = next(entry for entry in stored.versions.files(f"{MODEL}/1") if entry.path == "MLmodel")
    key = f"{bucket.name}/models/objects/{entry.sha256[:2]}/{entry.sha256}"
    content = bucket.store.files().cat_file(key)
    bucket.store.files().pipe_file(key, content.swapcase())
    [finding] = stored.maintenance.verify().findings
    assert (finding.kind, finding.subject) == ("files", f"{MODEL}/1")
    assert "MLmodel has changed since it was registered" in finding.message
    machine("second")
    elsewhere = jupyter_modelreg.connect(stored.uri, actor="ben")
    with pytest.raises(FilesDamaged, match="MLmodel has changed"):
        elsewhere.versions.working_copy(f"{MODEL}/1")
    elsewhere.close()
    bucket.store.files().pipe_file(key, content)
    bucket.store.files().pipe_file(f"{bucket.name}/models/versions/999.json", b"{}")
    [stray] = stored.maintenance.verify().findings
    assert (stray.kind, stray.subject) == ("unknown", f"{bucket.url}/versions/999.json")


def test_it_is_imported_from_and_exported(
    stored: Registry, machine: Callable[[str], None], tmp_path: Path, registry_path: Path
) -> None:
    machine("second")
    there = jupyter_modelreg.connect(stored.uri, actor="ana")
    assert there.exchange.export_to(tmp_path / "a.zip").versions == 1
    there.close()
    file = jupyter_modelreg.connect(str(registry_path), actor="ana")
    assert file.exchange.import_from(stored.uri).versions.imported == 1
    assert file.maintenance.verify().findings == []
    assert file.versions.files(f"{MODEL}/1") == stored.versions.files(f"{MODEL}/1")
    file.versions.register(str(tmp_path / "model"), MODEL)
    report = stored.exchange.import_from(file.uri)
    assert (report.versions.imported, report.versions.there, report.skipped) == (1, 1, ())
    assert stored.maintenance.verify().findings == []
    file.close()


def test_it_moves_there_and_back(
    uri: str, bucket: Bucket, machine: Callable[[str], None], tmp_path: Path, registry_path: Path
) -> None:
    file = jupyter_modelreg.connect(str(registry_path), actor="ana")
    file.catalogs.create("prod")
    file.schemas.create("prod.team")
    plain_model(tmp_path / "model", 1000)
    for _ in range(2):
        file.versions.register(str(tmp_path / "model"), MODEL)
    moved = file.maintenance.move_to(uri)
    assert (moved.versions, moved.files, moved.brought) == (2, 4, 2)  # both have the same two files
    assert bucket.keys("aside") == []
    machine("second")
    there = jupyter_modelreg.connect(uri, actor="ana")
    found = there.maintenance.verify(rebuild=True)
    assert (found.findings, found.versions) == ([], 2)
    there.versions.working_copy(f"{MODEL}/2")
    back = there.maintenance.move_to(str(tmp_path / "back.duckdb"))
    assert back.brought == 4
    file.close()
    there.close()
    home = jupyter_modelreg.connect(str(tmp_path / "back.duckdb"), actor="ana")
    assert home.maintenance.verify(rebuild=True).findings == []
    home.close()


def test_a_move_that_was_killed_when_its_files_were_there_goes_on(
    uri: str, bucket: Bucket, tmp_path: Path, registry_path: Path
) -> None:
    file = jupyter_modelreg.connect(str(registry_path), actor="ana")
    plain_model(tmp_path / "model", 1000)
    file.versions.register(str(tmp_path / "model"), MODEL)
    file.close()
    code = """
        from jupyter_modelreg.storage.postgresql import store
        store.put_in_place = lambda *_: os.kill(os.getpid(), 9)
        reg.maintenance.move_to(sys.argv[2])
    """
    assert run_with_registry(code, registry_path, uri).returncode == -signal.SIGKILL
    assert bucket.keys("versions") != []
    moved = file.maintenance.move_to(uri)
    assert moved.brought == 0
    there = jupyter_modelreg.connect(uri, actor="ana")
    assert there.maintenance.verify(rebuild=True).findings == []
    there.close()
    file.close()


def test_a_store_that_is_away(
    stored: Registry, machine: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_S3_ENDPOINT_URL", "http://127.0.0.1:1")
    here = jupyter_modelreg.connect(stored.uri, actor="ana")
    here.versions.working_copy(f"{MODEL}@Champion")  # it has been here since it was registered
    with pytest.raises(RegistryUnavailable, match="cannot keep model files in s3://"):
        here.versions.register(str(tmp_path / "model"), MODEL)
    with pytest.raises(NotFound):
        here.versions.get(f"{MODEL}/2")
    here.close()


def test_a_process_that_is_killed_at_registering(
    stored: Registry, bucket: Bucket, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "model" / "more").write_bytes(b"more")
    killed = run_python(
        """
        import os, sys, jupyter_modelreg
        from jupyter_modelreg.artifacts.objects.remote import Remote
        Remote.send = lambda *_: os.kill(os.getpid(), 9)
        jupyter_modelreg.connect(sys.argv[1], actor="ben").versions.register(sys.argv[2], sys.argv[3])
        """,
        stored.uri,
        tmp_path / "model",
        MODEL,
    )
    assert killed.returncode == -9
    assert stored.maintenance.verify().registering == 1
    monkeypatch.setattr(claims, "DEAD", 0.0)
    [finding] = stored.maintenance.repair().findings
    assert (finding.kind, finding.subject, finding.mended) == ("stuck", f"{MODEL}/2", True)
    assert stored.versions.get(f"{MODEL}/2").status == "FAILED_REGISTRATION"
    assert len(bucket.keys("versions")) == 1
    assert stored.versions.register(str(tmp_path / "model"), MODEL).version == 3
    assert stored.maintenance.verify().findings == []
