"""What to look for in the activity log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class EventQuery:
    """Events that meet all of it; what is None, or empty, is met by every event.

    Attributes:
        subject: of this kind and id.
        version: of this version of the subject; an alias that moved away concerns the version it left, too.
        alias: of this alias of the subject.
        namespace: of what is called so, or has a name below it: `prod`, `prod.team`.
        actor: by this one.
        actions: of these actions, as `alias.moved`, or of all of a kind, as `alias`.
        since, until: from then on, and up to then, in epoch milliseconds, both included.
    """

    subject: tuple[str, int] | None = None
    version: int | None = None
    alias: str | None = None
    namespace: str | None = None
    actor: str | None = None
    actions: Sequence[str] = ()
    since: int | None = None
    until: int | None = None


EVERYTHING = EventQuery()
"""All events."""
