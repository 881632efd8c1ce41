"""What the log makes of the registry, held against the tables, and put in their place where they differ."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import fields
from itertools import chain
from typing import Any, TypeVar

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Catalog, Model, RetiredName, Schema
from jupyter_modelreg.core.entities.versions import FileEntry, Version, VersionFile
from jupyter_modelreg.core.history.comparison import BESIDE, Difference, differences, file_differences
from jupyter_modelreg.core.history.facts import KINDS
from jupyter_modelreg.core.history.replay import Replay
from jupyter_modelreg.core.history.stored_rows import StoredRows
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import UnitOfWork

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
    for kind in KINDS:
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
                subject=name,
                message=f"numbers up to {replay.retired.get(name, 0)} were used under the name {name}, and the tables "
                f"say {there.get(name, 0)}",
            )


def sampled_differences(context: Context, count: int, also: Set[int]) -> tuple[int, Sequence[Difference]]:
    """The same for up to `count` models chosen at random, and those with the ids in `also`; and how many that were.

    Raises UnfitEvent, RegistryBusy, RegistryUnavailable.
    """
    with context.read() as tx:
        chosen = sorted({*tx.integrity.some_models(count), *also})
    found: list[Difference] = []
    for model_id in chosen:
        with context.read() as tx:
            found += model_differences(tx, model_id)
    return len(chosen), found


def differences_in(context: Context, target: Model | Schema | Catalog, models: Sequence[Model]) -> Sequence[Difference]:
    """The same for all of `target` and its `models`. Raises UnfitEvent, RegistryBusy, RegistryUnavailable."""
    records: list[tuple[type, int]] = [(type(each), each.id) for each in models]
    if not isinstance(target, Model):
        records.insert(0, (type(target), target.id))
    if isinstance(target, Catalog):
        with context.read() as tx:
            records += [(Schema, each.id) for each in tx.schemas.list(target.id)]
    found: list[Difference] = []
    for kind, row_id in records:
        with context.read() as tx:
            found += _of_subject(tx, kind, row_id)
    return found


def model_differences(tx: Transaction, model_id: int) -> Iterator[Difference]:
    """Where a model, a version of it, or what was said of them, is not what its events say."""
    replay = Replay().run(tx.events.list(("model", model_id)))
    model = tx.models.by_id(model_id)
    versions = tx.versions.of_model(model_id)
    yield from differences(Model, [model] if model else [], replay)
    yield from differences(Version, versions, replay)
    yield from differences(Comment, tx.comments.of_model(model_id), replay)
    yield from differences(Request, tx.requests.of_subject("model", model_id), replay)
    yield from file_differences(versions, {each.id: tx.versions.files(each.id) for each in versions}, replay)


def rebuild(work: UnitOfWork, found: Sequence[Difference]) -> Sequence[str]:
    """Put in place what the log says of the records in `found`; returns the names of those that were put right.

    What has changed since they were found is looked at again.
    """
    mended: list[str] = []
    for record in {_owner_of(each): None for each in found if each.rebuildable}:
        kind, row_id = record
        for now in _of_subject(work.tx, kind, row_id):
            if now.rebuildable:
                _replace(work.tx, now)
                mended.append(now.subject)
    return mended


def _owner_of(found: Difference) -> tuple[type, int]:
    """What the events of a record are about: those of a version, a comment or a request are about its model."""
    record = found.stored or found.expected
    assert record is not None
    if isinstance(record, Request):
        return next(kind for kind, name in KINDS.items() if name == record.subject), record.subject_id
    return (Model, record.model_id) if isinstance(record, Version | Comment) else (type(record), record.id)


def _of_subject(tx: Transaction, kind: type, row_id: int) -> Iterator[Difference]:
    if kind is Model:
        yield from model_differences(tx, row_id)
        return
    replay = Replay().run(tx.events.list((KINDS[kind], row_id)))
    stored = StoredRows(tx).by_id(kind, row_id)
    yield from differences(kind, [stored] if stored else [], replay)
    yield from differences(Request, tx.requests.of_subject(KINDS[kind], row_id), replay)


def _replace(tx: Transaction, found: Difference) -> None:
    rows = StoredRows(tx)
    stored, expected = found.stored, found.expected
    if expected is None:
        assert stored is not None
        rows.delete(stored)
    elif stored is None:
        rows.insert(expected)
    else:
        changes = {field.name: getattr(expected, field.name) for field in fields(expected) if field.name not in BESIDE}
        if isinstance(expected, Model):
            changes["key"] = None if expected.deleted_at is not None else expected.name
        rows.update(stored, changes)
