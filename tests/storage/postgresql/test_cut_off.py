"""A restore that is cut off around the moment when the database keeps its rows: rows and files fit, whatever it was."""

from __future__ import annotations

import signal
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.postgresql import replacing
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model
from tests.support.postgresql import Server
from tests.support.processes import run_python

KILLED = """
    import os, sys
    import jupyter_modelreg
    from jupyter_modelreg.storage.postgresql import replacing
    original = getattr(replacing, sys.argv[3], None) or getattr(replacing.Replacement, sys.argv[3])
    def killed(*arguments):
        if sys.argv[4] == "after":
            original(*arguments)
        os.kill(os.getpid(), 9)
    setattr(replacing if hasattr(replacing, sys.argv[3]) else replacing.Replacement, sys.argv[3], killed)
    jupyter_modelreg.connect(sys.argv[1]).maintenance.restore(sys.argv[2], force=True)
"""


@pytest.fixture
def backup(registry: Registry, tmp_path: Path) -> Path:
    """A backup of the registry, in which there is one version more by now."""
    plain_model(tmp_path / "model", 1000)
    registry.versions.register(str(tmp_path / "model"), FRAUD)
    registry.maintenance.backup(tmp_path / "b.zip")
    registry.versions.register(str(tmp_path / "model"), FRAUD)
    return tmp_path / "b.zip"


def check(uri: str, folder: Path, *, restored: bool) -> None:
    """Whoever opens it finds it as it was, or as the backup is, its files with it, and nothing on the way."""
    registry = jupyter_modelreg.connect(uri, actor="ben")
    assert len(registry.versions.list(FRAUD)) == (1 if restored else 2)
    found = registry.maintenance.verify(rebuild=True)
    assert [each for each in found.findings if each.kind != "garbage"] == []
    names = {each.name for each in folder.iterdir() if ".restore-" not in each.name}
    asides = {name for name in names if name.startswith("registry.files.before-")}
    assert (len(asides), names - asides) == (int(restored), {"registry.files"})
    registry.close()


@pytest.mark.parametrize(
    ("method", "when", "restored"),
    [
        ("_write", "before", False),
        ("_forward", "before", False),
        ("_forward", "after", False),
        ("_end", "before", True),
        ("_end", "after", True),
    ],
)
def test_killed(registry: Registry, backup: Path, tmp_path: Path, method: str, when: str, restored: bool) -> None:
    assert run_python(KILLED, registry.uri, backup, method, when).returncode == -signal.SIGKILL
    check(registry.uri, tmp_path / "files", restored=restored)


def test_a_server_that_crashes_before_it_has_kept_the_rows(
    postgresql: Server, registry: Registry, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forward = replacing._forward

    def forward_then_crash(moves: replacing.Moves) -> None:
        forward(moves)
        postgresql.restart("immediate")

    monkeypatch.setattr(replacing, "_forward", forward_then_crash)
    with pytest.raises(RegistryUnavailable, match="cannot be reached"):
        registry.maintenance.restore(backup, force=True)
    monkeypatch.undo()
    check(registry.uri, tmp_path / "files", restored=False)


@pytest.mark.parametrize("known", [True, False])
def test_an_answer_that_is_lost_after_the_rows_were_kept(
    registry: Registry, backup: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, known: bool
) -> None:
    _lose_the_answer(monkeypatch)
    if known:
        registry.maintenance.restore(backup, force=True)
    else:  # it cannot be asked for either: whoever comes next does that
        monkeypatch.setattr(type(_store_of(registry)), "_became", lambda *_: None)
        with pytest.raises(RegistryUnavailable, match="cannot be reached"):
            registry.maintenance.restore(backup, force=True)
        assert (tmp_path / "files" / "registry.replacing").exists()
    monkeypatch.undo()
    check(registry.uri, tmp_path / "files", restored=True)


def _store_of(registry: Registry) -> object:
    return registry._context.store


def _lose_the_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the connection break right after the commit that follows the moves."""
    forward, commit = replacing._forward, sa.Connection.commit
    moved: list[bool] = []

    def commit_then_break(connection: sa.Connection) -> None:
        commit(connection)
        if moved:
            moved.clear()
            connection.connection.dbapi_connection.close()  # type: ignore[union-attr]
            raise sa.exc.OperationalError("COMMIT", {}, psycopg.OperationalError("the connection is lost"))

    def noted(moves: replacing.Moves) -> None:
        forward(moves)
        moved.append(True)

    monkeypatch.setattr(replacing, "_forward", noted)
    monkeypatch.setattr(sa.Connection, "commit", commit_then_break)


def test_one_whose_end_nobody_knows_any_more_is_said(registry: Registry, backup: Path, tmp_path: Path) -> None:
    run_python(KILLED, registry.uri, backup, "_forward", "after")
    marker = tmp_path / "files" / "registry.replacing"
    marker.write_text(marker.read_text().replace('"transaction": "', '"transaction": "99999'))
    another = jupyter_modelreg.connect(registry.uri)
    with pytest.raises(RegistryUnavailable, match=r"a restore was cut short.*registry\.replacing"):
        another.status()
    marker.unlink()
    assert another.maintenance.restore(backup, force=True).uri == registry.uri
    another.close()
