"""Commands for those whom a server lets in: user, token."""

from __future__ import annotations

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.access import new_option
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.identity.records import Token, User

_USERS = (
    Column("name", "user", "name"),
    Column("password_set_at", "password set", "time"),
    Column("tokens", "tokens", "number"),
    Column("created_at", "let in", "time"),
    Column("created_by", "by", "word"),
)
_TOKENS = (
    Column("id", "token", "name"),
    Column("user", "user", "word"),
    Column("label", "for", "text"),
    Column("read_only", "read only", "flag"),
    Column("created_at", "created", "time"),
    Column("expires_at", "expires", "time"),
)


@command(
    "user",
    calls=["users.list", "users.get", "users.create", "users.set_password", "users.delete"],
    examples=["user list", "user create ben", "user create trainer --no-password", "user password", "user delete ben"],
)
@click.argument("action", type=click.Choice(["list", "show", "create", "password", "delete"]))
@click.argument("name", required=False, shell_complete=candidates.principals)
@click.option("--no-password", is_flag=True, help="The user has tokens alone, as a program needs them.")
@new_option
@reason_option
def user(
    session: CommandSession, action: str, name: str | None, no_password: bool, new: bool, reason: str | None
) -> Result:
    """Say whom a server of this registry lets in.

    A password is asked for, or read from a pipe; it has 12 characters at least. `user password` changes your own. What
    was granted to a user stays with the name when the user is deleted, and so does what they have done.
    """
    users = session.registry.users
    if action == "list":
        nobody = "there is no user; user create NAME lets one in"
        return Table(_USERS, [_user_row(each) for each in users.list()], nobody)
    if name is None and action in ("create", "delete"):
        raise InvalidInput(f"user {action} takes the name of a user", f"user {action} ben")
    who = name or session.registry.actor
    if action == "show":
        found = users.get(who)
        return Table(_USERS, [_user_row(found)])
    if action == "create":
        password = None if no_password else _password(session, who)
        made = users.create(who, password=password, new=new, reason=reason)
        how = f"; token create --user {who} gives them a token" if no_password else ""
        return Note([f"{who} is let in{how}"], [_user_row(made)])
    if action == "password":
        changed = users.set_password(who, _password(session, who), reason=reason)
        return Note([f"{who} has a new password"], [_user_row(changed)])
    gone = users.delete(who, reason=reason)
    return Note([f"{who} is let in no longer, nor are their {len(gone.tokens)} tokens"], [_user_row(gone)])


@command(
    "token",
    calls=["tokens.list", "tokens.create", "tokens.revoke"],
    examples=[
        'token create "nightly training" --expires 30d',
        "token create dashboard --read-only",
        "token list",
        "token list --all",
        "token revoke 1f0c9a5be2d4",
    ],
)
@click.argument("action", type=click.Choice(["list", "create", "revoke"]))
@click.argument("what", required=False, metavar="[LABEL|ID]")
@click.option("--user", "whose", metavar="NAME", shell_complete=candidates.principals, help="Whose, if not yours.")
@click.option("--all", "everybody", is_flag=True, help="List those of all users.")
@click.option(
    "--expires",
    default="90d",
    show_default=True,
    metavar="TIME",
    help="How long it lasts: 12h, 30d, never.",
)
@click.option("--read-only", is_flag=True, help="Nothing can be changed with it.")
@reason_option
def token(
    session: CommandSession,
    action: str,
    what: str | None,
    whose: str | None,
    everybody: bool,
    expires: str,
    read_only: bool,
    reason: str | None,
) -> Result:
    """Make, list and revoke tokens, which programs show a server.

    A token takes the place of a password. It is told once, when it is made; the registry keeps a hash of it. What it is
    for, LABEL, helps to know it by.
    """
    tokens = session.registry.tokens
    if action == "list":
        found = tokens.list(user=whose, everybody=everybody)
        return Table(_TOKENS, [_token_row(each) for each in found], "there is no token; token create makes one")
    if action == "create":
        lasts = None if expires == "never" else expires
        made = tokens.create(what or "", user=whose, expires=lasts, read_only=read_only, reason=reason)
        lines = [f"{made.token.user} has a new token, which is told this once:", made.secret]
        return Note(lines, [{**_token_row(made.token), "secret": made.secret}])
    if what is None:
        raise InvalidInput("token revoke takes the id of a token", "token list shows them")
    gone = tokens.revoke(what, reason=reason)
    return Note([f"token {gone.id} of {gone.user} is worth nothing any more"], [_token_row(gone)])


def _password(session: CommandSession, name: str) -> str:
    given = session.host.secret(f"Password of {name}: ")
    if given is None:
        raise InvalidInput("a password is needed, and nobody can be asked here", "pipe it into the command")
    return given


def _user_row(user: User) -> Row:
    return {
        "name": user.name,
        "password_set_at": user.password_set_at,
        "tokens": len(user.tokens),
        "created_at": user.created_at,
        "created_by": user.created_by,
    }


def _token_row(token: Token) -> Row:
    return {
        "id": token.id,
        "user": token.user,
        "label": token.label,
        "read_only": token.read_only,
        "created_at": token.created_at,
        "expires_at": token.expires_at,
    }
