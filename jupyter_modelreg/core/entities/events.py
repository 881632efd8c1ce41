"""Events of the activity log, and the hashes that chain them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

from jupyter_modelreg.core.entities.values import JsonValue

GENESIS = "0" * 64
# `json.dumps` would make an encoder for each line.
_to_json = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def chain_hash(event: Event, previous: str) -> str:
    """SHA-256 in hex over `previous` and every field of `event` but its own hash."""
    content = {key: _plain(value) for key, value in vars(event).items()}
    content["hash"] = previous
    return hashlib.sha256(_to_json(content).encode()).hexdigest()


def _plain(value: object) -> object:
    if value is None or isinstance(value, (str, int, dict)):  # asking for a Mapping takes twenty times as long
        return value
    return dict(value) if isinstance(value, Mapping) else value


@dataclass(frozen=True, kw_only=True)
class Event:
    """One line of the activity log.

    `hash` is the SHA-256 over this line and the hash of the line before, so that an altered or missing
    line shows. `subject_id` is the id of the catalog, schema, model or webhook concerned; `version` the number
    of the version, when one is.
    """

    seq: int
    time: int
    actor: str
    action: str
    subject: str
    subject_id: int
    name: str
    version: int | None = None
    before: Mapping[str, JsonValue] | None = None
    after: Mapping[str, JsonValue] | None = None
    reason: str | None = None
    hash: str


def chained(event: Event, last: Event | None) -> Event:
    """`event` with the hash that makes it the line after `last`, which is None for the first one."""
    return replace(event, hash=chain_hash(event, last.hash if last else GENESIS))
