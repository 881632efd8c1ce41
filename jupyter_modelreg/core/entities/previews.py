"""What a registration, a copy or a new place for an alias would change, and what speaks against it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from jupyter_modelreg.core.entities.usage import RecentUser
from jupyter_modelreg.core.entities.values import AliasMove, ChangeWarning, Holder


@dataclass(frozen=True, kw_only=True)
class ChangePreview:
    """What a change would do.

    Attributes:
        model: the model it is about; `creates` says that it would be created.
        version: the number of the version it is about, which a registration has yet to make.
        moves: the aliases asked for that point elsewhere now, or nowhere.
        warnings: what to know before.
    """

    model: str
    creates: bool
    version: int
    moves: tuple[AliasMove, ...]
    warnings: tuple[ChangeWarning, ...]


@dataclass(frozen=True, kw_only=True)
class RenamePreview:
    """What giving a model another name would do.

    Attributes:
        name: what the model is called now, and `new_name` what it would be.
        aliases: those of the model, with where they point: `models:/name@alias` stops loading.
        holders: what else goes by its name, for which it is renamed by force only.
        blocked: why it cannot be renamed so, as a sentence without a full stop, or None; `hint` is what to do then.
    """

    name: str
    new_name: str
    aliases: Mapping[str, int]
    holders: Sequence[Holder] = ()
    blocked: str | None = None
    hint: str | None = None


@dataclass(frozen=True, kw_only=True)
class DeletionPreview:
    """What deleting something would take away.

    Attributes:
        kind: what `name` is: a catalog, a schema, a model, or versions of one.
        name: its full name; of versions the reference, like `prod.ml_team.fraud/1-3`.
        blocked: why it cannot be deleted at all, as a sentence without a full stop, or None.
        versions: how many versions would go to the trash.
        aliases: those that would go, with where they point.
        pinned: the numbers of the versions that are pinned.
        holders: all that holds them, for which they are deleted by force only; aliases and pins are among it.
        managed: how many of the versions have files that the registry keeps; `size` is their total in bytes.
        users: who has loaded one of the versions in the last 30 days, the latest first.
        next_version: the number that the next version of a model of this name gets afterwards; None for no model.
    """

    kind: Literal["catalog", "schema", "model", "version"]
    name: str
    blocked: str | None = None
    versions: int = 0
    aliases: Mapping[str, int] = field(default_factory=dict)
    pinned: Sequence[int] = ()
    holders: Sequence[Holder] = ()
    managed: int = 0
    size: int = 0
    users: Sequence[RecentUser] = ()
    next_version: int | None = None
