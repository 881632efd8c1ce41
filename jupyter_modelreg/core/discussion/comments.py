"""Comments: what people say about models and versions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.needs import NEEDS
from jupyter_modelreg.core.access.principals import memberships
from jupyter_modelreg.core.catalog.lookup import as_reference, require_model, resolve_version
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.discussion.mentions import known_principals, mentioned, speaks
from jupyter_modelreg.core.discussion.records import Comment, ToldComment
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, NotFound, PermissionDenied
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.core.rules.text import check_length
from jupyter_modelreg.core.unit_of_work import UnitOfWork

MAX_COMMENT = 65_535
"""Characters (Databricks: create-comment)."""
_PAGE = 200


class Comments(Topic):
    """`registry.comments`. Whoever may read a model may say something about it, and about its versions.

    They edit and delete what they have said themselves; whoever manages the model deletes that of others, too. A
    comment stays with its model: in the trash, under another name, and until it is purged.
    """

    def add(self, reference: str, text: str, *, reason: str | None = None) -> ToldComment:
        """Say something about a model, or about the one version that `reference` names.

        Args:
            reference: `fraud`, `fraud/3`, `fraud@Champion`, which means the version that it points at now.
            text: Markdown, at most 65,535 characters; it is kept as it is. `@ben`, or `@"risk team"`, speaks to a user
                or group that the registry knows.
            reason: kept in the log.

        Raises InvalidInput, NotFound, PermissionDenied (the actor may only know that the model is there).
        """
        _check(text)
        with self._context.write(reason) as work:
            model, number = _target(work.tx, reference)
            work.authorise("comments.add", model)
            number_of_event = work.next_id()
            mentions = _mentions(work.tx, text)
            told: dict[str, JsonValue] = {"text": text, **({"mentions": list(mentions)} if mentions else {})}
            work.log("comment.created", model, version=number, after=told)
            return self._told(work.tx, _require(work.tx, number_of_event), model, work.access)

    def edit(self, id: int, text: str, *, reason: str | None = None) -> ToldComment:
        """Say it otherwise; only the author may. Raises InvalidInput, NotFound, PermissionDenied."""
        _check(text)
        with self._context.write(reason) as work:
            comment, model = _found(work.tx, id)
            work.authorise("comments.edit", model)
            if comment.author != work.principal:
                raise PermissionDenied(
                    f"comment {id} is {comment.author}'s, and only its author edits it",
                    f"to say something else: comment {_reference(model, comment)} TEXT",
                )
            if comment.text != text:
                log_edit(work, model, comment, text, _mentions(work.tx, text))
            return self._told(work.tx, _require(work.tx, id), model, work.access)

    def delete(self, id: int, *, reason: str | None = None) -> ToldComment:
        """Delete a comment; its author may, and whoever manages the model. Returns it as it was.

        Raises NotFound, PermissionDenied.
        """
        with self._context.write(reason) as work:
            comment, model = _found(work.tx, id)
            work.authorise("comments.delete", model, author=comment.author)
            told = self._told(work.tx, comment, model, work.access)
            log_deletion(work, model, comment)
            return told

    def get(self, id: int) -> ToldComment:
        """One comment. Raises NotFound."""
        with self._context.reading() as (tx, access):
            comment, model = _found(tx, id)
            return self._told(tx, comment, model, access)

    def list(
        self,
        reference: str | None = None,
        *,
        mentioning: str | None = None,
        to_me: bool = False,
        limit: int | None = None,
    ) -> Sequence[ToldComment]:
        """What was said about a model and its versions, about one version, or about everything; the newest last.

        Args:
            reference: as for `add`; what is in the trash is left out.
            mentioning: only what speaks to this user or group.
            to_me: only what speaks to the actor, or to a group that they are in.
            limit: the newest ones only, so many.

        Raises InvalidInput, NotFound.
        """
        with self._context.reading() as (tx, access):
            principals = _spoken_to(tx, self._context.principal, mentioning, to_me)
            found: list[ToldComment] = []
            for comment, model in _newest_first(tx, reference, principals):
                if limit is not None and len(found) >= limit:
                    break
                found.append(self._told(tx, comment, model, access))
            return found[::-1]

    def _told(self, tx: Transaction, comment: Comment, model: Model, access: Access | None) -> ToldComment:
        own = comment.author == self._context.principal
        manages = access is None or access.may(NEEDS["comments.delete"], model)
        return ToldComment(
            id=comment.id,
            model=model.name,
            version=comment.version,
            author=comment.author,
            text=comment.text,
            mentions=comment.mentions,
            created_at=comment.created_at,
            updated_at=comment.updated_at,
            edited=comment.updated_at != comment.created_at,
            actions=[*(["edit"] if own else []), *(["delete"] if own or manages else [])],
        )


def log_edit(work: UnitOfWork, model: Model, comment: Comment, text: str, mentions: Sequence[str]) -> None:
    """Have a comment say `text`, and log that."""
    work.log(
        "comment.edited",
        model,
        version=comment.version,
        before={"id": comment.id, "text": comment.text, "mentions": list(comment.mentions)},
        after={"id": comment.id, "text": text, "mentions": list(mentions)},
    )


def log_deletion(work: UnitOfWork, model: Model, comment: Comment) -> None:
    """Have a comment be out of sight, and log that."""
    told: dict[str, JsonValue] = {"id": comment.id, "text": comment.text}
    work.log("comment.deleted", model, version=comment.version, before=told)


def log_restoration(work: UnitOfWork, model: Model, comment: Comment) -> None:
    """Have a deleted comment be there again, and log that."""
    told: dict[str, JsonValue] = {"id": comment.id, "text": comment.text}
    work.log("comment.restored", model, version=comment.version, after=told)


def _check(text: str) -> None:
    if not text.strip():
        raise InvalidInput("a comment says something", "write what there is to say")
    check_length("the comment", text, MAX_COMMENT)


def _target(tx: Transaction, reference: str) -> tuple[Model, int | None]:
    """The model, and the number of the version, that a reference names. Raises InvalidInput, NotFound."""
    parsed = as_reference(reference)
    if parsed.whole_model:
        return require_model(tx, parsed.model), None
    version = resolve_version(tx, parsed)
    return require_model(tx, parsed.model), version.version


def _mentions(tx: Transaction, text: str) -> Sequence[str]:
    return mentioned(text, known_principals(tx)) if speaks(text) else ()


def _spoken_to(tx: Transaction, actor: str, mentioning: str | None, to_me: bool) -> Sequence[str] | None:
    """Whom comments have to speak to, any of these; None where that does not matter."""
    if to_me:
        return list(memberships(actor, tx.root.get().groups))
    return None if mentioning is None else [mentioning]


def _newest_first(
    tx: Transaction, reference: str | None, principals: Sequence[str] | None
) -> Iterator[tuple[Comment, Model]]:
    """Comments, each with its model, without those that are deleted, or whose model or version is in the trash."""
    subject_of = cache(partial(_subject, tx))  # many comments are about few versions
    if reference is not None:
        model, number = _target(tx, reference)
        for comment in reversed(tx.comments.of_model(model.id)):
            told = number in (None, comment.version) and _speaks_to(comment, principals)
            if told and comment.deleted_at is None and subject_of(comment.model_id, comment.version) is not None:
                yield comment, model
        return
    start = FIRST
    while True:
        page = tx.comments.recent(principals, _PAGE, start)
        for comment in page:
            found = None if comment.deleted_at is not None else subject_of(comment.model_id, comment.version)
            if found is not None:
                yield comment, found
        if len(page) < _PAGE:
            return
        start = Start({"id": page[-1].id})


def _speaks_to(comment: Comment, principals: Sequence[str] | None) -> bool:
    return principals is None or not set(principals).isdisjoint(comment.mentions)


def _subject(tx: Transaction, model_id: int, number: int | None) -> Model | None:
    """What is spoken of; None where the model, or its version of that number, is in the trash."""
    model = tx.models.by_id(model_id)
    if model is None or model.deleted_at is not None:
        return None
    return model if number is None or tx.versions.get(model, number) is not None else None


def _require(tx: Transaction, number: int) -> Comment:
    found = tx.comments.by_id(number)
    if found is None:
        raise NotFound(f"no comment {number}", "comments REF lists them, with their numbers")
    return found


def _found(tx: Transaction, number: int) -> tuple[Comment, Model]:
    """The comment with that number, which is there, and its model. Raises NotFound."""
    comment = _require(tx, number)
    model = None if comment.deleted_at is not None else _subject(tx, comment.model_id, comment.version)
    if model is None:
        raise NotFound(f"comment {number} is not there any more", "history says who deleted it, or what it was about")
    return comment, model


def _reference(model: Model, comment: Comment) -> str:
    return model.name if comment.version is None else f"{model.name}/{comment.version}"
