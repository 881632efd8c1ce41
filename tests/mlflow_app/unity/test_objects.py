"""Files that clients send to, and read from, an object store, with credentials that end and reach one folder."""

from __future__ import annotations

import json
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import mlflow
import pytest
import uvicorn
from mlflow import MlflowClient
from starlette.applications import Starlette

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_app.identity.gate import Gate
from jupyter_modelreg.mlflow_app.identity.signing_in import sign_in_by
from jupyter_modelreg.mlflow_app.running import let_first_in
from jupyter_modelreg.mlflow_app.unity.routes import unity_routes
from jupyter_modelreg.mlflow_app.unity.uploads import places
from jupyter_modelreg.mlflow_app.unity.uploads.objects import ObjectUploads
from jupyter_modelreg.mlflow_app.unity.uploads.places import ROLE, UPLOADS, uploads_of
from tests.mlflow_app.unity.conftest import BASE
from tests.support.names import FRAUD
from tests.support.object_store import Bucket
from tests.support.processes import free_port
from tests.support.real_models import FITTED, SaveModel, X

CREDENTIALS = "/temporary-model-version-credentials"
ARN = "arn:aws:iam::123456789012:role/clients"
PARTS = {"model_name": "fraud", "catalog_name": "prod", "schema_name": "ml_team"}


@contextmanager
def served(app: Gate) -> Iterator[str]:
    """`app` on a port of this machine, in a thread; gives its URL."""
    port = free_port()
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="warning"))
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        for _ in range(200):
            if server.started:
                break
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)


@pytest.fixture
def place(registry: Registry, bucket: Bucket, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, str]]:
    """The URL of the routes over a registry whose files are sent to a bucket, and a token."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", bucket.store.endpoint)
    monkeypatch.setenv(UPLOADS, f"s3://{bucket.name}/sending")
    monkeypatch.setenv(ROLE, ARN)
    token = let_first_in(registry, registry.actor)
    assert token is not None
    registry.models.create(FRAUD)
    routes = unity_routes(registry, uploads_of(registry))
    with served(Gate(Starlette(routes=routes), sign_in=sign_in_by(registry))) as url:
        yield url, token


def ask(place: tuple[str, str], method: str, path: str, **body: Any) -> dict[str, Any]:
    """What is answered, which must be that it is done."""
    headers = {"Authorization": f"Bearer {place[1]}", "Content-Type": "application/json"}
    data = None if method == "GET" else json.dumps(body).encode()
    request = urllib.request.Request(f"{place[0]}{BASE}{path}", data, headers, method=method)
    with urllib.request.urlopen(request, timeout=60) as reply:
        told: dict[str, Any] = json.load(reply)
    return told


def test_a_client_sends_and_reads_files_itself(
    place: tuple[str, str],
    registry: Registry,
    bucket: Bucket,
    save_model: SaveModel,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MLFLOW_UC_OSS_TOKEN", place[1])
    mlflow.set_registry_uri(f"uc:{place[0]}")
    try:
        made = mlflow.register_model(str(save_model()), FRAUD)
        assert (str(made.version), made.status) == ("1", "READY")
        location = MlflowClient().get_model_version_download_uri(FRAUD, "1")
        loaded = mlflow.pyfunc.load_model(f"models:/{FRAUD}/1")
    finally:
        mlflow.set_registry_uri(None)
    assert list(loaded.predict(X)) == list(FITTED.predict(X))
    assert location.startswith(f"s3://{bucket.name}/sending/read/")
    kept = registry.versions.get(f"{FRAUD}/1")
    assert (kept.managed, kept.signature is None) == (True, False)
    assert registry.maintenance.verify().findings == []
    assert [each.actor for each in registry.usage.list(FRAUD)] == [registry.actor]
    # What was sent is gone; what is read is what the registry keeps.
    there = bucket.store.files().find(f"{bucket.name}/sending")
    assert not any("/sent/" in path for path in there)
    read = f"{bucket.name}/sending/read/{kept.id}"
    entries = {entry.path for entry in registry.versions.files(f"{FRAUD}/1")}
    assert {path.removeprefix(f"{read}/") for path in there if path.startswith(f"{read}/")} == entries
    # What has gone there, as by a rule of the bucket, is laid out anew.
    bucket.store.files().rm_file(f"{read}/MLmodel")
    ask(place, "POST", CREDENTIALS, **PARTS, version=1, operation="READ_MODEL_VERSION")
    assert bucket.store.files().exists(f"{read}/MLmodel")
    ask_deleted(place)
    assert bucket.store.files().find(f"{bucket.name}/sending") == []


@pytest.mark.parametrize("flag", ["true", "false"])
def test_the_native_client_sends_and_reads_files_itself(
    place: tuple[str, str], registry: Registry, save_model: SaveModel, monkeypatch: pytest.MonkeyPatch, flag: str
) -> None:
    monkeypatch.setenv("DATABRICKS_HOST", place[0])
    monkeypatch.setenv("DATABRICKS_TOKEN", place[1])
    monkeypatch.setenv("MLFLOW_ENABLE_UC_NATIVE_MODEL_REGISTRY", flag)
    mlflow.set_registry_uri("databricks-uc")
    try:
        made = mlflow.register_model(str(save_model()), FRAUD, tags={"team": "risk"})
        assert (made.version, made.status, made.tags) == ("1", "READY", {"team": "risk"})
        MlflowClient().set_registered_model_alias(FRAUD, "Champion", "1")
        loaded = mlflow.pyfunc.load_model(f"models:/{FRAUD}@Champion")
    finally:
        mlflow.set_registry_uri(None)
    assert list(loaded.predict(X)) == list(FITTED.predict(X))
    assert registry.aliases.get(FRAUD, "Champion").tags == {"team": "risk"}
    assert registry.maintenance.verify().findings == []


def ask_deleted(place: tuple[str, str]) -> None:
    """Delete the version."""
    request = urllib.request.Request(
        f"{place[0]}{BASE}/models/{FRAUD}/versions/1", headers={"Authorization": f"Bearer {place[1]}"}, method="DELETE"
    )
    with urllib.request.urlopen(request, timeout=60) as reply:
        assert reply.read() == b"200 OK"


def test_credentials_are_lent_for_one_folder(place: tuple[str, str], bucket: Bucket) -> None:
    begun = ask(place, "POST", "/models/versions", **PARTS, source="x")
    lent = ask(
        place,
        "POST",
        CREDENTIALS,
        **PARTS,
        version=begun["version"],
        operation="READ_WRITE_MODEL_VERSION",
    )
    assert lent["url"] == begun["storage_location"]
    assert 3_500_000 < lent["expiration_time"] - time.time() * 1000 < 3_700_000
    keys = lent["aws_temp_credentials"]
    assert keys["access_key_id"] != "test"  # which is the server's own
    assert keys["secret_access_key"] != "test"
    store = boto3.client(
        "s3",
        endpoint_url=bucket.store.endpoint,
        aws_access_key_id=keys["access_key_id"],
        aws_secret_access_key=keys["secret_access_key"],
        aws_session_token=keys["session_token"],
    )
    key = begun["storage_location"].removeprefix(f"s3://{bucket.name}/")
    store.put_object(Bucket=bucket.name, Key=f"{key}/MLmodel", Body=b"flavors: {}")
    with urllib.request.urlopen(f"{bucket.store.endpoint}/moto-api/data.json", timeout=30) as reply:
        roles = json.load(reply)["sts"]["AssumedRole"]
    [policy] = [json.loads(each["policy"]) for each in roles if each["access_key_id"] == keys["access_key_id"]]
    [objects, listing] = policy["Statement"]
    assert objects["Resource"] == [f"arn:aws:s3:::{bucket.name}/{key}/*"]
    assert "s3:PutObject" in objects["Action"]
    assert listing["Condition"] == {"StringLike": {"s3:prefix": [key, f"{key}/*"]}}
    assert (listing["Action"], listing["Resource"]) == (["s3:ListBucket"], [f"arn:aws:s3:::{bucket.name}"])


@pytest.mark.parametrize("key", ["../up", "a/../../up", "a//b", "c:\\d"])
def test_a_name_that_leads_elsewhere_is_refused(
    registry: Registry, bucket: Bucket, tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.models.create(FRAUD)
    begun = registry.versions.begin(FRAUD, "x")
    uploads = ObjectUploads(f"s3://{bucket.name}/sending", ARN)
    store = boto3.client("s3", endpoint_url=bucket.store.endpoint)
    store.put_object(Bucket=bucket.name, Key=f"sending/sent/{begun.id}/{key}", Body=b"x")
    with pytest.raises(InvalidInput), uploads.sent(begun):
        pass
    assert not list(tmp_path.rglob("up"))


def test_a_place_that_cannot_be_used_is_said_at_the_start(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(UPLOADS, "s3://bucket/x")
    with pytest.raises(InvalidInput, match="the server's own keys are not for them"):
        uploads_of(registry)
    monkeypatch.setenv(ROLE, ARN)
    with monkeypatch.context() as without:
        without.setattr(places, "find_spec", lambda name: None)
        with pytest.raises(InvalidInput, match="boto3 is not installed"):
            uploads_of(registry)
    monkeypatch.setenv(UPLOADS, "https://example.org/x")
    with pytest.raises(InvalidInput, match="no place for uploads"):
        uploads_of(registry)
