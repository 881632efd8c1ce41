"""The activity log, read back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jupyter_modelreg.core.catalog.lookup import require_model, resolve_version
from jupyter_modelreg.core.catalog.resolve import resolve
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.history import Timeline, ToldEvent, Undone
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.history.chain import walk_chain
from jupyter_modelreg.core.history.seal import Seal
from jupyter_modelreg.core.names import is_latest
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.query.paging import NEWEST_EVENT_FIRST, Page, decode_token, page_of
from jupyter_modelreg.core.references import parse_reference, qualify
from jupyter_modelreg.core.times import find_zone, read_time


class History(Topic):
    """`registry.history`."""

    def list(self, model: str | None = None, *, after: int = 0, limit: int | None = None) -> list[Event]:
        """Events with `seq` above `after`, oldest first: of one model, or of the whole registry. Raises NotFound."""
        with self._context.read() as tx:
            subject = None if model is None else ("model", require_model(tx, model).id)
            return tx.events.list(subject, after, limit)

    def recent(
        self,
        reference: str | None = None,
        *,
        namespace: str | None = None,
        actor: str | None = None,
        actions: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
        limit: int | None = None,
        page_token: str | None = None,
    ) -> Page[Event]:
        """Events, newest first, `limit` a page, that meet all that is said.

        Args:
            reference: of a model, a version, an alias (`fraud@Champion`), or all of a schema or catalog; what is not
                there any more is found by the name it had. An alias that moved away concerns the version it left, too.
            namespace: goes in front of a short name.
            actor: who did it.
            actions: what was done, as `alias.moved`, or `alias` for all of a kind.
            since, until: from then on, and up to then, in epoch milliseconds.
            limit, page_token: how many, and where the page before ended.

        Raises InvalidInput, NotFound for what the log has never heard of.
        """
        start = decode_token(page_token, NEWEST_EVENT_FIRST)
        with self._context.read() as tx:
            about = EventQuery() if reference is None else about_reference(tx, reference, namespace)
            query = replace(about, actor=actor, actions=tuple(actions), since=since, until=until)
            events = tx.events.recent(query, limit and limit + 1, start)
            return page_of(events, limit, NEWEST_EVENT_FIRST)

    def told(
        self,
        reference: str | None = None,
        *,
        namespace: str | None = None,
        actor: str | None = None,
        actions: Sequence[str] = (),
        since: int | None = None,
        until: int | None = None,
        limit: int | None = None,
        page_token: str | None = None,
    ) -> Page[ToldEvent]:
        """The events that `recent` gives, each with what it did in plain words: `@Champion 3 → 5`."""
        from jupyter_modelreg.core.history.sentences import told

        found = self.recent(
            reference,
            namespace=namespace,
            actor=actor,
            actions=actions,
            since=since,
            until=until,
            limit=limit,
            page_token=page_token,
        )
        return Page([told(event) for event in found], found.token)

    def timeline(
        self, reference: str, *, namespace: str | None = None, since: int | None = None, until: int | None = None
    ) -> Timeline:
        """Which version each alias of a model pointed at, over time, and when each version came and went.

        Args:
            reference: of a model, one of its aliases (`fraud@Champion`) or versions, for that one alone; what is not
                there any more is found by the name it had, and all that was done under earlier names belongs to it.
            namespace: goes in front of a short name.
            since, until: from then on, and up to then, in epoch milliseconds; from the first event, and up to now.

        A model in the trash has aliases that point nowhere. Raises InvalidInput (no model, several versions, a time
        that ends before it begins), NotFound for what the log has never heard of.
        """
        from jupyter_modelreg.core.history.timeline import timeline_of

        with self._context.read() as tx:
            about = about_reference(tx, reference, namespace)
            return timeline_of(tx, reference, about, since, until, self._context.now())

    def read_time(self, text: str, *, end: bool = False, zone: str | None = None) -> int:
        """The moment that somebody means who writes `2026-03-01 14:00`, `yesterday` or `-7d`, in epoch milliseconds.

        Args:
            text: what was written.
            end: a day alone means its last moment, not its first.
            zone: where it was written, as `Europe/Berlin`; the zone of this machine if that is not said. A time that
                names an offset is meant there.

        Raises InvalidInput for what nobody can read, and for an unknown zone.
        """
        return read_time(text, self._context.now(), end=end, zone=None if zone is None else find_zone(zone))

    def undo(self, event: int | None = None, *, reason: str | None = None) -> Undone:
        """Take back the actor's last change that was not undone yet, or the one that event number `event` belongs to.

        What was done in one unit of work is taken back as one. Undoing an undo does again what it took back.
        Raises NotFound (no such event), InvalidState (undone already, cannot be undone, or something newer builds on
        it, which is named).
        """
        from jupyter_modelreg.core.history.undo import undo

        return undo(self._context, event, reason)

    def seal(self) -> str:
        """Where the log stands, as one line to keep elsewhere.

        `maintenance.verify` proves by it later that nothing up to now was altered, removed or put in another order.
        Raises InvalidState where nothing has happened yet.
        """
        with self._context.read() as tx:
            first, last = tx.events.list(limit=1), tx.events.last()
        if not first or last is None:
            raise InvalidState("there is nothing to seal: nothing has happened yet", "register a model first")
        return str(Seal.of(first[0], last))

    def last(self) -> Event | None:
        """The newest event of the whole registry that the actor may know of; None when there is none yet."""
        with self._context.reading() as (tx, access):
            if access is None:  # then it is at hand, for those who ask every few seconds
                return tx.events.last()
            return next(iter(tx.events.recent(limit=1)), None)

    def broken_at(self) -> int | None:
        """The `seq` of the first event that may not follow from the one before it; None when the chain holds.

        Where something in a unit of work was altered, that is the first of its events.
        """
        broken = (
            link.expected if link.broken == "missing" else link.since
            for link in walk_chain(self._context)
            if link.broken
        )
        return next(broken, None)


def about_reference(tx: Transaction, reference: str, namespace: str | None) -> EventQuery:
    """What to look for to hear of `reference`. Raises InvalidInput, NotFound."""
    parsed = parse_reference(reference)
    try:
        found = resolve(tx, reference, namespace)
    except NotFound:
        full = parsed.model if parsed.exact else qualify(parsed.model, namespace)
        gone = EventQuery(namespace=full)
        known = tx.events.recent(gone, 1)
        if not known:
            raise
        # Whatever had that name last; several models in a row may have had it.
        query = EventQuery(subject=(known[0].subject, known[0].subject_id)) if known[0].name == full else gone
    else:
        if not isinstance(found, Model):
            return EventQuery(namespace=found.name)
        query = EventQuery(subject=("model", found.id))
    if parsed.versions is not None:
        first, last = parsed.versions
        if first != last:
            raise InvalidInput(f"{reference} names several versions", f"ask of one: {parsed.model}/{last}")
        return replace(query, version=first)
    if parsed.alias is not None and not is_latest(parsed.alias):
        return replace(query, alias=parsed.alias)
    if parsed.alias is not None or parsed.stage is not None:
        return replace(query, version=resolve_version(tx, reference).version)
    return query
