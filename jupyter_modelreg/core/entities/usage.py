"""Who loads which versions: what is noted of it, and what is told of it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class UsageDay:
    """That an actor has loaded a version on one day, from one place.

    Attributes:
        version_id: the id of the version.
        actor: who.
        notebook: the path of the notebook it was loaded in; None for none.
        day: in UTC, as `2026-03-01`.
        alias: the alias by which it was asked for last, None when it never was.
        last_used_at: when it was loaded last, in epoch milliseconds.
        count: how many times it was loaded, as far as the process has come to note that.
    """

    version_id: int
    actor: str
    notebook: str | None = None
    day: str
    alias: str | None = None
    last_used_at: int
    count: int


@dataclass(frozen=True, kw_only=True)
class VersionUsage(UsageDay):
    """The same, with the model and the number of the version."""

    model_id: int
    version: int


@dataclass(frozen=True, kw_only=True)
class Used:
    """That an actor has loaded a version from one place, on however many days.

    Attributes:
        name, version: the model, as it is called now, and the number of the version.
        alias: the alias by which it was asked for last, None when it never was.
        actor, notebook: who, and the path of the notebook; None for none.
        last_used_at: when it was loaded last, in epoch milliseconds.
        count: how many times at least: what a process has not come to note before it ended is not in it.
    """

    name: str
    version: int
    alias: str | None
    actor: str
    notebook: str | None
    last_used_at: int
    count: int

    @property
    def reference(self) -> str:
        """`model/3`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class LastUse:
    """When a version was loaded last, in epoch milliseconds, by whomever."""

    name: str
    version: int
    last_used_at: int


@dataclass(frozen=True, kw_only=True)
class RecentUser:
    """Somebody who has loaded something lately that is about to go.

    Attributes:
        actor: who.
        last_used_at: when it was loaded last, in epoch milliseconds.
        alias, notebook: the alias it was asked for by then, and the path of the notebook; None for none.
    """

    actor: str
    last_used_at: int
    alias: str | None
    notebook: str | None
