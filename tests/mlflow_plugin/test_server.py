"""`mlflow server` over a registry, with its default number of workers, while this process uses the same file."""

from __future__ import annotations

import shutil
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import mlflow
import pandas as pd
import pytest
import requests
from mlflow import MlflowClient

import jupyter_modelreg
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from tests.support.mlflow_fixtures import server_of
from tests.support.mlflow_models import SIGNATURE, refused
from tests.support.processes import free_port
from tests.support.webhook_receiver import Receiver, receiving

pytestmark = [pytest.mark.xdist_group("mlflow_server"), pytest.mark.timeout(300)]

DEFAULT_WORKERS = 4  # MLflow: `mlflow server --help`


@dataclass(frozen=True)
class Server:
    """A running server, the registry file it shares with us, and where its webhooks go."""

    url: str
    registry: Registry
    receiver: Receiver
    log: Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, empty_mlflow_db: Path) -> Iterator[Server]:
    """The server of all these tests."""
    folder = tmp_path_factory.mktemp("server")
    shutil.copy(empty_mlflow_db, folder / "tracking.db")
    uri = f"modelreg:///{folder / 'registry.duckdb'}"
    port = free_port()
    command = [sys.executable, "-m", "mlflow", "server", "--host", "127.0.0.1", "--port", str(port)]
    command += ["--backend-store-uri", f"sqlite:///{folder / 'tracking.db'}", "--registry-store-uri", uri]
    command += ["--artifacts-destination", str(folder / "artifacts")]
    webhooks = {
        "MLFLOW_WEBHOOK_ALLOWED_SCHEMES": "http,https",
        "MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS": "true",
        "MLFLOW_WEBHOOK_CACHE_TTL": "1",
    }
    with receiving() as receiver, server_of(command, folder, workers=DEFAULT_WORKERS, **webhooks) as log:
        url = f"http://127.0.0.1:{port}"
        assert requests.get(f"{url}/health", timeout=30).ok
        registry = jupyter_modelreg.connect(uri, actor="ana")
        yield Server(url, registry, receiver, log)
        registry.close()


@pytest.fixture
def client(server: Server) -> Iterator[MlflowClient]:
    """MLflow's client, talking HTTP to the server for tracking and registry alike."""
    before = mlflow.get_tracking_uri()
    mlflow.set_tracking_uri(server.url)
    mlflow.set_registry_uri(server.url)
    yield MlflowClient()
    mlflow.set_registry_uri(None)
    mlflow.set_tracking_uri(before)


class Doubling(mlflow.pyfunc.PythonModel):
    """A model that is quick to log."""

    def predict(self, context, model_input, params=None):  # type: ignore[no-untyped-def]
        return (model_input["amount"] * 2).round().astype("int64")


def test_what_there_is_to_register_over_rest(server: Server, client: MlflowClient) -> None:
    where = client.create_experiment("to choose from")
    with mlflow.start_run(experiment_id=where, run_name="morning") as run:
        mlflow.create_external_model("listed", experiment_id=where)
    (model,) = server.registry.tracking.logged_models("MORNING", limit=5)
    assert (model.name, model.run_id, model.run_name) == ("listed", run.info.run_id, "morning")
    assert (model.experiment, model.has_signature) == ("to choose from", None)
    (found,) = server.registry.tracking.runs("morn")
    assert found == server.registry.tracking.run(run.info.run_id)
    assert found.url == f"{server.url}/#/experiments/{where}/runs/{run.info.run_id}"
    page = requests.get(str(found.url).partition("#")[0], timeout=30)
    assert page.ok
    with pytest.raises(NotFound, match=f"{server.url} knows no run 0000"):
        server.registry.tracking.run("0000")


def test_a_models_life_over_rest(server: Server, client: MlflowClient) -> None:
    created = client.create_registered_model("rest_model", {"task": "ranking"}, "text")
    assert (created.name, created.tags, created.description) == ("rest_model", {"task": "ranking"}, "text")
    for number in (1, 2):
        version = client.create_model_version("rest_model", "s3://bucket/model", tags={"n": str(number)})
        assert (int(version.version), version.status) == (number, "READY")
    client.set_registered_model_alias("rest_model", "Champion", "1")
    client.transition_model_version_stage("rest_model", "2", "Staging")
    client.update_model_version("rest_model", "2", "newer")
    assert client.get_model_version_by_alias("rest_model", "Champion").version == "1"
    (found,) = client.search_registered_models("tags.task = 'ranking'")
    assert found.aliases == {"Champion": "1"}
    assert {version.version: list(version.aliases) for version in found.latest_versions} == {"1": ["Champion"], "2": []}
    numbers = [version.version for version in client.search_model_versions("name = 'rest_model'", order_by=["name"])]
    assert numbers == ["2", "1"]
    assert client.get_model_version_download_uri("rest_model", "1") == "s3://bucket/model"

    mine = server.registry.versions.get("rest_model@Champion")
    assert (mine.version, dict(mine.tags)) == (1, {"n": "1"})
    server.registry.aliases.set("rest_model", "Champion", 2)
    assert client.get_model_version_by_alias("rest_model", "Champion").version == "2"


def test_errors_over_rest(client: MlflowClient) -> None:
    client.create_registered_model("rest_errors")
    with refused("RESOURCE_ALREADY_EXISTS"):
        client.create_registered_model("rest_errors")
    with refused("RESOURCE_DOES_NOT_EXIST", r"name=rest_erors not found\nHint: did you mean rest_errors\?"):
        client.get_registered_model("rest_erors")
    with refused("INVALID_PARAMETER_VALUE", "reserved"):
        client.set_registered_model_alias("rest_errors", "latest", "1")
    with refused("INVALID_PARAMETER_VALUE"):
        client.search_model_versions("name = 'a' OR")


def test_a_governed_model_logged_and_loaded_through_the_server(server: Server, client: MlflowClient) -> None:
    mlflow.set_experiment("server")
    name = "prod.ml_team.doubling"
    with mlflow.start_run() as run:
        logged = mlflow.pyfunc.log_model(
            name="model", python_model=Doubling(), signature=SIGNATURE, pip_requirements=[]
        )
    assert logged.model_id
    version = mlflow.register_model(f"runs:/{run.info.run_id}/model", name)
    assert (version.version, version.status, version.run_id) == ("1", "READY", run.info.run_id)
    client.set_registered_model_alias(name, "Champion", "1")
    loaded = mlflow.pyfunc.load_model(f"models:/{name}@Champion")
    assert list(loaded.predict(pd.DataFrame({"amount": [1.0, 2.5]}))) == [2, 5]
    kept = server.registry.versions.get(f"{name}/1")
    assert (kept.managed, kept.logged_model_id, kept.run_id) == (True, logged.model_id, run.info.run_id)
    copied = client.copy_model_version(f"models:/{name}@Champion", "live.ml_team.doubling")
    assert copied.version == "1"
    with refused("INVALID_PARAMETER_VALUE", "no stages"):
        client.transition_model_version_stage(name, "1", "Production")


def test_prompts_over_rest(client: MlflowClient) -> None:
    mlflow.genai.register_prompt("rest_prompt", "Hello {{name}}")
    mlflow.genai.set_prompt_alias("rest_prompt", "production", 1)
    assert mlflow.genai.load_prompt("prompts:/rest_prompt@production").format(name="Ana") == "Hello Ana"


def test_the_web_page_answers(server: Server) -> None:
    page = requests.get(server.url, timeout=30)
    assert page.status_code == 200
    assert "<html" in page.text.lower()
    path = "ajax-api/2.0/mlflow/registered-models/search"
    listed = requests.get(f"{server.url}/{path}", params={"max_results": 5}, timeout=30)
    assert listed.status_code == 200


def test_webhooks_are_delivered(server: Server, client: MlflowClient) -> None:
    events = ["registered_model.created", "model_version_alias.created"]
    hook = client.create_webhook("hook", server.receiver.url, events, secret="s3cret")
    time.sleep(1.5)  # what a worker knew of webhooks before lasts for a second
    client.create_registered_model("hooked")
    client.create_model_version("hooked", "s3://bucket/model")
    client.set_registered_model_alias("hooked", "Champion", "1")
    first, second = sorted(server.receiver.wait_for(2), key=lambda delivery: delivery.event)
    assert (first.event, first.data["alias"], first.data["name"]) == (
        "model_version_alias.created",
        "Champion",
        "hooked",
    )
    assert (second.event, second.data["name"]) == ("registered_model.created", "hooked")
    assert first.signed_with("s3cret")
    assert second.signed_with("s3cret")
    assert client.test_webhook(hook.webhook_id).success
    client.delete_webhook(hook.webhook_id)


def test_everyone_at_once(server: Server, client: MlflowClient) -> None:
    """Several clients over HTTP and this process directly, on one file: all get through, every number is given once."""
    client.create_registered_model("busy")

    def over_rest(number: int) -> int:
        version = client.create_model_version("busy", f"s3://rest/{number}")
        client.set_model_version_tag("busy", version.version, "by", "rest")
        return int(version.version)

    def directly(number: int) -> int:
        version = server.registry.versions.register(f"s3://direct/{number}", "busy")
        server.registry.tags.set(f"busy/{version.version}", {"by": "direct"})
        return version.version

    with ThreadPoolExecutor(4) as clients, ThreadPoolExecutor(2) as threads:
        rest, direct = clients.map(over_rest, range(20)), threads.map(directly, range(20))
        numbers = [*rest, *direct]
    assert sorted(numbers) == list(range(1, 41))
    tags = [version.tags["by"] for version in client.search_model_versions("name = 'busy'")]
    assert (tags.count("rest"), tags.count("direct")) == (20, 20)
    assert server.registry.history.broken_at() is None


def test_nobody_saw_a_lock_error(server: Server) -> None:
    """Last of all: as many workers as MLflow starts by itself, and no trouble with the file in their log."""
    said = server.log.read_text()
    assert said.count("Started server process") == DEFAULT_WORKERS, said
    assert "Conflicting lock" not in said
    assert "held for over" not in said
    assert "Traceback" not in said, said
