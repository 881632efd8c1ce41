"""Tokens that programs show to a server: `registry.tokens`."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.context import Topic, without_way_back
from jupyter_modelreg.core.entities.securables import Root
from jupyter_modelreg.core.errors import InvalidInput, NotFound
from jupyter_modelreg.core.identity.records import (
    Caller,
    NewToken,
    Token,
    newest_first,
    token_of,
    tokens_of,
    told_of,
    users_in,
    with_tokens,
)
from jupyter_modelreg.core.identity.secrets import is_token, new_token, read_token
from jupyter_modelreg.core.identity.users import change_user, require_user
from jupyter_modelreg.core.times import read_duration

MOST = 50  # tokens of one user that have not expired
LONGEST_LABEL = 200  # characters


class Tokens(Topic):
    """`registry.tokens`. Everybody makes and revokes their own; who manages the registry those of others, too."""

    def create(
        self,
        label: str = "",
        *,
        user: str | None = None,
        expires: str | None = "90d",
        read_only: bool = False,
        reason: str | None = None,
    ) -> NewToken:
        """Make a token, which is told this once.

        Args:
            label: what it is for.
            user: whose it is to be; the actor's own unless that is said.
            expires: in what time it is worth nothing any more, `30d`, `12h`; None for never.
            read_only: whether nothing can be changed with it.
            reason: kept in the log.

        Raises InvalidInput, NotFound (no such user), PermissionDenied.
        """
        if len(label) > LONGEST_LABEL:
            raise InvalidInput(f"a label has at most {LONGEST_LABEL} characters", "say in fewer what the token is for")
        lasts = None if expires is None else read_duration(expires)
        with without_way_back(), self._context.write(reason) as work:
            whose = user or work.principal
            work.authorise("tokens.create", None, author=whose)
            found = require_user(work.tx, whose)
            if sum(not each.expired(work.now) for each in found.tokens) >= MOST:
                raise InvalidInput(f"{whose} has {MOST} tokens", "revoke one before: token revoke ID")
            token_id, secret, hashed = new_token()
            token = Token(
                id=token_id,
                user=whose,
                label=label,
                created_at=work.now,
                created_by=work.principal,
                expires_at=None if lasts is None else work.now + lasts,
                read_only=read_only,
            )
            before = work.tx.root.get().users[whose]
            # Those that have expired make room: the log has them.
            expired = {each.id for each in found.tokens if each.expired(work.now)}
            kept = {each: told for each, told in tokens_of(before).items() if each not in expired}
            after = with_tokens(before, {**kept, token_id: told_of(token, hashed)})
            change_user(work, "token.created", whose, before, after)
            return NewToken(token=token, secret=secret)

    def revoke(self, token_id: str, *, reason: str | None = None) -> Token:
        """Have a token be worth nothing from now on; returns which it was. Raises NotFound, PermissionDenied."""
        with without_way_back(), self._context.write(reason) as work:
            root = work.tx.root.get()
            found = _find(root, token_id)
            work.authorise("tokens.revoke", None, author=None if found is None else found.user)
            if found is None:
                raise NotFound(f"no token {token_id}", "token list shows them")
            before = root.users[found.user]
            kept = {each: told for each, told in tokens_of(before).items() if each != token_id}
            change_user(work, "token.revoked", found.user, before, with_tokens(before, kept))
            return found

    def list(self, *, user: str | None = None, everybody: bool = False) -> Sequence[Token]:
        """The actor's tokens, the newest first; those of another user, or of all, for who manages the registry.

        Raises NotFound, PermissionDenied.
        """
        whose = user or self._context.principal
        if everybody or whose != self._context.principal:
            self._context.authorise("users.list")
        with self._context.read() as tx:
            root = tx.root.get()
            if not everybody and user is not None:
                require_user(tx, user)
        found = [each for name, one in users_in(root).items() if everybody or name == whose for each in one.tokens]
        return sorted(found, key=newest_first)

    def sign_in(self, text: str) -> Caller | None:
        """Who has shown that token; None where that is nobody, or it is worth nothing any more."""
        read = read_token(text)
        if read is None:
            return None
        token_id, secret = read
        root = self._context.store.look(lambda tx: tx.root.get())
        for name, told in root.users.items():
            kept = tokens_of(told).get(token_id)
            if kept is not None and is_token(secret, str(kept["hash"])):
                token = token_of(name, token_id, kept)
                expired = token.expired(self._context.now())
                return None if expired else Caller(actor=name, read_only=token.read_only)
        return None


def _find(root: Root, token_id: str) -> Token | None:
    every = (token for user in users_in(root).values() for token in user.tokens)
    return next((token for token in every if token.id == token_id), None)
