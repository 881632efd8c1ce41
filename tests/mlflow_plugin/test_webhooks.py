"""Webhooks in the store: validated and paged as MLflow's SQL store does, secrets encrypted, and sent for real."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from mlflow.entities.webhook import WebhookEvent, WebhookStatus
from mlflow.tracking.client import MlflowClient
from mlflow.webhooks.delivery import _create_webhook_session, deliver_webhook
from mlflow.webhooks.types import get_example_payload_for_event

import jupyter_modelreg
from jupyter_modelreg.core.redact import webhook_place
from jupyter_modelreg.mlflow_plugin.encryption import KEY_VARIABLE
from jupyter_modelreg.mlflow_plugin.store import ModelRegistryStore
from tests.support.mlflow_models import refused
from tests.support.webhook_receiver import Receiver, Silent, receiving, silent

CREATED = WebhookEvent.from_str("model_version.created")
ALIASED = WebhookEvent.from_str("model_version_alias.created")
URL = "https://example.com/hook"


@pytest.fixture(autouse=True)
def no_name_lookups(monkeypatch: pytest.MonkeyPatch) -> None:
    """MLflow resolves the host of a webhook to refuse private addresses; here there may be no network."""
    monkeypatch.setenv("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "true")
    monkeypatch.delenv(KEY_VARIABLE, raising=False)


def test_create_and_get(store: ModelRegistryStore) -> None:
    created = store.create_webhook("hook", URL, [CREATED, ALIASED], "text", "s3cret")
    assert (created.name, created.url, created.description) == ("hook", URL, "text")
    assert created.events == [CREATED, ALIASED]
    assert (created.status, created.secret) == (WebhookStatus.ACTIVE, "s3cret")
    assert created.creation_timestamp == created.last_updated_timestamp > 0
    found = store.get_webhook(created.webhook_id)
    assert vars(found) == vars(created)
    assert store.create_webhook("hook", URL, [CREATED], status=WebhookStatus.DISABLED).secret is None


@pytest.mark.parametrize("name", ["", "   ", "a b", "a/b", "-a", "a_", "a" * 64, None])
def test_bad_names(store: ModelRegistryStore, name: str) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        store.create_webhook(name, URL, [CREATED])
    hook = store.create_webhook("hook", URL, [CREATED])
    if name is not None:
        with refused("INVALID_PARAMETER_VALUE"):
            store.update_webhook(hook.webhook_id, name=name)


@pytest.mark.parametrize("url", ["", "  ", "example.com", "ftp://example.com", "http://example.com", "https://", None])
def test_bad_urls(store: ModelRegistryStore, url: str) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        store.create_webhook("hook", url, [CREATED])
    assert store.list_webhooks() == []


def test_private_addresses_are_refused(store: ModelRegistryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MLFLOW_WEBHOOK_ALLOW_PRIVATE_IPS", "false")
    with refused("INVALID_PARAMETER_VALUE"):
        store.create_webhook("hook", "https://127.0.0.1/hook", [CREATED])


@pytest.mark.parametrize("events", [[], (), None, ["model_version.created"]])
def test_bad_events(store: ModelRegistryStore, events: list[WebhookEvent]) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        store.create_webhook("hook", URL, events)
    hook = store.create_webhook("hook", URL, [CREATED])
    if events is not None:
        with refused("INVALID_PARAMETER_VALUE"):
            store.update_webhook(hook.webhook_id, events=events)


def test_update_changes_what_is_given(store: ModelRegistryStore) -> None:
    hook = store.create_webhook("hook", URL, [CREATED], "text", "s3cret")
    assert store.update_webhook(hook.webhook_id, name="new").name == "new"
    changed = store.update_webhook(
        hook.webhook_id,
        description="other",
        url=f"{URL}/2",
        events=[ALIASED],
        secret="another",
        status=WebhookStatus.DISABLED,
    )
    assert (changed.name, changed.description, changed.url) == ("new", "other", f"{URL}/2")
    assert (changed.events, changed.secret, changed.status) == ([ALIASED], "another", WebhookStatus.DISABLED)
    assert changed.creation_timestamp == hook.creation_timestamp <= changed.last_updated_timestamp
    assert vars(store.get_webhook(hook.webhook_id)) == vars(changed)


def test_delete(store: ModelRegistryStore) -> None:
    hook = store.create_webhook("hook", URL, [CREATED])
    store.delete_webhook(hook.webhook_id)
    assert store.list_webhooks() == []
    assert store.list_webhooks_by_event(CREATED) == []
    for call in (store.get_webhook, store.delete_webhook, store.update_webhook, store.test_webhook):
        for unknown in (hook.webhook_id, "nobody"):
            with refused("RESOURCE_DOES_NOT_EXIST", "Webhook with ID .* not found"):
                call(unknown)


def test_lists_and_pages(store: ModelRegistryStore) -> None:
    for number in range(5):
        store.create_webhook(f"hook{number}", URL, [CREATED, ALIASED] if number % 2 else [CREATED])
    names: list[str] = []
    token = None
    while len(names) < 5:
        page = store.list_webhooks(max_results=2, page_token=token)
        names += [hook.name for hook in page]
        token = page.token
    assert names == ["hook4", "hook3", "hook2", "hook1", "hook0"]
    assert token is None
    assert [hook.name for hook in store.list_webhooks_by_event(ALIASED)] == ["hook3", "hook1"]
    first = store.list_webhooks_by_event(ALIASED, max_results=1)
    (second,) = store.list_webhooks_by_event(ALIASED, max_results=1, page_token=first.token)
    assert second.name == "hook1"
    assert store.list_webhooks_by_event(WebhookEvent.from_str("prompt.created")) == []


@pytest.mark.parametrize("limit", [-1, 1001, "many"])
def test_bad_page_sizes(store: ModelRegistryStore, limit: int) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        store.list_webhooks(max_results=limit)
    with refused("INVALID_PARAMETER_VALUE"):
        store.list_webhooks_by_event(CREATED, max_results=limit)


def test_bad_page_tokens(store: ModelRegistryStore) -> None:
    with refused("INVALID_PARAMETER_VALUE"):
        store.list_webhooks(page_token="evilhax")
    with refused("INVALID_PARAMETER_VALUE"):
        store.list_webhooks_by_event(CREATED, page_token="evilhax")


# --- secrets -----------------------------------------------------------------------------------------------


def test_secrets_are_nowhere_in_the_clear(store: ModelRegistryStore, registry_path: Path) -> None:
    hook = store.create_webhook("hook", URL, [CREATED], secret="s3cret-value")
    store.update_webhook(hook.webhook_id, secret="an0ther-value")
    store.registry.close()
    for file in registry_path.parent.iterdir():
        content = file.read_bytes()
        assert b"s3cret-value" not in content, file
        assert b"an0ther-value" not in content, file


def test_the_key_is_beside_the_registry_once_needed(store: ModelRegistryStore, registry_path: Path) -> None:
    key_file = registry_path.with_name("registry.duckdb.key")
    store.create_webhook("open", "https://example.com", [CREATED])
    assert not key_file.exists()
    hook = store.create_webhook("signed", URL, [CREATED], secret="s3cret")
    assert key_file.exists()
    again = ModelRegistryStore(store_uri=store.registry.uri)
    assert again.get_webhook(hook.webhook_id).secret == "s3cret"


def test_a_wrong_key_is_one_clear_error(store: ModelRegistryStore, monkeypatch: pytest.MonkeyPatch) -> None:
    hook = store.create_webhook("hook", URL, [CREATED], secret="s3cret")
    monkeypatch.setenv(KEY_VARIABLE, Fernet.generate_key().decode())
    with refused("INVALID_STATE", f"another key.*{KEY_VARIABLE}"):
        store.get_webhook(hook.webhook_id)
    assert [listed.webhook_id for listed in store.list_webhooks()] == [hook.webhook_id]
    assert store.update_webhook(hook.webhook_id, url=URL, secret="new").secret == "new"
    store.delete_webhook(hook.webhook_id)
    assert store.list_webhooks() == []


# --- sending -----------------------------------------------------------------------------------------------


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    """Somebody to send to, over plain HTTP, which MLflow has to be told to allow."""
    monkeypatch.setenv("MLFLOW_WEBHOOK_ALLOWED_SCHEMES", "http,https")
    monkeypatch.setattr("mlflow.webhooks.delivery._webhook_session", _create_webhook_session())
    with receiving() as receiver:
        yield receiver


def test_testing_a_webhook(store: ModelRegistryStore, receiver: Receiver) -> None:
    hook = store.create_webhook("hook", receiver.url, [CREATED, ALIASED], secret="s3cret")
    result = store.test_webhook(hook.webhook_id)
    assert (result.success, result.response_status, result.response_body) == (True, 200, "thanks")
    assert store.test_webhook(hook.webhook_id, ALIASED).success
    first, second = receiver.wait_for(2)
    assert (first.event, second.event) == ("model_version.created", "model_version_alias.created")
    assert first.signed_with("s3cret")
    assert not first.signed_with("other")


def test_testing_one_that_leads_nowhere(
    store: ModelRegistryStore, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES", "0")
    monkeypatch.setattr("mlflow.webhooks.delivery._webhook_session", _create_webhook_session())
    hook = store.create_webhook("hook", "http://127.0.0.1:9/hook", [CREATED])
    assert not store.test_webhook(hook.webhook_id).success
    assert receiver.deliveries == []


@pytest.fixture
def endpoint(receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> Iterator[Silent]:
    """Somebody who never answers; MLflow is to try twice and to wait one second each time."""
    monkeypatch.setenv("MLFLOW_WEBHOOK_REQUEST_TIMEOUT", "1")
    monkeypatch.setenv("MLFLOW_WEBHOOK_REQUEST_MAX_RETRIES", "1")
    monkeypatch.setattr("mlflow.webhooks.delivery._webhook_session", _create_webhook_session())
    monkeypatch.setattr("mlflow.webhooks.delivery._webhook_cache", None)
    with silent() as endpoint:
        yield endpoint


def test_testing_one_that_never_answers_ends(store: ModelRegistryStore, endpoint: Silent) -> None:
    hook = store.create_webhook("hook", endpoint.url, [CREATED])
    began = time.monotonic()
    result = store.test_webhook(hook.webhook_id)
    assert time.monotonic() - began < 20
    assert (result.success, result.response_status) == (False, None)
    assert "Read timed out. (read timeout=1)" in str(result.error_message)
    assert len(endpoint.wait_for(2)) == 2


def test_a_delivery_that_is_never_answered_ends_and_holds_up_nobody(
    store: ModelRegistryStore, endpoint: Silent, receiver: Receiver
) -> None:
    store.create_webhook("answers", receiver.url, [CREATED])
    store.create_webhook("silent", endpoint.url, [CREATED])
    deliver_webhook(event=CREATED, payload=get_example_payload_for_event(CREATED), store=store)
    receiver.wait_for(1)
    assert len(endpoint.stays) < 2, "the delivery that is answered has waited for the one that is not"
    assert all(0.9 < seconds < 10 for seconds in endpoint.wait_for(2)), endpoint.stays


def test_through_the_client(client: MlflowClient, receiver: Receiver) -> None:
    hook = client.create_webhook("hook", receiver.url, ["registered_model.created"], secret="s3cret")
    assert client.get_webhook(hook.webhook_id).name == "hook"
    assert [found.name for found in client.list_webhooks()] == ["hook"]
    assert client.update_webhook(hook.webhook_id, status="DISABLED").status == WebhookStatus.DISABLED
    assert client.test_webhook(hook.webhook_id).success
    client.delete_webhook(hook.webhook_id)
    assert client.list_webhooks() == []


def test_no_secret_in_the_activity_log(store: ModelRegistryStore) -> None:
    hook = store.create_webhook("hook", URL, [CREATED], secret="s3cret")
    store.update_webhook(hook.webhook_id, secret="0ther")
    registry = jupyter_modelreg.connect(store.registry.uri)
    encrypted = registry.webhooks.get(hook.webhook_id).secret
    assert encrypted
    store.delete_webhook(hook.webhook_id)
    events = registry.history.list()
    assert [event.action for event in events] == ["webhook.created", "webhook.updated", "webhook.deleted"]
    assert not any(secret in str(event) for event in events for secret in ("s3cret", "0ther", encrypted))


def test_one_that_cannot_be_read_hides_no_other(store: ModelRegistryStore, registry_path: Path) -> None:
    """Its key was lost, as when a backup comes back elsewhere; the others go on, and it can be set right or deleted."""
    lost = store.create_webhook("lost", f"{URL}/lost", [CREATED], secret="s3cret")
    registry_path.with_name(f"{registry_path.name}.key").unlink()
    fresh = ModelRegistryStore(store_uri=f"modelreg:///{registry_path}")
    there = fresh.create_webhook("there", f"{URL}/there", [CREATED], secret="other")
    found = {hook.name: hook for hook in fresh.list_webhooks()}
    assert (found["there"].url, found["there"].secret) == (f"{URL}/there", "other")
    assert found["lost"].webhook_id == lost.webhook_id
    assert (found["lost"].url, found["lost"].secret) == (webhook_place(f"{URL}/lost"), None)
    assert [hook.webhook_id for hook in fresh.list_webhooks_by_event(CREATED)] == [there.webhook_id]
    with refused("INVALID_STATE", "give the webhook its URL and its secret anew"):
        fresh.update_webhook(lost.webhook_id, secret="new")
    fresh.update_webhook(lost.webhook_id, url=f"{URL}/new", secret="new")
    assert (fresh.get_webhook(lost.webhook_id).url, fresh.get_webhook(lost.webhook_id).secret) == (f"{URL}/new", "new")
    fresh.registry.close()
