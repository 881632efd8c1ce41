"""What is told of a difference between a registry and a document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.core.entities.values import JsonValue

Aspect = Literal["itself", "description", "owner", "grant", "members", "policy"]


@dataclass(frozen=True, kw_only=True)
class ConfigurationChange:
    """One thing that a document has otherwise than the registry.

    Attributes:
        kind, name: what it is about: `registry`, `catalog`, `schema`, `model`, `group` or `tag`, and its name.
        aspect: what of it: that it is there, its description, its owner, what it grants to `principal`, its members,
            a policy: of a tag, or of that name.
        principal: whose grant; None for what is no grant.
        policy: the name of the policy; None for what is none on a securable.
        before, after: how it is in the registry, and how the document has it; None for what is not there.
    """

    kind: str
    name: str
    aspect: Aspect
    principal: str | None = None
    policy: str | None = None
    before: JsonValue
    after: JsonValue
