"""What is in the trash, and what a purge takes from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.usage import RecentUser
from jupyter_modelreg.core.entities.values import Holder


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
class KeptInTrash:
    """What is purged by force only, and what holds it: a model, or a version whose model is not purged.

    `id` is its own, and `name` what the model is called, or the reference of the version.
    """

    kind: Literal["model", "version"]
    id: int
    name: str
    holders: Sequence[Holder] = ()


@dataclass(frozen=True, kw_only=True)
class Purged:
    """What was removed from the trash for good: how many models and versions, and the bytes of their files.

    `names` are the models, and the versions whose models stay; `users` is who has loaded what goes in the last 30 days,
    the latest first. `kept` is what stays in the trash since it is held.
    """

    models: int
    versions: int
    size: int
    names: Sequence[str]
    users: Sequence[RecentUser] = ()
    kept: Sequence[KeptInTrash] = ()


PruneReason = Literal["alias", "pinned", "deployed", "copied", "requested", "registering", "used"]


@dataclass(frozen=True, kw_only=True)
class PruneVerdict:
    """A version that is older than those that a prune keeps in any case.

    Attributes:
        name, version: the model and the number of the version.
        why: why it stays: an alias points at it, it is pinned, an endpoint serves it, there is a copy of it, an open
            request asks for it, it is being registered, it was loaded lately; None for one that goes to the trash.
        held_by: what holds it, as sentences have it, where it is `deployed`, `copied` or `requested`.
        aliases: those that point at it.
        last_used_at: when it was loaded last, in epoch milliseconds; None where that is not known.
        size: of the files that the registry keeps of it, in bytes.
    """

    name: str
    version: int
    why: PruneReason | None
    aliases: Sequence[str]
    last_used_at: int | None
    size: int
    held_by: Sequence[str] = ()

    @property
    def reference(self) -> str:
        """`model/3`."""
        return f"{self.name}/{self.version}"


@dataclass(frozen=True, kw_only=True)
class Prune:
    """What a prune puts into the trash, and what it leaves.

    Attributes:
        models: how many models it is about.
        newest: how many versions stay as the newest of their models.
        versions: all others, by model, the newest first.
        users: who loaded what goes in the last 30 days, the latest first.
    """

    models: int
    newest: int
    versions: Sequence[PruneVerdict]
    users: Sequence[RecentUser] = ()

    @property
    def gone(self) -> Sequence[PruneVerdict]:
        """What goes to the trash."""
        return [each for each in self.versions if each.why is None]

    @property
    def kept(self) -> Sequence[PruneVerdict]:
        """What stays although it is old."""
        return [each for each in self.versions if each.why is not None]
