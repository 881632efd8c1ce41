"""Comparisons: versions held side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from jupyter_modelreg.core.catalog.lookup import require_model, resolve_versions
from jupyter_modelreg.core.comparison.contents import (
    REQUIREMENTS,
    content_of,
    installed_too,
    is_read,
    requirements,
    text_differences,
)
from jupyter_modelreg.core.comparison.directions import direction
from jupyter_modelreg.core.comparison.origins import code_of, datasets_of, source_difference
from jupyter_modelreg.core.comparison.records import ComparedValue, Comparison, Section, TextDifference
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Version, files_among
from jupyter_modelreg.core.errors import InvalidInput, PermissionDenied, RegistryError
from jupyter_modelreg.core.lineage.environment import environment_in
from jupyter_modelreg.core.lineage.records import Lineage
from jupyter_modelreg.core.rules.signature import SignatureChange, compared_signatures, signature_fields

FEWEST, MOST = 2, 5
"""How many versions are compared."""

Values = Mapping[str, JsonValue]


@dataclass(frozen=True)
class _Side:
    """One of the versions: what there is of it, and the folder of its files where they may be read."""

    version: Version
    signature: Mapping[str, JsonValue] | None
    entries: Sequence[FileEntry]
    folder: Path | None


class Comparisons(Topic):
    """`registry.comparisons`."""

    def compare(self, references: Sequence[str], *, everything: bool = False) -> Comparison:
        """In what two to five versions differ; callers of the first are those that may break.

        Args:
            references: versions, of one model or of several; a range stands for all that it names.
            everything: tell what is the same in all of them, too.

        Files are compared by their hashes. What they say, the packages in `requirements.txt` among it, is read only
        where the registry keeps them and the actor may load all of the versions; `unread` says where it was not.
        A version that is named twice, as by two aliases, is compared once, and alone differs from nothing.
        Raises InvalidInput (fewer or more than that many), NotFound, AliasNotFound, FilesDamaged.
        """
        unread: list[str] = []
        sides = [self._side(version, unread) for version in self._versions(references)]
        folders = [side.folder for side in sides if side.folder is not None]
        readable = len(folders) == len(sides)
        breaking = {each.field: each for other in sides[1:] for each in _breaking(sides[0], other)}
        values = [
            ComparedValue(
                section=section,
                key=key,
                values=[side.get(key) for side in compared],
                differs=any(side.get(key) != compared[0].get(key) for side in compared[1:]),
                breaking=section == "signature" and key in breaking,
                better=direction(key) if section == "metrics" else None,
            )
            for section, compared in _sections(sides, folders if readable else [])
            for key in dict.fromkeys(key for side in compared for key in side)
        ]
        texts = list[TextDifference]()
        if len(sides) == FEWEST:
            texts += source_difference(sides[0].version, sides[1].version)
        if readable and len(sides) == FEWEST:
            texts += text_differences(folders[0], folders[1], sides[0].entries, sides[1].entries)
        return Comparison(
            references=[side.version.reference for side in sides],
            values=[each for each in values if everything or each.differs],
            breaking=[each.phrase for each in breaking.values()],
            unread=unread,
            texts=texts,
        )

    def _versions(self, references: Sequence[str]) -> Sequence[Version]:
        with self._context.read() as tx:
            found = [version for reference in references for version in resolve_versions(tx, reference)]
        distinct = list({version.id: version for version in found}.values())
        if len(found) < FEWEST or len(distinct) > MOST:
            named = "1 version is" if len(distinct) == 1 else f"{len(distinct)} versions are"
            raise InvalidInput(
                f"{named} named, and {FEWEST} to {MOST} can be compared",
                "name two, as fraud/1 fraud/2, or a range: fraud/1-3",
            )
        return distinct

    def _side(self, version: Version, unread: list[str]) -> _Side:
        signature, entries, folder = version.signature, list[FileEntry](), None
        with self._context.reading() as (tx, access):
            entries += tx.versions.files(version.id) if version.managed else []
            if access is not None:
                try:
                    access.authorise("versions.load", require_model(tx, version.name))
                except PermissionDenied as error:
                    unread.append(f"what is in the files of {version.reference} was not read: {error.message}")
                    return _Side(version, signature, entries, None)
        if version.managed:
            if version.status == "READY":
                folder = self._context.files.path(version.id, [each.path for each in entries if is_read(each)])
        else:
            unread.append(f"the files of {version.reference} are not kept by the registry, and were not compared")
            if signature is None:
                try:
                    signature = self._context.tracking.signature(version.reference, version.files_uri)
                except RegistryError as error:
                    unread.append(f"the signature of {version.reference} was not read: {error.message}")
        return _Side(version, signature, entries, folder)


def _sections(sides: Sequence[_Side], folders: Sequence[Path]) -> Iterator[tuple[Section, Sequence[Values]]]:
    yield "version", [_about(side.version) for side in sides]
    yield "metrics", [side.version.latest_metrics for side in sides]
    yield "params", [side.version.params or {} for side in sides]
    yield "tags", [side.version.tags for side in sides]
    yield "signature", [signature_fields(side.signature) for side in sides]
    yield "datasets", [datasets_of(side.version) for side in sides]
    yield "code", [code_of(side.version) for side in sides]
    if folders:
        yield "requirements", list(map(_requirements, folders, sides))
    if all(side.version.managed for side in sides):
        yield "files", [{entry.path: entry.sha256 for entry in side.entries} for side in sides]


def _about(version: Version) -> Values:
    told: dict[str, JsonValue] = {
        "status": version.status,
        "stage": None if version.stage == "None" else version.stage,
        "aliases": list(version.aliases) or None,
        "description": version.description,
        "registered at": version.created_at,
        "registered by": version.created_by,
        "run": version.run_id,
        "source": version.source,
        "size": version.size,
    }
    return {key: value for key, value in told.items() if value is not None}


def _requirements(folder: Path, side: _Side) -> Values:
    """The packages that a model asks for, with what was installed where that says more; Python, and those of conda."""
    entry = next((entry for entry in files_among(side.entries) if entry.path == REQUIREMENTS), None)
    told = "" if entry is None else content_of(folder, entry).decode(errors="replace")
    asked, known = requirements(told), Lineage.of(side.version.lineage).environment
    # What the files say they say of a version that was registered before it was kept, too.
    environment = replace(environment_in(folder), installed=known.installed if known else None)
    return {**asked, **installed_too(asked, environment)}


def _breaking(first: _Side, other: _Side) -> Sequence[SignatureChange]:
    return [each for each in compared_signatures(first.signature, other.signature) if each.breaking]
