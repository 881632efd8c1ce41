"""What looking after a registry finds and makes, as plain immutable records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

# log: the activity log was altered. row: a row leads nowhere. files: of a version, missing or changed. stuck: a
# registration whose process is gone. garbage: files that belong to nothing. unknown: files of a version that this
# registry has never had. clock: the clock was set back.
FindingKind = Literal["log", "row", "files", "stuck", "garbage", "unknown", "clock"]


@dataclass(frozen=True, kw_only=True)
class Finding:
    """Something that is not as it should be.

    Attributes:
        kind: log, row, files, stuck, garbage, unknown or clock.
        subject: what it is about: a reference, a name, a folder.
        message: one sentence for a person.
        hint: what to do about it.
        version_id: the version concerned, or whose folder it is; None where there is none.
        repairable: `repair` can put it right, since nobody can want it as it is.
        mended: `repair` has done so.
    """

    kind: FindingKind
    subject: str
    message: str
    hint: str
    version_id: int | None = None
    repairable: bool = False
    mended: bool = False

    @property
    def harmful(self) -> bool:
        """Whether something is wrong now: not when it was mended, nor when it is only worth knowing."""
        return not self.mended and self.kind != "clock"


@dataclass(frozen=True, kw_only=True)
class Verification:
    """What was looked at, and what was found; `versions` and `models` count the trash too, `bytes` were hashed.

    `registering` is how many versions are just being registered, which is nothing wrong. `compared` is how many models
    were held, with all their versions, against what the activity log says of them. `sealed` is the number of the event
    at which the log was sealed, where a seal was given.
    """

    events: int
    models: int
    versions: int
    files: int
    bytes: int
    registering: int
    compared: int
    sealed: int | None = None
    findings: Sequence[Finding] = ()

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong (any more)."""
        return not any(finding.harmful for finding in self.findings)


@dataclass(frozen=True, kw_only=True)
class FilesFound:
    """What there is where managed files are kept.

    Attributes:
        versions: the ids of versions that have a folder.
        unexpected: names of whatever else lies there.
        stale: names of what processes that are gone have left unfinished.
    """

    versions: frozenset[int] = frozenset()
    unexpected: Sequence[str] = ()
    stale: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Backup:
    """A registry in one file, as it was made or as it was read; `size` is that of the file, in bytes.

    `events` says how far the activity log goes; `left_out` names versions whose files were damaged when it was made.
    """

    path: str
    uri: str
    created_at: int
    events: int
    versions: int
    files: int
    size: int
    left_out: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Restored:
    """A registry brought back: where it is now, from which backup, and where what was there before has gone."""

    uri: str
    backup: Backup
    moved_aside: str | None = None


@dataclass(frozen=True, kw_only=True)
class Moved:
    """A registry that was moved, or with `dry_run` would be.

    Attributes:
        uri: where it is now.
        source: where it was.
        rows: how many there are in each table that has some; every one was compared.
        versions, files, bytes: whose files the registry keeps, and how much that is; every file was hashed.
        brought: how many of the files came now, and not in an earlier try.
        moved_aside: where an empty registry went that was there.
        kept: the registry that was moved goes on, too.
        dry_run: nothing was done.
    """

    uri: str
    source: str
    rows: Mapping[str, int]
    versions: int
    files: int
    bytes: int
    brought: int = 0
    moved_aside: str | None = None
    kept: bool = False
    dry_run: bool = False
