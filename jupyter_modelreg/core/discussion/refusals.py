"""Why somebody may not decide a request, in the words in which they would be refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.discussion.approvals import asked_author, check_approver
from jupyter_modelreg.core.discussion.deciding import check_not_own, check_own, check_sound
from jupyter_modelreg.core.discussion.records import Action, Request
from jupyter_modelreg.core.entities.securables import AnySecurable
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.ports.store import Transaction


def refusals(
    context: Context, tx: Transaction, access: Access | None, request: Request, subject: AnySecurable
) -> Mapping[Action, str]:
    """What the actor may not do with an open request, each with why; that it is stale alone refuses nothing."""
    principal, people = context.principal, (context.principal, context.actor)

    def approve() -> None:
        check_not_own(request, people, "approve")
        check_sound(tx, request, subject, anyway=True)
        needed = check_approver(tx, request, subject, people)
        if access is not None:
            access.authorise("requests.approve", subject, principal if needed else None)

    def reject() -> None:
        check_not_own(request, people, "reject")
        if access is not None:
            access.authorise("requests.reject", subject, asked_author(tx, request, subject, principal))

    checks: Mapping[Action, Callable[[], None]] = {
        "approve": approve,
        "reject": reject,
        "cancel": lambda: check_own(request, principal),
    }
    found: dict[Action, str] = {}
    for action, check in checks.items():
        try:
            check()
        except RegistryError as error:
            found[action] = error.message
    return found
