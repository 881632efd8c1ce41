"""Who may approve a request, and how many have to, where policies say so."""

from __future__ import annotations

from collections.abc import Sequence, Set

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.needs import NEEDS
from jupyter_modelreg.core.access.principals import everybody_in
from jupyter_modelreg.core.discussion.people import approvers_so_far, askers, registrants
from jupyter_modelreg.core.discussion.records import Request
from jupyter_modelreg.core.entities.securables import AnySecurable, Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidState, PermissionDenied
from jupyter_modelreg.core.governance.effective import approvals, called
from jupyter_modelreg.core.governance.records import ApprovalsNeeded
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def approvers(tx: Transaction, request: Request, subject: AnySecurable) -> Sequence[tuple[ApprovalsNeeded, Set[str]]]:
    """The approvals that policies ask for before what is asked is done, each with those whose approval counts."""
    if request.alias is None or request.version is None or not isinstance(subject, Model) or subject.browse_only:
        return []
    needed = approvals(tx, subject.name, request.alias)
    if not needed:
        return []
    authors, groups = _authors(tx, request), tx.root.get().groups
    return [(each, everybody_in(each.group, groups) - authors) for each in needed]


def _authors(tx: Transaction, request: Request) -> set[str]:
    """Who has asked, or registered the version, under both names: their approval does not count."""
    version = None if request.version is None else tx.versions.numbered(request.subject_id, request.version)
    return askers(tx, request) | (set() if version is None else registrants(tx, version))


def may_decide(
    tx: Transaction, request: Request, subject: AnySecurable, people: tuple[str, str], access: Access | None
) -> tuple[bool, bool]:
    """Whether the first of `people` may approve a request, and whether they may reject it.

    The other is who acts on their behalf, or they themselves; neither may have asked.

    Where policies ask for approvals those approve whom they name, once each; whoever could make the change may reject
    it in any case.
    """
    manages = access is None or access.may(NEEDS["requests.approve"], subject)
    needed = approvers(tx, request, subject)
    if request.author in people:
        return False, False
    if not needed:
        return manages, manages
    asked = _is_asked(people[0], needed)
    approves = asked and _authors(tx, request).isdisjoint(people) and approvers_so_far(tx, request).isdisjoint(people)
    return approves, asked or manages


def authorise_rejection(work: UnitOfWork, request: Request, subject: AnySecurable) -> None:
    """Raise PermissionDenied for who may not reject a request."""
    work.authorise("requests.reject", subject, author=asked_author(work.tx, request, subject, work.principal))


def asked_author(tx: Transaction, request: Request, subject: AnySecurable, principal: str) -> str | None:
    """`principal` where a policy asks for their approval, by which they may reject, too; None for who is not asked."""
    return principal if _is_asked(principal, approvers(tx, request, subject)) else None


def gather(work: UnitOfWork, request: Request, subject: AnySecurable) -> bool:
    """Have the actor approve; returns whether that was the last approval it takes, or else logs it.

    Raises PermissionDenied, InvalidState (they have approved already).
    """
    needed = check_approver(work.tx, request, subject, (work.principal, work.actor))
    if not needed:
        work.authorise("requests.approve", subject)
        return True
    work.authorise("requests.approve", subject, author=work.principal)
    given = [*request.approvals, work.principal]
    if all(len(able & set(given)) >= each.count for each, able in needed):
        return True
    log_approvals(work, request, subject, given)
    return False


def check_approver(
    tx: Transaction, request: Request, subject: AnySecurable, people: tuple[str, str]
) -> Sequence[tuple[ApprovalsNeeded, Set[str]]]:
    """What `approvers` says, having made sure that the first of `people` is among them and still to approve.

    The other is who acts on their behalf, who must be no author, and not have approved under another name.

    Where no policy asks for approvals there are none, and it is for the caller to ask who may make the change. Raises
    PermissionDenied, InvalidState.
    """
    needed = approvers(tx, request, subject)
    if not needed:
        return needed
    if not _is_asked(people[0], needed):
        raise _not_asked(tx, request, people[0], [each for each, _ in needed])
    if people[1] in _authors(tx, request):
        raise _not_asked(tx, request, people[1], [each for each, _ in needed])
    approved = approvers_so_far(tx, request).intersection(people)
    if approved:
        raise InvalidState(
            f"{min(approved)} has approved request {request.id} already", "it takes others, too: requests shows whom"
        )
    return needed


def _is_asked(principal: str, needed: Sequence[tuple[ApprovalsNeeded, Set[str]]]) -> bool:
    """Whether the approval of `principal` counts."""
    return any(principal in able for _, able in needed)


def log_approvals(work: UnitOfWork, request: Request, subject: AnySecurable, given: Sequence[str]) -> None:
    """Have a request be approved by exactly these, which is not enough yet, and log that."""
    before: list[JsonValue] = [*request.approvals]
    after: list[JsonValue] = [*given]
    work.log(
        "request.approved_by",
        subject,
        version=request.version,
        before={"id": request.id, "approvals": before},
        after={"id": request.id, "kind": request.kind, "approvals": after},
    )


def _not_asked(
    tx: Transaction, request: Request, principal: str, needed: Sequence[ApprovalsNeeded]
) -> PermissionDenied:
    groups = listed(list(dict.fromkeys(each.group for each in needed)))
    in_group = any(principal in everybody_in(each.group, tx.root.get().groups) for each in needed)
    own = "has asked for it" if principal in askers(tx, request) else "has registered the version"
    why = own if in_group or principal in _authors(tx, request) else f"is not in {groups}"
    return PermissionDenied(
        f"{principal} cannot approve request {request.id}: {called(needed[0].policy)} asks the group {groups}, "
        f"and {principal} {why}",
        f"ask somebody else in {groups}: group show {needed[0].group}",
    )
