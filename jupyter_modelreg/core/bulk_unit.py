"""A unit of work on thousands of rows: they are gathered, and stored together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Unpack

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.events import unit_chained
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.history.facts import KINDS
from jupyter_modelreg.core.unit_of_work import Told, UnitOfWork


@dataclass
class BulkUnitOfWork(UnitOfWork):
    """As `UnitOfWork`, but what is gathered is stored by `store`, in a statement each.

    Attributes:
        models, versions: new ones.
        changed: models that are there, with new aliases or a new highest number; each once.
    """

    models: list[Model] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    changed: list[Model] = field(default_factory=list)

    def gather_created(self, record: Model | Version, noted: Mapping[str, JsonValue] | None = None) -> None:
        """Log that `record` is added, and gather it."""
        self._record(f"{KINDS[type(record)]}.created", record, after=self._facts(record, noted))
        if isinstance(record, Model):
            self.models.append(record)
        else:
            self.versions.append(record)

    def gather(self, action: str, target: Model | Version, **told: Unpack[Told]) -> None:
        """Log what the caller does to the rows itself, as `projection.apply` would."""
        self._record(action, target, **told)

    def store(self) -> None:
        """Store what has been gathered."""
        bulk = self.tx.bulk
        bulk.insert_models(self.models)
        bulk.insert_versions(self.versions)
        bulk.renumber_models(self.changed)
        bulk.note_latest({version.model_id for version in self.versions})

    def finish(self) -> None:
        """See `UnitOfWork.finish`."""
        if self._events:
            events = unit_chained(self._events, self.tx.events.last())
            self.tx.bulk.append_events(events[:-1])
            # One by one, since the store takes note of the newest event when it is appended so.
            self.tx.events.append(events[-1])


@contextmanager
def bulk_work(
    context: Context, operation: str | None, reason: str | None, *, dry_run: bool = False
) -> Iterator[BulkUnitOfWork]:
    """A unit of work that is stored at the end; with `dry_run` it is undone.

    It does `operation` to the registry as a whole; None where it asks by itself, for each securable.
    """
    try:
        with context.writing() as (shown, access):
            work = context.unit_of_work(BulkUnitOfWork, shown, access, reason)
            if operation is not None:
                work.authorise(operation, None)
            yield work
            if dry_run:
                raise _Undone
            work.store()
            work.finish()
    except _Undone:
        return


class _Undone(Exception):
    """Raised to have a unit of work rolled back."""
