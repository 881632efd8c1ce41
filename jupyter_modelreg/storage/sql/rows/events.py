"""Rows of the activity log."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.query.events import EVERYTHING, EventQuery
from jupyter_modelreg.core.query.paging import NEWEST_EVENT_FIRST
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.sql import json_text, tables
from jupyter_modelreg.storage.sql.backend import Engine
from jupyter_modelreg.storage.sql.compiled import Statement
from jupyter_modelreg.storage.sql.mapping import Repository, RowMapper
from jupyter_modelreg.storage.sql.searching.pages import paged
from jupyter_modelreg.system.garbage import no_collection

_HIGHEST = sa.select(sa.func.max(tables.events.c.seq)).scalar_subquery()
_COUNT = Statement(sa.select(sa.func.count().label("events")).select_from(tables.events))
_NEWEST = Statement(sa.select(tables.events).where(tables.events.c.seq == _HIGHEST))
_NUMBERED = Statement(sa.select(tables.events).where(tables.events.c.seq == sa.bindparam("by_seq")))


# JSON as text, which `RowMapper` parses: SQLAlchemy would do so one value at a time.
# So many of the newest lines are looked at first, and so many are read by their numbers.
_NEAR, _FEW = 100_000, 1000
_OWN = [column for column in tables.events.c if column.name not in ("created_at", "updated_at")]
_APART = len(_OWN), len(_OWN) + 1  # they come last
_READ = [
    json_text.as_text(column).label(column.name) if isinstance(column.type, json_text.JsonText) else column
    for column in tables.events.c
]


class _EventMapper(RowMapper[Event]):
    """Puts what has columns of its own back to where it belongs: see `unit.event_row`."""

    def of_row(self, row: Sequence[Any], **more: object) -> Event:
        """See `RowMapper`."""
        event, created_at, updated_at = super().of_row(row, **more), row[_APART[0]], row[_APART[1]]
        return event if created_at is updated_at is None else _whole(event, created_at, updated_at)

    def of_rows(self, rows: Sequence[Sequence[Any]]) -> list[Event]:
        """See `RowMapper`."""
        found = super().of_rows(rows)
        created, updated = _APART
        for at, row in enumerate(rows):
            if not row[created] is row[updated] is None:
                _whole(found[at], row[created], row[updated])
        return found

    def of_values(self, values: Mapping[str, Any], **more: object) -> Event:
        """See `RowMapper`."""
        return _whole(super().of_values(values, **more), values["created_at"], values["updated_at"])


def _whole(event: Event, created_at: int | None, updated_at: int | None) -> Event:
    told = {"created_at": created_at, "updated_at": updated_at}
    apart = {name: value for name, value in told.items() if value is not None}
    if apart:
        vars(event)["after"] = dict(sorted({**(event.after or {}), **apart}.items()))
    return event


class EventRepository(Repository[Event]):
    """`core.ports.EventRows` in SQL."""

    table = tables.events
    mapper = _EventMapper(Event, _OWN)

    def last(self) -> Event | None:
        """The newest event."""
        return self._session.appended or self._session.cache.last_event

    def append(self, event: Event) -> None:
        """Add a line; nothing ever changes or removes one."""
        self._session.append(event)

    def _all(self, statement: sa.Select[Any]) -> list[Event]:
        with no_collection():
            return self.mapper.of_rows(self._session.execute(statement).all())

    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        """Events after number `after`, oldest first, of one subject or all."""
        statement = sa.select(*_READ).where(self.table.c.seq > after).order_by(self.table.c.seq)
        statement = statement.where(*_of(subject)) if subject else statement
        return self._all(statement if limit is None else statement.limit(limit))

    def stored(self, after: int, limit: int) -> Sequence[tuple[Event, str | None, str | None]]:
        """Events after number `after`, oldest first, each with the texts of what was before and after."""
        statement = sa.select(*_READ).where(self.table.c.seq > after).order_by(self.table.c.seq).limit(limit)
        found = self._session.execute(statement).all()
        return [(self.mapper.of_row(row), row.before, row.after) for row in found]

    def recent(self, query: EventQuery = EVERYTHING, limit: int | None = None, start: Start = FIRST) -> Sequence[Event]:
        """Events that meet `query`, newest first."""
        seq, columns = self.table.c.seq, {"seq": self.table.c.seq}
        behind = _HIGHEST + 1 if start.after is None else sa.literal(start.after["seq"])
        if query != EVERYTHING:
            return self._meant(query, paged(sa.select(seq), NEWEST_EVENT_FIRST, columns, limit, start), behind, limit)
        statement = sa.select(*_READ)
        if limit is not None and not start.offset:
            # Events are numbered without gaps, so a page is a range of numbers, and no more is read; that is not enough
            # only where somebody has removed lines, which `History.broken_at` tells.
            near = statement.where(self.table.c.seq >= behind - limit)
            found = self._all(paged(near, NEWEST_EVENT_FIRST, columns, limit, start))
            if len(found) == limit or (found and found[-1].seq == 1):
                return found
        return self._all(paged(statement, NEWEST_EVENT_FIRST, columns, limit, start))

    def _meant(
        self, query: EventQuery, page: sa.Select[tuple[int]], behind: sa.ColumnElement[Any], limit: int | None
    ) -> Sequence[Event]:
        """The events on a `page` of numbers that meet `query`, newest first.

        Of what may be meant DuckDB reads all columns that are asked for, so it is found out first which numbers are;
        and mostly the newest events fill a page, so those before them are looked at only where they do not.
        """
        seq, meeting = self.table.c.seq, sa.and_(*self._meeting(query))
        page = page.where(meeting)
        numbers: Sequence[int] = ()
        if limit is not None:
            numbers = self._session.execute(page.where(seq >= behind - _NEAR)).scalars().all()
        if len(numbers) != limit:
            numbers = self._session.execute(page).scalars().all()
        if not numbers:
            return []
        found = sa.select(*_READ).where(seq >= numbers[-1], seq <= numbers[0]).order_by(seq.desc())
        return self._all(found.where(seq.in_(numbers) if len(numbers) <= _FEW else meeting))

    def actors(self) -> Sequence[str]:
        """Everybody who has done something, by name."""
        return (
            self._session.execute(sa.select(self.table.c.actor).distinct().order_by(self.table.c.actor)).scalars().all()
        )

    def _meeting(self, query: EventQuery) -> Iterator[sa.ColumnElement[bool]]:
        columns = self.table.c
        if query.subject is not None:
            yield from _of(query.subject)
        if query.version is not None:
            yield _concerns(query.version)
        if query.alias is not None:
            piece = sa.literal(json_text.key_piece(query.alias))
            there = [
                sa.func.coalesce(json_text.contains_pair(self._session.backend, told, piece), sa.false())
                for told in (columns.before, columns.after)
            ]
            yield columns.action.startswith("alias.", autoescape=True) & sa.or_(*there)
        if query.namespace is not None:
            below = columns.name.startswith(f"{query.namespace}.", autoescape=True)
            yield (columns.name == query.namespace) | below
        if query.actor is not None:
            yield columns.actor == query.actor
        if query.actions:
            yield sa.or_(*map(_done, query.actions))
        if query.since is not None:
            yield columns.time >= query.since
        if query.until is not None:
            yield columns.time <= query.until


def newest_event(engine: Engine) -> Event | None:
    """The last line of the activity log in an open database.

    Where a database knows how many there are, that is its number, as there are no gaps; only where somebody has removed
    lines the whole log has to be looked through for the highest one.
    """

    def ask(statement: Statement, **values: object) -> Sequence[Sequence[Any]]:
        compiled = statement.on(engine.backend)
        return engine.ask(compiled.sql, compiled.parameters(values))

    found = ask(_NUMBERED, by_seq=ask(_COUNT)[0][0]) if engine.backend.knows_counts else None
    found = found or ask(_NEWEST)
    return EventRepository.mapper.of_row(found[0]) if found else None


def _of(subject: tuple[str, int]) -> Iterator[sa.ColumnElement[bool]]:
    kind, subject_id = subject
    yield tables.events.c.subject_id == subject_id
    yield tables.events.c.subject == kind


def _done(action: str) -> sa.ColumnElement[bool]:
    column = tables.events.c.action
    return column == action if "." in action else column.startswith(f"{action}.", autoescape=True)


def _concerns(version: int) -> sa.ColumnElement[bool]:
    # An alias that moved stands under the version it moved to, with the one before as {"alias": number}.
    left = json_text.last_value_is(tables.events.c.before, version)
    return (tables.events.c.version == version) | ((tables.events.c.action == "alias.moved") & left)
