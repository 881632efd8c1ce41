"""Deciding a request: what is asked before, what it changes, and what the log has of it."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from jupyter_modelreg.core.access.grants import claim, hold
from jupyter_modelreg.core.catalog.aliases import point_alias
from jupyter_modelreg.core.catalog.lookup import require_version
from jupyter_modelreg.core.discussion.records import Decision, Request
from jupyter_modelreg.core.discussion.states import staleness
from jupyter_modelreg.core.entities.securables import AnySecurable, Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidState, PermissionDenied
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def check_not_own(request: Request, people: Collection[str], verb: str) -> None:
    """Raise PermissionDenied where one of `people`, the actor or on whose behalf they act, has asked for it."""
    if request.author in people:
        raise PermissionDenied(
            f"request {request.id} is {request.author}'s own, and nobody can {verb} theirs",
            f"somebody else has to; to take it back: cancel {request.id}",
        )


def check_own(request: Request, principal: str) -> None:
    """Raise PermissionDenied where somebody else has asked for it."""
    if request.author != principal:
        raise PermissionDenied(
            f"request {request.id} is {request.author}'s, and only they can cancel it",
            f'reject {request.id} -m "REASON"',
        )


def check_sound(tx: Transaction, request: Request, subject: AnySecurable, *, anyway: bool) -> None:
    """Raise InvalidState where what is asked for cannot be done any more; without `anyway` also where it is stale."""
    found = staleness(tx, request, subject)
    if not found.possible:
        raise InvalidState(
            f"request {request.id} asks for what cannot be done: {found.changes[0]}",
            f'reject {request.id} -m "{found.changes[0]}"',
        )
    if found.changes and not anyway:
        raise InvalidState(
            f"request {request.id} is stale: {found.changes[0]}",
            f"requests {request.id} shows what has changed; approve {request.id} --anyway approves it all the same",
        )


def carry_out(work: UnitOfWork, request: Request, subject: AnySecurable) -> None:
    """Make the change that is asked for, with the reason of the request where whoever approves it gives none."""
    own, work.reason = work.reason, work.reason or request.reason
    if request.kind == "access":
        claim(work, subject)
        there = subject.grants.get(request.author, ())
        hold(work, subject, request.author, [*there, *request.privileges])
    else:
        assert isinstance(subject, Model)
        assert request.version is not None
        version = require_version(work.tx, subject, request.version)
        if request.alias is not None:
            work.approved_by = (*request.approvals, work.principal)  # which policies may ask for
            point_alias(work, subject, request.alias, version)
        else:
            work.log_update("version.stage", version, {"stage": request.stage})
    work.reason = own


def decision(state: Decision) -> Mapping[str, JsonValue]:
    """What an event says of a request that is decided: who, when and why is said by the event itself."""
    return {"state": state}


def log_decision(work: UnitOfWork, request: Request, subject: AnySecurable, told: Mapping[str, JsonValue]) -> None:
    """Have an open request be decided as `told`, and log that."""
    work.log(
        f"request.{told['state']}",
        subject,
        version=request.version,
        before={"id": request.id, "state": "open"},
        after={"id": request.id, "kind": request.kind, **told},
    )


def log_reopening(work: UnitOfWork, request: Request, subject: AnySecurable) -> None:
    """Have a decided request be open again, and log that with what it takes to have it decided as it was."""
    decided: dict[str, JsonValue] = {
        name: getattr(request, name) for name in ("state", "decided_by", "decided_at", "decision_reason")
    }
    work.log(
        "request.reopened",
        subject,
        version=request.version,
        before={"id": request.id, **decided},
        after={"id": request.id, "kind": request.kind, "state": "open"},
    )


def log_withdrawal(work: UnitOfWork, request: Request, subject: AnySecurable) -> None:
    """Have a request be as if nobody had asked, or, where it is so, be there again; and log that."""
    action = "request.deleted" if request.deleted_at is None else "request.restored"
    told: dict[str, JsonValue] = {"id": request.id, "kind": request.kind}
    work.log(action, subject, version=request.version, after=told)
