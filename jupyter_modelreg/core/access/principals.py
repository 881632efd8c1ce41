"""Principals: users and groups, and who belongs to which group."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType

from jupyter_modelreg.core.entities.securables import EVERYBODY
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.identity.calling import current_caller

Groups = Mapping[str, Sequence[str]]
"""The members of each group, by its name; a member may be a group."""


def memberships(actor: str, groups: Groups) -> Mapping[str, Sequence[str]]:
    """Every principal that `actor` is or belongs to, each with the groups that lead there, the nearest first.

    The actor leads to itself by none, and so does `account users`, to which everybody belongs. Of a caller who is
    vouched for by others (see `core.identity.records.Caller`), their groups are groups of the registry, too.
    """
    caller = current_caller()
    also = tuple(caller.groups) if caller is not None and caller.actor == actor else ()
    return _memberships(actor, also, tuple((name, tuple(members)) for name, members in groups.items()))


@lru_cache(maxsize=500)
def _memberships(
    actor: str, also: Sequence[str], groups: Sequence[tuple[str, Sequence[str]]]
) -> Mapping[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {actor: (), EVERYBODY: (), **{name: (name,) for name in also}}
    waiting = [actor, *also]
    while waiting:  # the shortest way to each is found first
        member = waiting.pop(0)
        for name, members in groups:
            if member in members and name not in found:
                found[name] = (*found[member], name)
                waiting.append(name)
    return MappingProxyType(found)


def check_no_circle(group: str, member: str, groups: Groups) -> None:
    """Raises InvalidInput where `group` would be in itself by way of `member`."""
    if member == group or group in everybody_in(member, groups, group_too=True):
        way = "itself" if member == group else f"itself, by way of {member}"
        raise InvalidInput(f"the group {group} cannot be in {way}", f"groups: group show {member}")


def everybody_in(group: str, groups: Groups, *, group_too: bool = False) -> set[str]:
    """The users in a group, by way of other groups, too; with `group_too` those groups as well."""
    found: set[str] = set()
    waiting = [group]
    while waiting:
        for member in groups.get(waiting.pop(), ()):
            if member not in found:
                found.add(member)
                waiting.append(member)
    return found if group_too else found - groups.keys()
