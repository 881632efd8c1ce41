"""What is told of privileges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Grant:
    """What one principal has been granted on one securable.

    Attributes:
        kind, name: the securable: `model` and `prod.ml_team.fraud`; of the registry both are `registry`.
        principal: the user or group.
        privileges: at least one, in the order in which they are documented.
    """

    kind: str
    name: str
    principal: str
    privileges: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class EffectivePrivilege:
    """A privilege that holds on something, and where it comes from.

    Attributes:
        privilege: which one; `OWNER` for what owning something brings.
        kind, name: what it was granted on.
        principal: whom it was granted to.
        through: the groups by which the actor belongs to that principal, from the actor on; empty where it is they.
    """

    privilege: str
    kind: str
    name: str
    principal: str
    through: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """Why somebody may not do something.

    Attributes:
        operations: what is refused for this reason: `aliases.set`.
        privilege: what is missing.
        kind, name: what it is missing on; of the registry both are `registry`.
        message, hint: what whoever tries it all the same is told.
    """

    operations: Sequence[str]
    privilege: str
    kind: str
    name: str
    message: str
    hint: str | None


@dataclass(frozen=True, kw_only=True)
class OwnerChange:
    """Who owned a securable, and who does now."""

    kind: str
    name: str
    before: str
    after: str


@dataclass(frozen=True, kw_only=True)
class Group:
    """A group: a principal that stands for others."""

    name: str
    members: Sequence[str]
