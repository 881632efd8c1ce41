"""Columns of a list of versions that somebody has asked for: metrics, parameters and tags; and sorting by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from jupyter_modelreg.commands.results.columns import Column, Kind
from jupyter_modelreg.commands.results.views import VERSION_COLUMNS, version_row
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.paging import Page

_KINDS: Mapping[str, Kind] = {"metrics": "number", "params": "word", "tags": "word"}
_NOUNS = {"metrics": "metric", "params": "parameter", "tags": "tag"}
# Behind version and aliases, which say which one it is.
_PLACE = 2


def chosen(keys: Mapping[str, Sequence[str]]) -> tuple[Column, ...]:
    """The usual columns with those for `keys` among them: a list of keys each for `metrics`, `params`, `tags`."""
    wanted = [
        Column(f"{what}.{key.strip()}", key.strip(), _KINDS[what]) for what, given in keys.items() for key in given
    ]
    usual = [column for column in VERSION_COLUMNS if not ("tags" in keys and column.key == "tags")]
    return (*usual[:_PLACE], *wanted, *usual[_PLACE:])


def check(columns: Sequence[Column], versions: Sequence[Version]) -> None:
    """Raise InvalidInput for a column that reaches into a mapping and finds nothing in any of `versions`."""
    rows = [version_row(version) for version in versions]
    for column in columns:
        what, _, key = column.key.partition(".")
        if key and rows and all(column.value(row) is None for row in rows):
            there = sorted({name for row in rows for name in _mapping(row[what])})
            known = f"there is {', '.join(there)}" if there else f"they have no {what} at all"
            raise InvalidInput(f"no version here has the {_NOUNS[what]} {key}", known)


def in_order(versions: Sequence[Version], key: str, limit: int | None) -> Page[Version]:
    """The first `limit` of `versions` sorted by the metric, parameter, tag or field `key`, from the highest with `-`.

    Those without it come last. Raises InvalidInput when none has it.
    """
    name, highest_first = key.removeprefix("-"), key.startswith("-")
    found = [(version, _sorted_by(version, name)) for version in versions]
    known = [(version, value) for version, value in found if value is not None]
    if versions and not known:
        raise InvalidInput(f"no version has {name} to sort by", "sort by a metric, a parameter or a tag of theirs")
    known.sort(key=lambda pair: _rank(pair[1]), reverse=highest_first)
    ordered = [version for version, _ in known] + [version for version, value in found if value is None]
    cut = limit is not None and len(ordered) > limit
    return Page(ordered[:limit], "more" if cut else None)


def _sorted_by(version: Version, name: str) -> JsonValue:
    row = version_row(version)
    for what in _KINDS:
        if name in _mapping(row[what]):
            return _mapping(row[what])[name]
    return row.get(name)


def _rank(value: JsonValue) -> tuple[int, float, str]:
    """Numbers, also those in text, by size, and before all other text."""
    try:
        return (0, float(str(value)), "")
    except ValueError:
        return (1, 0.0, str(value))


def _mapping(value: JsonValue) -> Mapping[str, JsonValue]:
    return value if isinstance(value, dict) else {}
