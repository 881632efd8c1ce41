"""What becomes of a request.

    open ──approve──▶ approved       carries out what was asked, in the same unit of work
      ├────reject───▶ rejected       by whoever could have approved it
      ├────cancel───▶ cancelled      by its author
      └──(time)─────▶ expired        follows from `expires_at` alone: nothing is written, and nothing can be done then

Whatever is decided stays decided, unless the decision is undone: then the request is open again, and what was carried
out is taken back with it. Nobody approves or rejects their own request.

An open request may be stale: what stood there when it was asked stands there no more. Where that leaves nothing to
carry out (the version is gone, it is so already) it cannot be approved; where the alias or the stage has changed, only
by somebody who says that they mean it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, cast

from jupyter_modelreg.core.access.access import called
from jupyter_modelreg.core.access.privileges import expanded
from jupyter_modelreg.core.discussion.records import Request, RequestState
from jupyter_modelreg.core.entities.securables import AnySecurable, Model
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.ports.store import Transaction, rows_of
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.times import time_text


@dataclass(frozen=True)
class Staleness:
    """What has changed since a request was made.

    Attributes:
        changes: a sentence for each.
        possible: whether it can be carried out all the same.
    """

    changes: Sequence[str] = ()
    possible: bool = True


def state_of(request: Request, now: int) -> RequestState:
    """What has become of a request by `now`, in epoch milliseconds."""
    if request.state == "open" and request.expires_at is not None and request.expires_at <= now:
        return "expired"
    return cast(RequestState, request.state)


def check_open(request: Request, now: int) -> None:
    """Raise InvalidState for a request that is decided, or has expired."""
    state = state_of(request, now)
    if state == "open":
        return
    if state == "expired":
        raise InvalidState(
            f"request {request.id} expired at {time_text(request.expires_at or 0)}", f"{request.author} may ask again"
        )
    raise InvalidState(
        f"request {request.id} was {state} by {request.decided_by} already",
        f"history {request.target} has it; undoing that opens it again",
    )


def subject_of(tx: Transaction, request: Request) -> AnySecurable | None:
    """What a request is about, as it is now; None where that is gone, in the trash, or not to be seen."""
    rows: Any = rows_of(tx, request.subject)
    found: AnySecurable | None = tx.root.get() if rows is None else rows.by_id(request.subject_id)
    return None if isinstance(found, Model) and found.deleted_at is not None else found


def staleness(tx: Transaction, request: Request, subject: AnySecurable | None) -> Staleness:
    """What stands against carrying out a request, as things are in `tx`."""
    if subject is None:
        return Staleness([f"{request.target} is not there any more"], possible=False)
    if request.kind == "access":
        granted = expanded(request.subject, subject.grants.get(request.author, ()))  # type: ignore[arg-type]
        if granted.issuperset(expanded(request.subject, request.privileges)):  # type: ignore[arg-type]
            have = listed(request.privileges)
            return Staleness([f"{request.author} has {have} on {called(subject)} already"], possible=False)
        return Staleness()
    assert isinstance(subject, Model)
    if subject.browse_only:
        return Staleness()  # which is for those who may read it
    assert request.version is not None
    version = tx.versions.get(subject, request.version)
    if version is None:
        return Staleness([f"{subject.name}/{request.version} is not there any more"], possible=False)
    if request.kind == "alias":
        return _alias_staleness(request, subject)
    if version.stage == request.stage:
        return Staleness([f"{version.reference} is in stage {version.stage} already"], possible=False)
    was = request.seen.get("stage")
    if version.stage != was:
        return Staleness([f"{version.reference} was in stage {was} when it was asked, and is in {version.stage} now"])
    return Staleness()


def _alias_staleness(request: Request, model: Model) -> Staleness:
    now, was = model.aliases.get(request.alias or ""), request.seen.get("version")
    if now == request.version:
        return Staleness([f"{model.name}@{request.alias} points at {now} already"], possible=False)
    if now == was:
        return Staleness()
    before = "at no version" if was is None else f"at {was}"
    after = "at none" if now is None else f"at {now}"
    return Staleness([f"{model.name}@{request.alias} pointed {before} when it was asked, and points {after} now"])


def open_for(tx: Transaction, now: int, model_ids: Collection[int]) -> Sequence[Request]:
    """The requests on versions of these models that are open at `now`, which hold those versions; the oldest first.

    Access that is asked for holds nothing.
    """
    if len(model_ids) == 1:
        asked = [each for at in model_ids for each in tx.requests.of_subject("model", at) if each.deleted_at is None]
    else:
        asked = tx.requests.recent(state="open")[::-1]
    return [
        each
        for each in asked
        if each.kind != "access" and each.subject_id in model_ids and state_of(each, now) == "open"
    ]
