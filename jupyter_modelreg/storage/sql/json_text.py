"""JSON kept in text columns: how it is written, read and searched."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

# `json.dumps` would make an encoder for each call.
to_json = json.JSONEncoder(ensure_ascii=False).encode


def from_json(text: str | None) -> Any:
    """What `JsonText` has stored; most of it is empty."""
    return None if text is None else {} if text == "{}" else json.loads(text)


class JsonText(sa.types.TypeDecorator[object]):
    """A value kept as JSON text."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: sa.Dialect) -> str | None:
        """Turn what Python has into text; NULL stays NULL."""
        if value is None:
            return None
        # Asking for a Mapping takes long.
        return to_json(
            value if isinstance(value, (dict, list, tuple)) or not isinstance(value, Mapping) else dict(value)
        )

    def process_result_value(self, value: str | None, dialect: sa.Dialect) -> object:
        """Turn text into what Python had."""
        return from_json(value)
