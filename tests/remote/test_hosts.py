"""The hosts on a registry at a server: a shell, a notebook, a widget. The sidebar is in `tests/server`."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import mlflow
import pytest
from IPython.core.interactiveshell import InteractiveShell
from IPython.utils.capture import capture_output

import jupyter_modelreg
from jupyter_modelreg import cli
from jupyter_modelreg.api.dispatch import answer
from jupyter_modelreg.core.errors import PermissionDenied
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.magics import NotebookHost
from jupyter_modelreg.recent import recent_registries
from jupyter_modelreg.widget import ExplorerWidget
from tests.support.shells import real_shell
from tests.support.team import Team


@pytest.fixture
def shell(monkeypatch: pytest.MonkeyPatch) -> Iterator[InteractiveShell]:
    """A shell with the extension loaded; what connecting sets for MLflow ends with the test."""
    for name in ("MODELREG_URI", "MLFLOW_REGISTRY_URI"):
        monkeypatch.setenv(name, "")
        os.environ.pop(name)
    with real_shell() as opened:
        yield opened


def test_a_shell_connects_and_goes_on(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODELREG_TOKEN", team.ana)
    assert cli.main(["connect", team.url]) == 0
    assert cli.main(["create", "model", "prod.shell.fraud", "-m", "from a shell"]) == 0
    assert cli.main(["show", "prod.shell.fraud", "--json"]) == 0
    out, err = capsys.readouterr()
    assert json.loads(out[out.index("{\n") :])["name"] == "prod.shell.fraud"
    place = cli.state_path()
    assert place is not None
    state = place.read_text()
    assert json.loads(state)["registry"] == f"modelreg:{team.url}"
    assert team.ana not in state + out + err
    assert cli.main(["--registry", str(team.folder / "nothing.duckdb"), "models"]) == 0
    assert "prod.shell.fraud" not in capsys.readouterr().out


def test_a_shell_without_a_token(team: Team, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["--registry", team.url, "models"]) == 1
    _, err = capsys.readouterr()
    assert err.startswith(f"error: {team.url} asks who you are, and there is no token to show it\n")
    assert "MODELREG_TOKEN" in err


def test_a_shell_makes_no_server_of_it(
    team: Team, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MODELREG_TOKEN", team.ana)
    assert cli.main(["--registry", team.url, "server"]) == 1
    assert "a server opens its registry itself" in capsys.readouterr().err
    assert cli.main(["--registry", str(team.folder / "other.duckdb"), "import", f"modelreg:{team.url}"]) == 1
    assert "is a server, and this takes a registry that is opened here" in capsys.readouterr().err


def test_a_notebook_connects_and_mlflow_goes_along(
    team: Team, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MODELREG_TOKEN", team.ana)
    with capture_output():
        connected = shell.run_cell(f"%modelreg connect {team.url}").result
    assert f"modelreg:{team.url}" in repr(connected)
    assert mlflow.get_registry_uri() == os.environ["MODELREG_URI"] == f"modelreg:{team.url}"
    assert recent_registries()[0].uri == f"modelreg:{team.url}"
    mlflow.set_registry_uri(None)
    shell.run_cell("%modelreg create model prod.cells.fraud")
    assert jupyter_modelreg.connect().models.get("prod.cells.fraud").created_by == "ana"
    completed = shell.complete("fraud", "%modelreg show prod.cells.f", len("%modelreg show prod.cells.f"))[1]
    assert "prod.cells.fraud" in completed


def test_a_notebook_asks_for_the_token_when_a_command_needs_it(
    team: Team, shell: InteractiveShell, monkeypatch: pytest.MonkeyPatch
) -> None:
    questions: list[str] = []

    def secret(_: NotebookHost, question: str) -> str | None:
        questions.append(question)
        return team.ben

    monkeypatch.setattr(NotebookHost, "secret", secret)
    monkeypatch.setenv("MODELREG_URI", team.url)
    line = "%modelreg show prod."
    shell.complete("prod.", line, len(line))
    assert questions == []  # nobody is asked by the Tab key
    with capture_output():
        shell.run_cell("who = %modelreg whoami")
    assert questions == [f"Token for {team.url}, kept in the keyring: "]
    with capture_output():
        shell.run_cell("%modelreg models")
    assert len(questions) == 1


def test_a_widget_shows_it(remote: Registry, of_ben: Registry) -> None:
    remote.models.create("prod.open.shown", tags={"team": "risk"})
    widget = ExplorerWidget(remote, "prod.open")
    assert "prod.open" in json.dumps(widget.get_state(), default=str)
    for message, result in (
        ({"id": 1, "op": "models.list", "params": {"namespace": "prod.open"}}, "prod.open.shown"),
        ({"id": 2, "op": "registry.resolve", "params": {"name": "prod.open.shown"}}, "prod.open.shown"),
        ({"id": 3, "op": "history.told", "params": {"reference": "prod.open.shown"}}, "model.created"),
    ):
        told = answer(remote, message)
        assert told["ok"], told
        assert result in json.dumps(told)
    changed = answer(
        remote, {"id": 4, "op": "models.describe", "params": {"name": "prod.open.shown", "description": "x"}}
    )
    assert isinstance(changed["unit"], int)
    refused = answer(of_ben, {"id": 5, "op": "models.delete", "params": {"name": "prod.open.shown"}})
    assert refused["error"]["code"] == "PERMISSION_DENIED"  # type: ignore[index, call-overload]


def test_what_is_signed_in_as_somebody_else_is_not(of_ben: Registry) -> None:
    with pytest.raises(PermissionDenied):
        of_ben.users.list()
