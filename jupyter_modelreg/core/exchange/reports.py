"""What an import and an export say at the end, and what an import keeps in mind on the way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import RegistryError


@dataclass(frozen=True, kw_only=True)
class Skipped:
    """One thing that did not come, or only in part: by what name the source has it, why, and what to do about it."""

    kind: str
    name: str
    why: str
    hint: str | None = None

    @classmethod
    def because(cls, kind: str, name: str, error: RegistryError) -> Skipped:
        """What `error` says."""
        return cls(kind=kind, name=name, why=error.message, hint=error.hint)


@dataclass(frozen=True, kw_only=True)
class Tally:
    """How many of one kind there were."""

    imported: int = 0
    there: int = 0
    skipped: int = 0


@dataclass(frozen=True, kw_only=True)
class ImportReport:
    """What an import did, or with `dry_run` would do.

    Attributes:
        source: where it came from, as it may be shown.
        models, prompts, versions: how many were imported, were there already, or were skipped; versions are those of
            models and of prompts.
        skipped: what did not come, an alias among it, in the order of the source.
    """

    source: str
    into: str | None
    dry_run: bool
    models: Tally
    prompts: Tally
    versions: Tally
    skipped: tuple[Skipped, ...]


@dataclass(frozen=True, kw_only=True)
class ExportReport:
    """What is in an archive; `size` is that of the file, in bytes."""

    file: Path
    models: int
    versions: int
    files: int
    size: int


@dataclass
class ReportBuilder:
    """The report as it grows."""

    source: str
    into: str | None
    dry_run: bool
    _tallies: dict[str, Tally] = field(default_factory=dict)
    _skipped: list[Skipped] = field(default_factory=list)

    def imported(self, kind: str, count: int = 1) -> None:
        """So many came in."""
        found = self._tally(kind)
        self._tallies[kind] = replace(found, imported=found.imported + count)

    def there(self, kind: str, count: int = 1) -> None:
        """So many were there already."""
        found = self._tally(kind)
        self._tallies[kind] = replace(found, there=found.there + count)

    def skip(self, what: Skipped) -> None:
        """Say that, and why, one does not come."""
        found = self._tally(what.kind)
        self._tallies[what.kind] = replace(found, skipped=found.skipped + 1)
        self._skipped.append(what)

    def left_out(self, kind: str, count: int) -> None:
        """So many do not come, because of something that has been reported already."""
        found = self._tally(kind)
        self._tallies[kind] = replace(found, skipped=found.skipped + count)

    def report(self) -> ImportReport:
        """What there is to say."""
        return ImportReport(
            source=self.source,
            into=self.into,
            dry_run=self.dry_run,
            models=self._tally("model"),
            prompts=self._tally("prompt"),
            versions=self._tally("version"),
            skipped=tuple(self._skipped),
        )

    def _tally(self, kind: str) -> Tally:
        return self._tallies.get(kind, Tally())


@dataclass
class Target:
    """Where the versions of one model go.

    Attributes:
        origin: the model as the source has it.
        local: the model as it is here, kept up to date by whoever changes it.
        fresh: made by this import, so that it has no versions but those of this import.
        used_up: the highest number that was used under the name by models that have left it; 0 for none.
        purged: numbers of the model's versions that are gone for good, and are not used again.
    """

    origin: Model
    local: Model
    fresh: bool
    used_up: int = 0
    purged: frozenset[int] = frozenset()
    _pointing: dict[int, list[str]] = field(default_factory=dict, init=False)

    def __post_init__(self) -> None:
        for alias, number in self.origin.aliases.items():
            self._pointing.setdefault(number, []).append(alias)

    def pointing_at(self, number: int) -> Sequence[str]:
        """The aliases of that version in the source."""
        return self._pointing.get(number, ())

    @property
    def needs_files(self) -> bool:
        """Whether the registry keeps the files of its versions; a prompt has none."""
        return self.local.governed and not self.origin.is_prompt
