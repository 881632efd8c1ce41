"""Groups: principals that stand for others."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.access.grants import check_principal
from jupyter_modelreg.core.access.principals import check_no_circle, everybody_in
from jupyter_modelreg.core.access.records import Group
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import EVERYBODY, Root
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Groups(Topic):
    """`registry.groups`. Whoever manages the registry makes and changes groups; everybody sees who is in them."""

    def create(self, name: str, members: Sequence[str] = (), *, new: bool = False, reason: str | None = None) -> Group:
        """Make a group. `new` allows a member that nobody has heard of, though its name is close to a known one.

        Raises InvalidInput, AlreadyExists, PermissionDenied.
        """
        with self._context.write(reason) as work:
            work.authorise("groups.create", None)
            if name in work.tx.root.get().groups or name == EVERYBODY:
                raise AlreadyExists(f"group {name} already exists", f"group add {name} MEMBER adds to it")
            check_group_name(work.tx, name)
            set_members(work, name, None, check_members(work.tx, name, members, new))
            return _group(work.tx, name)

    def add(self, name: str, members: Sequence[str], *, new: bool = False, reason: str | None = None) -> Group:
        """Add users, or groups, to a group; who is in it already stays. `new` as for `create`.

        Raises InvalidInput (a group in itself), NotFound, PermissionDenied.
        """
        with self._context.write(reason) as work:
            work.authorise("groups.add", None)
            before = _group(work.tx, name).members
            added = [each for each in check_members(work.tx, name, members, new) if each not in before]
            set_members(work, name, before, [*before, *added])
            return _group(work.tx, name)

    def remove(self, name: str, members: Sequence[str], *, reason: str | None = None) -> Group:
        """Take members out of a group; one that is not in it is no error.

        Raises NotFound, PermissionDenied, InvalidState (nobody would administer the registry any more).
        """
        with self._context.write(reason) as work:
            work.authorise("groups.remove", None)
            root = work.tx.root.get()
            before = _group(work.tx, name).members
            set_members(work, name, before, [each for each in before if each not in members])
            check_administered(work, root)
            return _group(work.tx, name)

    def delete(self, name: str, *, reason: str | None = None) -> Group:
        """Remove a group; returns it as it was. What it was granted stays with its name, and is nobody's.

        Raises NotFound, PermissionDenied, InvalidState (nobody would administer the registry any more).
        """
        with self._context.write(reason) as work:
            work.authorise("groups.delete", None)
            root = work.tx.root.get()
            gone = _group(work.tx, name)
            set_members(work, name, gone.members, None)
            check_administered(work, root)
            return gone

    def get(self, name: str) -> Group:
        """The group called `name`. Raises NotFound."""
        with self._context.read() as tx:
            return _group(tx, name)

    def list(self) -> Sequence[Group]:
        """All groups, by name."""
        with self._context.read() as tx:
            return [Group(name=name, members=members) for name, members in sorted(tx.root.get().groups.items())]


def check_group_name(tx: Transaction, name: str) -> None:
    """Raise InvalidInput for what no group can be called."""
    if name == EVERYBODY or name in tx.events.actors():
        raise InvalidInput(f"{name} is {'everybody' if name == EVERYBODY else 'a user'}", "call the group otherwise")
    check_principal(tx, name, new=True)


def _group(tx: Transaction, name: str) -> Group:
    groups = tx.root.get().groups
    if name not in groups:
        known = ", ".join(sorted(groups))
        raise NotFound(f"no group {name}", f"there are {known}" if known else f"group create {name} makes one")
    return Group(name=name, members=groups[name])


def check_members(tx: Transaction, name: str, members: Sequence[str], new: bool) -> list[str]:
    """`members`, each once. Raises InvalidInput for one that cannot be in the group `name`."""
    groups = tx.root.get().groups
    for member in members:
        if member == EVERYBODY:
            raise InvalidInput(f"{EVERYBODY} is everybody, and in no group", f"grant to {EVERYBODY} instead")
        check_principal(tx, member, new=new)
        check_no_circle(name, member, groups)
    return list(dict.fromkeys(members))


def set_members(work: UnitOfWork, name: str, before: Sequence[str] | None, after: Sequence[str] | None) -> None:
    """Have a group exactly the members `after`; None is a group that is not there."""
    if before != after:
        work.log(
            "group.changed",
            work.tx.root.get(),
            before=None if before is None else {name: list(before)},
            after=None if after is None else {name: list(after)},
        )


def check_administered(work: UnitOfWork, before: Root) -> None:
    """Raise InvalidState where a group owned the registry, and nobody is left in it."""
    owner, after = before.owner, work.tx.root.get()
    if owner is not None and owner in before.groups and not everybody_in(owner, after.groups):
        raise InvalidState(
            f"nobody would administer the registry any more: it belongs to the group {owner}",
            "give it to somebody first: owner registry USER",
        )
