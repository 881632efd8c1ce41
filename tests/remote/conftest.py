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
    monkeypatch.setattr(signing_in, "_given", {})
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.null.Keyring")


@pytest.fixture
def remote(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The registry of the server, as ana has it."""
    with closing(_connected(team, "ana", team.ana, monkeypatch)) as opened:
        yield opened


@pytest.fixture
def of_ben(team: Team, monkeypatch: pytest.MonkeyPatch) -> Iterator[Registry]:
    """The same as ben has it."""
    with closing(_connected(team, "ben", team.ben, monkeypatch)) as opened:
        yield opened


def _connected(team: Team, user: str, token: str, monkeypatch: pytest.MonkeyPatch) -> Registry:
    monkeypatch.setenv("MODELREG_TOKEN", token)
    opened = jupyter_modelreg.connect(team.url)
    assert opened.actor == user
    return opened
