"""The unit of work: one transaction, one actor, one moment, and the events of what it changes.

A writing method of a topic goes four steps, in this order, and no other room goes any of them:

1. it finds what is concerned, and asks whether the actor may do this to it (`authorise`);
2. it checks the rules (pure functions in `core.rules` and `core.names`);
3. it applies the change to the rows (`tx`);
4. it logs what it has changed (`log`), which is refused to a unit that has not asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypedDict

from jupyter_modelreg.core.entities.events import Event, chained
from jupyter_modelreg.core.entities.securables import Securable
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.rules.privileges import check_privilege


class Stamp(TypedDict):
    """The author and the times of something new, as its fields are called; times in epoch milliseconds."""

    created_at: int
    created_by: str
    updated_at: int
    updated_by: str


@dataclass
class UnitOfWork:
    """What a writing method of the registry holds while it works.

    Attributes:
        tx: the open transaction.
        actor: on whose behalf.
        now: epoch milliseconds, the same for everything in this unit.
        reason: why, in the actor's words.
    """

    tx: Transaction
    actor: str
    now: int
    reason: str | None = None
    _last: Event | None = field(default=None, init=False)
    _authorised: bool = field(default=False, init=False)

    def authorise(self, action: str, securable: Securable | None) -> None:
        """Ask whether the actor may do `action`, an operation's name, to `securable`; None is the registry itself.

        Raises what `rules.privileges.check_privilege` does.
        """
        check_privilege(self.actor, action, securable)
        self._authorised = True

    def go_on(self) -> None:
        """Finish, or give up, what an earlier unit of work began and was authorised to do."""
        self._authorised = True

    def next_id(self) -> int:
        """The id for what is created next: the number of the event that will record its creation."""
        self._last = self._last or self.tx.events.last()
        return self._last.seq + 1 if self._last else 1

    @property
    def stamp(self) -> Stamp:
        """Who makes something new, and when."""
        return Stamp(created_at=self.now, created_by=self.actor, updated_at=self.now, updated_by=self.actor)

    @property
    def touch(self) -> dict[str, object]:
        """The columns that say who changed a row last, and when."""
        return {"updated_at": self.now, "updated_by": self.actor}

    def log(
        self,
        action: str,
        subject: str,
        subject_id: int,
        name: str,
        *,
        version: int | None = None,
        before: Mapping[str, JsonValue] | None = None,
        after: Mapping[str, JsonValue] | None = None,
    ) -> None:
        """Append one event, chained to the one before it."""
        if not self._authorised:
            raise AssertionError(f"{action} of {name} is about to be logged, and nobody asked whether it is allowed")
        seq = self.next_id()
        line = Event(
            seq=seq,
            time=self.now,
            actor=self.actor,
            action=action,
            subject=subject,
            subject_id=subject_id,
            name=name,
            version=version,
            before=before,
            after=after,
            reason=self.reason,
            hash="",
        )
        self._last = chained(line, self._last)
        self._record(self._last)

    def _record(self, event: Event) -> None:
        self.tx.events.append(event)
