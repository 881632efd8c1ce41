"""Webhooks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Webhook:
    """A webhook as MLflow's client knows it.

    `url` says where it goes, as far as it may be seen; `secret` holds the rest, is stored encrypted and never logged.
    `events` are `entity.action` pairs in MLflow's spelling, for example `("model_version", "created")`.
    """

    id: int
    webhook_id: str
    name: str
    url: str
    events: tuple[tuple[str, str], ...]
    description: str | None = None
    status: str = "ACTIVE"
    secret: str | None = None
    created_at: int
    created_by: str
    updated_at: int
    updated_by: str
    deleted_at: int | None = None
