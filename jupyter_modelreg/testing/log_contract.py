"""The store contract's part on the activity log and on webhooks."""

from __future__ import annotations

import pytest

from jupyter_modelreg.core.entities.events import GENESIS, Event, chain_hash
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.history.facts import facts_of
from jupyter_modelreg.core.history.projection import UnfitEvent
from jupyter_modelreg.core.ports.store import Store
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.search import Start
from jupyter_modelreg.testing.store_records import ODD, append, apply, put, webhook


def _seqs(events: object) -> list[int]:
    assert isinstance(events, list)
    return [event.seq for event in events]


class EventsContract:
    """`EventRows`."""

    def test_an_event_comes_back_as_it_was(self, store: Store) -> None:
        with store.write() as tx:
            first = append(tx, name=ODD, version=3, before={"a": [1, None, {"b": ODD}]}, after={ODD: 0.5}, reason=ODD)
            assert tx.events.last() == first
            second = append(tx, before=None, after={})
        with store.read() as tx:
            assert tx.events.list() == [first, second]
            assert tx.events.last() == second
        assert second.hash == chain_hash(Event(**{**vars(second), "hash": ""}), first.hash)
        assert first.hash == chain_hash(Event(**{**vars(first), "hash": ""}), GENESIS)

    def test_events_are_listed_oldest_first(self, store: Store) -> None:
        with store.write() as tx:
            for number in range(6):
                append(tx, subject="model" if number % 2 else "schema", subject_id=number // 4)
        with store.read() as tx:
            assert _seqs(tx.events.list()) == [1, 2, 3, 4, 5, 6]
            assert _seqs(tx.events.list(after=4)) == [5, 6]
            assert _seqs(tx.events.list(limit=2)) == [1, 2]
            assert _seqs(tx.events.list(("model", 0))) == [2, 4]
            assert _seqs(tx.events.list(("model", 0), after=2, limit=1)) == [4]
            assert tx.events.list(("model", 9)) == []
            assert tx.events.list(after=6) == []

    def test_events_are_shown_newest_first_a_page_at_a_time(self, store: Store) -> None:
        for number in range(7):
            with store.write() as tx:
                append(tx, subject_id=number % 2)
        with store.read() as tx:
            assert _seqs(tx.events.recent()) == [7, 6, 5, 4, 3, 2, 1]
            assert _seqs(tx.events.recent(limit=3)) == [7, 6, 5]
            assert _seqs(tx.events.recent(limit=3, start=Start({"seq": 5}))) == [4, 3, 2]
            assert _seqs(tx.events.recent(limit=3, start=Start({"seq": 2}))) == [1]
            assert _seqs(tx.events.recent(limit=3, start=Start({"seq": 1}))) == []
            assert _seqs(tx.events.recent(limit=2, start=Start(offset=4))) == [3, 2]
            assert _seqs(tx.events.recent(EventQuery(subject=("model", 1)))) == [6, 4, 2]
            assert _seqs(tx.events.recent(EventQuery(subject=("model", 1)), limit=1, start=Start({"seq": 6}))) == [4]

    def test_an_alias_that_moved_concerns_the_version_it_left(self, store: Store) -> None:
        with store.write() as tx:
            append(tx, "version.created", version=1)
            append(tx, "alias.moved", version=2, before={"Champion": 1}, after={"Champion": 2})
            append(tx, "alias.moved", version=12, before={"Champion": 2}, after={"Champion": 12})
            append(tx, "alias.moved", version=5, before={"Champion": 11})
            append(tx, "tags.changed", version=3, before={"n": 1})
            append(tx, "alias.moved", version=2, before={"Champion": 1}, subject_id=8)
        with store.read() as tx:
            assert _seqs(tx.events.recent(EventQuery(subject=("model", 1), version=1))) == [2, 1]
            assert _seqs(tx.events.recent(EventQuery(subject=("model", 1), version=2))) == [3, 2]
            assert _seqs(tx.events.recent(EventQuery(subject=("model", 1), version=11))) == [4]
            assert _seqs(
                tx.events.recent(EventQuery(subject=("model", 1), version=2), limit=1, start=Start({"seq": 3}))
            ) == [2]


class AppliedEventsContract:
    """`Transaction.apply`."""

    def test_what_events_say_is_kept(self, store: Store) -> None:
        with store.write() as tx:
            apply(tx, "model.created", after={"description": ODD, "tags": {"a": "b"}})
            apply(tx, "version.created", version=1, after={"source": "s3://b/m", "managed": True})
        with store.write() as tx:
            apply(tx, "alias.set", version=1, after={"Champion": 1})
            assert tx.models.by_id(1) == tx.models.get("m")
        with store.write() as tx:
            apply(tx, "tag.set", version=1, after={ODD: ODD})
        store.close()
        with store.read() as tx:
            model = tx.models.get("m")
            assert model is not None
            assert (model.description, model.last_version, model.latest) == (ODD, 1, {"None": 1})
            found = tx.versions.get(model, 1)
            assert found is not None
            assert (found.aliases, found.tags, found.source) == (("Champion",), {ODD: ODD}, "s3://b/m")
            assert _seqs(tx.events.list()) == [1, 2, 3, 4]

    def test_what_is_changed_beside_them_is_kept_too(self, store: Store) -> None:
        hidden = "encrypted"
        entry = FileEntry(path=ODD, size=1, sha256="ab")
        with store.write() as tx:
            apply(tx, "model.created")
            tx.models.update(1, {"description": "beside the log"})
        with store.write() as tx:
            apply(tx, "version.created", version=1)
            tx.versions.add_files(2, [entry])
        with store.write() as tx:
            apply(tx, "webhook.created", subject="webhook", subject_id=3, after=facts_of(webhook(3), 3, "ana"))
            tx.webhooks.update(3, {"secret": hidden})
        with store.write() as tx:
            apply(tx, "model.updated", after={"owner": "ben"})
            append(tx, "alias.set", version=1, after={"Champion": 1})  # of which nothing is done to the rows
        store.close()
        with store.read() as tx:
            model, hook = tx.models.get("m"), tx.webhooks.get("w3")
            assert model is not None
            assert hook is not None
            assert (model.description, model.owner, model.aliases) == ("beside the log", "ben", {})
            assert tx.versions.files(2) == [entry]
            assert hook.secret == hidden

    def test_an_event_that_fits_nothing_is_refused_and_leaves_nothing(self, store: Store) -> None:
        def attempt(action: str) -> None:
            with store.write() as tx:
                apply(tx, "catalog.created", subject="catalog", subject_id=1, name="prod")
                apply(tx, action, subject_id=7, name="other")

        for action in ("alias.set", "model.deleted", "tag.set", "model.purged"):
            with pytest.raises(UnfitEvent, match="which is not there"):
                attempt(action)
        with store.read() as tx:
            assert tx.catalogs.list() == []
            assert tx.events.last() is None


class WebhooksContract:
    """`WebhookRows`."""

    def test_a_webhook_comes_back_as_it_was(self, store: Store) -> None:
        events = (("model_version", "created"), ("model_version_tag", "set"))
        odd = webhook(1, name=ODD, url=f"https://x.org/{ODD}", description=ODD, secret="s\\3cret", events=events)  # noqa: S106
        put(store, odd, webhook(2))
        with store.read() as tx:
            assert tx.webhooks.get("w1") == odd
            assert tx.webhooks.get("w2") == webhook(2)
            assert tx.webhooks.get("w3") is None

    def test_webhooks_are_listed_newest_first(self, store: Store) -> None:
        put(store, *(webhook(id, created_at=at) for id, at in ((1, 5), (2, 9), (3, 5), (4, 1))))
        with store.read() as tx:
            assert [each.id for each in tx.webhooks.list()] == [2, 3, 1, 4]
            assert [each.id for each in tx.webhooks.list(limit=2)] == [2, 3]
            after = Start({"created_at": 5, "id": 3})
            assert [each.id for each in tx.webhooks.list(limit=2, start=after)] == [1, 4]
            assert [each.id for each in tx.webhooks.list(limit=1, start=Start(offset=2))] == [1]

    def test_webhooks_that_listen_to_an_event(self, store: Store) -> None:
        created, deleted = ("model", "created"), ("model_version", "deleted")
        put(store, webhook(1, events=(created,)), webhook(2, events=(deleted,)), webhook(3, events=(created, deleted)))
        with store.read() as tx:
            assert [each.id for each in tx.webhooks.list(created)] == [3, 1]
            assert [each.id for each in tx.webhooks.list(deleted, limit=1)] == [3]
            assert tx.webhooks.list(("version", "deleted")) == []
            assert tx.webhooks.list(("created", "model")) == []

    def test_a_deleted_webhook_is_out_of_sight(self, store: Store) -> None:
        put(store, webhook(1), webhook(2))
        with store.write() as tx:
            tx.webhooks.update(1, {"deleted_at": 5})
            tx.webhooks.update(2, {"events": (("a", "b"),), "status": "DISABLED", "secret": None})
            append(tx)
        with store.read() as tx:
            assert tx.webhooks.get("w1") is None
            assert tx.webhooks.list() == [webhook(2, events=(("a", "b"),), status="DISABLED")]
