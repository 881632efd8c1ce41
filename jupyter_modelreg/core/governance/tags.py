"""What tag policies allow, as pure functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from jupyter_modelreg.core.access.principals import memberships
from jupyter_modelreg.core.entities.securables import Root
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import PermissionDenied, PolicyRefused, RegistryError
from jupyter_modelreg.core.governance.records import TagPolicy
from jupyter_modelreg.core.rules.sentences import listed

# How many values, or characters of one, a sentence names.
_MOST, _LONGEST = 8, 60


def policies_of(root: Root) -> Mapping[str, TagPolicy]:
    """The tag policies of a registry, by key, in the order of the keys."""
    return {key: _policy(key, root.tag_policies[key]) for key in sorted(root.tag_policies)}


def check_tags(root: Root, principal: str, tags: Mapping[str, JsonValue]) -> None:
    """Refuse the first of `tags`, each with what it is to be, None to remove it, that `principal` may not make so.

    Raises PermissionDenied, PolicyRefused.
    """
    for key, value in tags.items():
        refused = _refusal(root, principal, key, value)
        if refused is not None:
            raise refused


def admitted(
    root: Root, principal: str, tags: Mapping[str, str]
) -> tuple[Mapping[str, str], Mapping[str, RegistryError]]:
    """Those of `tags` that `principal` may set, and why the others, by key, may not be."""
    if root.tag_policies.keys().isdisjoint(tags):
        return tags, {}
    refused = {key: why for key, value in tags.items() if (why := _refusal(root, principal, key, value)) is not None}
    return {key: value for key, value in tags.items() if key not in refused}, refused


def assigns(root: Root, principal: str, policy: TagPolicy) -> bool:
    """Whether `principal` is among those who may set and remove the tag."""
    return not policy.assigners or not memberships(principal, root.groups).keys().isdisjoint(policy.assigners)


def _refusal(root: Root, principal: str, key: str, value: JsonValue) -> RegistryError | None:
    told = root.tag_policies.get(key)
    if told is None:
        return None
    policy = _policy(key, told)
    if not assigns(root, principal, policy):
        groups = [f"the group {each}" if each in root.groups else each for each in policy.assigners]
        return PermissionDenied(
            f"{principal} may not set or remove tag {key}: its tag policy leaves that to {listed(groups)}",
            f"ask one of them, or look at it: tag-policy show {key}",
        )
    if value is None or not policy.values or value in policy.values:
        return None
    value = str(value)
    return PolicyRefused(
        f"tag {key} cannot be {_short(value)!r}: its tag policy allows {_named(closest_first(value, policy.values))}",
        f"set one of these, or look at it: tag-policy show {key}",
    )


def closest_first(value: str, allowed: Sequence[str]) -> list[str]:
    """`allowed` by how much each is like `value`; what is equally like it in the order in which it is allowed."""
    from difflib import SequenceMatcher  # which only a refusal needs

    return sorted(allowed, key=lambda each: -SequenceMatcher(None, value.lower(), each.lower()).ratio())


def _named(values: Sequence[str]) -> str:
    shown = [_short(each) if each else "(empty)" for each in values[:_MOST]]
    more = len(values) - len(shown)
    return f"{', '.join(shown)} and {more:,} more" if more else listed(shown)


def _short(value: str) -> str:
    return value if len(value) <= _LONGEST else f"{value[:_LONGEST]}…"


def _policy(key: str, told: Mapping[str, Any]) -> TagPolicy:
    return TagPolicy(key=key, **told)


def told_of(policy: TagPolicy) -> dict[str, JsonValue]:
    """What the registry keeps of a policy under its key; what is not said is left out."""
    told: dict[str, JsonValue] = {"values": list(policy.values), "assigners": list(policy.assigners)}
    return {name: each for name, each in {**told, "description": policy.description}.items() if each}
