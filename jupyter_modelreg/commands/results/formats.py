"""How values read: times, sizes, numbers, types, tags and aliases, in the notebook and the shell.

The panel says the same (labextension/src/registry/format.ts); one table of cases holds both to it.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Context, Decimal

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.times import implausible, local_moment, moment, plausible, time_text

_MINUTE, _HOUR, _DAY = 60_000, 3_600_000, 86_400_000
_UNITS = ("kB", "MB", "GB", "TB", "PB", "EB")
_FIVE_DIGITS = Context(prec=5, rounding=ROUND_HALF_UP)
# Aliases that say which version is in use, and which may be next: they come before all others.
_LEADING = ("champion", "challenger")


def ago(time: float, now: int) -> str:
    """How long ago `time` was, both in epoch milliseconds: `3 h ago`; the local date when that is over a month.

    A time that cannot be one is shown as it is stored.
    """
    if not plausible(time):
        return implausible(time)
    past = now - time
    if past < -_MINUTE or past >= 30 * _DAY:
        return day_text(time)
    if past < _MINUTE:
        return "just now"
    if past < _HOUR:
        return f"{int(past // _MINUTE)} min ago"
    if past < _DAY:
        return f"{int(past // _HOUR)} h ago"
    return f"{int(past // _DAY)} days ago" if past >= 2 * _DAY else "1 day ago"


def day_text(time: float) -> str:
    """The day of epoch milliseconds as the calendar of this machine has it: `2026-11-21`."""
    return local_moment(time).date().isoformat()


def date_time(time: float) -> str:
    """`2026-11-21 11:53 CET` of epoch milliseconds; one that cannot be a time as it is stored."""
    return time_text(time)


def utc_date_time(time: float) -> str:
    """`2026-11-21 10:53 UTC` of epoch milliseconds; one that cannot be a time as it is stored."""
    return f"{moment(time):%Y-%m-%d %H:%M} UTC" if plausible(time) else implausible(time)


def exact(time: float) -> str:
    """`2026-11-21T10:53:04Z` of epoch milliseconds, for programs; one that cannot be a time as it is stored."""
    return f"{moment(time):%Y-%m-%dT%H:%M:%S}Z" if plausible(time) else implausible(time)


def size_text(size: int) -> str:
    """`842 B`, `36.4 kB`, `1.2 GB`: bytes in powers of 1,000. A size that none can have is shown as it is."""
    if size < 0:
        return f"{size} B (implausible)"
    if size < 1000:
        return f"{size} B"
    step, unit = 1000, 0
    # What would be rounded to 1000.0 belongs to the next unit.
    while size >= step * 1000 - step // 20 and unit < len(_UNITS) - 1:
        step, unit = step * 1000, unit + 1
    tenths = (10 * size + step // 2) // step
    return f"{tenths // 10}.{tenths % 10} {_UNITS[unit]}"


def number_text(value: float) -> str:
    """A number to five significant digits, whole ones and what stands before the point in full: `0.83`, `1234567`.

    From 1e15 and below 0.0001 it has an exponent: `1.5e-5`.
    """
    if not math.isfinite(value):
        return "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
    precise = Decimal(value)
    size = abs(precise)
    if size < 10**15 and (size >= 10**4 or value == int(value)):
        return str(int(precise.to_integral_value(ROUND_HALF_UP)))
    rounded = _FIVE_DIGITS.create_decimal(precise).normalize(_FIVE_DIGITS)
    return f"{rounded:f}" if Decimal("1e-4") <= size < 10**4 else f"{rounded:e}".replace("+", "")


def value_text(value: JsonValue) -> str:
    """A single value: numbers as `number_text`, anything else as it is."""
    return number_text(value) if isinstance(value, float) else str(value)


def counted(number: int, noun: str) -> str:
    """`1 model`, `1,234 models`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def tag_text(key: str, value: JsonValue) -> str:
    """`task=ranking`, and `reviewed` of a tag whose value is empty."""
    return key if value == "" else f"{key}={value_text(value)}"


def alias_text(alias: str, version: JsonValue = None) -> str:
    """`@Champion`, and `@Champion v3` when it is known where it points."""
    return f"@{alias}" if version is None else f"@{alias} v{version}"


def in_order(aliases: Iterable[str]) -> list[str]:
    """Aliases as they are listed: Champion first, then Challenger, then all others by name."""
    return sorted(aliases, key=_alias_rank)


def type_text(spec: JsonValue) -> str:
    """The type in a field of a signature: `double`, `float32[-1, 28, 28]`, `array<string>`, `{id: string}`.

    MLflow: `Schema.to_dict`, `ParamSchema.to_dict`. A kind that is not known is shown as JSON.
    """
    if not isinstance(spec, Mapping):
        return _plain(spec)
    match spec.get("type"):
        case "tensor":
            return _tensor_text(spec.get("tensor-spec"))
        case "array":
            return f"array<{type_text(spec.get('items'))}>"
        case "map":
            return f"map<string, {type_text(spec.get('values'))}>"
        case "object":
            return _object_text(spec.get("properties"))
        case None:
            return _plain(dict(spec))
        case kind:
            return _plain(kind)


def fields_text(fields: JsonValue) -> str:
    """`x: double, y?: long` of the fields of a signature; what is no list of them is shown as JSON."""
    if not isinstance(fields, list):
        return _plain(fields)
    return ", ".join(map(_field_text, fields))


def is_required(spec: Mapping[str, JsonValue]) -> bool:
    """Whether a field of a signature must be given. MLflow before 2.6 wrote `optional` in place of `required`."""
    required = spec.get("required")
    return spec.get("optional") is not True if required is None else required is not False


def _field_text(field: JsonValue) -> str:
    if not isinstance(field, dict):
        return str(field)
    name, optional = field.get("name"), "" if is_required(field) else "?"
    return f"{name}{optional}: {type_text(field)}" if name else type_text(field)


def _alias_rank(alias: str) -> tuple[int, str]:
    lowered = alias.lower()
    return (_LEADING.index(lowered) if lowered in _LEADING else len(_LEADING), alias)


def _tensor_text(spec: JsonValue) -> str:
    if not isinstance(spec, Mapping):
        return "tensor"
    shape = spec.get("shape")
    return f"{_plain(spec.get('dtype'))}[{', '.join(map(_plain, shape)) if isinstance(shape, list) else ''}]"


def _object_text(properties: JsonValue) -> str:
    fields = properties.items() if isinstance(properties, Mapping) else ()
    texts = [
        f"{key}{'?' if isinstance(spec, Mapping) and not is_required(spec) else ''}: {type_text(spec)}"
        for key, spec in fields
    ]
    return f"{{{', '.join(texts)}}}"


def _plain(value: JsonValue) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))
