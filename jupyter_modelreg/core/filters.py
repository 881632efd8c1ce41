"""Searches: conditions joined by AND, order and paging, independent of any query language.

MLflow's own parser turns its filter strings into these at its door, so the grammar is its own; the store turns
them into SQL with bound parameters.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

from jupyter_modelreg.core.errors import InvalidInput

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "LIKE", "ILIKE", "IN", "NOT IN"]
Scalar = str | int
T = TypeVar("T")


@dataclass(frozen=True)
class Condition:
    """`field operator value`; with `tag` set, `field` is a tag key and objects without that tag never match.

    `LIKE` is case-sensitive, `ILIKE` is not. Fields of a model: `name`. Fields of a version: `name`, `version`,
    `run_id`, `source`.
    """

    field: str
    operator: Operator
    value: Scalar | tuple[Scalar, ...]
    tag: bool = False


@dataclass(frozen=True)
class Order:
    """Sort by `field` (`name`, `version`, `created_at`, `updated_at`)."""

    field: str
    descending: bool = False


@dataclass(frozen=True)
class Search:
    """What to look for and which page of it.

    Attributes:
        conditions: all must hold.
        order: applied in turn; what is left equal is sorted by name, then by version, newest first.
        limit: most rows of a page; None for all.
        offset: rows to skip.
        prompts: search prompts instead of models (MLflow keeps both in one table and shows one kind at a time).
        schema_id, workspace: only models of that schema, or only workspace models.
        model_id: only versions of that model.
    """

    conditions: Sequence[Condition] = ()
    order: Sequence[Order] = ()
    limit: int | None = None
    offset: int = 0
    prompts: bool | None = False
    schema_id: int | None = None
    workspace: bool = False
    model_id: int | None = None


class Page(list[T], Generic[T]):
    """A list with the opaque token of the page after it, or None at the end."""

    def __init__(self, items: Sequence[T] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token


def page_of(rows: Sequence[T], limit: int | None, offset: int) -> Page[T]:
    """Cut `rows`, fetched with one row to spare, to `limit`, with a token when there are more."""
    if limit is None or len(rows) <= limit:
        return Page(rows)
    return Page(rows[:limit], encode_token(offset + limit))


def encode_token(offset: int) -> str:
    """The opaque token of the page that starts at row `offset`."""
    return base64.b64encode(json.dumps({"offset": offset}).encode()).decode()


def decode_token(token: str | None) -> int:
    """The row a page starts at: 0 without a token. Raises InvalidInput for one we did not give out."""
    if not token:
        return 0
    try:
        offset = json.loads(base64.b64decode(token, validate=True))["offset"]
    except (binascii.Error, ValueError, KeyError, TypeError) as error:
        raise InvalidInput("that page token is not one of ours", "take it from the page before, unchanged") from error
    if not isinstance(offset, int) or offset < 0:
        raise InvalidInput("that page token is not one of ours", "take it from the page before, unchanged")
    return offset
