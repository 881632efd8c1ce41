"""Registries to import from, and whether everything came: shared by the kinds of database they are in."""

from __future__ import annotations

from collections.abc import Callable

import mlflow
import pytest
from mlflow.store.model_registry import sqlalchemy_store
from mlflow.store.model_registry.sqlalchemy_store import SqlAlchemyStore
from mlflow.tracking.client import MlflowClient

from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_oracle import differences, outcome
from tests.support.random_calls import Dice
from tests.support.real_models import FITTED, log_model

KINDS = (None, "tags.`mlflow.prompt.is_prompt` = 'true'")


@pytest.fixture
def filled(client: MlflowClient, tracking_uri: str) -> MlflowClient:
    """MLflow's client on a database that is a registry, too: fraud/1 and 3, churn/1 without signature, a prompt."""
    mlflow.set_registry_uri(tracking_uri)
    with mlflow.start_run():
        signed = log_model().model_uri
        unsigned = mlflow.sklearn.log_model(FITTED, name="churn", pip_requirements=[]).model_uri
    for description in ("first", "second", "third"):
        mlflow.register_model(signed, "fraud", tags={"is": description})
    client = MlflowClient(registry_uri=tracking_uri)
    client.delete_model_version("fraud", "2")
    client.update_model_version("fraud", "3", "the best so far")
    client.transition_model_version_stage("fraud", "3", "Production")
    client.set_registered_model_alias("fraud", "Champion", "3")
    client.set_registered_model_tag("fraud", "team", "risk")
    mlflow.register_model(unsigned, "churn")
    mlflow.genai.register_prompt("greeting", "Hello {{name}}")
    mlflow.genai.register_prompt("greeting", "Hi {{name}}")
    return client


def same(ours: Callable[[], object], theirs: Callable[[], object], *, forgetful: bool = False) -> None:
    found = differences(outcome(ours), outcome(theirs), forgetful=forgetful)
    assert not found, "\n".join(found)


def fill_at_random(source: SqlAlchemyStore, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some hundred calls, with every kind of name, tag and description."""
    now = 1_600_000_000_000
    monkeypatch.setattr(sqlalchemy_store, "get_current_time_millis", lambda: now)
    monkeypatch.setenv("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true")
    dice = Dice(seed)
    for _ in range(400):
        call = dice.call()
        if call.method != "copy_model_version" and "webhook" not in call.method:
            outcome(lambda call=call: getattr(source, call.method)(*call.arguments))  # type: ignore[misc]
        now += dice.tick()


def check_import(registry: Registry, source: SqlAlchemyStore, uri: str) -> None:
    """Import it, and compare what both answer to the same questions."""
    asked = registry.exchange.import_from(uri, dry_run=True)
    # Copies whose original has been deleted, renamed or never was: nothing shows where their files belong.
    assert all("nothing shows that they are those of models:" in each.why for each in asked.skipped), asked.skipped
    report = registry.exchange.import_from(uri, allow_local_paths=True)
    assert not report.skipped
    assert report.versions.imported > 5
    ours = ModelRegistryStore(store_uri=registry.uri)
    for kind in KINDS:
        models = source.search_registered_models(kind, 1000)
        same(lambda kind=kind: ours.search_registered_models(kind, 1000), lambda found=models: found)  # type: ignore[misc]
        versions = source.search_model_versions(kind, 1000)
        same(lambda kind=kind: ours.search_model_versions(kind, 1000), lambda found=versions: found, forgetful=True)  # type: ignore[misc]
        for version in versions:
            place = (version.name, version.version)
            same(lambda at=place: ours.get_model_version(*at), lambda at=place: source.get_model_version(*at))  # type: ignore[misc]
            uris = [store.get_model_version_download_uri(*place) for store in (ours, source)]
            assert uris[0] == uris[1]
        for model in models:
            numbers = [int(s.create_model_version(model.name, "s3://b/m").version) for s in (ours, source)]
            assert numbers[0] == numbers[1], "a number is used twice, or left out"
    assert registry.history.broken_at() is None
