"""What looking after a registry reads from its tables, as plain immutable records."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class VersionSummary:
    """A version as looking after it needs it; `name` is None when its model is gone."""

    id: int
    model_id: int
    name: str | None
    version: int
    status: str
    managed: bool
    created_at: int
    status_message: str | None = None

    @property
    def reference(self) -> str:
        """`model/3`, also where there is no model."""
        return f"{self.name or f'model {self.model_id}'}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Orphan:
    """A row that leads nowhere: what it is, and what it lacks, as a sentence.

    `derived` says that only something is wrong that follows from other rows, and can be had from them again.
    """

    subject: str
    message: str
    derived: bool = False
