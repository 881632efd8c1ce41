"""Versions that arrive as copies of another version: their files have to be where the source has those of that one."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.exchange.placement import follows
from jupyter_modelreg.core.ports.exchange import ImportSource

# `models:/name/3`; other references to a model (`@alias`, a stage) may have meant any of its versions.
_OF_MODEL = re.compile(r"models:/+([^/@]+)(?:/(\d+)$|[/@])")


class _Place(NamedTuple):
    """What a source says of where the files of a version are."""

    source: str | None
    location: str | None
    managed: bool

    @property
    def files_uri(self) -> str:
        """Where the files are, as far as this says so by itself; "" for a managed version, whose copies are managed."""
        if self.managed:
            return ""
        return (self.location if follows(self.location, self.source) else None) or self.source or ""


class Originals:
    """The versions of `source`, as those that others are copies of. They are read once, when the first copy is met."""

    def __init__(self, source: ImportSource) -> None:
        self._source = source
        self._places: Mapping[str, Mapping[int, _Place]] | None = None

    def look_up(self, versions: Iterable[Version]) -> None:
        """Read what `check` needs for `versions`, which may take a while. Raises SourceUnavailable."""
        if self._places is not None or not any(_is_led(_place(version)) for version in versions):
            return
        places: dict[str, dict[int, _Place]] = {}
        for page in self._source.versions():
            for version in page:
                places.setdefault(version.name, {})[version.version] = _place(version)
        self._places = places

    def check(self, version: Version) -> None:
        """Raises InvalidState when `version` is a copy, and its files are not those of the version it is a copy of.

        What is shown, and what was agreed to, is that other version: files must not come from elsewhere.
        """
        place = _place(version)
        if not _is_led(place) or self._has(place):
            return
        raise InvalidState(
            f"its files are said to be at {version.location}, and nothing shows that they are those of {place.source}",
            "if you know that place, import with --allow-local-files",
        )

    def _has(self, copy: _Place) -> bool:
        """Whether a version that `copy` was made from, or the first one it leads to, is where `copy` says it is."""
        seen, going = set[tuple[str, int]](), [copy]
        while going:
            for key, original in self._originals(going.pop()):
                if key in seen:
                    continue
                seen.add(key)
                if not _is_led(original):
                    if _same(original.files_uri, copy.location):
                        return True
                elif _same(original.location, copy.location):
                    going.append(original)
        return False

    def _originals(self, copy: _Place) -> list[tuple[tuple[str, int], _Place]]:
        found = _OF_MODEL.match(copy.source or "")
        if found is None:
            return []
        name, number = found[1], found[2]
        versions = (self._places or {}).get(name, {})
        return [((name, each), place) for each, place in versions.items() if number is None or each == int(number)]


def _place(version: Version) -> _Place:
    return _Place(version.source, version.location, version.managed)


def _is_led(place: _Place) -> bool:
    """Whether it takes another version to know if the files are where `place` says."""
    is_of_version = (place.source or "").startswith("models:") and not re.match("models:/+m-", place.source or "")
    return is_of_version and not place.managed and bool(place.location) and not _same(place.location, place.source)


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").rstrip("/") == (other or "").rstrip("/")
