"""What is told of tag policies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class TagPolicy:
    """What a tag may be, and who may say so: the tag is governed.

    Attributes:
        key: of the tag, on models and on versions.
        values: the values it may have, in the order in which they are offered; empty for any.
        assigners: the users and groups who may set and remove it; empty for whoever may tag.
        description: what it is for.
    """

    key: str
    values: Sequence[str] = ()
    assigners: Sequence[str] = ()
    description: str | None = None


@dataclass(frozen=True, kw_only=True)
class TagViolation:
    """A tag that has a value which its policy does not allow.

    Attributes:
        name: the model, or the reference of the version, that has it.
        key, value: the tag.
    """

    name: str
    key: str
    value: str
