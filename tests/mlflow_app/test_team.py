"""Two users of one server, by MLflow's own client: rights bind, files travel, and nothing else of the server's does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import mlflow
import pytest
import requests
from mlflow import MlflowClient
from mlflow.exceptions import MlflowException

from tests.mlflow_app.conftest import Team, bearer
from tests.support.mlflow_fixtures import mlflow_at
from tests.support.real_models import FITTED, SIGNATURE, X

OPEN, CLOSED = "prod.open.fraud", "prod.closed.fraud"


@contextmanager
def signed_in(team: Team, token: str) -> Iterator[MlflowClient]:
    """MLflow's client as somebody who has a token; nothing of ours is in it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MLFLOW_TRACKING_TOKEN", token)
        # Both, or MLflow keeps to the registry that an earlier test has named.
        with mlflow_at(team.url, team.url) as client:
            yield client


@pytest.fixture(scope="module")
def models(team: Team) -> None:
    """A model that ben may load, and one that he may not see, both logged and registered by ana from afar."""
    with signed_in(team, team.ana) as client:
        mlflow.set_experiment("team")
        with mlflow.start_run():
            logged = mlflow.sklearn.log_model(FITTED, name="fraud", signature=SIGNATURE, pip_requirements=[])
        for name in (OPEN, CLOSED):
            mlflow.register_model(logged.model_uri, name)
            client.set_registered_model_alias(name, "Champion", "1")


@pytest.mark.usefixtures("models")
def test_ben_loads_what_he_may(team: Team) -> None:
    with signed_in(team, team.ben) as client:
        loaded = mlflow.pyfunc.load_model(f"models:/{OPEN}@Champion")
        assert list(loaded.predict(X)) == list(FITTED.predict(X))
        assert client.get_model_version_download_uri(OPEN, "1") == f"mlflow-artifacts:/modelreg/{OPEN}/1"
        assert [found.name for found in client.search_registered_models()] == [OPEN]
    assert [each.actor for each in team.registry.usage.list(OPEN)] == ["ben"]


@pytest.mark.usefixtures("models")
def test_ben_sees_nothing_of_what_is_not_his(team: Team) -> None:
    with signed_in(team, team.ben) as client:
        for call in (
            lambda: client.get_registered_model(CLOSED),
            lambda: client.get_model_version(CLOSED, "1"),
            lambda: client.get_model_version_by_alias(CLOSED, "Champion"),
            lambda: client.get_model_version_download_uri(CLOSED, "1"),
            lambda: mlflow.pyfunc.load_model(f"models:/{CLOSED}@Champion"),
            lambda: client.set_registered_model_alias(OPEN, "Champion", "1"),
            lambda: client.set_registered_model_tag(OPEN, "a", "b"),
            lambda: client.delete_registered_model(OPEN),
            lambda: client.create_registered_model("prod.open.mine"),
            lambda: mlflow.register_model(f"models:/{CLOSED}/1", "prod.open.stolen"),
        ):
            with pytest.raises(MlflowException) as refused:
                call()
            assert refused.value.error_code in ("RESOURCE_DOES_NOT_EXIST", "PERMISSION_DENIED"), refused.value
    assert team.ask("versions.get", team.ben, reference=f"{CLOSED}/1").status_code == 404
    assert team.told("versions.get", team.ana, reference=f"{CLOSED}/1")["version"] == 1


@pytest.mark.usefixtures("models")
@pytest.mark.parametrize("api", ["api", "ajax-api"])
def test_files_are_for_those_who_may_load_them(team: Team, api: str) -> None:
    root = f"{team.url}/{api}/2.0/mlflow-artifacts/artifacts"
    for name, token, status in ((OPEN, team.ben, 200), (CLOSED, team.ben, 404), (CLOSED, team.ana, 200)):
        listed = requests.get(root, params={"path": f"modelreg/{name}/1"}, headers=bearer(token), timeout=30)
        assert listed.status_code == status, listed.text
        sent = requests.get(f"{root}/modelreg/{name}/1/MLmodel", headers=bearer(token), timeout=30)
        assert sent.status_code == status, sent.text
        page = f"{team.url}/model-versions/get-artifact"
        asked = {"name": name, "version": "1", "path": "MLmodel"}
        assert requests.get(page, params=asked, headers=bearer(token), timeout=30).status_code == status
    names = {each["path"]: each for each in listed.json()["files"]}
    assert names["MLmodel"]["file_size"] == len(sent.content)
    part = requests.get(
        f"{root}/modelreg/{OPEN}/1/MLmodel", headers={**bearer(team.ben), "Range": "bytes=3-9"}, timeout=30
    )
    assert (part.status_code, part.content) == (206, sent.content[3:10])


@pytest.mark.usefixtures("models")
def test_nobody_changes_what_the_registry_keeps(team: Team) -> None:
    root = f"{team.url}/api/2.0/mlflow-artifacts/artifacts"
    for method in ("PUT", "DELETE"):
        for path in (f"modelreg/{OPEN}/1/MLmodel", f"./modelreg/{OPEN}/1/MLmodel", f"x/../modelreg/{OPEN}/1/MLmodel"):
            reply = requests.request(method, f"{root}/{path}", data=b"x", headers=bearer(team.ana), timeout=30)
            assert reply.status_code >= 400, (path, reply.text)
    assert team.registry.maintenance.verify().findings == []


@pytest.mark.parametrize(
    "place", ["/etc", "file:///etc", "../..", "http://127.0.0.1:1/x", "s3://bucket/model", "ftp://x/y"]
)
def test_the_server_reads_nothing_else(team: Team, tmp_path: Path, place: str) -> None:
    (tmp_path / "MLmodel").write_text("flavors: {}")
    for source in (place, str(tmp_path)):
        reply = team.ask("versions.register", team.ana, source=source, model="prod.open.read")
        assert reply.status_code == 400, reply.text
        assert "this server has nothing to do with" in reply.json()["error"]["message"]
        preview = team.ask("previews.register", team.ana, source=source, model="prod.open.read")
        assert "MLmodel" not in preview.text
        over_mlflow = requests.post(
            f"{team.url}/api/2.0/mlflow/model-versions/create",
            json={"name": "prod.open.read", "source": source},
            headers=bearer(team.ana),
            timeout=30,
        )
        assert over_mlflow.status_code >= 400, over_mlflow.text
        experiment = requests.post(
            f"{team.url}/api/2.0/mlflow/experiments/create",
            json={"name": f"at {source}", "artifact_location": source},
            headers=bearer(team.ana),
            timeout=30,
        )
        assert experiment.status_code == 400, experiment.text


def test_a_body_that_is_no_json(team: Team) -> None:
    url = f"{team.url}/api/modelreg/models.list"
    for body, status in ((b"{", 400), (b"[]", 400), (b"\xff", 400), (b"[" * 100_000, 400), (b"{}", 200), (b"", 200)):
        reply = requests.post(url, data=body, headers=bearer(team.ana), timeout=30)
        assert reply.status_code == status, reply.text
    too_large = requests.post(url, data=b" " * (16 * 2**20 + 1), headers=bearer(team.ana), timeout=60)
    assert (too_large.status_code, "16,777,216 bytes" in too_large.text) == (400, True)
    assert team.ask("models.nothing", team.ana).status_code == 404
    assert team.ask("users.sign_in", team.ana, name="ben", password="x").status_code == 400


def test_nothing_went_wrong(team: Team) -> None:
    """Last of all: no error that nobody has thought of, and no password or token in the log."""
    said = team.log.read_text()
    assert "Traceback" not in said, said
    assert team.ben not in said
