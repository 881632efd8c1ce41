"""Webhooks, stored for MLflow's server, which sends them."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence

from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.history.projection import KEY_RENEWED
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.paging import NEWEST_WEBHOOK_FIRST, Page, decode_token, page_of
from jupyter_modelreg.core.redact import webhook_place
from jupyter_modelreg.core.rules.text import check_argument

EventName = tuple[str, str]


class Webhooks(Topic):
    """`registry.webhooks`.

    Of a URL only the place it goes to is stored and logged. Secrets arrive encrypted, the whole URL among them, are
    stored so, and never reach the activity log.
    """

    def create(
        self,
        name: str,
        url: str,
        events: Sequence[EventName],
        *,
        description: str | None = None,
        secret: str | None = None,
        status: str = "ACTIVE",
        reason: str | None = None,
    ) -> Webhook:
        """Store a webhook for `events`, pairs of MLflow's entity and action. `secret` must be encrypted already."""
        with self._context.write(reason) as work:
            work.authorise("webhooks.create", None)
            webhook = Webhook(
                id=work.next_id(),
                webhook_id=str(uuid.uuid4()),
                name=name,
                url=webhook_place(url),
                events=tuple(events),
                description=description,
                secret=secret,
                status=status,
                **work.stamp,
            )
            work.log_created(webhook)
            if secret is not None:
                work.tx.webhooks.update(webhook.id, {"secret": secret})
            return webhook

    def get(self, webhook_id: str) -> Webhook:
        """The webhook with that public id. Raises NotFound, PermissionDenied."""
        self._context.authorise("webhooks.get")
        with self._context.read() as tx:
            return _require(tx, webhook_id)

    def list(self, event: EventName | None = None, *, limit: int = 100, page_token: str | None = None) -> Page[Webhook]:
        """Webhooks, newest first, `limit` a page; only those for `event` when given. Raises PermissionDenied."""
        self._context.authorise("webhooks.list")
        return self._page(event, limit, page_token)

    def to_send(self, event: EventName, *, limit: int = 100, page_token: str | None = None) -> Page[Webhook]:
        """The webhooks for `event`, as `list` gives them, for what sends them: whoever makes an event happen."""
        return self._page(event, limit, page_token)

    def _page(self, event: EventName | None, limit: int, page_token: str | None) -> Page[Webhook]:
        start = decode_token(page_token, NEWEST_WEBHOOK_FIRST)
        with self._context.read() as tx:
            return page_of(tx.webhooks.list(event, limit + 1, start), limit, NEWEST_WEBHOOK_FIRST)

    def update(self, webhook_id: str, changes: Mapping[str, object], *, reason: str | None = None) -> Webhook:
        """Change `name`, `url`, `events`, `description`, `secret` (encrypted) or `status`.

        Raises InvalidInput, NotFound.
        """
        for key, value in changes.items():
            check_argument(key, value)
        if "url" in changes:
            changes = {**changes, "url": webhook_place(str(changes["url"]))}
        with self._context.write(reason) as work:
            work.authorise("webhooks.update", None)
            before = _require(work.tx, webhook_id)
            told = {name: value for name, value in changes.items() if name != "secret"}
            noted: dict[str, JsonValue] = {KEY_RENEWED: True} if "secret" in changes else {}
            work.log_update("webhook.updated", before, told, noted)
            if "secret" in changes:
                work.tx.webhooks.update(before.id, {"secret": changes["secret"]})
            return _require(work.tx, webhook_id)

    def delete(self, webhook_id: str, *, reason: str | None = None) -> None:
        """Stop and hide a webhook. Raises NotFound."""
        with self._context.write(reason) as work:
            work.authorise("webhooks.delete", None)
            webhook = _require(work.tx, webhook_id)
            work.log_deleted(webhook)


def _require(tx: Transaction, webhook_id: str) -> Webhook:
    found = tx.webhooks.get(webhook_id)
    if found is None:
        raise NotFound.named("webhook", webhook_id)
    return found
