"""Where a registry is, and who asks."""

from __future__ import annotations

import getpass
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.uri import registry_path


def test_uris_follow_sqlalchemys_slashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert registry_path("modelreg:///a.duckdb") == tmp_path / "a.duckdb"
    assert registry_path("modelreg:////data/a.duckdb") == Path("/data/a.duckdb")
    assert registry_path("sub/a.duckdb") == tmp_path / "sub" / "a.duckdb"


@pytest.mark.parametrize("uri", ["modelreg:", "modelreg://", "modelreg:///", None])
def test_without_a_path_it_is_the_users_own(uri: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert registry_path(uri).name == "registry.duckdb"
    assert registry_path(uri).parent.name == "jupyter_modelreg"


def test_the_environment_names_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{tmp_path}/team.duckdb")
    assert registry_path() == tmp_path / "team.duckdb"
    assert registry_path("modelreg:////x.duckdb") == Path("/x.duckdb")


@pytest.mark.parametrize("uri", ["sqlite:///x.db", "postgresql://host/db", "modelreg://x.duckdb", "modelreg:/x.duckdb"])
def test_other_uris_are_refused_with_the_right_spelling(uri: str) -> None:
    with pytest.raises(InvalidInput, match="is not the URI of a registry") as refused:
        jupyter_modelreg.connect(uri)
    assert "modelreg:///" in str(refused.value.hint)


def test_opening_does_not_touch_the_disk_until_asked(registry_path: Path) -> None:
    registry = jupyter_modelreg.connect(str(registry_path))
    assert not registry_path.exists()
    registry.models.list()
    assert registry_path.exists()


def test_the_actor_is_the_hub_user_else_the_system_user(registry_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert jupyter_modelreg.connect(str(registry_path)).actor == getpass.getuser()
    monkeypatch.setenv("JUPYTERHUB_USER", "ben")
    assert jupyter_modelreg.connect(str(registry_path)).actor == "ben"


def test_the_uri_opens_the_same_registry(registry_path: Path) -> None:
    registry = jupyter_modelreg.connect(str(registry_path))
    registry.models.create("fraud")
    assert jupyter_modelreg.connect(registry.uri).models.get("fraud").name == "fraud"


def test_a_bare_uri_means_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{tmp_path}/team.duckdb")
    assert registry_path("modelreg:") == tmp_path / "team.duckdb"
    monkeypatch.setenv("MODELREG_URI", "modelreg:")
    assert registry_path("modelreg:").name == "registry.duckdb"
