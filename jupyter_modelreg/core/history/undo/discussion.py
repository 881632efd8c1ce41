"""What undoes a comment, and what was done to it since."""

from __future__ import annotations

from jupyter_modelreg.core.discussion.comments import log_deletion, log_edit, log_restoration
from jupyter_modelreg.core.discussion.records import Comment
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.history.projection import comment_number
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
    comment, model = work.tx.comments.by_id(comment_number(event)), work.tx.models.by_id(event.subject_id)
    if model is None or model.deleted_at is not None or comment is None:
        raise InvalidState(
            f"event {event.seq} ({event.action} {event.name}) cannot be undone: what it is about is not there now",
            f"restore {event.name} first, if it is in the trash",
        )
    return comment, model


def _since(work: UnitOfWork, event: Event, comment: Comment, why: str) -> InvalidState:
    query = EventQuery(subject=(event.subject, event.subject_id), actions=("comment",))
    return depends(work, event, query, why, lambda each: comment_number(each) == comment.id)
