"""Users whom a server lets in: `registry.users`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from jupyter_modelreg.core.access.grants import check_principal
from jupyter_modelreg.core.context import Topic, without_way_back
from jupyter_modelreg.core.entities.securables import EVERYBODY
from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.identity.records import Caller, Told, User, user_of, users_in
from jupyter_modelreg.core.identity.secrets import hashed_password, is_password
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import UnitOfWork

SHORTEST, LONGEST = 12, 1024  # characters of a password


class Users(Topic):
    """`registry.users`. Whoever manages the registry lets users in; each sets their own password.

    They are those of a server. Whoever can open the registry's file, or its database, needs to be none of them.
    """

    def create(self, name: str, *, password: str | None = None, new: bool = False, reason: str | None = None) -> User:
        """Let somebody in, by a password, or by tokens alone.

        `new` allows a name that is close to a known one. Raises InvalidInput, AlreadyExists, PermissionDenied.
        """
        hashed = None if password is None else _hashed(name, password)
        with without_way_back(), self._context.write(reason) as work:
            work.authorise("users.create", None)
            root = work.tx.root.get()
            if name in root.users:
                raise AlreadyExists(f"there is a user {name}", f"user password {name} gives them another password")
            if name in root.groups or name == EVERYBODY:
                raise InvalidInput(f"{name} is a group", "call the user otherwise")
            if ":" in name:
                raise InvalidInput(f"{name!r} has a colon in it", "call the user otherwise: HTTP ends names there")
            check_principal(work.tx, name, new=new)
            told: Told = {"created_at": work.now, "created_by": work.principal, "tokens": {}}
            change_user(work, "user.created", name, None, told)
            if hashed is not None:
                _keep(work, name, told, hashed)
            return require_user(work.tx, name)

    def set_password(self, name: str, password: str, *, reason: str | None = None) -> User:
        """Give a user another password, or a first one; what they are signed in with otherwise, goes on.

        It is for the user, and for whoever manages the registry. Raises InvalidInput, NotFound, PermissionDenied.
        """
        hashed = _hashed(name, password)
        with without_way_back(), self._context.write(reason) as work:
            work.authorise("users.set_password", None, author=name)
            require_user(work.tx, name)
            _keep(work, name, work.tx.root.get().users[name], hashed)
            return require_user(work.tx, name)

    def delete(self, name: str, *, reason: str | None = None) -> User:
        """Let somebody in no longer: password and tokens are gone at once; returns who it was.

        What was granted to them stays with their name. Raises NotFound, PermissionDenied, InvalidState (who does it is
        that user).
        """
        with without_way_back(), self._context.write(reason) as work:
            work.authorise("users.delete", None)
            gone = require_user(work.tx, name)
            if name == work.principal:
                raise InvalidState("you would let yourself in no longer", "have another administrator do that")
            root = work.tx.root.get()
            change_user(work, "user.deleted", name, root.users[name], None)
            if name in root.passwords:
                _set_passwords(work, {each: kept for each, kept in root.passwords.items() if each != name})
            return gone

    def get(self, name: str) -> User:
        """The user of that name. Raises NotFound, PermissionDenied (of others, without managing the registry)."""
        if name != self._context.principal:
            self._context.authorise("users.list")
        with self._context.read() as tx:
            return require_user(tx, name)

    def list(self) -> Sequence[User]:
        """All users, by name. Raises PermissionDenied."""
        self._context.authorise("users.list")
        with self._context.read() as tx:
            return list(users_in(tx.root.get()).values())

    def sign_in(self, name: str, password: str) -> Caller | None:
        """Who has shown that name and password; None where that is nobody."""
        root = self._context.store.look(lambda tx: tx.root.get())
        hashed = root.passwords.get(name) if name in root.users else None
        return Caller(actor=name) if is_password(password, hashed) else None


def require_user(tx: Transaction, name: str) -> User:
    """The user of that name. Raises NotFound."""
    users = tx.root.get().users
    if name not in users:
        raise NotFound.named("user", name, get_close_matches(name, users, n=2), f"user create {name} lets them in")
    return user_of(name, users[name])


def change_user(work: UnitOfWork, action: str, name: str, before: Told | None, after: Told | None) -> None:
    """Have the registry hold of a user exactly what `after` says."""
    work.log(
        action,
        work.tx.root.get(),
        before=None if before is None else {name: dict(before)},
        after=None if after is None else {name: dict(after)},
    )


def _keep(work: UnitOfWork, name: str, told: Told, hashed: str) -> None:
    change_user(work, "user.password_set", name, told, {**told, "password_set_at": work.now})
    _set_passwords(work, {**work.tx.root.get().passwords, name: hashed})


def _set_passwords(work: UnitOfWork, passwords: Mapping[str, str]) -> None:
    """Keep passwords on the row of the registry, beside the log, which must not have them."""
    work.tx.root.update(0, {"passwords": passwords})


def _hashed(name: str, password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise InvalidInput(f"a password has from {SHORTEST} to {LONGEST:,} characters", "choose another one")
    if password.lower() == name.lower():
        raise InvalidInput("the password is the name of the user", "choose another one")
    return hashed_password(password)
