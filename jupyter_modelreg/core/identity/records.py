"""What is told of users and tokens, and how the registry holds them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from jupyter_modelreg.core.entities.securables import Root
from jupyter_modelreg.core.entities.values import JsonValue


@dataclass(frozen=True, kw_only=True)
class Token:
    """What a program shows in place of a password.

    Attributes:
        id: what it is called in lists and in the log; the token begins with it.
        user: whose it is.
        label: what it is for, in the words of whoever has made it.
        created_at, created_by: when, in epoch milliseconds, and by whom.
        expires_at: from when on it is worth nothing, in epoch milliseconds; None for never.
        read_only: whether nothing can be changed with it.
    """

    id: str
    user: str
    label: str
    created_at: int
    created_by: str
    expires_at: int | None = None
    read_only: bool = False

    def expired(self, now: int) -> bool:
        """Whether it is worth nothing any more."""
        return self.expires_at is not None and self.expires_at <= now


@dataclass(frozen=True, kw_only=True)
class NewToken:
    """A token that was just made.

    Attributes:
        token: what is known of it from now on.
        secret: the token itself, which is told this once.
    """

    token: Token
    secret: str


@dataclass(frozen=True, kw_only=True)
class User:
    """Somebody whom a server lets in.

    Attributes:
        name: the principal that grants and the log know.
        created_at, created_by: when, in epoch milliseconds, and by whom.
        password_set_at: when the password was set, in epoch milliseconds; None where there is none.
        tokens: the newest first; those that have expired, too.
    """

    name: str
    created_at: int
    created_by: str
    password_set_at: int | None = None
    tokens: Sequence[Token] = ()


@dataclass(frozen=True, kw_only=True)
class Caller:
    """Who has shown a password or a token.

    Attributes:
        actor: the user.
        read_only: whether what was shown is good for looking only.
        groups: those that whoever vouches for them, as a JupyterHub, says they are in. They count as groups of the
            registry that have these names.
        places: from where the server reads models for them; see `Context.called_by`.
    """

    actor: str
    read_only: bool = False
    groups: Sequence[str] = ()
    places: Sequence[str] = ()


Told = Mapping[str, JsonValue]
"""What the row of the registry, and the log, hold of a user: the fields of `User`, with tokens as `tokens_of` says."""


def user_of(name: str, told: Told) -> User:
    """A user from what the registry holds of them."""
    own: Mapping[str, Any] = {key: value for key, value in told.items() if key != "tokens"}
    tokens = [token_of(name, token_id, each) for token_id, each in tokens_of(told).items()]
    return User(name=name, tokens=sorted(tokens, key=newest_first), **own)


def users_in(root: Root) -> Mapping[str, User]:
    """All users, by name."""
    return {name: user_of(name, root.users[name]) for name in sorted(root.users)}


def tokens_of(told: Told) -> Mapping[str, Told]:
    """A user's tokens by id: the fields of `Token`, what is usual left out, and the `hash` of the secret."""
    tokens: Any = told["tokens"]
    return tokens  # type: ignore[no-any-return]  # JSON that only this module makes, and that a restore checks


def with_tokens(told: Told, tokens: Mapping[str, Told]) -> Told:
    """The same user with these tokens."""
    return {**told, "tokens": {token_id: dict(each) for token_id, each in tokens.items()}}


def token_of(user: str, token_id: str, told: Told) -> Token:
    """A token from what the registry holds of it."""
    own: Mapping[str, Any] = {key: value for key, value in told.items() if key != "hash"}
    return Token(id=token_id, user=user, **own)


def told_of(token: Token, hashed: str) -> Told:
    """What the registry holds of a token."""
    told: dict[str, JsonValue] = {"label": token.label, "created_at": token.created_at, "hash": hashed}
    told["created_by"] = token.created_by
    if token.expires_at is not None:
        told["expires_at"] = token.expires_at
    return told | ({"read_only": True} if token.read_only else {})


def newest_first(token: Token) -> tuple[int, str]:
    """What tokens are sorted by."""
    return -token.created_at, token.id
