"""The whole registry rebuilt from its log, and held against the tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Any, TypeVar

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import RetiredName
from jupyter_modelreg.core.entities.versions import FileEntry, Version, VersionFile
from jupyter_modelreg.core.history.comparison import KINDS_CHECKED, Difference, differences, file_differences
from jupyter_modelreg.core.history.replay import Replay

R = TypeVar("R")


class _Held:
    """`core.ports.TableWriter` that keeps the records and replays the log, which comes last."""

    def __init__(self) -> None:
        self.records: dict[type, list[Any]] = {}
        self.replay = Replay()

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        """See `TableWriter`. Raises UnfitEvent."""
        if kind is Event:
            self.replay.run(event for event in chain.from_iterable(pages) if isinstance(event, Event))
        else:
            self.records[kind] = list(chain.from_iterable(pages))


def rebuilt_differences(context: Context) -> Iterator[Difference]:
    """Where any record of the registry is not what its log says, as both are in one moment, while others work.

    Raises UnfitEvent for a log that cannot be replayed, RegistryBusy, RegistryUnavailable.
    """
    held = _Held()
    context.store.dump(held)
    for kind in KINDS_CHECKED:
        yield from differences(kind, held.records[kind], held.replay)
    files: dict[int, list[FileEntry]] = {}
    for file in held.records[VersionFile]:
        files.setdefault(file.version_id, []).append(file.entry)
    yield from file_differences(held.records[Version], files, held.replay)
    yield from _retired(held.records[RetiredName], held.replay)


def _retired(stored: Sequence[RetiredName], replay: Replay) -> Iterator[Difference]:
    there = {each.name: each.highest for each in stored}
    for name in sorted(there.keys() | replay.retired.keys()):
        if there.get(name) != replay.retired.get(name):
            yield Difference(
                kind="name",
                subject=name,
                message=f"numbers up to {replay.retired.get(name, 0)} were used under the name {name}, and the tables "
                f"say {there.get(name, 0)}",
            )
