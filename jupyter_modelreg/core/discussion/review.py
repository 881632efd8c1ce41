"""What there is to know before a request is decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from jupyter_modelreg.core.access.access import Access
from jupyter_modelreg.core.access.privileges import MEANINGS
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.discussion.approvals import approvers
from jupyter_modelreg.core.discussion.records import Action, Request, ToldRequest
from jupyter_modelreg.core.discussion.refusals import refusals
from jupyter_modelreg.core.discussion.states import subject_of
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.history import ToldEvent
from jupyter_modelreg.core.entities.securables import AnySecurable, Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.governance.checking import case_now, results, with_alias
from jupyter_modelreg.core.governance.effective import called, of_alias, of_model
from jupyter_modelreg.core.governance.records import PolicyResult
from jupyter_modelreg.core.history.sentences import told
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.query.events import EventQuery
from jupyter_modelreg.core.rules.signature import signature_changes

_MOST = 50  # events


@dataclass(frozen=True, kw_only=True)
class MetricDifference:
    """A metric of the version that is asked for, and of the one that stands there now; None where it has none."""

    key: str
    asked: float | None
    present: float | None


@dataclass(frozen=True, kw_only=True)
class Deciders:
    """People who decide a request.

    Attributes:
        count: how many of them have to approve it.
        group: the group that a policy asks; None where it takes whoever could make the change themselves.
        policy: that policy, as a sentence calls it.
        people: who they are, by name; without a policy the owner, for whoever else could do it.
        approved: who of them has approved it so far.
    """

    count: int
    group: str | None
    policy: str | None
    people: Sequence[str]
    approved: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Review:
    """What there is to know before a request is decided.

    Attributes:
        request: the request.
        present: the number of the version that stands there now: where the alias points; None for none.
        compared: the number of the version that it is compared with: the present one; of a request that is decided,
            the one that stood there when it was asked.
        metrics: those of the version that is asked for beside those of the one that it is compared with, by name.
        since: what was done to the version, or to the alias, since it was asked; the newest first.
        policies: what each policy on the alias says of the version.
        signature: in what its signature differs, for callers, from that of the other one, a phrase each.
        deciders: who decides; where there are several, each has to be content.
        allows: the privileges that are asked for, each with what its holder may do.
        refusals: what the actor may not do with it as long as it is open, each with why.
    """

    request: ToldRequest
    present: int | None = None
    compared: int | None = None
    metrics: Sequence[MetricDifference] = ()
    since: Sequence[ToldEvent] = ()
    policies: Sequence[PolicyResult] = ()
    signature: Sequence[str] = ()
    deciders: Sequence[Deciders] = ()
    allows: Mapping[str, str] = field(default_factory=dict)
    refusals: Mapping[Action, str] = field(default_factory=dict)


def review_of(context: Context, tx: Transaction, access: Access | None, request: Request, shown: ToldRequest) -> Review:
    """See `Requests.review`; `shown` is the request as the actor reads it."""
    subject = subject_of(tx, request)
    if subject is None:
        return Review(request=shown)
    known = Review(
        request=shown,
        deciders=_deciders(tx, request, subject),
        allows={each: MEANINGS[each] for each in request.privileges if each in MEANINGS},
        refusals=refusals(context, tx, access, request, subject) if shown.state == "open" else {},
    )
    if not isinstance(subject, Model) or request.version is None or subject.browse_only:
        return known
    asked = tx.versions.get(subject, request.version)
    number = None if request.alias is None else subject.aliases.get(request.alias)
    other = number if shown.state == "open" else request.seen.get("version")
    compared = tx.versions.get(subject, other) if isinstance(other, int) and other != request.version else None
    return replace(
        known,
        present=number,
        compared=None if compared is None else compared.version,
        metrics=metric_differences(asked, compared),
        since=[told(each) for each in _since(tx, request, subject)],
        policies=[] if asked is None else _policies(context, tx, request, subject, asked),
        signature=[] if asked is None or compared is None else signature_changes(compared.signature, asked.signature),
    )


def _deciders(tx: Transaction, request: Request, subject: AnySecurable) -> Sequence[Deciders]:
    needed = approvers(tx, request, subject)
    if not needed:
        owner = Access(whole(tx), request.author).owner_of(subject)
        return [Deciders(count=1, group=None, policy=None, people=[owner], approved=[])]
    return [
        Deciders(
            count=each.count,
            group=each.group,
            policy=called(each.policy),
            people=sorted(able),
            approved=[one for one in request.approvals if one in able],
        )
        for each, able in needed
    ]


def _policies(
    context: Context, tx: Transaction, request: Request, model: Model, version: Version
) -> Sequence[PolicyResult]:
    """What the policies on the alias that is asked for say of the version."""
    if request.alias is None:
        return []
    case = case_now(
        tx,
        model,
        version,
        principal=context.principal,
        managed=context.managed,
        reason=request.reason,
        approved_by=request.approvals,
    )
    return results(with_alias(tx, case, model, request.alias), of_alias(of_model(tx, model.name), request.alias))


def metric_differences(asked: Version | None, present: Version | None) -> Sequence[MetricDifference]:
    """The metrics of two versions side by side, by name."""
    ours, theirs = (each.latest_metrics if each else {} for each in (asked, present))
    return [
        MetricDifference(key=key, asked=ours.get(key), present=theirs.get(key)) for key in sorted(ours.keys() | theirs)
    ]


def _since(tx: Transaction, request: Request, model: Model) -> Sequence[Event]:
    """What was done to the version, or to the alias, since somebody asked; what is said about it aside."""
    about = EventQuery(subject=("model", model.id), version=request.version)
    found = {each.seq: each for each in tx.events.recent(about, _MOST)}
    if request.alias is not None:
        moves = replace(about, version=None, alias=request.alias)
        found |= {each.seq: each for each in tx.events.recent(moves, _MOST)}
    kinds = ("comment", "request")
    later = [each for seq, each in found.items() if seq > request.id and each.action.partition(".")[0] not in kinds]
    return sorted(later, key=lambda each: -each.seq)
