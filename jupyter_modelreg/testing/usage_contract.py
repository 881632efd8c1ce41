"""The store contract's part on usage: who loaded which version, beside the log."""

from __future__ import annotations

from typing import Any

from jupyter_modelreg.core.entities.usage import UsageDay, VersionUsage
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.testing.store_records import ODD, append, model, put, version


def _day(version_id: int, **fields: Any) -> UsageDay:
    own: dict[str, Any] = {"actor": "ana", "day": "2026-03-01", "last_used_at": 10, "count": 1}
    return UsageDay(**{**own, "version_id": version_id, **fields})


def _note(store: Store, *days: UsageDay) -> None:
    for day in days:
        with store.write() as tx:
            tx.usage.note(day)


def _all(store: Store, model_id: int = 1) -> list[VersionUsage]:
    with store.read() as tx:
        return list(tx.usage.of_models([model_id]))


class UsageContract:
    """`Transaction.usage`."""

    def test_one_row_for_each_version_actor_notebook_and_day(self, store: Store) -> None:
        one = model(1, "one")
        put(store, one, version(2, one, 1), version(3, one, 2))
        _note(
            store,
            _day(2, alias="Champion", count=2),
            _day(2, last_used_at=30),
            _day(2, last_used_at=20, alias=ODD, count=3),
            _day(2, notebook=ODD, last_used_at=11),
            _day(2, notebook=""),
            _day(2, actor=ODD, last_used_at=12),
            _day(2, day="2026-03-02", last_used_at=40),
            _day(3, last_used_at=13),
        )
        found = [(each.version, each.actor, each.notebook, each.day, each.alias, each.count) for each in _all(store)]
        assert found[0] == (1, "ana", None, "2026-03-02", None, 1)
        assert found[1] == (1, "ana", None, "2026-03-01", ODD, 6)
        assert found[2:5] == [
            (2, "ana", None, "2026-03-01", None, 1),
            (1, ODD, None, "2026-03-01", None, 1),
            (1, "ana", ODD, "2026-03-01", None, 1),
        ]
        assert found[5:] == [(1, "ana", "", "2026-03-01", None, 1)]
        assert [each.last_used_at for each in _all(store)] == [40, 30, 13, 12, 11, 10]

    def test_of_some_models_and_since_a_time(self, store: Store) -> None:
        one, other = model(1, "one"), model(2, "other")
        put(store, one, other, version(3, one, 1), version(4, other, 7), version(5, other, 8))
        _note(store, _day(3, last_used_at=10), _day(4, last_used_at=20), _day(4, actor="ben", last_used_at=30))
        with store.read() as tx:
            assert [each.version for each in tx.usage.of_models([1, 2, 9])] == [7, 7, 1]
            assert [each.actor for each in tx.usage.of_models([2], since=30)] == ["ben"]
            assert list(tx.usage.of_models([])) == []
            assert dict(tx.usage.last_used([1, 2])) == {(1, 1): 10, (2, 7): 30}
            assert dict(tx.usage.last_used([])) == {}

    def test_it_stays_in_the_trash_and_goes_with_the_version(self, store: Store) -> None:
        one = model(1, "one")
        put(store, one, *(version(number + 1, one, number) for number in (1, 2, 3)))
        _note(store, *(_day(row_id) for row_id in (2, 3, 4)))
        with store.write() as tx:
            tx.versions.update(2, {"deleted_at": 9})
            tx.versions.delete(3)
            append(tx)
        assert [each.version for each in _all(store)] == [1, 3]
        with store.write() as tx:
            tx.bulk.delete_versions([2, 4])
            append(tx)
        assert _all(store) == []

    def test_it_is_no_event_and_is_kept_all_the_same(self, store: Store) -> None:
        one = model(1, "one")
        put(store, one, version(2, one, 1))
        with store.read() as tx:
            before = tx.events.last()
        _note(store, _day(2))
        store.close()
        with store.write(patience=5) as tx:
            assert tx.events.last() == before
            append(tx)
        assert len(_all(store)) == 1
