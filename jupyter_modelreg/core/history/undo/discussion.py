"""What undoes what was done to comments and requests."""

from __future__ import annotations

from jupyter_modelreg.core.discussion.approvals import log_approvals
from jupyter_modelreg.core.discussion.comments import log_deletion, log_edit, log_restoration
from jupyter_modelreg.core.discussion.deciding import log_decision, log_reopening, log_withdrawal
from jupyter_modelreg.core.discussion.records import Comment, Request
from jupyter_modelreg.core.discussion.states import subject_of
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.projection import number_of
from jupyter_modelreg.core.history.undo.present import depends
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.unit_of_work import UnitOfWork


def take_back_comment(work: UnitOfWork, event: Event) -> None:
    """Have a comment be what it was before: its author may do so, and whoever manages the model."""
    comment, model = _comment_now(work, event)
    work.authorise("history.undo", model, author=comment.author)
    if event.action == "comment.deleted":
        if comment.deleted_at is not None:
            log_restoration(work, model, comment)
        return
    if comment.deleted_at is not None:
        raise _since(work, event, comment, "it was deleted since")
    after, before = event.after or {}, event.before or {}
    if comment.text != after.get("text"):
        raise _since(work, event, comment, "it was edited since")
    if event.action == "comment.edited":
        mentions = before.get("mentions")
        names = list(map(str, mentions)) if isinstance(mentions, list) else []
        log_edit(work, model, comment, str(before.get("text")), names)
    else:
        log_deletion(work, model, comment)


def _comment_now(work: UnitOfWork, event: Event) -> tuple[Comment, Model]:
    comment, model = work.tx.comments.by_id(number_of(event)), work.tx.models.by_id(event.subject_id)
    if model is None or model.deleted_at is not None or comment is None:
        raise _gone(event)
    return comment, model


def take_back_request(work: UnitOfWork, event: Event) -> None:
    """Have a request be what it was before: what approving it has changed has events of its own in the same unit.

    Who asked takes back that they did, or that they took it back; else it takes managing what it is about.
    """
    request = work.tx.requests.by_id(number_of(event))
    subject = None if request is None else subject_of(work.tx, request)
    if request is None or subject is None:
        raise _gone(event)
    author = request.author if event.action in _AUTHORS else event.on_behalf_of or event.actor
    own = event.action in _AUTHORS or event.action == "request.approved_by"
    work.authorise("history.undo", subject, author=author if own else None)
    if event.action in ("request.deleted", "request.restored"):
        if (request.deleted_at is None) != (event.action == "request.restored"):
            raise _since(work, event, request, "it has changed since")
        log_withdrawal(work, request, subject)
        return
    told = event.after or {}
    if request.deleted_at is not None or request.state != told.get("state", "open"):
        now = request.state if request.deleted_at is None else "withdrawn"
        raise _since(work, event, request, f"the request is {now} now")
    if event.action == "request.approved_by":
        if list(request.approvals) != told.get("approvals"):
            raise _since(work, event, request, "others have approved it since")
        given = (event.before or {}).get("approvals")
        log_approvals(work, request, subject, list(map(str, given)) if isinstance(given, list) else [])
    elif event.action == "request.created":
        log_withdrawal(work, request, subject)
    elif event.action == "request.reopened":
        # As it was decided before, by whom, when and why.
        log_decision(
            work, request, subject, {name: value for name, value in (event.before or {}).items() if name != "id"}
        )
    else:
        log_reopening(work, request, subject)


# What whoever asked may take back themselves.
_AUTHORS = frozenset({"request.created", "request.cancelled", "request.deleted", "request.restored"})


def _gone(event: Event) -> InvalidState:
    return InvalidState(
        f"event {event.seq} ({event.action} {event.name}) cannot be undone: what it is about is not there now",
        f"restore {event.name} first, if it is in the trash",
    )


def _since(work: UnitOfWork, event: Event, said: Comment | Request, why: str) -> InvalidState:
    kind = event.action.partition(".")[0]
    query = EventQuery(subject=(event.subject, event.subject_id), actions=(kind,))
    return depends(work, event, query, why, lambda each: number_of(each) == said.id)
