"""The webhook half of MLflow's store: kept by the registry, sent by `mlflow server`."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from mlflow.entities.webhook import Webhook, WebhookEvent, WebhookStatus, WebhookTestResult
from mlflow.store.entities.paged_list import PagedList

from jupyter_modelreg.core.entities.webhooks import Webhook as StoredWebhook
from jupyter_modelreg.core.errors import InvalidState, NotFound
from jupyter_modelreg.core.query.paging import Page
from jupyter_modelreg.core.redact import webhook_place
from jupyter_modelreg.mlflow_client.mlflow_compat import (
    validate_webhook_events,
    validate_webhook_name,
    validate_webhook_url,
)
from jupyter_modelreg.mlflow_plugin import entities
from jupyter_modelreg.mlflow_plugin.encryption import SecretBox
from jupyter_modelreg.mlflow_plugin.errors import raises_mlflow_errors, saying
from jupyter_modelreg.mlflow_plugin.search import webhook_page
from jupyter_modelreg.uri import registry_address

if TYPE_CHECKING:
    from jupyter_modelreg.core.registry import Registry


_logger = logging.getLogger(__name__)


@raises_mlflow_errors
class WebhookMethods:
    """The seven webhook methods of MLflow's `AbstractStore`. All raise MlflowException."""

    registry: Registry

    def create_webhook(
        self,
        name: str,
        url: str,
        events: list[WebhookEvent],
        description: str | None = None,
        secret: str | None = None,
        status: WebhookStatus | None = None,
    ) -> Webhook:
        """Store a webhook; `secret` is encrypted, and `url` with it where its path or a user may be one."""
        validate_webhook_name(name)
        validate_webhook_url(url)
        validate_webhook_events(events)
        stored = self.registry.webhooks.create(
            name,
            url,
            _pairs(events),
            description=description,
            secret=self._sealed(url, secret),
            status=(status or WebhookStatus.ACTIVE).value,
        )
        return self._entity(stored)

    def get_webhook(self, webhook_id: str) -> Webhook:
        """The webhook with that id, its secret in the clear."""
        return self._entity(self._webhook(webhook_id))

    def list_webhooks(self, max_results: int | None = None, page_token: str | None = None) -> PagedList[Webhook]:
        """All webhooks, newest first, 100 a page unless asked for 1 to 1000."""
        limit, token = webhook_page(max_results, page_token)
        return self._listed(self.registry.webhooks.list(limit=limit, page_token=token), to_send=False)

    def list_webhooks_by_event(
        self, event: WebhookEvent, max_results: int | None = None, page_token: str | None = None
    ) -> PagedList[Webhook]:
        """The webhooks for one kind of event; MLflow asks for them whenever one happens."""
        limit, token = webhook_page(max_results, page_token)
        (pair,) = _pairs([event])
        return self._listed(self.registry.webhooks.to_send(pair, limit=limit, page_token=token), to_send=True)

    def update_webhook(
        self,
        webhook_id: str,
        name: str | None = None,
        description: str | None = None,
        url: str | None = None,
        events: list[WebhookEvent] | None = None,
        secret: str | None = None,
        status: WebhookStatus | None = None,
    ) -> Webhook:
        """Change what is given; None leaves things as they are."""
        stored = self._webhook(webhook_id)
        changes: dict[str, object] = {}
        if name is not None:
            validate_webhook_name(name)
            changes["name"] = name
        if url is not None:
            validate_webhook_url(url)
            changes["url"] = url
        if events is not None:
            validate_webhook_events(events)
            changes["events"] = _pairs(events)
        if description is not None:
            changes["description"] = description
        if url is not None or secret is not None:
            before = _Sealed() if url is not None and secret is not None else self._opened(stored)
            changes["secret"] = self._sealed(url or before.url or stored.url, secret or before.secret)
        if status is not None:
            changes["status"] = status.value
        return self._entity(self.registry.webhooks.update(webhook_id, changes))

    def delete_webhook(self, webhook_id: str) -> None:
        """Stop and hide a webhook."""
        self._webhook(webhook_id)
        self.registry.webhooks.delete(webhook_id)

    def test_webhook(self, webhook_id: str, event: WebhookEvent | None = None) -> WebhookTestResult:
        """Send MLflow's example of `event`, or of the first event the webhook is for, and say what came back."""
        from mlflow.webhooks.delivery import test_webhook

        return test_webhook(self.get_webhook(webhook_id), event)

    @cached_property
    def _secrets(self) -> SecretBox:
        return SecretBox(registry_address(self.registry.uri).key_file)

    def _webhook(self, webhook_id: str) -> StoredWebhook:
        with saying({NotFound: f"Webhook with ID {webhook_id} not found."}):
            return self.registry.webhooks.get(webhook_id)

    def _sealed(self, url: str, secret: str | None) -> str | None:
        """The URL and the secret, encrypted; None when neither is worth hiding."""
        if secret is None and url == webhook_place(url):
            return None
        return self._secrets.encrypt(json.dumps({"url": url, "secret": secret}))

    def _opened(self, stored: StoredWebhook) -> _Sealed:
        """The URL and the secret in the clear. Raises InvalidState when the key is gone."""
        return _Sealed() if stored.secret is None else _Sealed(**json.loads(self._secrets.decrypt(stored.secret)))

    def _entity(self, stored: StoredWebhook) -> Webhook:
        opened = self._opened(stored)
        return entities.webhook(stored, opened.url or stored.url, opened.secret)

    def _listed(self, page: Page[StoredWebhook], *, to_send: bool) -> PagedList[Webhook]:
        """A page of webhooks; one that cannot be read is shown by what is not secret, but is not to be sent."""
        found = []
        for stored in page:
            try:
                found.append(self._entity(stored))
            except InvalidState as error:
                _logger.warning("webhook %s (%s): %s", stored.name, stored.webhook_id, error)
                if not to_send:
                    found.append(entities.webhook(stored, stored.url, None))
        return PagedList(found, page.token)


@dataclass(frozen=True)
class _Sealed:
    """What is encrypted of a webhook."""

    url: str | None = None
    secret: str | None = None


def _pairs(events: list[WebhookEvent]) -> list[tuple[str, str]]:
    return [(event.entity.value, event.action.value) for event in events]
