"""Holding the tables against the log: each record against what its events make of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields

from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, Version, manifest_hash
from jupyter_modelreg.core.entities.webhooks import Webhook
from jupyter_modelreg.core.history.facts import KINDS, Record
from jupyter_modelreg.core.history.replay import Replay

# What the log does not have.
_BESIDE = {"secret"}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A record that is not what the log says.

    Attributes:
        kind: `catalog`, `schema`, `model`, `version` or `webhook`.
        subject: what it is called.
        message: what differs, as a sentence.
    """

    kind: str
    subject: str
    message: str


def differences(kind: type, stored: Sequence[Record], replay: Replay) -> Iterator[Difference]:
    """Where the `stored` records of a kind are not those of `replay`, which has no others, by id."""
    told = {record.id: record for record in replay.all(kind)}
    for record in stored:
        expected = told.pop(record.id, None)
        if expected is None:
            yield _difference(record, "is there, and no event has created it")
        else:
            wrong = unlike(record, expected)
            if wrong:
                yield _difference(record, f"differs from the activity log in {_listed(wrong)}")
    for expected in told.values():
        yield _difference(expected, "is missing, and the activity log has it")


def file_differences(
    versions: Sequence[Version], files: Mapping[int, Sequence[FileEntry]], replay: Replay
) -> Iterator[Difference]:
    """Where the manifests of `versions`, by the id of the version, are not those that the log has the hash of."""
    for version in versions:
        told, entries = replay.manifests.get(version.id), files.get(version.id, ())
        if (manifest_hash(entries) if entries else None) != told:
            yield _difference(version, "has another manifest than the activity log says")


def unlike(record: Record, expected: Record) -> list[str]:
    """The names of the fields in which two records differ, but for what the log does not have."""
    return [
        field.name
        for field in fields(record)
        if field.name not in _BESIDE and _plain(getattr(record, field.name)) != _plain(getattr(expected, field.name))
    ]


def _plain(value: object) -> object:
    """Whatever is equal here is the same: NaN is, and the order of keys does not matter."""
    if isinstance(value, float) and value != value:
        return "NaN"
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(vars(each) if hasattr(each, "__dict__") else each) for each in value]
    return value


def _difference(record: Record, what: str) -> Difference:
    subject = record.reference if isinstance(record, Version) else record.name
    kind = KINDS[type(record)]
    return Difference(kind=kind, subject=subject, message=f"the {kind} {subject} {what}")


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


KINDS_CHECKED: Sequence[type] = (Catalog, Schema, Model, Version, Webhook)
