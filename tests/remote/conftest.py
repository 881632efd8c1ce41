"""One running server for all tests of this folder, and a registry that is at it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.remote import signing_in
from tests.support.mlflow_fixtures import empty_mlflow_db
from tests.support.team import Team, running_team

__all__ = ["empty_mlflow_db"]


@pytest.fixture(scope="session")
def team(tmp_path_factory: pytest.TempPathFactory, empty_mlflow_db: Path) -> Iterator[Team]:
    """`modelreg server` with one worker."""
    with running_team(tmp_path_factory.mktemp("team"), empty_mlflow_db, workers=1) as found:
        yield found


@pytest.fixture(autouse=True)
def nothing_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """No token that an earlier test has typed, or found in a keyring, and no keyring of the developer's."""
    monkeypatch.setattr(signing_in, "_typed", {})
    monkeypatch.setattr(signing_in, "_kept", {})
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def remote(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry of the server, as ana has it."""
    monkeypatch.setenv("MODELREG_TOKEN", team.ana)
    with closing(jupyter_modelreg.connect(team.url)) as opened:
        assert opened.actor == "ana"
        yield opened


@pytest.fixture
def of_ben(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The same as ben has it."""
    monkeypatch.setenv("MODELREG_TOKEN", team.ben)
    with closing(jupyter_modelreg.connect(team.url)) as opened:
        assert opened.actor == "ben"
        yield opened
