"""Push to a server and pull from one: what comes is what is lacking, by the rights of whose token it is."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput, PermissionDenied, RegistryUnavailable, SourceUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.remote import sending
from tests.support.team import Team

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is fetched is fetched for this test."""
    monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    """A model of the test's own: the server is that of all of them."""
    return f"prod.sync.{request.node.name.partition('[')[0].removeprefix('test_')}"


@pytest.fixture
def laptop(
    tmp_path: Path, model_folder: Path, name: str, team: Team, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Registry]:
    """Ana's own, with two versions, one of them with a program and an empty folder."""
    monkeypatch.setenv("MODELREG_TOKEN", team.ana)
    with closing(jupyter_modelreg.connect(str(tmp_path / "laptop.duckdb"), actor="ana")) as opened:
        folder = tmp_path / "with_program"
        shutil.copytree(model_folder, folder)
        (folder / "test.txt").write_text(name)  # so that the server has no such files from another test
        opened.versions.register(str(folder), name, aliases=["Champion"], description="the first")
        program = folder / "run.sh"
        program.write_text("#!/bin/sh\n")
        program.chmod(program.stat().st_mode | stat.S_IXUSR)
        (folder / "empty").mkdir()
        opened.versions.register(str(folder), name)
        yield opened


def test_what_is_pushed_is_there_and_comes_back(
    laptop: Registry, team: Team, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = laptop.sync.push(team.url, [name])
    assert (report.models.imported, report.versions.imported, report.skipped) == (1, 2, [])
    assert team.registry.versions.get(f"{name}@Champion").description == "the first"
    for number in (1, 2):
        assert team.registry.versions.files(f"{name}/{number}") == laptop.versions.files(f"{name}/{number}")
        assert (
            team.registry.versions.get(f"{name}/{number}").created_at
            == laptop.versions.get(f"{name}/{number}").created_at
        )
    monkeypatch.setattr(sending.Upload, "put", lambda *_: pytest.fail("what is there is not sent again"))
    before = team.registry.history.last()
    again = laptop.sync.push(team.url, [name])
    assert (again.versions.imported, team.registry.history.last()) == (0, before)
    with closing(jupyter_modelreg.connect(str(tmp_path / "other.duckdb"), actor="ana")) as other:
        assert other.sync.pull(team.url, [name]).versions.imported == 2
        assert other.versions.files(f"{name}/2") == laptop.versions.files(f"{name}/2")
        assert other.models.get(name).aliases == {"Champion": 1}
        assert not other.maintenance.verify().findings
        team.registry.aliases.set(name, "Champion", 2, reason="better")
        other.tags.set(name, {"seen": "yes"})
        assert [each.name for each in other.sync.pull(team.url, [name]).applied] == [f"{name}@Champion"]
        assert [each.name for each in other.sync.push(team.url, [name]).applied] == [f"{name} tag seen"]


def test_a_server_pushes_and_pulls_by_way_of_this_machine(
    laptop: Registry, team: Team, name: str, remote: Registry, tmp_path: Path
) -> None:
    assert remote.sync.pull(laptop.uri, [name]).versions.imported == 2
    file = str(tmp_path / "third.duckdb")
    assert remote.sync.push(file, [name]).versions.imported == 2
    with closing(jupyter_modelreg.connect(file)) as third:
        assert third.models.get(name).aliases == {"Champion": 1}
    remote.aliases.set(name, "Champion", 2)
    laptop.aliases.remove(name, "Champion")
    [conflict] = remote.sync.pull(laptop.uri, [name]).open
    assert (conflict.sent, conflict.received) == (None, "2")
    remote.sync.pull(laptop.uri, [name], prefer="theirs")
    assert remote.models.get(name).aliases == {}
    undone = team.registry.history.recent(actions=["registry.synced"], limit=1)[0]
    assert undone.actor == "ana"


def test_rights_bind(laptop: Registry, team: Team, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODELREG_TOKEN", team.ben)
    before = team.registry.history.last()
    report = laptop.sync.push(team.url, [name])
    assert report.models.imported == 0
    assert "ben lacks" in report.skipped[0].why
    monkeypatch.setenv("MODELREG_TOKEN", team.looker)
    with pytest.raises(SourceUnavailable, match="your token is for looking only"):
        laptop.sync.push(team.url, [name])
    monkeypatch.setenv("MODELREG_TOKEN", "mreg_nobody")
    with pytest.raises(PermissionDenied, match="token"):
        laptop.sync.push(team.url, [name])
    assert team.registry.history.last() == before


def test_a_push_that_is_cut_off_goes_on(
    laptop: Registry, team: Team, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put, sent = sending.Upload.put, list[str]()

    def cut_off(upload: sending.Upload, path: str, *more: object) -> None:
        sent.append(path)
        if path == "run.sh":
            raise RegistryUnavailable("the line is dead")
        put(upload, path, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(sending.Upload, "put", cut_off)
    with pytest.raises(RegistryUnavailable, match="the line is dead"):
        laptop.sync.push(team.url, [name])
    assert [each.version for each in team.registry.versions.list(name)] == [1]
    monkeypatch.setattr(sending.Upload, "put", put)
    report = laptop.sync.push(team.url, [name])
    assert (report.versions.imported, report.versions.there) == (1, 1)
    assert team.registry.models.get(name).aliases == {"Champion": 1}
    assert laptop.sync.push(team.url, [name]).versions.imported == 0


def test_bytes_that_are_not_what_was_said_are_refused(laptop: Registry, team: Team, name: str) -> None:
    """What was registered is compared with what has come, whoever sends it."""
    file = Path(laptop.versions.folder(f"{name}/1")) / "MLmodel"
    file.chmod(0o644)
    file.write_text(file.read_text() + "\n# altered\n")
    report = laptop.sync.push(team.url, [name])
    assert report.versions.imported == 1
    assert "are not what they were" in report.skipped[0].why
    assert team.registry.versions.get(f"{name}/1").status != "READY"


def test_a_server_opens_no_registry_for_its_callers(team: Team) -> None:
    for operation, given in (("sync.pull", {"source": "/etc/passwd"}), ("sync.push", {"target": "/tmp/new.duckdb"})):
        reply = team.ask(operation, team.ana, **given)
        assert reply.json()["error"]["code"] == InvalidInput.code, reply.text
    assert not Path("/tmp/new.duckdb").exists()
