"""Every command on a registry at a server: it does there what it does here, or says that it has to be run there."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.commands.group import run
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.registry import Registry
from tests.commands.test_group import LINES, NAMES
from tests.support.commands import Do, RecordingHost
from tests.support.names import FRAUD
from tests.support.served import TOKEN, Served, serving

pytest_plugins = ["tests.support.commands"]

# What is not done by way of a server, and why. A new command has a line in LINES, or is one of these.
THERE = {
    "sql": "DuckDB opens the registry's file, and whatever files of that machine a statement names",
    "backup": "the file would be written on the machine of the server",
    "move-to": "it takes the registry away from under its server",
    "import": "what is imported would be a file or an address of the server's",
    "export": "the archive would be written on the machine of the server",
    "server": "it is one",
}
# Lines of a command that is otherwise done.
LINES_THERE = {"restore": ["backup {new}", "restore {new} --force --yes"]}
WITHOUT_LINES = {"connect", "refresh"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(tmp_path_factory.mktemp("artifacts")) as found:
        yield found


@pytest.fixture
def registry_there(registry_path: Path, served: Served) -> Iterator[Registry]:
    """The registry that is served, opened in the server's place."""
    with closing(jupyter_modelreg.connect(str(registry_path), actor="ana")) as opened:
        served.shown = opened
        yield opened


@pytest.fixture
def session(
    registry_there: Registry, served: Served, host: RecordingHost, monkeypatch: pytest.MonkeyPatch
) -> Iterator[CommandSession]:
    """A session on the registry at the server, for ana; all fixtures of the commands go by it."""
    monkeypatch.setenv("MODELREG_TOKEN", TOKEN)
    opened = CommandSession(jupyter_modelreg.connect, host, served.url)
    yield opened
    opened.close()


def test_every_command_has_decided() -> None:
    assert set(NAMES) == set(LINES) | set(THERE) | WITHOUT_LINES


@pytest.mark.parametrize("name", [name for name in NAMES if name in LINES and name not in THERE])
def test_a_command_does_there_what_it_does_here(
    do: Do, stocked: Registry, name: str, model_folder: Path, tmp_path: Path
) -> None:
    assert stocked.uri.startswith("modelreg:http")
    document = tmp_path / "document.yml"
    document.write_text("groups: {analysts: [ben]}")
    paths: dict[str, object] = {"model": model_folder, "new": tmp_path / "new"}
    for line in LINES[name]:
        written = line.format(**paths, document=document, made=paths.get("id"))
        if line in LINES_THERE.get(name, ()):
            with pytest.raises(InvalidState, match="has to be run where the registry is"):
                do(written)
            continue
        made = do(written)
        assert made.text(80, 0, False)
        made.to_json()
        paths["id"] = made.rows[0].get("id") if made.rows else None


@pytest.mark.parametrize("name", sorted(set(THERE) - {"server"}))
def test_a_command_says_that_it_has_to_be_run_there(do: Do, stocked: Registry, name: str, tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"")
    for line in LINES[name]:
        with pytest.raises(InvalidState) as refused:
            do(line.format(new=tmp_path / "new", archive=tmp_path / "archive"))
        assert "has to be run where the registry is, and not by way of its server" in refused.value.message
        assert refused.value.hint


def test_connecting_says_where_one_is(session: CommandSession, do: Do, host: RecordingHost, served: Served) -> None:
    shown = do(f"connect {served.url}")
    assert f"modelreg:{served.url}" in shown.text(200, 0, False)
    assert host.connections == [f"modelreg:{served.url}"]
    assert TOKEN not in shown.text(200, 0, False) + repr(session.registry)
    assert do("use prod.ml_team --json") is not None if session.registry.models.list() else True


def test_one_command_on_another_registry(do: Do, stocked: Registry, served: Served, host: RecordingHost) -> None:
    here = CommandSession(lambda uri: jupyter_modelreg.connect(uri), host)
    shown = run(shlex.split(f"--registry modelreg:{served.url} models"), here, "modelreg")
    assert FRAUD in shown.text(200, 0, False)
