"""A whole registry as records, on its way into a backup, out of one, or to another place."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar, cast

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.events import Event, unit_chained
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.core.exchange.consistency import Consistency
from jupyter_modelreg.core.exchange.schema import UnfitValue
from jupyter_modelreg.core.ports.files import Manifests
from jupyter_modelreg.core.ports.store import TableReader

R = TypeVar("R")


def consistent(context: Context, tables: TableReader) -> Consistency:
    """What a dump of the registry holds. Raises RegistryUnavailable for what could not be loaded anywhere."""
    found = Consistency(tables, trash=True)
    try:
        found.check_backup()
    except UnfitValue as error:
        raise RegistryUnavailable(
            f"{context.store.uri} holds what no backup can bring back: {error}", "modelreg verify may say more"
        ) from error
    return found


def ready_manifests(found: Consistency) -> Manifests:
    """The manifests of the versions whose files the registry keeps."""
    ready = (version for version in found.versions.values() if version.managed and version.status == "READY")
    return {version.id: [file.entry for file in found.files.get(version.id, ())] for version in ready}


def purged(context: Context, version_id: int) -> bool:
    """Whether a version has gone for good meanwhile."""
    with context.read() as tx:
        return tx.integrity.line(version_id) is None


class EndingTables:
    """`core.ports.TableReader` on other tables, whose activity log ends with one more event of the registry.

    Args:
        context: of whoever does it, and when.
        tables: the others.
        action: what is done.
        after: what the event says of it.
        reason: why.
    """

    def __init__(
        self, context: Context, tables: TableReader, action: str, after: Mapping[str, JsonValue], reason: str | None
    ) -> None:
        self._context = context
        self._tables = tables
        self._action = action
        self._after = after
        self._reason = reason

    def read(self, kind: type[R]) -> Iterator[Sequence[R]]:
        """See `TableReader.read`."""
        last: Event | None = None
        for page in self._tables.read(kind):
            yield page
            last = page[-1] if page and isinstance(page[-1], Event) else last
        if kind is Event:
            yield [cast(R, self._end(last))]

    def _end(self, last: Event | None) -> Event:
        seq = last.seq + 1 if last else 1
        event = Event(
            seq=seq,
            unit=seq,
            time=self._context.now(),
            actor=self._context.actor,
            action=self._action,
            subject="registry",
            subject_id=0,
            name="registry",
            after=self._after,
            reason=self._reason,
            hash="",
        )
        return unit_chained([event], last)[0]
