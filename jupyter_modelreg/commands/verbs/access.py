"""Commands for privileges: grant, revoke, grants, owner, group, whoami, as."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.asking import yes_option
from jupyter_modelreg.commands.command import SETTINGS, command, reason_option
from jupyter_modelreg.commands.group import run
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Card, Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.access.grants import REGISTRY, Kind
from jupyter_modelreg.core.access.records import Grant, Group
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.rules.sentences import listed

_KINDS: tuple[Kind, ...] = get_args(Kind)
# What the documentation calls them by, too.
_OTHER_KINDS: dict[str, Kind] = {"metastore": "registry", "function": "model", "registered_model": "model"}
_GRANTS = (
    Column("on", "on", "name"),
    Column("principal", "principal", "word"),
    Column("privileges", "privileges", "list"),
)
_EFFECTIVE = (
    Column("privilege", "privilege", "word"),
    Column("from", "from", "name"),
    Column("principal", "granted to", "word"),
    Column("through", "through", "list"),
)
_WHO = (Column("groups", "groups", "list"),)
_GROUPS = (Column("name", "group", "name"), Column("members", "members", "list"))

new_option: Callable[[Callable[..., Any]], Callable[..., Any]] = click.option(
    "--new", is_flag=True, help="A principal may be one that nobody has heard of, though it looks like another."
)


@command(
    "grant",
    calls=["grants.grant"],
    examples=[
        'grant EXECUTE, "APPLY TAG" on model prod.ml_team.fraud to analysts',
        "grant USE_CATALOG, USE_SCHEMA, EXECUTE on catalog prod to analysts, cleo",
        'grant "CREATE CATALOG" on registry to "account users"',
    ],
)
@click.argument(
    "words",
    nargs=-1,
    required=True,
    metavar="PRIVILEGE… on [KIND] NAME to PRINCIPAL…",
    shell_complete=candidates.statement,
)
@new_option
@reason_option
def grant(session: CommandSession, words: Sequence[str], new: bool, reason: str | None) -> Result:
    """Allow users and groups something.

    It holds on a model, on a schema or catalog and all that is in it, or on the registry and so on everything.
    Privileges are ALL PRIVILEGES, USE CATALOG, USE SCHEMA, BROWSE, CREATE CATALOG, CREATE SCHEMA, CREATE MODEL, CREATE
    MODEL VERSION, EXECUTE, APPLY TAG and MANAGE, in any case, with spaces or underscores, and commas in between. KIND
    (model, schema, catalog, registry) says what NAME is where that is not clear. "account users" is everybody.
    """
    privileges, kind, name, principals = _statement(session, words, "to")
    made = session.registry.grants.grant(privileges, name, principals, kind=kind, new=new, reason=reason)
    return Note([f"{each.principal} has {_told(each)} now" for each in made], _rows(made))


@command(
    "revoke",
    calls=["grants.revoke"],
    examples=[
        'revoke "APPLY TAG" on model prod.ml_team.fraud from analysts',
        'revoke "ALL PRIVILEGES", MANAGE on registry from "account users"',
    ],
)
@click.argument(
    "words",
    nargs=-1,
    required=True,
    metavar="PRIVILEGE… on [KIND] NAME from PRINCIPAL…",
    shell_complete=candidates.statement,
)
@yes_option
@reason_option
def revoke(session: CommandSession, words: Sequence[str], yes: bool, reason: str | None) -> Result:
    """Take back what was granted.

    What is granted above NAME, or to a group, still holds: grants --effective shows all. A new registry allows
    everybody everything; the second example ends that, and leaves it to its owner.
    """
    privileges, kind, name, principals = _statement(session, words, "from")
    left = session.registry.grants.revoke(privileges, name, principals, kind=kind, force=yes, reason=reason)
    return Note([f"{each.principal} has {_told(each)} now" for each in left], _rows(left))


@command(
    "grants",
    calls=["grants.list", "grants.effective"],
    examples=["grants", "grants on prod.ml_team.fraud", "grants --to analysts", "grants on fraud --effective --to ben"],
)
@click.argument("words", nargs=-1, metavar="[on] [KIND] [NAME]", shell_complete=candidates.securables)
@click.option(
    "--to",
    "principal",
    metavar="PRINCIPAL",
    shell_complete=candidates.principals,
    help="Only what this user or group has been granted.",
)
@click.option("--effective", is_flag=True, help="Everything that holds there, and where each privilege comes from.")
def grants(session: CommandSession, words: Sequence[str], principal: str | None, effective: bool) -> Result:
    """Show who was granted what: on NAME, or everywhere.

    With --effective: what you may do to NAME, or what --to PRINCIPAL may, from catalogs and groups, too. Who cannot
    grant anything on NAME sees there what was granted to them.
    """
    rest = list(words[1:]) if words and words[0].lower() == "on" else list(words)
    kind, name = securable_of(session, rest) if rest else (None, None)
    if not effective:
        found = session.registry.grants.list(name, to=principal, kind=kind)
        where = "" if name is None else f" on {name}"
        return Table(_GRANTS, _rows(found), f"nothing is granted{where}" + (f" to {principal}" if principal else ""))
    if name is None:
        raise InvalidInput("--effective takes a name", "grants on prod.ml_team.fraud --effective")
    who = principal or session.registry.actor
    rows: list[Row] = [
        {
            "privilege": each.privilege,
            "from": place_text(each.kind, each.name),
            "principal": each.principal,
            "through": list(each.through),
        }
        for each in session.registry.grants.effective(name, of=principal, kind=kind)
    ]
    return Table(_EFFECTIVE, rows, f"{who} has no privilege on {name}")


@command(
    "owner",
    calls=["grants.transfer"],
    examples=["owner prod.ml_team.fraud risk-team", "owner catalog prod ana", "owner registry admins"],
)
@click.argument("words", nargs=-1, required=True, metavar="[KIND] NAME PRINCIPAL", shell_complete=candidates.securables)
@new_option
@reason_option
def owner(session: CommandSession, words: Sequence[str], new: bool, reason: str | None) -> Result:
    """Give a model, schema, catalog or the registry to an owner.

    PRINCIPAL is a user or a group. An owner holds every privilege on it and on what is in it, and can grant them; of a
    governed model only together with USE CATALOG and USE SCHEMA. Whoever owns the registry administers it.
    """
    if len(words) < 2:
        raise InvalidInput("name what is given, and to whom", "owner prod.ml_team.fraud risk-team")
    kind, name = securable_of(session, list(words[:-1]))
    change = session.registry.grants.transfer(name, words[-1], kind=kind, new=new, reason=reason)
    what = place_text(change.kind, change.name)
    if change.before == change.after:
        return Note([f"{what} belongs to {change.after} already; nothing changed"], [vars(change)], done=False)
    return Note([f"{what} belongs to {change.after} now; it was {change.before}'s"], [vars(change)])


@command(
    "group",
    calls=["groups.create", "groups.add", "groups.remove", "groups.delete", "groups.get", "groups.list"],
    examples=[
        "group list",
        "group create analysts ana ben",
        "group add analysts cleo",
        "group remove analysts ben",
        "group show analysts",
        "group delete analysts",
    ],
)
@click.argument("action", type=click.Choice(["list", "show", "create", "add", "remove", "delete"]))
@click.argument("name", required=False)
@click.argument("members", nargs=-1, metavar="[MEMBER]…", shell_complete=candidates.principals)
@new_option
@reason_option
def group(
    session: CommandSession, action: str, name: str | None, members: Sequence[str], new: bool, reason: str | None
) -> Result:
    """Show, make and change groups of users.

    A group may be in another one. What is granted to a group is granted to everybody in it.
    """
    groups = session.registry.groups
    if action == "list":
        return Table(_GROUPS, [_row(each) for each in groups.list()], "there is no group; group create NAME makes one")
    if name is None:
        raise InvalidInput(f"group {action} takes the name of a group", f"group {action} analysts")
    wanted = names_in(members)
    if action in ("add", "remove") and not wanted:
        raise InvalidInput(f"group {action} takes members", f"group {action} {name} ben")
    if action == "show":
        found = groups.get(name)
        return Card(name, "group", _GROUPS[1:], _row(found))
    if action == "create":
        made = groups.create(name, wanted, new=new, reason=reason)
        return Note([f"created group {name}: {_members(made)}"], [_row(made)])
    if action == "delete":
        gone = groups.delete(name, reason=reason)
        return Note([f"deleted group {name}, in which {_members(gone)} was"], [_row(gone)])
    if action == "add":
        now = groups.add(name, wanted, new=new, reason=reason)
    else:
        now = groups.remove(name, wanted, reason=reason)
    return Note([f"in {name} now: {_members(now)}"], [_row(now)])


@command("whoami", calls=["registry.whoami"], examples=["whoami"])
def whoami(session: CommandSession) -> Result:
    """Show as whom you work.

    It tells in which groups you are, and whether you administer the registry.
    """
    found = session.registry.whoami()
    record: Row = {
        "actor": found.actor,
        "on_behalf_of": found.on_behalf_of,
        "groups": list(found.groups),
        "administers": found.admin,
    }
    kind = "administrator" if found.admin else "user"
    return Card(found.on_behalf_of or found.actor, kind, _WHO, record)


@command(
    "as",
    calls=[],
    examples=["as ben models prod", "as ben grants on prod.ml_team.fraud --effective", "as analysts show fraud"],
)
@click.argument("principal", shell_complete=candidates.principals)
@click.argument("line", nargs=-1, type=click.UNPROCESSED, metavar="COMMAND…")
def as_(session: CommandSession, principal: str, line: Sequence[str]) -> Result:
    """Run a command as a user or group sees it.

    It is for whoever administers the registry. What COMMAND changes is logged with both names.
    """
    program = click.get_current_context().find_root().info_name or "modelreg"
    return run(line or ["whoami"], session.acting_as(principal), program)


# What stands behind the principal is the other command's.
as_.context_settings = {**SETTINGS, "allow_interspersed_args": False}


def _statement(
    session: CommandSession, words: Sequence[str], before_principals: str
) -> tuple[list[str], Kind | None, str, list[str]]:
    """The privileges, what they are about, and the principals, in what was written as SQL would be."""
    usage = f"PRIVILEGE, … on NAME {before_principals} PRINCIPAL, …"
    lower = [word.lower() for word in words]
    if "on" not in lower or before_principals not in lower[lower.index("on") :]:
        raise InvalidInput(f"{' '.join(words)} is no whole statement", f"write {usage}")
    on = lower.index("on")
    to = on + lower[on:].index(before_principals)
    privileges = names_in(words[:on], " ")
    kind, name = securable_of(session, list(words[on + 1 : to]))
    principals = names_in(words[to + 1 :])
    if not privileges or not principals:
        raise InvalidInput(f"{' '.join(words)} is no whole statement", f"write {usage}")
    return privileges, kind, name, principals


def names_in(words: Sequence[str], glue: str = ",") -> list[str]:
    """What is listed in `words`, with commas in between or, where `glue` is a comma, without."""
    return [name for each in glue.join(words).split(",") if (name := each.strip().strip("`").removesuffix(";"))]


def securable_of(session: CommandSession, words: list[str]) -> tuple[Kind | None, str]:
    """What `[KIND] NAME` means."""
    first = words[0].lower() if words else ""
    kind: Kind | None = _OTHER_KINDS.get(first) or next((each for each in _KINDS if each == first), None)
    if kind == REGISTRY and len(words) == 1:
        return kind, REGISTRY
    if kind is not None and len(words) == 2:
        words = words[1:]
    else:
        kind = None
    if len(words) != 1:
        raise InvalidInput(f"{' '.join(words) or 'nothing'} names no one thing", "write model prod.ml_team.fraud")
    name = words[0].strip("`")
    if kind == "model":
        return kind, session.model(name)
    if kind is not None:
        return kind, session.find_namespace(name).name if kind == "schema" else name
    return None, session.registry.resolve(name, namespace=session.namespace).name


def place_text(kind: str, name: str) -> str:
    """What a securable is called: `model prod.ml_team.fraud`, and the registry alone."""
    return kind if kind == REGISTRY else f"{kind} {name}"


def _told(grant: Grant) -> str:
    return f"{listed(grant.privileges) if grant.privileges else 'nothing'} on {place_text(grant.kind, grant.name)}"


def _rows(found: Sequence[Grant]) -> list[Row]:
    return [
        {
            "on": place_text(each.kind, each.name),
            "principal": each.principal,
            "privileges": list(each.privileges),
        }
        for each in found
    ]


def _row(group: Group) -> Row:
    return {"name": group.name, "members": list(group.members)}


def _members(group: Group) -> str:
    return listed(group.members) if group.members else "nobody"
