"""The rules that values obey which come in from a file: each returns the value as its field holds it, or raises.

A rule is given a value of the type its column is stored as, and raises ValueError or InvalidInput, which say what is
wrong with it. Names, aliases and tags obey what they obey everywhere else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from datetime import date
from functools import lru_cache
from typing import Any

from jupyter_modelreg.core.entities.values import LinkKind
from jupyter_modelreg.core.entities.versions import Metric
from jupyter_modelreg.core.identity.secrets import is_hashed
from jupyter_modelreg.core.lineage.records import Lineage
from jupyter_modelreg.core.names import (
    STAGES,
    check_model_name,
    check_namespace,
    check_search_name,
    check_settable_alias,
    check_tag_key,
    check_tag_value,
)
from jupyter_modelreg.core.rules.links import check_link, check_link_kind

Rule = Callable[[Any], Any]

_LONGEST = 40  # characters of a value that an error shows
_HIGHEST_ID = (1 << 63) - 1
_HIGHEST_NUMBER = (1 << 31) - 1
# The last millisecond that JavaScript's dates know, in the year 275760.
_LAST_TIME = 8_640_000_000_000_000
_to_json = json.JSONEncoder(ensure_ascii=False).encode


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def between(first: int, last: int, what: str) -> Rule:
    """A whole number from `first` to `last`."""

    def rule(value: int) -> int:
        if first <= value <= last:
            return value
        raise ValueError(f"{value} is not {what}")

    return rule


def one_of(known: Sequence[str], what: str) -> Rule:
    """One of the words `known`."""

    def rule(value: str) -> str:
        if value in known:
            return value
        raise ValueError(f"{_shown(value)} is not {what}; there are {', '.join(known)}")

    return rule


def matching(pattern: re.Pattern[str], what: str) -> Rule:
    """Text that as a whole matches `pattern`."""

    def rule(value: str) -> str:
        if pattern.fullmatch(value):
            return value
        raise ValueError(f"{_shown(value)} is not {what}")

    return rule


def day(value: str) -> str:
    """A day, as `2026-03-01`."""
    if date.fromisoformat(value).isoformat() != value:
        raise ValueError(f"{_shown(value)} is not a day")
    return value


def as_it_is(value: object) -> object:
    """Anything of the stored type."""
    return value


def not_empty(value: str) -> str:
    """Any text but none."""
    if not value:
        raise ValueError("it is empty")
    return value


def relative_path(value: str) -> str:
    """A POSIX path that stays below the folder it starts from."""
    if "\0" in value or any(part in ("", ".", "..") for part in value.split("/")):
        raise ValueError(f"{_shown(value)} is not the path of a file below its folder")
    return value


def _json(text: str) -> object:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ValueError(f"{_shown(text)} is not JSON: {error}") from error
    if "\\u" in text:
        try:
            _to_json(value).encode()
        except UnicodeEncodeError as error:
            raise ValueError(f"{_shown(text)} holds half of a character") from error
    return value


def texts(text: str) -> list[str]:
    """The list that `text` is in JSON, whose items are text."""
    found = _json(text)
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise ValueError(f"{_shown(text)} is no list of text")
    return found


def lists(text: str) -> dict[str, list[str]]:
    """The object that `text` is in JSON, whose values are lists of text."""
    found = json_object(text)
    for name, values in found.items():
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            raise ValueError(f"{_shown(name)} has {_shown(values)}, which is no list of text")
    return found


def tag_policies(text: str) -> dict[str, dict[str, Any]]:
    """The tag policies of a registry, by key."""
    return _records(text, "tag policy", _is_tag_policy, lambda key: check_tag_key(key, limit=None))


def searches(text: str) -> dict[str, dict[str, Any]]:
    """The saved searches of a registry, by name."""
    return _records(text, "saved search", _is_search, check_search_name)


def users(text: str) -> dict[str, dict[str, Any]]:
    """Whom a server lets in, by name."""
    return _records(text, "user", _is_user)


def policies(text: str) -> dict[str, dict[str, Any]]:
    """The policies on a securable, by name."""
    return _records(text, "policy", _is_policy)


def passwords(text: str) -> dict[str, str]:
    """What is kept of passwords, by the name of the user."""
    found = json_object(text)
    for name, kept in found.items():
        if not isinstance(kept, str) or not is_hashed(kept):
            raise ValueError(f"{_shown(name)} has what is kept of no password")
    return found


def _records(
    text: str, what: str, is_one: Callable[..., bool], check_name: Callable[[str], object] = as_it_is
) -> dict[str, dict[str, Any]]:
    """The object that `text` is in JSON, whose values are objects, each of them a `what`."""
    found = json_object(text)
    for name, told in found.items():
        check_name(name)
        if not isinstance(told, dict) or not is_one(**told):
            raise ValueError(f"{_shown(name)} has {_shown(told)}, which is no {what}")
    return found


def _is_policy(
    rule: Any = None,
    parameters: Any = None,
    mode: Any = "prevent",
    description: Any = "",
    when: Any = "registration",
    alias: Any = "",
    **others: Any,
) -> bool:
    given = parameters or {}
    if others or not isinstance(given, dict) or not all(isinstance(each, str) for each in (rule, description, alias)):
        return False
    words = all(isinstance(each, list) and all(isinstance(word, str) for word in each) for each in given.values())
    return words and mode in ("prevent", "warn", "off") and when in ("registration", "alias")


def _is_search(
    filter: Any = None,
    kind: Any = None,
    author: Any = None,
    saved_at: Any = None,
    order_by: Any = "",
    **others: Any,
) -> bool:
    texts = all(isinstance(each, str) for each in (filter, author, order_by))
    return texts and not others and kind in ("model", "version") and type(saved_at) is int


def _is_user(
    created_at: Any = None, created_by: Any = None, tokens: Any = None, password_set_at: Any = 0, **others: Any
) -> bool:
    if not isinstance(tokens, dict) or not all(
        isinstance(each, dict) and _is_token(**each) for each in tokens.values()
    ):
        return False
    return isinstance(created_by, str) and not others and type(created_at) is type(password_set_at) is int


def _is_token(
    label: Any = None,
    created_at: Any = None,
    created_by: Any = None,
    hash: Any = None,
    expires_at: Any = 0,
    read_only: Any = False,
    **others: Any,
) -> bool:
    texts = all(isinstance(each, str) for each in (label, created_by, hash))
    return texts and not others and type(created_at) is type(expires_at) is int and type(read_only) is bool


def _is_tag_policy(values: Any = (), assigners: Any = (), description: Any = "", **others: Any) -> bool:
    lists = isinstance(values, list | tuple) and isinstance(assigners, list | tuple)
    return lists and not others and all(isinstance(each, str) for each in (*values, *assigners, description))


def json_object(text: str) -> dict[str, Any]:
    """The object that `text` is in JSON."""
    value = _json(text)
    if not isinstance(value, dict):
        raise ValueError(f"{_shown(text)} is not a JSON object")
    return value


def _list(text: str) -> list[Any]:
    value = _json(text)
    if not isinstance(value, list):
        raise ValueError(f"{_shown(text)} is not a JSON list")
    return value


def text_items(text: str) -> dict[str, str]:
    """As `json_object`, of texts."""
    found = json_object(text)
    for key, value in found.items():
        if not isinstance(value, str):
            raise ValueError(f"{_shown(key)} is {_shown(value)}, not text")
    return found


def _counts(text: str) -> dict[str, int]:
    found = json_object(text)
    for key, value in found.items():
        if type(value) is not int or not 1 <= value <= _HIGHEST_NUMBER:
            raise ValueError(f"{_shown(key)} is {_shown(value)}, not the number of a version")
    return found


# Few different ones are read over and over; a new dictionary is made each time.
_tag_items = lru_cache(maxsize=5000)(lambda text: tuple(_checked_tags(text).items()))


def _checked_tags(text: str) -> dict[str, str]:
    found = text_items(text)
    for key, value in found.items():
        check_tag_value(check_tag_key(key, limit=None), value)
    return found


def tags(text: str) -> dict[str, str]:
    """The tags of a model or a version."""
    return {} if text == "{}" else dict(_tag_items(text))


def links(text: str) -> dict[str, LinkKind]:
    """The links of a version, each with what is there."""
    return {check_link(url): check_link_kind(kind) for url, kind in text_items(text).items()}


def deprecated(text: str) -> dict[str, Any]:
    """That a model or version is deprecated: why, who says so and when, and by its id what to use instead."""
    found = json_object(text)
    texts = {name: found.pop(name, None) for name in ("reason", "by")}
    numbers = {"at": None, "model": 1, "version": 1, **found}
    if (
        not all(isinstance(each, str) for each in texts.values())
        or found.keys() - {"at", "model", "version"}
        or any(type(each) is not int for each in numbers.values())
    ):
        raise ValueError(f"{_shown(text)} does not say why something is deprecated, by whom, and since when")
    for name, rule in (("at", time), ("model", row_id), ("version", number)):
        rule(numbers[name])
    return {**texts, **found}


def lineage(text: str) -> dict[str, Any]:
    """Where a version came from."""
    found = json_object(text)
    copied = Lineage.of(found).copied_from
    if copied is not None:
        row_id(copied.model)
        number(copied.version)
    return found


def alias_numbers(text: str) -> dict[str, int]:
    """The aliases of a model, each with the number of its version."""
    found = _counts(text)
    for alias in found:
        check_settable_alias(alias)
    return found


def latest(text: str) -> dict[str, int]:
    """The number of the newest version in each stage."""
    found = _counts(text)
    for name in found:
        stage(name)
    return found


def alias_list(text: str) -> tuple[str, ...]:
    """The aliases of a version."""
    return () if text == "[]" else tuple(map(check_settable_alias, _list(text)))


def metrics(text: str) -> tuple[Metric, ...]:
    """The metrics of a version."""
    return tuple(map(_metric, _list(text)))


def _metric(item: object) -> Metric:
    if not isinstance(item, dict) or set(item) != {"key", "value", "timestamp", "step"}:
        raise ValueError(f"{_shown(item)} is not a metric: that has key, value, timestamp and step")
    if not isinstance(item["key"], str) or type(item["value"]) not in (int, float):
        raise ValueError(f"{_shown(item)} is not a metric: its key is text, its value a number")
    for name in ("timestamp", "step"):
        if type(item[name]) is not int or abs(item[name]) > _HIGHEST_ID:
            raise ValueError(f"{_shown(item)} is not a metric: its {name} is no whole number of 64 bits")
    return Metric(**item)


def event_names(text: str) -> tuple[tuple[str, str], ...]:
    """The pairs of entity and action that a webhook is for."""
    found = _list(text)
    for pair in found:
        if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(part, str) for part in pair)):
            raise ValueError(f"{_shown(pair)} is not an entity and an action")
    return tuple((entity, action) for entity, action in found)


def schema_name(value: str) -> str:
    """`catalog.schema`."""
    check_namespace(value)
    return value


row_id = between(1, _HIGHEST_ID, "an id")
row_id_or_none = between(0, _HIGHEST_ID, "an id, or 0")
number = between(1, _HIGHEST_NUMBER, "the number of a version")
last_number = between(0, _HIGHEST_NUMBER, "the number of a version, or 0")
time = between(0, _LAST_TIME, "a time in milliseconds since 1970")
size = between(0, _HIGHEST_ID, "a size in bytes")
sha256 = matching(re.compile(r"[0-9a-f]{64}"), "a SHA-256 in hex")
sha256_or_empty = matching(re.compile(r"([0-9a-f]{64})?"), "a SHA-256 in hex, or empty")
entry_kind = one_of(("file", "executable", "folder"), "a kind of file")
action = matching(re.compile(r"[a-z][a-z_]*\.[a-z][a-z_]*"), "an action")
word = matching(re.compile(r"[a-z][a-z_]*"), "a kind of thing")
model_name = lru_cache(maxsize=5000)(check_model_name)
stage = one_of(STAGES, "a stage")
status = one_of(("PENDING_REGISTRATION", "FAILED_REGISTRATION", "READY"), "a status")
webhook_status = one_of(("ACTIVE", "DISABLED"), "a status")
