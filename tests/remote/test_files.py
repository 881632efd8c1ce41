"""Files go to a server and come from there: by our registry, and by MLflow with our store in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import mlflow
import numpy as np
import pytest
import requests
from mlflow.exceptions import MlflowException

import jupyter_modelreg
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    InvalidInput,
    NotFound,
    PermissionDenied,
    PolicyRefused,
    RegistryUnavailable,
    SourceUnavailable,
)
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.uri import local_path
from tests.support.mlflow_fixtures import mlflow_at
from tests.support.real_models import FITTED, SIGNATURE, X
from tests.support.team import Team, bearer

pytest_plugins = ["tests.support.commands"]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What is fetched is fetched for this test."""
    monkeypatch.setenv("MODELREG_CACHE", str(tmp_path / "cache"))
    return tmp_path / "cache"


def predicted(registry: Registry, reference: str) -> list[float]:
    """What a version makes of one number; the model doubles it."""
    loaded: Any = registry.versions.load(reference)
    return [round(float(each), 6) for each in loaded.predict(np.array([[2.0]]))]


def uploads(team: Team) -> list[str]:
    """The folders that the server has of what was sent to it."""
    listed = requests.get(
        f"{team.url}/api/2.0/mlflow-artifacts/artifacts",
        params={"path": "uploads"},
        headers=bearer(team.ana),
        timeout=30,
    )
    return [each["path"] for each in listed.json().get("files", [])] if listed.ok else []


def test_a_folder_is_sent_and_comes_back(team: Team, remote: Registry, model_folder: Path, tmp_path: Path) -> None:
    before = uploads(team)
    made = remote.versions.register(str(model_folder), "prod.files.fraud", aliases=["Champion"], reason="sent")
    assert (made.managed, made.created_by) == (True, "ana")
    assert uploads(team) == before
    entries = team.registry.versions.files("prod.files.fraud/1")
    assert {each.path for each in entries} == {
        path.relative_to(model_folder).as_posix() for path in model_folder.rglob("*") if path.is_file()
    }
    target = remote.versions.download("prod.files.fraud@Champion", tmp_path / "down")
    for each in entries:
        assert (target / each.path).read_bytes() == (model_folder / each.path).read_bytes()
    assert predicted(remote, "prod.files.fraud@Champion") == predicted(team.registry, "prod.files.fraud/1")
    used = team.registry.usage.list("prod.files.fraud")
    assert [(each.actor, each.alias) for each in used] == [("ana", "Champion")]
    with pytest.raises(AlreadyExists, match="is not empty"):
        remote.versions.download("prod.files.fraud/1", tmp_path / "down")
    assert remote.versions.file("prod.files.fraud/1", "MLmodel").read_text() == (model_folder / "MLmodel").read_text()
    with pytest.raises(NotFound, match="has no file nothing"):
        remote.versions.file("prod.files.fraud/1", "nothing")
    here = local_path(remote.versions.location("prod.files.fraud/1"))
    assert here is not None
    assert str(here) == remote.versions.folder("prod.files.fraud/1")
    assert here.joinpath("MLmodel").is_file()


def test_what_is_refused_leaves_nothing_there(
    team: Team, remote: Registry, of_ben: Registry, unsigned_folder: Path, model_folder: Path, tmp_path: Path
) -> None:
    before = uploads(team)
    with pytest.raises(PolicyRefused, match="signature"):
        remote.versions.register(str(unsigned_folder), "prod.files.unsigned")
    with pytest.raises(PermissionDenied):
        of_ben.versions.register(str(model_folder), "prod.files.stolen")
    with pytest.raises(SourceUnavailable, match="there is no folder"):
        remote.versions.register(str(tmp_path / "nowhere"), "prod.files.none")
    with pytest.raises(InvalidInput, match="MLmodel"):
        remote.versions.register(str(tmp_path), "prod.files.none")
    with pytest.raises(InvalidInput, match="has nothing to do with"):
        remote.versions.register("s3://bucket/model", "prod.files.none")
    assert uploads(team) == before


def test_bytes_that_are_others_are_not_loaded(
    team: Team, remote: Registry, model_folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remote.versions.register(str(model_folder), "prod.files.other")
    real = requests.Response.iter_content

    def changed(reply: requests.Response, size: int) -> Iterator[bytes]:
        for chunk in real(reply, size):
            yield chunk.replace(b"flavors", b"FLAVORS")

    with monkeypatch.context() as on_the_way:
        on_the_way.setattr(requests.Response, "iter_content", changed)
        with pytest.raises(FilesDamaged, match=r"MLmodel of prod\.files\.other/1 is not what was registered"):
            remote.versions.working_copy("prod.files.other/1")
    place = local_path(remote.versions.working_copy("prod.files.other/1"))
    assert place is not None
    assert place.joinpath("MLmodel").read_bytes() == (model_folder / "MLmodel").read_bytes()
    # And what was changed in the cache afterwards is fetched again.
    kept = Path(remote.versions.folder("prod.files.other/1"), "MLmodel")
    kept.chmod(0o644)
    kept.write_text("flavors: {}")
    assert (
        Path(remote.versions.folder("prod.files.other/1"), "MLmodel").read_bytes()
        == place.joinpath("MLmodel").read_bytes()
    )


def test_a_download_that_breaks_off_goes_on(
    remote: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    remote.versions.register(str(model_folder), "prod.files.broken")
    real, asked = requests.Response.iter_content, []

    def breaking(reply: requests.Response, size: int) -> Iterator[bytes]:
        asked.append(reply.request.headers.get("Range"))
        for chunk in real(reply, 40):
            yield chunk
            if asked[-1] is None and "/mlflow-artifacts/" in reply.url:
                raise requests.ConnectionError("gone")

    monkeypatch.setattr(requests.Response, "iter_content", breaking)
    target = remote.versions.download("prod.files.broken/1", tmp_path / "down")
    assert (target / "MLmodel").read_bytes() == (model_folder / "MLmodel").read_bytes()
    assert "bytes=40-" in asked


def test_a_file_that_breaks_off_on_its_way_there_is_sent_again(
    team: Team, remote: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = requests.Session.request
    broken: list[str] = []

    def breaking(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
        if method == "PUT" and len(broken) < most:
            broken.append(url)
            more["data"].read(10)
            raise requests.ConnectionError("gone")
        return real(session, method, url, **more)

    monkeypatch.setattr(requests.Session, "request", breaking)
    most = 2
    remote.versions.register(str(model_folder), "prod.files.again")
    assert len(broken) == 2
    assert team.registry.maintenance.verify("prod.files.again").findings == []
    broken.clear()
    most = 3
    with pytest.raises(SourceUnavailable, match=r"broke off on its way to .*; nothing was registered"):
        remote.versions.register(str(model_folder), "prod.files.again")
    assert team.registry.versions.count("prod.files.again") == 1


def test_what_may_have_been_registered_keeps_its_files(
    team: Team, remote: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, before = requests.Session.request, uploads(team)

    def losing(session: requests.Session, method: str, url: str, **more: Any) -> requests.Response:
        reply = real(session, method, url, **more)
        if url.endswith("/versions.register"):
            raise requests.ConnectionError("gone")
        return reply

    with monkeypatch.context() as on_the_way:
        on_the_way.setattr(requests.Session, "request", losing)
        with pytest.raises(RegistryUnavailable, match="it is not known whether that was done"):
            remote.versions.register(str(model_folder), "lost")
    assert len(uploads(team)) == len(before) + 1
    assert remote.versions.count("lost") == 1
    assert predicted(remote, "lost/1") == [4.0]


def test_a_workspace_model_keeps_its_files_where_they_were_sent(
    team: Team, remote: Registry, model_folder: Path, tmp_path: Path
) -> None:
    made = remote.versions.register(str(model_folder), "iris")
    assert not made.managed
    assert made.source is not None
    assert Path(urlparse(made.source).path).name in uploads(team)
    target = remote.versions.download("iris/1", tmp_path / "down")
    assert (target / "MLmodel").read_bytes() == (model_folder / "MLmodel").read_bytes()
    assert predicted(remote, "iris/1") == [4.0]


def test_what_is_deprecated_is_told_where_it_is_loaded(remote: Registry, model_folder: Path) -> None:
    remote.versions.register(str(model_folder), "prod.files.old")
    remote.deprecations.set("prod.files.old/1", "it is old")
    with pytest.warns(FutureWarning, match="it is old"):
        remote.versions.working_copy("prod.files.old/1")


def test_who_loads_is_noted_with_their_notebook_unless_they_say_no(
    team: Team, remote: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = "prod.files.noted"
    remote.versions.register(str(model_folder), name)
    monkeypatch.setenv("MODELREG_USAGE", "off")
    remote.versions.working_copy(f"{name}/1")
    assert team.registry.usage.list(name) == []
    remote.deprecations.set(f"{name}/1", "not any more")
    with pytest.warns(FutureWarning, match="not any more"):
        remote.versions.working_copy(f"{name}/1")
    monkeypatch.setenv("MODELREG_USAGE", "on")
    monkeypatch.setattr("jupyter_modelreg.connection.notebook", lambda: "scoring.ipynb")
    with pytest.warns(FutureWarning, match="not any more"):
        jupyter_modelreg.connect(team.url).versions.working_copy(f"{name}/1")
    assert [each.notebook for each in team.registry.usage.list(name)] == ["scoring.ipynb"]


@pytest.mark.parametrize("tracked", ["there", "here"])
def test_mlflow_registers_and_loads(
    team: Team, remote: Registry, tracked: str, tmp_path: Path, empty_mlflow_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", team.ana)
    shutil.copy(empty_mlflow_db, tmp_path / "mlflow.db")
    tracking = team.url if tracked == "there" else f"sqlite:///{tmp_path / 'mlflow.db'}"
    name = f"prod.mlflow.{tracked}"
    with mlflow_at(tracking, remote.uri) as client:
        if tracked == "here":
            mlflow.create_experiment("e", artifact_location=(tmp_path / "runs").as_uri())
            mlflow.set_experiment("e")
        with mlflow.start_run():
            logged = mlflow.sklearn.log_model(FITTED, name="fraud", signature=SIGNATURE, pip_requirements=[])
        version = mlflow.register_model(logged.model_uri, name)
        client.set_registered_model_alias(name, "Champion", version.version)
        loaded = mlflow.sklearn.load_model(f"models:/{name}@Champion")
        assert list(loaded.predict(X)) == list(FITTED.predict(X))
        assert client.get_registered_model(name).aliases == {"Champion": 1}
        assert [each.version for each in client.get_registered_model(name).latest_versions] == [1]
        assert [each.name for each in client.search_registered_models(f"name = '{name}'")] == [name]
        with pytest.raises(MlflowException, match="not found") as missing:
            client.get_registered_model("prod.mlflow.nothing")
        assert missing.value.error_code == "RESOURCE_DOES_NOT_EXIST"
    assert team.registry.versions.get(f"{name}/1").managed
    assert [each.alias for each in team.registry.usage.list(name)] == ["Champion"]


def test_a_first_version_that_is_refused_leaves_no_model(
    team: Team, remote: Registry, unsigned_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_TRACKING_TOKEN", team.ana)
    with mlflow_at(team.url, remote.uri), pytest.raises(MlflowException, match="signature"):
        mlflow.register_model(str(unsigned_folder), "prod.mlflow.unsigned")
    with pytest.raises(NotFound):
        team.registry.models.get("prod.mlflow.unsigned")
