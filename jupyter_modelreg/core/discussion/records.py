"""Comments, as they are kept and as they are told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


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
