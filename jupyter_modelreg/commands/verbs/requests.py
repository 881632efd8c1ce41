"""What people ask each other for: request, requests, approve, reject, cancel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, get_args

import click

from jupyter_modelreg.commands import candidates
from jupyter_modelreg.commands.command import command, limit_option, reason_option
from jupyter_modelreg.commands.results.columns import Column, Row
from jupyter_modelreg.commands.results.results import Card, Note, Result, Table
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.access import names_in, securable_of
from jupyter_modelreg.core.access.grants import Kind
from jupyter_modelreg.core.discussion.records import RequestState, ToldRequest
from jupyter_modelreg.core.discussion.requests import Scope
from jupyter_modelreg.core.discussion.review import Review
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.governance.records import PolicyResult
from jupyter_modelreg.core.history.sentences import text_of
from jupyter_modelreg.core.times import read_duration

_CLOSED: Literal["closed"] = "closed"
_STATES: tuple[RequestState, ...] = get_args(RequestState)
_COLUMNS = (
    Column("id", "request", "number"),
    Column("wish", "asks for", "word"),
    Column("reference", "on", "name"),
    Column("author", "who", "word"),
    Column("created_at", "when", "time"),
    Column("state", "state", "word", usual="open"),
    Column("stale", "but", "lines"),
    Column("reason", "why", "text"),
    Column("expires_at", "expires", "time"),
    Column("decided_by", "decided by", "word"),
)
_FIELDS = (
    Column("wish", "asks for"),
    Column("reference", "on", "name"),
    Column("author", "asked by"),
    Column("reason", "because", "lines"),
    Column("created_at", "asked", "time"),
    Column("expires_at", "expires", "time"),
    Column("present", "points now at", "number"),
    Column("stale", "but", "lines"),
    Column("since", "since then", "lines"),
    Column("policies", "policies", "lines"),
    Column("approvals", "approved by", "list"),
    Column("decided_by", "decided by"),
    Column("decided_at", "decided", "time"),
    Column("decision_reason", "saying", "lines"),
    Column("actions", "you may", "list"),
)
_METRICS = (
    Column("metric", "metric", "word"),
    Column("asked", "asked for", "number"),
    Column("present", "now", "number"),
    Column("difference", "difference", "number"),
)


@command(
    "request",
    calls=["requests.alias", "requests.stage", "requests.access"],
    examples=[
        'request fraud/4 @Champion -m "better on last month\'s disputes"',
        "request fraud/latest @Champion --expires 7d",
        'request iris/3 --stage Production -m "tested for two weeks"',
        'request access EXECUTE on prod.ml_team.fraud -m "for the audit"',
    ],
)
@click.argument("words", nargs=-1, required=True, metavar="REF @ALIAS | access PRIVILEGE… on [KIND] NAME")
@click.option("--stage", metavar="STAGE", help="Ask for this stage, of a workspace model.")
@click.option("--expires", metavar="TIME", help="After so long nobody can approve it any more: 7d, 12h.")
@reason_option
def request(
    session: CommandSession, words: Sequence[str], stage: str | None, expires: str | None, reason: str | None
) -> Result:
    """Ask for an alias, a stage, or access.

    Whoever could do it themselves approves or rejects it: who has MANAGE there, but never who has asked. Approving does
    what was asked for. Asking takes reading the model; access can be asked for on whatever you may know of.
    """
    asked, expires_in = session.registry.requests, None if expires is None else read_duration(expires)
    if words[0].lower() == "access" and len(words) > 1 and not words[1].startswith("@"):
        privileges, kind, name = _access(session, list(words[1:]))
        made = asked.access(privileges, name, kind=kind, expires_in=expires_in, reason=reason)
    elif stage is not None:
        if len(words) != 1:
            raise InvalidInput(
                "name one version, and the stage that it is to have", "request iris/3 --stage Production"
            )
        made = asked.stage(str(session.reference(words[0])), stage, expires_in=expires_in, reason=reason)
    else:
        if len(words) != 2 or not words[1].startswith("@"):
            raise InvalidInput("name one version, and the alias that it is to have", "request fraud/4 @Champion")
        reference = str(session.reference(words[0]))
        made = asked.alias(reference, words[1][1:], expires_in=expires_in, reason=reason)
    return Note([f"asked for {made.wish} on {made.reference}: request {made.id}"], [request_row(made)])


@command(
    "requests",
    calls=["requests.list", "requests.review"],
    examples=["requests", "requests --to-me", "requests --mine --state all", "requests fraud", "requests 118"],
)
@click.argument("which", required=False, metavar="[ID|REF]", shell_complete=candidates.requests)
@click.option("--mine", "scope", flag_value="mine", help="Only what you have asked for.")
@click.option("--to-me", "scope", flag_value="to_me", help="Only what you may decide.")
@click.option("--all", "scope", flag_value="all", default="all", help="Whatever you may see; the default.")
@click.option(
    "--state",
    type=click.Choice([*_STATES, _CLOSED, "all"], case_sensitive=False),
    default="open",
    show_default=True,
    help="What has become of it; closed is any but open.",
)
@limit_option
def requests(session: CommandSession, which: str | None, scope: Scope, state: str, limit: int | None) -> Result:
    """Show what was asked for, the newest first, or one request.

    ID shows one with what there is to know before it is decided: the metrics of the version beside those of the one
    that stands there now, and what has changed since. REF shows those on a model or a version.
    """
    found = session.registry.requests
    if which is not None and which.isascii() and which.isdigit():
        return _review(found.review(int(which)))
    about = None if which is None else str(session.reference(which))
    wanted: RequestState | Literal["closed"] | None = next(
        (each for each in (*_STATES, _CLOSED) if each == state), None
    )
    listed = found.list(about, scope=scope, state=wanted, limit=None if limit is None else limit + 1)
    shown = listed if limit is None else listed[:limit]
    more = None if len(shown) == len(listed) else f"the newest {len(shown)}; -n {10 * len(shown)} shows more"
    word = "" if wanted is None else f"{wanted} "
    whose = {"mine": " of yours", "to_me": " for you to decide", "all": ""}[scope]
    nothing = f"there is no {word}request{whose}{'' if which is None else f' on {which}'}"
    return Table(_COLUMNS, list(map(request_row, shown)), nothing, more)


@command(
    "approve",
    calls=["requests.approve"],
    examples=["approve 118", 'approve 118 -m "the metrics hold"', "approve 118 --anyway"],
)
@click.argument("number", type=int, metavar="ID", shell_complete=candidates.decidable_requests)
@click.option("--anyway", is_flag=True, help="Also where the alias, or the stage, has changed since it was asked.")
@reason_option
def approve(session: CommandSession, number: int, anyway: bool, reason: str | None) -> Result:
    """Approve a request, which does what it asks for.

    requests ID shows what there is to know before. Nobody approves their own.
    """
    made = session.registry.requests.approve(number, anyway=anyway, reason=reason)
    line = f"approved request {number}: {made.wish} on {made.reference}, as {made.author} has asked"
    if made.state == "open":
        line = f"you approve request {number}: {made.wish} on {made.reference}; it takes others, too"
    return Note([line], [request_row(made)])


@command("reject", calls=["requests.reject"], examples=['reject 118 -m "recall is too low"'])
@click.argument("number", type=int, metavar="ID", shell_complete=candidates.decidable_requests)
@reason_option
def reject(session: CommandSession, number: int, reason: str | None) -> Result:
    """Reject a request; say why with -m."""
    made = session.registry.requests.reject(number, reason=reason)
    return Note([f"rejected request {number}: {made.wish} on {made.reference}"], [request_row(made)])


@command("cancel", calls=["requests.cancel"], examples=["cancel 118"])
@click.argument("number", type=int, metavar="ID", shell_complete=candidates.own_requests)
@reason_option
def cancel(session: CommandSession, number: int, reason: str | None) -> Result:
    """Take back what you have asked for."""
    made = session.registry.requests.cancel(number, reason=reason)
    return Note([f"cancelled request {number}: {made.wish} on {made.reference}"], [request_row(made)])


def request_row(request: ToldRequest) -> Row:
    """A request as plain values."""
    return {
        "id": request.id,
        "kind": request.kind,
        "reference": request.reference,
        "wish": request.wish,
        "version": request.version,
        "alias": request.alias,
        "stage": request.stage,
        "privileges": list(request.privileges),
        "author": request.author,
        "reason": request.reason,
        "seen": dict(request.seen),
        "state": request.state,
        "stale": "\n".join(request.stale) or None,
        "approvals": list(request.approvals),
        "created_at": request.created_at,
        "expires_at": request.expires_at,
        "decided_by": request.decided_by,
        "decided_at": request.decided_at,
        "decision_reason": request.decision_reason,
        "actions": list(request.actions),
    }


def _review(review: Review) -> Card:
    """One request as a card, with the metrics below it."""
    request = review.request
    rows: list[Row] = [
        {
            "metric": each.key,
            "asked": each.asked,
            "present": each.present,
            "difference": _difference(each.asked, each.present),
        }
        for each in review.metrics
    ]
    since = [f"event {each.seq}, {each.actor}: {text_of(each.sentence)}" for each in review.since]
    record: Row = {
        **request_row(request),
        "present": review.present,
        "since": "\n".join(since) or None,
        "metrics": [dict(row) for row in rows],
        "policies": "\n".join(map(_policy_line, review.policies)) or None,
    }
    return Card(f"request {request.id}", request.state, _FIELDS, record, below=Table(_METRICS, rows))


def _policy_line(result: PolicyResult) -> str:
    """`four-eyes: has no approval by the group leads`."""
    said = "off" if result.met is None else "met" if result.met else str(result.lacks)
    return f"{result.policy.name}: {said}"


def _difference(asked: float | None, present: float | None) -> float | None:
    return None if asked is None or present is None else asked - present


def _access(session: CommandSession, words: list[str]) -> tuple[list[str], Kind | None, str]:
    """The privileges and the securable in `PRIVILEGE, … on [KIND] NAME`."""
    lower = [word.lower() for word in words]
    if "on" not in lower:
        raise InvalidInput(f"{' '.join(words)} is no whole statement", "write request access EXECUTE on NAME")
    on = lower.index("on")
    kind, name = securable_of(session, words[on + 1 :])
    return names_in(words[:on], " "), kind, name
