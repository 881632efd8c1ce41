"""Grants: which principal may do what to which securable, and who owns it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from jupyter_modelreg.core.access.access import Access, called
from jupyter_modelreg.core.access.privileges import ALL, MANAGE, check_level, ordered, parse_privilege
from jupyter_modelreg.core.access.records import EffectivePrivilege, Grant, OwnerChange, Refusal
from jupyter_modelreg.core.catalog.lookup import require_catalog, require_model, require_schema
from jupyter_modelreg.core.catalog.resolve import resolve
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.securables import EVERYBODY, AnySecurable, Level, Root, level_of
from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.unit_of_work import UnitOfWork

Kind = Level
REGISTRY = "registry"


class Grants(Topic):
    """`registry.grants`. A securable is named as everywhere; `registry` is the registry itself.

    `kind` says what a name means where that is not clear: a workspace model may be called as a catalog is.
    """

    def grant(
        self,
        privileges: Sequence[str],
        on: str,
        to: Sequence[str],
        *,
        kind: Kind | None = None,
        new: bool = False,
        reason: str | None = None,
    ) -> Sequence[Grant]:
        """Allow principals something on a securable, and so on everything in it; returns what each has there now.

        Privileges are written in any case, with spaces or underscores. What a principal has already is no error.

        Args:
            privileges: at least one.
            on: a model, schema or catalog, or `registry`.
            to: users and groups; `account users` is everybody.
            kind: what `on` is.
            new: whether a principal may be one that nobody has heard of, though its name is close to a known one.
            reason: kept in the log.

        Raises InvalidInput (unknown privilege or principal, or one that means nothing there), NotFound,
        PermissionDenied.
        """
        names = checked_privileges(privileges)
        with self._context.write(reason) as work:
            securable = find(work.tx, on, kind)
            work.authorise("grants.grant", securable)
            for name in names:
                check_level(name, level_of(securable))
            for principal in to:
                check_principal(work.tx, principal, new=new)
            claim(work, securable)
            return [hold(work, securable, each, [*securable.grants.get(each, ()), *names]) for each in to]

    def revoke(
        self,
        privileges: Sequence[str],
        on: str,
        to: Sequence[str],
        *,
        kind: Kind | None = None,
        force: bool = False,
        reason: str | None = None,
    ) -> Sequence[Grant]:
        """Take back what principals were granted on a securable; returns what each has left there.

        What is granted above it stays, and so does what was never granted. ALL PRIVILEGES takes everything but MANAGE.

        Raises InvalidInput, NotFound, PermissionDenied, and without `force` InvalidState where the actor would not be
        able to grant anything there again.
        """
        names = checked_privileges(privileges)
        with self._context.write(reason) as work:
            securable = find(work.tx, on, kind)
            work.authorise("grants.revoke", securable)
            claim(work, securable)
            left = [
                hold(work, securable, principal, _without(securable.grants.get(principal, ()), names))
                for principal in to
            ]
            if not force:
                check_still_manages(work, securable)
            return left

    def change(
        self,
        on: str,
        add: Mapping[str, Sequence[str]],
        remove: Mapping[str, Sequence[str]],
        *,
        kind: Kind | None = None,
        reason: str | None = None,
    ) -> Sequence[Grant]:
        """Take back, and then allow, what is named by principal, all in one step; returns what each has there now.

        Raises what `grant` and `revoke` raise.
        """
        added = {principal: checked_privileges(names) for principal, names in add.items() if names}
        removed = {principal: checked_privileges(names) for principal, names in remove.items() if names}
        with self._context.write(reason) as work:
            securable = find(work.tx, on, kind)
            work.authorise("grants.change", securable)
            for name in (name for names in added.values() for name in names):
                check_level(name, level_of(securable))
            for principal in added:
                check_principal(work.tx, principal)
            claim(work, securable)
            now = [
                hold(
                    work,
                    securable,
                    principal,
                    [
                        *_without(securable.grants.get(principal, ()), removed.get(principal, ())),
                        *added.get(principal, ()),
                    ],
                )
                for principal in dict.fromkeys([*add, *remove])
            ]
            if removed:
                check_still_manages(work, securable)
            return now

    def transfer(
        self, on: str, to: str, *, kind: Kind | None = None, new: bool = False, reason: str | None = None
    ) -> OwnerChange:
        """Make a user or group the owner of a securable; returns who was, and who is.

        Raises InvalidInput (a group that nobody is in, an unknown principal), NotFound, PermissionDenied.
        """
        with self._context.write(reason) as work:
            securable = find(work.tx, on, kind)
            work.authorise("grants.transfer", securable)
            check_principal(work.tx, to, new=new)
            return hand_over(work, securable, to)

    def list(self, on: str | None = None, *, to: str | None = None, kind: Kind | None = None) -> Sequence[Grant]:
        """What is granted on one securable, or on all that there are; with `to` only to that principal.

        Who may not grant anything on a securable sees there what was granted to them, or to a group of theirs.
        Raises InvalidInput, NotFound.
        """
        with self._context.reading() as (tx, access):
            found = [find(tx, on, kind)] if on is not None else _with_grants(tx)
            return [
                Grant(kind=level_of(each), name=each.name, principal=principal, privileges=ordered(privileges))
                for each in found
                for principal, privileges in sorted(each.grants.items())
                if privileges
                and to in (None, principal)
                and (access is None or principal in access.principals or access.may(MANAGE, each))
            ]

    def effective(self, on: str, *, of: str | None = None, kind: Kind | None = None) -> Sequence[EffectivePrivilege]:
        """What the actor, or another principal, may do to a securable, and where each privilege comes from.

        Raises InvalidInput, NotFound, PermissionDenied (another principal's are for those who can grant there).
        """
        with self._context.store.read() as everything:
            tx, access = self._context.shown(everything)
            securable = find(tx, on, kind)
            if access is not None and of not in (None, self._context.principal):
                access.require(MANAGE, securable)
            return list(Access(everything, of or self._context.principal).effective(securable))

    def owner(self, on: str, *, kind: Kind | None = None) -> str:
        """Who owns a securable, of the registry whoever has made it unless it was given away.

        Raises InvalidInput, NotFound.
        """
        with self._context.store.read() as everything:
            tx, _ = self._context.shown(everything)
            return Access(everything, self._context.principal).owner_of(find(tx, on, kind))

    def refusals(self, on: str, *, kind: Kind | None = None) -> Sequence[Refusal]:
        """What the actor may not do to a securable, of all that can be done to it, and why; nothing where they may.

        It is for whoever offers things to do. Who wrote a comment or a request may do more to that.
        Raises InvalidInput, NotFound.
        """
        with self._context.reading() as (tx, access):
            securable = find(tx, on, kind)
            return () if access is None else access.refusals(securable)


def find(tx: Transaction, name: str, kind: Kind | None = None) -> AnySecurable:
    """The securable of that name and kind. Raises InvalidInput, NotFound."""
    if kind == REGISTRY or (kind is None and name == REGISTRY and tx.models.get(name) is None):
        return tx.root.get()
    if kind == "catalog":
        return require_catalog(tx, name)
    if kind == "schema":
        return require_schema(tx, name)
    return require_model(tx, name) if kind == "model" else resolve(tx, name)


def check_principal(tx: Transaction, name: str, *, new: bool = False) -> None:
    """Raise InvalidInput for what is no principal, and for one nobody has heard of that looks like one that is known.

    There is no list of all users: whoever can open the file is one. So a name that is close to none is taken as it is.
    """
    if not name.strip() or name != name.strip() or '"' in name:
        raise InvalidInput(f"{name!r} is no user or group", "write a name, without quotes in it")
    root = tx.root.get()
    known = {EVERYBODY, *root.groups, *root.users, *tx.events.actors()}
    close = get_close_matches(name, known - {name}, n=1, cutoff=0.8)
    if name not in known and close and not new:
        raise InvalidInput(
            f"nobody has heard of {name}; did you mean {close[0]}?", f"if {name} is somebody new, say so: --new"
        )


def checked_privileges(privileges: Sequence[str]) -> list[str]:
    """The privileges that are named, each once, in order. Raises InvalidInput."""
    if not privileges:
        raise InvalidInput("name at least one privilege", "grant EXECUTE on model prod.ml_team.fraud to analysts")
    return ordered(map(parse_privilege, privileges))


def _without(there: Sequence[str], gone: Sequence[str]) -> list[str]:
    """What is left of privileges; ALL PRIVILEGES takes everything but MANAGE along."""
    return [each for each in there if each not in gone and not (ALL in gone and each != MANAGE)]


def check_still_manages(work: UnitOfWork, before: AnySecurable) -> None:
    """Raise InvalidState where the actor could grant something on a securable, and now cannot."""
    tx = whole(work.tx)
    now = find(tx, before.name, level_of(before))
    if not Access(tx, work.principal).may(MANAGE, now):
        raise InvalidState(
            f"{work.principal} would not be able to grant anything on {called(before)} any more: its owner is "
            f"{_access(work).owner_of(now)}",
            "to do it all the same: --yes",
        )


def hand_over(work: UnitOfWork, securable: AnySecurable, to: str) -> OwnerChange:
    """Make a principal the owner of a securable. Raises InvalidInput for everybody, and a group that nobody is in."""
    groups = work.tx.root.get().groups
    if to == EVERYBODY or (to in groups and not groups[to]):
        who = "everybody" if to == EVERYBODY else f"the group {to}, in which nobody is,"
        raise InvalidInput(f"{who} cannot own {called(securable)}", "name a user, or a group that has members")
    before = _access(work).owner_of(securable)
    if before != to:
        work.log("owner.changed", securable, before={"owner": securable.owner}, after={"owner": to})
    return OwnerChange(kind=level_of(securable), name=securable.name, before=before, after=to)


def hold(work: UnitOfWork, securable: AnySecurable, principal: str, privileges: Sequence[str]) -> Grant:
    """Have a principal hold exactly these privileges on a securable."""
    before, after = ordered(securable.grants.get(principal, ())), ordered(privileges)
    if before != after:
        work.log(
            "grant.changed",
            securable,
            before={principal: list(before)} if before else None,
            after={principal: list(after)} if after else None,
        )
    return Grant(kind=level_of(securable), name=securable.name, principal=principal, privileges=after)


def claim(work: UnitOfWork, securable: AnySecurable) -> None:
    """Have the registry say who owns it, when its grants are about to change: it is whoever has made it."""
    if isinstance(securable, Root) and securable.owner is None:
        owner = _access(work).owner_of(securable)
        work.log("owner.changed", securable, before={"owner": None}, after={"owner": owner})


def _access(work: UnitOfWork) -> Access:
    return work.access or Access(work.tx, work.principal)


def _with_grants(tx: Transaction) -> Sequence[AnySecurable]:
    """Every securable on which something is granted, from the top, by name."""
    found: list[AnySecurable] = [tx.root.get(), *tx.catalogs.list(), *tx.schemas.list(), *tx.models.granted()]
    return [each for each in found if each.grants]
