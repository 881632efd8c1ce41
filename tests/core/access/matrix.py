"""Privileges that are granted for a while, and whether all operations end meanwhile as the written table has it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from jupyter_modelreg.core.errors import InvalidState, NotFound, PermissionDenied, RegistryError
from tests.core.access.shelf import TO_READ, TO_SEE, Kept, Shelf
from tests.core.access.takes import GONE, PLACES, SCHEMA, TABLE, Call
from tests.support.access_rules import EVERYBODY, LOWEST, Rules
from tests.support.names import FRAUD

LEVELS = ("registry", "prod", SCHEMA, FRAUD, "iris")
WAYS = {"directly": "ben", "through a group": "analysts", "through account users": EVERYBODY}
GROUPS = {"juniors": ["ben"], "analysts": ["juniors"], "staff": ["dora"]}
USE = ("USE CATALOG", "USE SCHEMA")
SETS = [*LOWEST, "ALL PRIVILEGES", "OWNER"]


@contextmanager
def granted(shelf: Shelf, privileges: tuple[str, ...], on: str, principal: str) -> Iterator[Rules]:
    """Grant privileges for as long as this lasts; gives what the rules say then."""
    rules = Rules(["iris"], GROUPS, owners={"registry": "ana"})
    if privileges:
        shelf.ana.grants.grant(privileges, on, [principal])
        rules.grants |= {(principal, each, on) for each in privileges}
    try:
        yield rules
    finally:
        if privileges:
            shelf.ana.grants.revoke(privileges, on, [principal])


@contextmanager
def held(shelf: Shelf, rules: Rules, privilege: str, on: str, principal: str) -> Iterator[None]:
    """Have a principal hold one more privilege, or own something, for as long as this lasts."""
    already = (principal, privilege, on) in rules.grants
    if privilege == "OWNER":
        shelf.ana.grants.transfer(on, principal)
        rules.owners[on] = principal
    else:
        shelf.ana.grants.grant([privilege], on, [principal])
        rules.grants.add((principal, privilege, on))
    try:
        yield
    finally:
        if privilege == "OWNER":
            (shelf.kept("ben") if on == "registry" else shelf.ana).grants.transfer(on, "ana")
        elif not already:
            shelf.ana.grants.revoke([privilege], on, [principal])


def hold(shelf: Shelf, rules: Rules) -> None:
    """Call everything as ben, and collect what is not as the table has it."""
    wrong = [found for row in TABLE if (found := _difference(shelf, rules, *row))]
    assert not wrong, f"{sorted(rules.grants)}, {rules.owners}:\n" + "\n".join(wrong)


def _difference(shelf: Shelf, rules: Rules, operation: str, takes: str, call: Call) -> str | None:
    shown, _, needed = takes.rpartition(": ")
    wanted = [] if needed == "anybody" else [_parsed(each) for each in needed.split(", ")]
    may = all(_holds(rules, privilege, PLACES[place]) for privilege, place in wanted)
    try:
        answer = repr(call(shelf.ben, shelf.stock))
    except Kept:
        outcome, answer = "allowed", ""
    except InvalidState as error:
        answer = str(error)
        words = {"still holds": "allowed", "already\nwhoami": "allowed", "which is not there any more": "hidden"}
        outcome = next((outcome for said, outcome in words.items() if said in answer), type(error).__name__)
    except PermissionDenied as error:
        outcome, answer = "refused", str(error)
    except NotFound as error:
        outcome, answer = "hidden", str(error)
    except RegistryError as error:
        outcome, answer = type(error).__name__, str(error)
    else:
        outcome = "allowed"
        if shown:
            word = shown.removeprefix("shows ")
            outcome = "allowed" if PLACES.get(word, word) in answer else "not shown"
    expected = {"allowed"} if may else _refusals(rules, operation, wanted, shown)
    if outcome not in expected:
        return f"{operation} ({takes}): {outcome}, not {' or '.join(sorted(expected))}: {answer[:200]}"
    told = [word for word, knows in ((TO_READ, rules.reads), (TO_SEE, rules.sees)) if word in answer]
    leaks = [word for word in told if not (rules.reads if word == TO_READ else rules.sees)("ben", FRAUD)]
    return f"{operation} tells {leaks}: {answer[:200]}" if leaks else None


def _parsed(text: str) -> tuple[str, str]:
    privilege, _, place = text.rpartition(" ")
    return privilege, place


def _holds(rules: Rules, privilege: str, on: str) -> bool:
    if privilege in ("READ", "SEE"):
        return (rules.reads if privilege == "READ" else rules.sees)("ben", on)
    return rules.may("ben", privilege, on)


def _refusals(rules: Rules, operation: str, wanted: list[tuple[str, str]], shown: str) -> set[str]:
    """How what is not allowed may end: what ben does not see is not there for him."""
    privilege, place = wanted[0]
    on = PLACES[place]
    if shown:
        return {"not shown", "hidden"}
    if operation == "history.undo" and on == "registry":
        return {"hidden"}  # who does not manage the registry hears of nothing that is done to it
    if on == "registry" or (privilege.startswith("CREATE ") and privilege != "CREATE MODEL VERSION"):
        return {"refused"}
    if not rules.sees("ben", on) or (on == GONE and not rules.reads("ben", on)):
        return {"hidden"}
    if operation == "trash.prune" and not rules.reads("ben", on):
        return {"allowed"}  # who may only browse has no versions before them, so nothing is done
    if operation.startswith("requests."):
        return {"refused", "hidden"}  # a request for access is not there for who cannot grant it
    # Of a model that ben may know of he may not read what belongs to it, so that may be hidden still.
    return {"refused"} if rules.reads("ben", on) else {"refused", "hidden"}
