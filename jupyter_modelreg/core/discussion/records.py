"""Comments and requests, as they are kept and as they are told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.rules.sentences import listed


@dataclass(frozen=True, kw_only=True)
class Comment:
    """What somebody has said about a model, or a version of it.

    Attributes:
        id: the number of the event that made it.
        model_id, version: what it is about; without a version it is about the model.
        author: who said it; where somebody acted on their behalf, they.
        text: Markdown, as it was typed.
        mentions: the users and groups that it speaks to: those of `@ben` that were known when it was written.
        created_at, updated_at: epoch milliseconds.
        deleted_at: when it was deleted; it stays as long as its model does, so that it can come back.
    """

    id: int
    model_id: int
    version: int | None = None
    author: str
    text: str
    mentions: Sequence[str] = ()
    created_at: int
    updated_at: int
    deleted_at: int | None = None

    @property
    def name(self) -> str:
        """What a sentence calls it by."""
        return str(self.id)


@dataclass(frozen=True, kw_only=True)
class ToldComment:
    """A comment as somebody reads it.

    Attributes:
        id, version, author, text, mentions, created_at, updated_at: see `Comment`.
        model: the full name of the model.
        edited: whether its text is another one by now.
        actions: what the actor may do with it: `edit`, `delete`.
    """

    id: int
    model: str
    version: int | None
    author: str
    text: str
    mentions: Sequence[str]
    created_at: int
    updated_at: int
    edited: bool
    actions: Sequence[str]

    @property
    def reference(self) -> str:
        """What it is about, as a reference."""
        return self.model if self.version is None else f"{self.model}/{self.version}"


RequestKind = Literal["alias", "stage", "access"]
Decision = Literal["approved", "rejected", "cancelled"]
RequestState = Literal["open", "approved", "rejected", "cancelled", "expired"]
Action = Literal["approve", "reject", "cancel"]


@dataclass(frozen=True, kw_only=True)
class Request:
    """What somebody has asked others to do: see `states` for what becomes of it.

    Attributes:
        id: the number of the event that made it.
        kind: `alias` asks for an alias on a version, `stage` for a stage of one, `access` for privileges.
        subject, subject_id: what it is about, and what the change would be made to: `model`, `schema`, …, and its id.
        target: the name of that when it was asked.
        version, alias, stage: what to set on which version.
        privileges: what to grant on the subject, to the author.
        author: who asked; where somebody acted on their behalf, they.
        reason: why.
        seen: what stood there when it was asked: `{"version": 3}` for where the alias pointed (None for nowhere),
            `{"stage": "None"}`, or `{"privileges": […]}` that the author had been granted there.
        state: `open`, or how it was decided; that it has expired follows from `expires_at`.
        approvals: who has approved it, where it takes several.
        created_at, expires_at: epoch milliseconds; without the latter it does not expire.
        decided_by, decided_at, decision_reason: who approved, rejected or cancelled it, when and why.
        deleted_at: when the author took back that they asked.
    """

    id: int
    kind: RequestKind
    subject: str
    subject_id: int
    target: str
    version: int | None = None
    alias: str | None = None
    stage: str | None = None
    privileges: Sequence[str] = ()
    author: str
    reason: str | None = None
    seen: Mapping[str, JsonValue]
    state: str = "open"
    approvals: Sequence[str] = ()
    created_at: int
    expires_at: int | None = None
    decided_by: str | None = None
    decided_at: int | None = None
    decision_reason: str | None = None
    deleted_at: int | None = None

    @property
    def name(self) -> str:
        """What a sentence calls it by."""
        return str(self.id)

    @property
    def wish(self) -> str:
        """What is asked for, in short: `@Champion → 4`, `stage Production`, `EXECUTE`."""
        if self.kind == "alias":
            return f"@{self.alias} → {self.version}"
        return f"stage {self.stage}" if self.kind == "stage" else listed(self.privileges)


@dataclass(frozen=True, kw_only=True)
class ToldRequest:
    """A request as somebody reads it.

    Attributes:
        id, kind, version, alias, stage, privileges, author, reason, seen, approvals, created_at, expires_at,
            decided_by, decided_at, decision_reason: see `Request`.
        on: what it is about: `registry`, `catalog`, `schema` or `model`.
        name: what that is called, now where the actor may know it.
        wish: what is asked for, in short.
        state: what has become of it by now.
        stale: what has changed since that stands against it, a sentence each; of a request that is open.
        possible: whether it can still be carried out as it was asked.
        actions: what the actor may do with it.
    """

    id: int
    kind: RequestKind
    on: str
    name: str
    version: int | None
    alias: str | None
    stage: str | None
    privileges: Sequence[str]
    wish: str
    author: str
    reason: str | None
    seen: Mapping[str, JsonValue]
    state: RequestState
    approvals: Sequence[str]
    created_at: int
    expires_at: int | None
    decided_by: str | None
    decided_at: int | None
    decision_reason: str | None
    stale: Sequence[str]
    possible: bool
    actions: Sequence[Action]

    @property
    def reference(self) -> str:
        """What it is about, as a reference."""
        return self.name if self.version is None else f"{self.name}/{self.version}"
