"""The store contract's part on a whole registry as tables: dumped, and loaded in the place of another."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeVar

import pytest

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.entities.securables import Catalog, Model, Root
from jupyter_modelreg.core.entities.usage import UsageDay
from jupyter_modelreg.core.entities.versions import FileEntry, Version, VersionFile
from jupyter_modelreg.core.errors import AlreadyExists
from jupyter_modelreg.core.ports.records import RECORDS
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.testing.discussion_contract import comment, request
from jupyter_modelreg.testing.store_records import (
    ODD,
    ODD_MODEL,
    ODD_VERSION,
    append,
    catalog,
    model,
    put,
    schema,
    version,
    webhook,
)

R = TypeVar("R")


class _Tables:
    """`TableWriter` and `TableReader` in memory."""

    def __init__(self) -> None:
        self.written: dict[type, list[Any]] = {}

    def write(self, kind: type[R], pages: Iterable[Sequence[R]]) -> None:
        assert kind not in self.written
        self.written[kind] = [record for page in pages for record in page]

    def read(self, kind: type[R]) -> Iterator[Sequence[R]]:
        records: list[R] = self.written[kind]
        yield records[:1]
        yield records[1:]


def _dumped(store: Store) -> dict[type, list[Any]]:
    tables = _Tables()
    store.dump(tables)
    return tables.written


def _fill(store: Store) -> None:
    """A registry with one of everything, in the trash too."""
    gone = model(5, "prod.ml.gone", schema_id=2, last_version=1)
    put(store, catalog(3, "dev"), catalog(1, "prod"), schema(2, "prod.ml", 1), ODD_MODEL, gone)
    put(store, ODD_VERSION, version(6, gone, 1), webhook(7, secret="x", events=(("a", "b"), ("c", ODD))))  # noqa: S106
    with store.write() as tx:
        tx.versions.add_files(6, [FileEntry(path=path, size=1, sha256="ab") for path in ("b", "a", ODD)])
        for actor in ("ben", "ana"):
            tx.usage.note(UsageDay(version_id=20, actor=actor, day="2026-03-01", last_used_at=8, count=1))
        tx.models.update(5, {"key": None, "deleted_at": 9})
        tx.webhooks.update(7, {"deleted_at": 9})
        tx.comments.insert(comment(9, model_id=10, version=1, text=ODD, mentions=[ODD]))
        tx.comments.insert(comment(8, model_id=5, deleted_at=9))
        tx.requests.insert(request(9, subject_id=10, version=1, target=ODD, privileges=[ODD]))
        append(tx, after={ODD: [1]})


class DumpContract:
    """`Store.dump` and `Store.load`; what is put in place along with it is the backend's own business."""

    def test_everything_is_dumped_in_order(self, store: Store) -> None:
        _fill(store)
        dumped = _dumped(store)
        assert tuple(dumped) == RECORDS
        assert dumped[Catalog] == [catalog(1, "prod"), catalog(3, "dev")]
        assert [(each.id, each.deleted_at) for each in dumped[Model]] == [(5, 9), (10, None)]
        assert [each.id for each in dumped[Version]] == [6, 20]
        assert dumped[Version][1] == ODD_VERSION
        assert [each.path for each in dumped[VersionFile]] == sorted(["a", "b", ODD])
        assert [each.actor for each in dumped[UsageDay]] == ["ana", "ben"]
        assert dumped[Request] == [request(9, subject_id=10, version=1, target=ODD, privileges=[ODD])]
        assert dumped[Comment][1] == comment(9, model_id=10, version=1, text=ODD, mentions=[ODD])

    def test_an_empty_registry_is_dumped(self, store: Store) -> None:
        with store.read() as tx:
            assert not tx.catalogs.list()
        assert _dumped(store) == {kind: [Root()] if kind is Root else [] for kind in RECORDS}

    def test_what_was_dumped_is_loaded_where_there_is_nothing(self, store: Store) -> None:
        tables = _Tables()
        tables.written = {kind: [] for kind in RECORDS}
        tables.written |= {Catalog: [catalog(1, "prod")], Model: [ODD_MODEL], Version: [ODD_VERSION]}
        assert store.load(tables) is None
        with store.read() as tx:
            assert tx.catalogs.list() == [catalog(1, "prod")]
            assert tx.models.get(ODD) == ODD_MODEL
            assert tx.versions.get(ODD_MODEL, 1) == ODD_VERSION
        put(store, catalog(2, "dev"))

    def test_what_is_there_is_replaced_only_where_it_is_kept(self, store: Store) -> None:
        _fill(store)
        tables = _Tables()
        store.dump(tables)
        with store.write() as tx:
            tx.catalogs.delete(3)
            tx.models.update(ODD_MODEL.id, {"tags": {}})
            append(tx)
        changed = _dumped(store)
        with pytest.raises(AlreadyExists):
            store.load(tables)
        assert _dumped(store) == changed
        assert store.load(tables, aside="before") is not None
        assert _dumped(store) == tables.written

    def test_what_was_loaded_goes_on(self, store: Store) -> None:
        _fill(store)
        tables = _Tables()
        store.dump(tables)
        store.load(tables, aside="before")
        with store.write() as tx:
            assert tx.models.get("prod.ml.gone") is None
            tx.models.update(5, {"key": "prod.ml.gone", "deleted_at": None})
            tx.models.update(ODD_MODEL.id, {"description": None})
            event = append(tx)
        with store.read() as tx:
            assert tx.events.last() == event
            assert tx.models.get("prod.ml.gone") == model(5, "prod.ml.gone", schema_id=2, last_version=1)
            found = tx.models.get(ODD)
        assert found is not None
        assert found.description is None

    def test_a_load_that_fails_changes_nothing(self, store: Store) -> None:
        _fill(store)
        before = _dumped(store)

        class Torn(_Tables):
            def read(self, kind: type[R]) -> Iterator[Sequence[R]]:
                if kind is Version:
                    raise OSError("torn")
                return super().read(kind)

        tables = Torn()
        tables.written = {kind: [] for kind in RECORDS}
        with pytest.raises(OSError, match="torn"):
            store.load(tables, aside="before")
        assert _dumped(store) == before
