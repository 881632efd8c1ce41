"""Requests: what people ask each other for, and how it is decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from jupyter_modelreg.core.access.access import Access, called
from jupyter_modelreg.core.access.grants import Kind, checked_privileges, find
from jupyter_modelreg.core.access.privileges import check_level, expanded, ordered
from jupyter_modelreg.core.catalog.aliases import check_alias_current
from jupyter_modelreg.core.catalog.lookup import as_reference, require_model, resolve_version
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.discussion.approvals import authorise_rejection, gather, may_decide
from jupyter_modelreg.core.discussion.deciding import (
    carry_out,
    check_not_own,
    check_own,
    check_sound,
    decision,
    log_decision,
)
from jupyter_modelreg.core.discussion.records import Action, Request, RequestKind, RequestState, ToldRequest
from jupyter_modelreg.core.discussion.review import Review, review_of
from jupyter_modelreg.core.discussion.states import Staleness, check_open, staleness, state_of, subject_of
from jupyter_modelreg.core.entities.securables import AnySecurable, Model, level_of
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound, PolicyRefused
from jupyter_modelreg.core.names import canonical_stage, check_settable_alias
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.search import FIRST, Start
from jupyter_modelreg.core.rules.aliases import check_alias_target
from jupyter_modelreg.core.rules.sentences import listed
from jupyter_modelreg.core.unit_of_work import UnitOfWork

Scope = Literal["all", "mine", "to_me"]
_PAGE = 200


class Requests(Topic):
    """`registry.requests`. `states` says what becomes of a request, and who may do what with it."""

    def alias(
        self, reference: str, alias: str, *, expires_in: int | None = None, reason: str | None = None
    ) -> ToldRequest:
        """Ask for an alias to be set on the one version that `reference` names, or moved there.

        Args:
            reference: `fraud/4`, `fraud/latest`, `fraud@Challenger`.
            alias: which one.
            expires_in: milliseconds after which nobody can approve it any more; None for never.
            reason: why; whoever decides reads it.

        Raises InvalidInput, NotFound, PermissionDenied (who may only know that the model is there), PolicyRefused as
        `aliases.set`, InvalidState (it points there already, the actor has asked already, or it is deprecated).
        """
        check_settable_alias(alias)
        with self._context.write(reason) as work:
            model, version = _version(work.tx, reference)
            work.authorise("requests.alias", model)
            check_alias_target(model, alias, version)
            check_alias_current(work.tx, model, alias, version)
            now = model.aliases.get(alias)
            if now == version.version:
                raise InvalidState(f"{model.name}@{alias} points at {now} already", "there is nothing to ask for")
            wish: dict[str, JsonValue] = {"alias": alias, "seen": {"version": now}}
            return self._ask(work, model, "alias", wish, expires_in, version.version)

    def stage(
        self, reference: str, stage: str, *, expires_in: int | None = None, reason: str | None = None
    ) -> ToldRequest:
        """Ask for a version of a workspace model to be moved to a stage; arguments as for `alias`.

        Raises InvalidInput, NotFound, PermissionDenied, PolicyRefused (governed models have aliases instead),
        InvalidState.
        """
        to = canonical_stage(stage)
        with self._context.write(reason) as work:
            model, version = _version(work.tx, reference)
            work.authorise("requests.stage", model)
            if model.governed:
                raise PolicyRefused(
                    f"{model.name} is a governed model, and those have no stages",
                    f"ask for an alias: request {version.reference} @{to}",
                )
            if version.stage == to:
                raise InvalidState(f"{version.reference} is in stage {to} already", "there is nothing to ask for")
            wish: dict[str, JsonValue] = {"stage": to, "seen": {"stage": version.stage}}
            return self._ask(work, model, "stage", wish, expires_in, version.version)

    def access(
        self,
        privileges: Sequence[str],
        on: str,
        *,
        kind: Kind | None = None,
        expires_in: int | None = None,
        reason: str | None = None,
    ) -> ToldRequest:
        """Ask for privileges on something that the actor may know of, which BROWSE is enough for.

        Args:
            privileges: at least one, as `grants.grant` takes them.
            on: a model, schema or catalog, or `registry`.
            kind: what `on` is, where that is not clear.
            expires_in, reason: as for `alias`.

        Raises InvalidInput, NotFound (for what the actor may not know of, too), InvalidState (the actor has them, or
        has asked already).
        """
        names = checked_privileges(privileges)
        with self._context.write(reason) as work:
            subject = find(work.tx, on, kind)
            work.authorise("requests.access", subject)
            level = level_of(subject)
            wanted = expanded(level, [check_level(name, level) for name in names])
            held = Access(whole(work.tx), work.principal).held(subject)
            if held >= wanted:
                raise InvalidState(
                    f"{work.principal} has {listed(names)} on {called(subject)} already", "whoami says as whom you work"
                )
            granted: list[JsonValue] = [*ordered(subject.grants.get(work.principal, ()))]
            wish: dict[str, JsonValue] = {"privileges": [*names], "seen": {"privileges": granted}}
            return self._ask(work, subject, "access", wish, expires_in)

    def approve(self, id: int, *, anyway: bool = False, reason: str | None = None) -> ToldRequest:
        """Approve a request, and so carry out what it asks for, in one step: `undo` takes back both.

        Where policies ask for the approvals of several, the last of them does; the others are noted, and it stays open.

        Args:
            id: its number.
            anyway: also where the alias, or the stage, has changed since it was asked.
            reason: why; without it the change has the reason of the request.

        Raises NotFound, PermissionDenied (the actor asked for it themselves, could not make the change, or is not among
        those whom a policy asks),
        InvalidState (decided, expired, or not to be done any more; without `anyway` also where it is stale),
        PolicyRefused.
        """
        with self._context.write(reason) as work:
            request, subject = _decidable(work, id)
            check_not_own(request, (work.principal, work.actor), "approve")
            check_sound(work.tx, request, subject, anyway=anyway)
            if gather(work, request, subject):
                carry_out(work, request, subject)
                log_decision(work, request, subject, decision("approved"))
            return self._told(work.tx, _require(work.tx, id), work.access)

    def reject(self, id: int, *, reason: str | None = None) -> ToldRequest:
        """Reject a request; the reason is for its author, and has to be given.

        Raises InvalidInput, NotFound, PermissionDenied, InvalidState.
        """
        if not (reason or "").strip():
            raise InvalidInput("whoever asked wants to know why", f'reject {id} -m "REASON"')
        with self._context.write(reason) as work:
            request, subject = _decidable(work, id)
            check_not_own(request, (work.principal, work.actor), "reject")
            authorise_rejection(work, request, subject)
            log_decision(work, request, subject, decision("rejected"))
            return self._told(work.tx, _require(work.tx, id), work.access)

    def cancel(self, id: int, *, reason: str | None = None) -> ToldRequest:
        """Take back what one has asked for. Raises NotFound, PermissionDenied, InvalidState."""
        with self._context.write(reason) as work:
            request, subject = _decidable(work, id)
            work.authorise("requests.cancel", subject, author=request.author)
            check_own(request, work.principal)
            log_decision(work, request, subject, decision("cancelled"))
            return self._told(work.tx, _require(work.tx, id), work.access)

    def get(self, id: int) -> ToldRequest:
        """One request. Raises NotFound."""
        with self._context.reading() as (tx, access):
            return self._told(tx, _require(tx, id), access)

    def list(
        self,
        reference: str | None = None,
        *,
        scope: Scope = "all",
        state: RequestState | Literal["closed"] | None = "open",
        limit: int | None = None,
    ) -> Sequence[ToldRequest]:
        """Requests, the newest first.

        Args:
            reference: those on this model, or on the one version that it names.
            scope: `mine` for what the actor has asked, `to_me` for what is open and the actor may decide.
            state: what has become of them; `closed` for any but open, None for any.
            limit: so many.

        Whoever may read a model sees what is asked of it, but for access, which its author and those see who can grant
        it. Raises InvalidInput, NotFound.
        """
        with self._context.reading() as (tx, access):
            found: list[ToldRequest] = []
            for request in self._newest_first(tx, reference, scope, state):
                if limit is not None and len(found) >= limit:
                    break
                told = self._told(tx, request, access)
                if _is_so(told.state, state) and (scope != "to_me" or "reject" in told.actions):
                    found.append(told)
            return found

    def count(self) -> int:
        """How many open requests wait for the actor to decide; one statement where none is open."""
        with self._context.reading() as (tx, access):
            now, people = self._context.now(), self._people
            waiting = 0
            for request in self._newest_first(tx, None, "to_me", "open"):
                if request.author not in people and state_of(request, now) == "open":
                    subject = subject_of(tx, request)
                    waiting += subject is not None and may_decide(tx, request, subject, people, access)[1]
            return waiting

    def review(self, id: int) -> Review:
        """A request with what there is to know before it is decided. Raises NotFound."""
        with self._context.reading() as (tx, access):
            request = _require(tx, id)
            return review_of(self._context, tx, access, request, self._told(tx, request, access))

    def _ask(
        self,
        work: UnitOfWork,
        subject: AnySecurable,
        kind: RequestKind,
        wish: Mapping[str, JsonValue],
        expires_in: int | None,
        version: int | None = None,
    ) -> ToldRequest:
        if expires_in is not None and expires_in <= 0:
            raise InvalidInput("a request expires some time after it is made", "write a length of time: --expires 7d")
        wanted = {name: value for name, value in wish.items() if name != "seen"}
        for other in work.tx.requests.of_subject(level_of(subject), subject.id):
            if other.author == work.principal and other.deleted_at is None and state_of(other, work.now) == "open":
                own = {name: _plain(getattr(other, name)) for name in wanted}
                if own == wanted and (other.kind, other.version) == (kind, version):
                    raise InvalidState(f"you have asked for that already: request {other.id}", f"cancel {other.id}")
        expiry: dict[str, JsonValue] = {} if expires_in is None else {"expires_at": work.now + expires_in}
        number = work.next_id()
        work.log("request.created", subject, version=version, after={"kind": kind, **wish, **expiry})
        return self._told(work.tx, _require(work.tx, number), work.access)

    def _newest_first(
        self, tx: Transaction, reference: str | None, scope: Scope, state: RequestState | Literal["closed"] | None
    ) -> Iterator[Request]:
        author = self._context.principal if scope == "mine" else None
        stored = "open" if scope == "to_me" or state == "expired" else None if state == "closed" else state
        if reference is not None:
            parsed = as_reference(reference)
            model = require_model(tx, parsed.model)
            number = None if parsed.whole_model else resolve_version(tx, parsed).version
            for request in reversed(tx.requests.of_subject("model", model.id)):
                wanted = number in (None, request.version) and author in (None, request.author)
                if wanted and request.deleted_at is None and stored in (None, request.state):
                    yield request
            return
        start = FIRST
        while True:
            page = tx.requests.recent(stored, author, _PAGE, start)
            yield from page
            if len(page) < _PAGE:
                return
            start = Start({"id": page[-1].id})

    def _told(self, tx: Transaction, request: Request, access: Access | None) -> ToldRequest:
        subject, state = subject_of(tx, request), state_of(request, self._context.now())
        stale = staleness(tx, request, subject) if state == "open" else Staleness()
        return ToldRequest(
            id=request.id,
            kind=request.kind,
            on=request.subject,
            name=request.target if subject is None else subject.name,
            version=request.version,
            alias=request.alias,
            stage=request.stage,
            privileges=request.privileges,
            wish=request.wish,
            author=request.author,
            reason=request.reason,
            seen=request.seen,
            state=state,
            approvals=request.approvals,
            created_at=request.created_at,
            expires_at=request.expires_at,
            decided_by=request.decided_by,
            decided_at=request.decided_at,
            decision_reason=request.decision_reason,
            stale=stale.changes,
            possible=stale.possible,
            actions=self._actions(tx, request, subject, access, stale) if state == "open" else (),
        )

    @property
    def _people(self) -> tuple[str, str]:
        """Whose rights count, and who is there."""
        return self._context.principal, self._context.actor

    def _actions(
        self, tx: Transaction, request: Request, subject: AnySecurable | None, access: Access | None, stale: Staleness
    ) -> Sequence[Action]:
        """What the actor may do with an open request."""
        if subject is None:
            return ()
        if request.author == self._context.principal:
            return ("cancel",)
        approves, rejects = may_decide(tx, request, subject, self._people, access)
        possible: Sequence[tuple[Action, bool]] = (("approve", approves and stale.possible), ("reject", rejects))
        return tuple(action for action, may in possible if may)


def _is_so(state: RequestState, wanted: RequestState | Literal["closed"] | None) -> bool:
    return state != "open" if wanted == "closed" else wanted in (None, state)


def _plain(value: object) -> object:
    return list(value) if isinstance(value, list | tuple) else value


def _version(tx: Transaction, reference: str) -> tuple[Model, Version]:
    version = resolve_version(tx, reference)
    return require_model(tx, version.name), version


def _require(tx: Transaction, number: int) -> Request:
    found = tx.requests.by_id(number)
    if found is None or found.deleted_at is not None:
        raise NotFound(f"no request {number}", "requests --state all lists them, with their numbers")
    return found


def _decidable(work: UnitOfWork, number: int) -> tuple[Request, AnySecurable]:
    """A request that is open, and what it is about. Raises NotFound, InvalidState."""
    request = _require(work.tx, number)
    check_open(request, work.now)
    subject = subject_of(work.tx, request)
    if subject is None:
        raise InvalidState(
            f"request {number} is about {request.target}, which is not there any more",
            f"restore {request.target}, if it is in the trash",
        )
    return request, subject
