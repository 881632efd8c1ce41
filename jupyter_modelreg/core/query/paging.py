"""Pages by key: the order of rows, and the tokens that name a place in it."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from typing import Generic, TypeGuard

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.evaluation import sort_value
from jupyter_modelreg.core.query.fields import field_and_key
from jupyter_modelreg.core.query.search import FIRST, Order, Scalar, Start, T
from jupyter_modelreg.core.rules.text import is_whole

BY_NAME = (Order("name"),)
VERSION_ORDER = (Order("name"), Order("version", descending=True))
NEWEST_EVENT_FIRST = (Order("seq", descending=True),)
NEWEST_FIRST = (Order("id", descending=True),)
NEWEST_WEBHOOK_FIRST = (Order("created_at", descending=True), Order("id", descending=True))
_NUMBERS = frozenset({"seq", "id"})
_MOST = 2**63 - 1  # what a database can count


class Page(list[T], Generic[T]):
    """A list with the opaque token of the page after it, or None at the end."""

    def __init__(self, items: Sequence[T] = (), token: str | None = None) -> None:
        super().__init__(items)
        self.token = token


def full_order(order: Sequence[Order], ties: Sequence[Order]) -> Sequence[Order]:
    """`order`, then `ties` for what it leaves equal; each field once."""
    by_field: dict[str, Order] = {}
    for each in (*order, *ties):
        by_field.setdefault(each.field, each)
    return tuple(by_field.values())


def page_of(rows: Sequence[T], limit: int | None, order: Sequence[Order]) -> Page[T]:
    """Cut `rows`, fetched in `order` with one row to spare, to `limit`, with a token when there are more.

    The token names the place of the last row, so that no page costs more than the first, and none shows a row again
    because others came meanwhile.
    """
    if limit is None or len(rows) <= limit:
        return Page(rows)
    after = {each.field: sort_value(rows[limit - 1], each) for each in order}
    return Page(rows[:limit], encode_token({"after": after}))


def encode_token(content: Mapping[str, object]) -> str:
    """An opaque page token."""
    return base64.b64encode(json.dumps(content).encode()).decode()


def decode_token(token: str | None, order: Sequence[Order]) -> Start:
    """Where a page of rows in `order` starts. Raises InvalidInput for a token that was not given out for it."""
    if not token:
        return FIRST
    content = _content(token)
    after, offset = content.get("after"), content.get("offset")
    if _is_place(after, order):
        return Start(after)
    if type(offset) is not int or not 0 <= offset <= _MOST:
        raise InvalidInput("invalid page token", "take it from the page before, unchanged")
    return Start(offset=offset)


def is_token(token: object) -> bool:
    """Whether `token` names a place, as ours do, and does not count rows, as MLflow's do."""
    return isinstance(token, str) and "after" in _content(token)


def _content(token: str) -> Mapping[str, object]:
    try:
        content = json.loads(base64.b64decode(token, validate=True))
    except (binascii.Error, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _is_place(after: object, order: Sequence[Order]) -> TypeGuard[Mapping[str, Scalar]]:
    if not isinstance(after, dict) or after.keys() != {each.field for each in order}:
        return False
    return all(type(after[each.field]) in _types(each) and _countable(after[each.field]) for each in order)


def _types(order: Order) -> tuple[type, ...]:
    """What a place may say of a field that rows are sorted by."""
    found = field_and_key(order.field)
    if found is None:
        return (int,) if order.field in _NUMBERS else (str,)
    return {"number": (float, int), "flag": (bool,), "text": (str,), "mixed": (str,)}.get(found[0].type, (int,))


def _countable(value: Scalar) -> bool:
    return is_whole(value) if isinstance(value, str) else not isinstance(value, int) or abs(value) <= _MOST
