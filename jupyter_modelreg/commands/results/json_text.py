"""Results as JSON that every program can read and no terminal obeys."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.times import moment, plausible

# Mappings with keys of their users.
_FREE = frozenset({"aliases", "expectations", "feedback", "metrics", "params", "tags"})


def json_text(value: object) -> str:
    """`value`, a record or a list of them, as JSON, indented.

    Times, which are the fields whose names end in `_at`, are text as in ISO 8601, UTC: `2026-11-21T10:53:04.123Z`. A
    time that cannot be one stays the number it is stored as. The stage `None` is null.

    JSON has no NaN and no Infinity: such a number is null, and its word is in a field beside it whose name ends in
    `_text`; beside a mapping that is one, too: `"metrics": {"loss": null}, "metrics_text": {"loss": "NaN"}`.
    Characters that do not print (controls, directions, those without width) are escaped.
    """
    text = json.dumps(_finite(value), indent=2, ensure_ascii=False, allow_nan=False)
    return text if text.replace("\n", "").isprintable() else "".join(map(_visible, text))


def _finite(value: object) -> object:
    """`value` without numbers that JSON does not have; a record, or each record of a list, gets words for them."""
    if isinstance(value, Mapping):
        value = {key: _field(key, item) for key, item in value.items()}
        words = {f"{key}_text": word for key, item in value.items() if (word := _words(item))}
        return {**_nulled(value), **words}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(item) for item in value]
    return _nulled(value)


def _field(key: str, value: Any) -> Any:
    """What stands in the field `key` of a record. The keys of tags, metrics and the like are their authors' own."""
    if isinstance(value, Mapping) and key not in _FREE:
        return {name: _field(name, item) for name, item in value.items()}
    if key.endswith("_at") and isinstance(value, int) and plausible(value):
        return moment(value).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return None if key == "stage" and value == "None" else value


def _nulled(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _nulled(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_finite(item) for item in value]
    return None if _word(value) else value


def _words(value: object) -> object:
    """The word for a number that JSON does not have; for a mapping, those of its numbers, by key."""
    if not isinstance(value, Mapping):
        return _word(value)
    return {key: word for key, item in value.items() if (word := _word(item))}


def _word(value: object) -> str | None:
    if not isinstance(value, float) or math.isfinite(value):
        return None
    return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"


def _visible(char: str) -> str:
    if char.isprintable() or char == "\n":
        return char
    return json.dumps(char)[1:-1] if ord(char) > 0x7F else f"\\u{ord(char):04x}"
