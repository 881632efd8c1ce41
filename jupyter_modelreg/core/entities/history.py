"""What a way back has done, and what a model has been through."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.events import Event


@dataclass(frozen=True)
class TextPart:
    """A part of a sentence: words of ours, what somebody wrote, or the number of a version of the model it is about."""

    text: str
    kind: Literal["plain", "quoted", "version"] = "plain"


@dataclass(frozen=True, kw_only=True)
class ToldEvent(Event):
    """An event, and in `sentence` what it did, without who did it, to what, and why."""

    sentence: Sequence[TextPart]


@dataclass(frozen=True, kw_only=True)
class Undone:
    """A change that was taken back.

    Attributes:
        events: what it was, oldest first.
        unit: the number of the first event of what took it back; undoing that does it again.
    """

    events: Sequence[ToldEvent]
    unit: int


Gone = Literal["trash", "purged"]
"""What has become of a version that is not there."""
Happening = Literal["created", "renamed", "registered", "failed", "deleted", "restored", "purged"]
"""What happens to a model or a version that a timeline marks; a version is `registered` when it is ready."""


@dataclass(frozen=True, kw_only=True)
class AliasSpan:
    """A time during which an alias pointed at one version.

    Attributes:
        alias: its name.
        version: the number of the version.
        began_at, ended_at: epoch milliseconds; None where it still points there.
        actor, reason: who pointed it there, and why.
        event: the number of the event that did.
        gone: where the version is not there today, what has become of it.
    """

    alias: str
    version: int
    began_at: int
    ended_at: int | None = None
    actor: str
    reason: str | None = None
    event: int
    gone: Gone | None = None


@dataclass(frozen=True, kw_only=True)
class TimelineMark:
    """A moment at which something happened to a model or to one of its versions.

    Attributes:
        what: what happened.
        name: what the model was called from then on.
        version: the number of the version; None where it happened to the model.
        time: epoch milliseconds.
        actor, reason: who did it, and why.
        event: the number of the event.
    """

    what: Happening
    name: str
    version: int | None = None
    time: int
    actor: str
    reason: str | None = None
    event: int


@dataclass(frozen=True, kw_only=True)
class Timeline:
    """What the aliases of a model pointed at over time.

    Attributes:
        model: what the model is called today, or was called last.
        since, until: the time that is told of, in epoch milliseconds.
        spans: in the order in which they began; one that reaches beyond `since` or `until` is there with its own times.
        marks: what happened in that time, in the order in which it did.
    """

    model: str
    since: int
    until: int
    spans: Sequence[AliasSpan]
    marks: Sequence[TimelineMark]
