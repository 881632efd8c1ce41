"""Holding the tables against the log: each record against what its events make of it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from jupyter_modelreg.core.entities.versions import FileEntry, Metric, Version, manifest_hash
from jupyter_modelreg.core.history.facts import KINDS, Record
from jupyter_modelreg.core.history.replay import Replay
from jupyter_modelreg.core.rules.sentences import listed

# What the log does not have, and what a version has from its model.
BESIDE = {"secret", "passwords"}
_OF_MODEL = {"name", "aliases"}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A record that is not what the log says.

    Attributes:
        subject: what it is called.
        message: what differs, as a sentence.
        stored: the record as it is; None where it is missing.
        expected: as the log says; None where there should be none, or where the log does not have what differs.
    """

    subject: str
    message: str
    stored: Record | None = None
    expected: Record | None = None

    @property
    def rebuildable(self) -> bool:
        """Whether the log has what it takes to put it right."""
        return self.stored is not None or self.expected is not None


def differences(kind: type, stored: Sequence[Record], replay: Replay) -> Iterator[Difference]:
    """Where the `stored` records of a kind are not those of `replay`, which has no others, by id."""
    told = {record.id: record for record in replay.all(kind)}
    for record in stored:
        expected = told.pop(record.id, None)
        wrong = [] if expected is None else unlike(record, expected)
        if expected is None:
            yield _difference(record, "is there, and no event has created it", record, None)
        elif wrong:
            yield _difference(record, f"differs from the activity log in {listed(wrong)}", record, expected)
    for expected in told.values():
        yield _difference(expected, "is missing, and the activity log has it", None, expected)


def file_differences(
    versions: Sequence[Version], files: Mapping[int, Sequence[FileEntry]], replay: Replay
) -> Iterator[Difference]:
    """Where the manifests of `versions`, by the id of the version, are not those that the log has the hash of."""
    for version in versions:
        told, entries = replay.manifests.get(version.id), files.get(version.id, ())
        if (manifest_hash(entries) if entries else None) != told:
            yield _difference(version, "has another manifest than the activity log says", None, None)


def unlike(record: Record, expected: Record) -> list[str]:
    """The names of the fields in which two records differ, but for what the log does not have."""
    return [
        field.name
        for field in fields(record)
        if field.name not in BESIDE
        and not (isinstance(record, Version) and field.name in _OF_MODEL)
        and _plain(getattr(record, field.name)) != _plain(getattr(expected, field.name))
    ]


def _plain(value: object) -> object:
    """Whatever is equal here is the same: NaN is, and the order of keys does not matter."""
    if isinstance(value, float) and math.isnan(value):
        return "NaN"
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(vars(each) if isinstance(each, Metric) else each) for each in value]
    return value


def _difference(record: Record, what: str, stored: Record | None, expected: Record | None) -> Difference:
    subject = record.reference if isinstance(record, Version) else record.name
    message = f"the {KINDS[type(record)]} {subject} {what}"
    return Difference(subject=subject, message=message, stored=stored, expected=expected)
