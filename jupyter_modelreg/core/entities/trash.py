"""What is in the trash, and what a purge takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class Trashed:
    """A model with all its versions, or a version alone, that waits in the trash.

    Attributes:
        kind: model, prompt or version.
        id: its own, by which two of the same name are told apart.
        name: what the model is called, or was called last.
        version: the number of the version; None for a model.
        versions: how many versions it stands for.
        size: of the files that the registry keeps of it, in bytes.
        deleted_at, deleted_by: when, in epoch milliseconds, and by whom it was deleted.
    """

    kind: Literal["model", "prompt", "version"]
    id: int
    name: str
    version: int | None
    versions: int
    size: int
    deleted_at: int
    deleted_by: str

    @property
    def reference(self) -> str:
        """What `restore` and `purge` take."""
        return self.name if self.version is None else f"{self.name}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What was removed from the trash for good: how many models and versions, and the bytes of their files.

    `names` are the models, and the versions whose models stay.
    """

    models: int
    versions: int
    size: int
    names: Sequence[str]
