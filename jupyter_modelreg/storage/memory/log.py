"""The activity log, webhooks and names that were left, in plain Python."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import RetiredName
from jupyter_modelreg.core.query.events import EVERYTHING, EventQuery
from jupyter_modelreg.core.query.paging import (
    NEWEST_EVENT_FIRST,
    NEWEST_WEBHOOK_FIRST,
)
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.storage.memory.rows import Table, page
from jupyter_modelreg.storage.memory.state import State


class EventTable(Table):
    """`core.ports.rows` for events."""

    def _of(self, subject: tuple[str, int] | None) -> list[Event]:
        return [event for event in self._state.events if subject in (None, (event.subject, event.subject_id))]

    def last(self) -> Event | None:
        """See `core.ports`."""
        return self._state.events[-1] if self._state.events else None

    def append(self, event: Event) -> None:
        """See `core.ports`."""
        self._state.events.append(event)

    def list(self, subject: tuple[str, int] | None = None, after: int = 0, limit: int | None = None) -> list[Event]:
        """See `core.ports`."""
        found = [event for event in self._of(subject) if event.seq > after]
        return found if limit is None else found[:limit]

    def recent(self, query: EventQuery = EVERYTHING, limit: int | None = None, start: Start = FIRST) -> Sequence[Event]:
        """See `core.ports`."""
        return page(
            [event for event in self._of(query.subject) if _meets(event, query)], NEWEST_EVENT_FIRST, limit, start
        )

    def actors(self) -> Sequence[str]:
        """See `core.ports`."""
        return sorted({event.actor for event in self._state.events})


def _meets(event: Event, query: EventQuery) -> bool:
    told = {**(event.before or {}), **(event.after or {})}
    left = event.action == "alias.moved" and query.version in (event.before or {}).values()
    below = query.namespace is None or f"{event.name}.".startswith(f"{query.namespace}.")
    return (
        (query.version is None or event.version == query.version or left)
        and (query.alias is None or (event.action.startswith("alias.") and query.alias in told))
        and below
        and query.actor in (None, event.actor)
        and (not query.actions or bool({event.action, event.action.partition(".")[0]} & set(query.actions)))
        and (query.since is None or event.time >= query.since)
        and (query.until is None or event.time <= query.until)
    )


class WebhookTable(Table):
    """`core.ports.rows` for webhooks."""

    kind = "webhooks"

    def get(self, webhook_id: str) -> Any:
        """See `core.ports`."""
        return next((row for row in self.list() if row.webhook_id == webhook_id), None)

    def list(self, event: tuple[str, str] | None = None, limit: int | None = None, start: Start = FIRST) -> list[Any]:
        """See `core.ports`."""
        found = [row for row in self._rows.values() if row.deleted_at is None]
        return page([row for row in found if event is None or event in row.events], NEWEST_WEBHOOK_FIRST, limit, start)


class RetiredNames:
    """`core.ports.RetiredNames` on a state."""

    def __init__(self, state: State) -> None:
        self._state = state

    def highest(self, name: str) -> int:
        """See `core.ports`."""
        found = self._state.retired_names.get(name)
        return found.highest if found else 0

    def highest_of(self, names: Sequence[str]) -> Mapping[str, int]:
        """See `core.ports`."""
        return {name: self.highest(name) for name in names if self.highest(name)}

    def retire(self, row_id: int, name: str, highest: int) -> None:
        """See `core.ports`."""
        found = self._state.retired_names.get(name) or RetiredName(id=row_id, name=name, highest=0)
        self._state.retired_names[name] = replace(found, highest=max(highest, found.highest))
