"""The store contract's part on comments, and on requests: what was said of models and asked for."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.search import Start
from jupyter_modelreg.testing.store_records import ODD, append, apply, model, put, version


def comment(id: int, **fields: Any) -> Comment:
    """A comment on model 1."""
    own: dict[str, Any] = {"model_id": 1, "author": "ana", "text": "good", "mentions": [], "created_at": 1}
    return Comment(**{**own, "updated_at": 2, "id": id, **fields})


def _insert(store: Store, *comments: Comment) -> None:
    with store.write() as tx:
        for each in comments:
            tx.comments.insert(each)
        append(tx)


def _all(store: Store, *model_ids: int) -> list[int]:
    with store.read() as tx:
        return [each.id for model_id in model_ids for each in tx.comments.of_model(model_id)]


class CommentsContract:
    """`Transaction.comments`."""

    def test_a_comment_comes_back_as_it_was(self, store: Store) -> None:
        odd = comment(5, version=3, author=ODD, text=ODD, mentions=[ODD, "ben"], updated_at=2**53, deleted_at=9)
        _insert(store, odd, comment(6))
        store.close()
        with store.read() as tx:
            assert tx.comments.by_id(5) == odd
            assert tx.comments.by_id(6) == comment(6)
            assert tx.comments.by_id(7) is None
            assert tx.comments.of_model(1) == [odd, comment(6)]
            assert tx.comments.of_model(2) == []

    def test_the_newest_come_first_without_those_that_are_deleted(self, store: Store) -> None:
        put(store, model(1, "m"))
        _insert(store, *(comment(number, model_id=number % 2 + 1) for number in range(5, 10)), comment(4, deleted_at=3))
        with store.read() as tx:
            assert [each.id for each in tx.comments.recent()] == [9, 8, 7, 6, 5]
            assert [each.id for each in tx.comments.recent(limit=2)] == [9, 8]
            assert [each.id for each in tx.comments.recent(limit=2, start=Start({"id": 8}))] == [7, 6]
            assert [each.id for each in tx.comments.recent(start=Start(offset=3))] == [6, 5]

    def test_whom_they_speak_to(self, store: Store) -> None:
        _insert(
            store,
            comment(1, mentions=["ben", "ana"]),
            comment(2, mentions=["ben.b"]),
            comment(3, mentions=[ODD]),
            comment(4, mentions=['x"ben"y']),
            comment(5, mentions=["ana"], deleted_at=3),
            comment(6, text="ben"),
        )
        with store.read() as tx:
            assert [each.id for each in tx.comments.recent(["ben"])] == [1]
            assert [each.id for each in tx.comments.recent(["ana", ODD])] == [3, 1]
            assert [each.id for each in tx.comments.recent(['x"ben"y', "ben"], limit=1)] == [4]
            assert tx.comments.recent(["n"]) == []
            assert tx.comments.recent([]) == []

    def test_a_comment_is_changed_and_removed(self, store: Store) -> None:
        _insert(store, comment(1), comment(2))
        with store.write() as tx:
            tx.comments.update(1, {"text": ODD, "mentions": ["ben"], "deleted_at": 7})
            tx.comments.update(99, {"text": "nobody's"})
            tx.comments.delete(2)
            append(tx)
        with store.read() as tx:
            assert tx.comments.of_model(1) == [comment(1, text=ODD, mentions=["ben"], deleted_at=7)]

    @pytest.mark.parametrize("bulk", [False, True], ids=["one", "many"])
    def test_it_goes_with_what_it_is_about(self, store: Store, bulk: bool) -> None:
        one, other = model(1, "one"), model(2, "other")
        put(store, one, other, version(11, one, 1), version(12, one, 2), version(13, other, 1))
        _insert(
            store,
            comment(21),
            comment(22, version=1),
            comment(23, version=2, deleted_at=4),
            comment(24, model_id=2, version=1),
        )
        with store.write() as tx:
            if bulk:
                tx.bulk.delete_versions([11])
            else:
                tx.versions.delete(11)
            append(tx)
        assert _all(store, 1, 2) == [21, 23, 24]
        with store.write() as tx:
            if bulk:
                tx.bulk.delete_models([1])
            else:
                tx.models.delete(1)
            append(tx)
        assert _all(store, 1, 2) == [24]

    def test_what_events_say_of_it_is_kept(self, store: Store) -> None:
        with store.write() as tx:
            apply(tx, "model.created")
            apply(tx, "comment.created", version=3, after={"text": ODD, "mentions": ["ben"]})
        with store.write() as tx:
            told = {"id": 2, "text": "new", "mentions": []}
            apply(tx, "comment.edited", before={"id": 2, "text": ODD, "mentions": ["ben"]}, after=told, time=8)
            apply(tx, "comment.created", on_behalf_of="cleo", after={"text": "other"})
            apply(tx, "comment.deleted", before={"id": 4, "text": "other"}, time=9)
        store.close()
        with store.read() as tx:
            assert tx.comments.of_model(1) == [
                comment(2, version=3, text="new", created_at=3, updated_at=8),
                comment(4, author="cleo", text="other", created_at=3, updated_at=3, deleted_at=9),
            ]
        with store.write() as tx:
            apply(tx, "comment.restored", after={"id": 4, "text": "other"})
        with store.read() as tx:
            assert [each.id for each in tx.comments.recent()] == [4, 2]

    def test_whatever_is_about_nothing_is_named(self, store: Store) -> None:
        one = model(1, "one")
        put(store, one, version(11, one, 1))
        _insert(store, comment(21), comment(22, version=1), comment(23, version=2), comment(24, model_id=9))
        with store.read() as tx:
            found = {orphan.subject for orphan in tx.integrity.dangling()}
        assert {"comment 23", "comment 24"} <= found
        assert not {"comment 21", "comment 22"} & found


def request(id: int, **fields: Any) -> Request:
    """A request for an alias of model 1."""
    own: dict[str, Any] = {"kind": "alias", "subject": "model", "subject_id": 1, "target": "m", "author": "ana"}
    own |= {"privileges": [], "seen": {"version": None}, "approvals": [], "created_at": 1}
    return Request(**{**own, "id": id, **fields})


def _ask(store: Store, *requests: Request) -> None:
    with store.write() as tx:
        for each in requests:
            tx.requests.insert(each)
        append(tx)


class RequestsContract:
    """`Transaction.requests`."""

    def test_a_request_comes_back_as_it_was(self, store: Store) -> None:
        odd = request(
            5,
            kind="access",
            subject="schema",
            subject_id=7,
            target=ODD,
            version=3,
            alias=ODD,
            stage=ODD,
            privileges=["EXECUTE", ODD],
            author=ODD,
            reason=ODD,
            seen={"privileges": [ODD]},
            state="rejected",
            approvals=[ODD, "ben"],
            expires_at=2**53,
            decided_by=ODD,
            decided_at=4,
            decision_reason=ODD,
            deleted_at=9,
        )
        _ask(store, odd, request(6))
        store.close()
        with store.read() as tx:
            assert tx.requests.by_id(5) == odd
            assert tx.requests.by_id(6) == request(6)
            assert tx.requests.by_id(7) is None
            assert tx.requests.of_subject("schema", 7) == [odd]
            assert tx.requests.of_subject("model", 7) == []

    def test_the_newest_come_first_of_a_state_and_an_author(self, store: Store) -> None:
        _ask(store, request(1), request(2, state="approved"), request(3, author="ben"), request(4, deleted_at=3))
        with store.write() as tx:
            tx.requests.update(1, {"approvals": ["ben"], "reason": ODD})
            tx.requests.update(99, {"reason": "nobody's"})
            append(tx)
        with store.read() as tx:
            assert [each.id for each in tx.requests.recent()] == [3, 2, 1]
            assert [each.id for each in tx.requests.recent("open")] == [3, 1]
            assert [each.id for each in tx.requests.recent("open", "ana")] == [1]
            assert [each.id for each in tx.requests.recent(None, "ana", 1)] == [2]
            assert [each.id for each in tx.requests.recent(limit=1, start=Start({"id": 2}))] == [1]
            assert tx.requests.by_id(1) == request(1, approvals=["ben"], reason=ODD)
        with store.write() as tx:
            tx.requests.delete(3)
            append(tx)
        with store.read() as tx:
            assert [each.id for each in tx.requests.recent()] == [2, 1]

    @pytest.mark.parametrize("bulk", [False, True], ids=["one", "many"])
    def test_it_goes_with_what_it_is_about(self, store: Store, bulk: bool) -> None:
        one = model(1, "one")
        put(store, one, version(11, one, 1), version(12, one, 2))
        _ask(store, request(21, version=1), request(22, version=2), request(23), request(24, subject="schema"))
        with store.write() as tx:
            if bulk:
                tx.bulk.delete_versions([11])
            else:
                tx.versions.delete(11)
            append(tx)
        with store.read() as tx:
            assert [each.id for each in tx.requests.recent()] == [24, 23, 22]
        with store.write() as tx:
            if bulk:
                tx.bulk.delete_models([1])
            else:
                tx.models.delete(1)
            append(tx)
        with store.read() as tx:
            assert [each.id for each in tx.requests.recent()] == [24]

    def test_what_events_say_of_it_is_kept(self, store: Store) -> None:
        wish = {"kind": "alias", "alias": "A", "seen": {"version": 2}, "expires_at": 50}
        with store.write() as tx:
            apply(tx, "model.created")
            apply(tx, "request.created", version=3, after=wish, reason=ODD)
        with store.write() as tx:
            apply(tx, "request.approved", actor="ben", after={"id": 2, "state": "approved"}, reason="ok", time=8)
        asked = request(2, version=3, alias="A", seen={"version": 2}, reason=ODD, created_at=3, expires_at=50)
        decided: dict[str, Any] = {"state": "approved", "decided_by": "ben", "decided_at": 8, "decision_reason": "ok"}
        store.close()
        with store.read() as tx:
            assert tx.requests.by_id(2) == replace(asked, **decided)
        with store.write() as tx:
            apply(tx, "request.reopened", after={"id": 2, "state": "open"}, time=9)
        with store.read() as tx:
            assert tx.requests.by_id(2) == asked
        with store.write() as tx:
            apply(tx, "request.approved", after={"id": 2, **decided}, time=10)
            apply(tx, "request.deleted", after={"id": 2}, time=11)
        with store.read() as tx:
            assert tx.requests.by_id(2) == replace(asked, **decided, deleted_at=11)

    def test_whatever_is_about_nothing_is_named(self, store: Store) -> None:
        one = model(1, "one")
        put(store, one, version(11, one, 1))
        _ask(store, request(21), request(22, version=2), request(23, subject_id=9), request(24, subject="catalog"))
        with store.read() as tx:
            found = {orphan.subject for orphan in tx.integrity.dangling()}
        assert {"request 22", "request 23"} <= found
        assert not {"request 21", "request 24"} & found
