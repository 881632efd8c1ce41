"""Where a version that arrives may have its files: where its source leads, and at no path of another machine.

What is shown, and what is agreed to, is the source: files must not come from elsewhere. Those of a copy of another
version have to be where the registry that it comes from has those of that one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from jupyter_modelreg.core.entities.securables import PROMPT_TAG
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.ports.exchange import ImportSource

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]+):")  # one letter is a drive of Windows
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
        return (self.location if _follows(self.location, self.source) else None) or self.source or ""


class Places:
    """Where the versions of `source` may have their files; with `anywhere`, wherever it says.

    What copies are checked against is read once, when the first copy is met.
    """

    def __init__(self, source: ImportSource, *, anywhere: bool) -> None:
        self._source = source
        self._anywhere = anywhere
        self._known: Mapping[str, Mapping[int, _Place]] | None = None

    def look_up(self, versions: Iterable[Version]) -> None:
        """Read what `check` needs for `versions`, which may take a while. Raises SourceUnavailable."""
        if self._anywhere or self._known is not None or not any(_is_led(_place(version)) for version in versions):
            return
        known: dict[str, dict[int, _Place]] = {}
        for page in self._source.versions():
            for version in page:
                known.setdefault(version.name, {})[version.version] = _place(version)
        self._known = known

    def check(self, version: Version) -> None:
        """Raises InvalidState when the files of a version, as `one_place` gives it, are where they may not be."""
        if self._anywhere:
            return
        place = _place(version)
        if _is_led(place) and not self._has(place):
            raise InvalidState(
                f"its files are said to be at {version.location}, "
                f"and nothing shows that they are those of {place.source}",
                "if you know that place, import with --allow-local-files",
            )
        if not self._source.local:
            _check_not_local(version)

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
        versions = (self._known or {}).get(name, {})
        return [((name, each), place) for each, place in versions.items() if number is None or each == int(number)]


def one_place(version: Version) -> Version:
    """`version` without a location that does not follow from its source.

    Of a managed version neither is read here.
    """
    kept = not version.managed and _follows(version.location, version.source)
    return version if kept else replace(version, location=None)


def _place(version: Version) -> _Place:
    return _Place(version.source, version.location, version.managed)


def _is_led(place: _Place) -> bool:
    """Whether it takes another version to know if the files are where `place` says."""
    elsewhere = bool(place.location) and not _same(place.location, place.source)
    return elsewhere and not place.managed and _is_of_version(place.source or "")


def _is_of_version(source: str) -> bool:
    """Whether a source names a version of a registered model, and not a logged model."""
    return source.startswith("models:") and not re.match("models:/+m-", source)


def _same(one: str | None, other: str | None) -> bool:
    return (one or "").rstrip("/") == (other or "").rstrip("/")


def _check_not_local(version: Version) -> None:
    """Raises InvalidState when a version from another machine names files by a path, which here means others.

    Whoever may read the registry, through a server too, could read them.
    """
    if version.managed:
        return
    for place in (version.source, version.location):
        if place and _is_path(place) and not _names_no_file(version, place):
            raise InvalidState(
                f"its files are said to be at {place}, a path of the machine that it comes from",
                "if that path means the same files here, import with --allow-local-files",
            )


def _is_path(place: str) -> bool:
    found = _SCHEME.match(place.strip())
    return found is None or found[1].lower() == "file"


def _names_no_file(version: Version, place: str) -> bool:
    """MLflow gives all prompts one source, a word, which nothing ever reads."""
    return PROMPT_TAG in version.tags and re.fullmatch(r"[\w-]+", place) is not None


def _follows(location: str | None, source: str | None) -> bool:
    """Whether files at `location` are what MLflow finds for `source`: in the same place, or of the same run or model.

    MLflow keeps files of the run `1a2b` below `…/1a2b/artifacts`, those of the logged model `m-3c` below
    `…/m-3c/artifacts`.
    """
    if not location or not source:
        return False
    if _same(location, source):
        return True
    named = re.fullmatch(r"(?:runs|models):/+([^/@]+)(/.*)?", source)
    if named is None:
        return False
    owner, path = named[1], (named[2] or "").rstrip("/")
    if _is_of_version(source):
        return True  # `Places` looks for that version
    return location.rstrip("/").endswith(f"/{owner}/artifacts{path}")
