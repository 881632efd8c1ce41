"""What every store promises (`core.ports.store`, `core.ports.rows`), as tests for whoever writes one.

    class TestMyStore(StoreContract):
        @pytest.fixture
        def store(self, tmp_path: Path) -> Store:
            return MyStore(tmp_path)

The fixture gives a store of an empty registry. The tests speak to nothing but the ports, and so can be held against any
backend; how long it takes is not their business.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import PROMPT_TAG, Model
from jupyter_modelreg.core.ports.store import Store, Transaction
from jupyter_modelreg.core.query.search import Search
from jupyter_modelreg.testing.bulk_contract import BulkContract, IntegrityContract
from jupyter_modelreg.testing.discussion_contract import CommentsContract, RequestsContract
from jupyter_modelreg.testing.dump_contract import DumpContract
from jupyter_modelreg.testing.log_contract import AppliedEventsContract, EventsContract, WebhooksContract
from jupyter_modelreg.testing.models_contract import ModelsContract
from jupyter_modelreg.testing.namespaces_contract import CatalogsContract, SchemasContract
from jupyter_modelreg.testing.store_records import append, catalog, model, names, put, schema, version
from jupyter_modelreg.testing.usage_contract import UsageContract
from jupyter_modelreg.testing.versions_contract import VersionsContract

_THREADS, _TURNS = 4, 10
_ALL = Search(prompts=None)


class _Stopped(Exception):
    """What ends a transaction in these tests."""


class TransactionsContract:
    """Units of work: whole, apart from each other, one writer at a time."""

    @pytest.fixture
    def store(self) -> Iterator[Store]:
        """The store to hold against the contract."""
        raise NotImplementedError("give a fixture `store`, an empty one")

    def test_an_empty_store_holds_nothing(self, store: Store) -> None:
        with store.read() as tx:
            assert set(tx.counts().values()) == {0}
            assert tx.events.last() is None

    def test_it_is_called_the_same_all_the_time(self, store: Store) -> None:
        before = store.uri
        put(store, catalog(1, "prod"))
        assert store.uri == before

    def test_what_is_written_is_seen_by_later_transactions(self, store: Store) -> None:
        put(store, catalog(1, "prod"))
        with store.read() as tx:
            assert tx.catalogs.get("prod") == catalog(1, "prod")
        with store.write() as tx:
            assert tx.catalogs.get("prod") == catalog(1, "prod")

    def test_a_transaction_without_an_event_is_kept_as_well(self, store: Store) -> None:
        with store.write() as tx:
            tx.catalogs.insert(catalog(1, "prod"))
        with store.read() as tx:
            assert tx.catalogs.get("prod") is not None

    def test_a_transaction_sees_what_it_has_done(self, store: Store) -> None:
        with store.write() as tx:
            tx.catalogs.insert(catalog(1, "prod"))
            assert names(tx.catalogs.list()) == ["prod"]
            tx.catalogs.update(1, {"description": "mine"})
            found = tx.catalogs.get("prod")
            assert found is not None
            assert found.description == "mine"
            assert tx.counts()["catalogs"] == 1
            tx.catalogs.delete(1)
            assert tx.catalogs.get("prod") is None

    @pytest.mark.parametrize("asked", [False, True], ids=["only written", "asked too"])
    def test_a_transaction_that_raises_leaves_nothing(self, store: Store, asked: bool) -> None:
        put(store, catalog(1, "prod"), model(2, "m", tags={"a": "1"}))
        with store.read() as tx:
            before = tx.events.last()

        def spoil() -> None:
            with store.write() as tx:
                tx.catalogs.update(1, {"description": "gone"})
                tx.models.update(2, {"tags": {}, "key": "n", "name": "n"})
                tx.catalogs.insert(catalog(3, "dev"))
                append(tx)
                if asked:
                    assert len(tx.catalogs.list()) == 2
                raise _Stopped

        with pytest.raises(_Stopped):
            spoil()
        with store.read() as tx:
            assert tx.catalogs.list() == [catalog(1, "prod")]
            assert tx.models.get("m") == model(2, "m", tags={"a": "1"})
            assert tx.models.get("n") is None
            assert tx.events.last() == before

    def test_a_reading_block_may_raise(self, store: Store) -> None:
        put(store, catalog(1, "prod"))

        def stop() -> None:
            with store.read() as tx:
                assert tx.catalogs.list()
                raise _Stopped

        with pytest.raises(_Stopped):
            stop()
        put(store, catalog(2, "dev"))
        with store.read() as tx:
            assert names(tx.catalogs.list()) == ["dev", "prod"]

    def test_what_was_read_stays_what_it_was(self, store: Store) -> None:
        put(store, model(1, "m", tags={"a": "1"}))
        with store.read() as tx:
            before = tx.models.get("m")
        with store.write() as tx:
            tx.models.update(1, {"tags": {"a": "2"}, "description": "new"})
            append(tx)
        assert before == model(1, "m", tags={"a": "1"})

    def test_a_look_finds_what_is_there_at_that_moment(self, store: Store) -> None:
        def look() -> tuple[Model | None, Event | None, Sequence[str]]:
            return store.look(lambda tx: (tx.models.get("m"), tx.events.last(), names(tx.models.search(Search()))))

        assert look() == (None, None, [])
        put(store, model(1, "m"))
        for tags in ({"a": "1"}, {"a": "2"}):
            with store.write() as tx:
                tx.models.update(1, {"tags": tags})
                last = append(tx)
            assert look() == (model(1, "m", tags=tags), last, ["m"])

        def spoil() -> None:
            with store.write() as tx:
                tx.models.update(1, {"tags": {}})
                assert tx.models.get("m") == model(1, "m")
                append(tx)
                raise _Stopped

        with pytest.raises(_Stopped):
            spoil()
        assert look() == (model(1, "m", tags={"a": "2"}), last, ["m"])

    def test_a_look_may_raise(self, store: Store) -> None:
        def stop(tx: Transaction) -> None:
            tx.models.get("m")
            raise _Stopped

        with pytest.raises(_Stopped):
            store.look(stop)

    def test_counts_leave_out_the_trash(self, store: Store) -> None:
        live, gone = model(3, "prod.ml.live", schema_id=2), model(4, "prod.ml.gone", schema_id=2)
        plain, prompt = model(5, "plain"), model(9, "prompt", tags={PROMPT_TAG: "true"})
        kept, trashed = version(6, live, 1), version(7, live, 2)
        put(
            store,
            catalog(1, "prod"),
            schema(2, "prod.ml", 1),
            live,
            gone,
            plain,
            prompt,
            kept,
            trashed,
            version(8, gone, 1),
        )
        with store.write() as tx:
            tx.versions.update(7, {"deleted_at": 9})
            tx.models.update(4, {"key": None, "deleted_at": 9})
            append(tx)
        expected = {
            "catalogs": 1,
            "schemas": 1,
            "governed_models": 1,
            "workspace_models": 1,
            "prompts": 1,
            "versions": 1,
            "events": 2,
        }
        with store.read() as tx:
            assert tx.counts() == expected

    def test_closed_it_is_opened_again_with_all_that_was_there(self, store: Store) -> None:
        put(store, catalog(1, "prod"))
        store.close()
        store.close()
        with store.read() as tx:
            assert names(tx.catalogs.list()) == ["prod"]
            assert tx.events.last() is not None
        assert store.exists()
        assert store.size() > 0

    def test_writers_take_turns(self, store: Store) -> None:
        put(store, model(1, "m"))

        def count(_: int) -> None:
            for _ in range(_TURNS):
                with store.write() as tx:
                    found = tx.models.get("m")
                    assert found is not None
                    tx.models.update(1, {"last_version": found.last_version + 1})
                    append(tx)

        with ThreadPoolExecutor(_THREADS) as pool:
            list(pool.map(count, range(_THREADS)))
        with store.read() as tx:
            found = tx.models.get("m")
            events = tx.events.list()
        assert found is not None
        assert found.last_version == _THREADS * _TURNS
        assert [event.seq for event in events] == list(range(1, _THREADS * _TURNS + 2))

    def test_readers_never_see_half_of_a_transaction(self, store: Store) -> None:
        put(store, model(1, "a"), model(2, "b"))
        done = threading.Event()

        def watch(_: int) -> int:
            looks = 0
            while not looks or not done.wait(0.001):  # who only looks all the time lets nobody write
                with store.read() as tx:
                    assert len({found.description for found in tx.models.search(_ALL)}) == 1
                looks += 1
            return looks

        with ThreadPoolExecutor(2) as pool:
            watching = [pool.submit(watch, number) for number in range(2)]
            try:
                for turn in range(_TURNS):
                    with store.write() as tx:
                        tx.models.update(1, {"description": f"{turn}"})
                        tx.models.update(2, {"description": f"{turn}"})
                        append(tx)
            finally:
                done.set()
            assert all(each.result() for each in watching)


class StoreContract(
    TransactionsContract,
    CatalogsContract,
    SchemasContract,
    ModelsContract,
    VersionsContract,
    UsageContract,
    CommentsContract,
    RequestsContract,
    EventsContract,
    AppliedEventsContract,
    WebhooksContract,
    BulkContract,
    IntegrityContract,
    DumpContract,
):
    """All that a store promises."""
