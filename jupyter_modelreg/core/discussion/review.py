"""What there is to know before a request is decided."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from jupyter_modelreg.core.discussion.records import Request, ToldRequest
from jupyter_modelreg.core.discussion.states import subject_of
from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.entities.history import ToldEvent
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.governance.records import PolicyResult
from jupyter_modelreg.core.history.sentences import told
from jupyter_modelreg.core.ports.store import Transaction
from jupyter_modelreg.core.query.events import EventQuery

_MOST = 50  # events


@dataclass(frozen=True, kw_only=True)
class MetricDifference:
    """A metric of the version that is asked for, and of the one that stands there now; None where it has none."""

    key: str
    asked: float | None
    present: float | None


@dataclass(frozen=True, kw_only=True)
class Review:
    """What there is to know before a request is decided.

    Attributes:
        request: the request.
        present: the number of the version that stands there now: where the alias points; None for none.
        metrics: those of the version that is asked for beside those of the present one, by name.
        since: what was done to the version, or to the alias, since it was asked; the newest first.
        policies: what each policy on the alias says of the version.
    """

    request: ToldRequest
    present: int | None
    metrics: Sequence[MetricDifference]
    since: Sequence[ToldEvent]
    policies: Sequence[PolicyResult] = ()


def review_of(tx: Transaction, request: Request, shown: ToldRequest, policies: Sequence[PolicyResult]) -> Review:
    """See `Requests.review`; `shown` is the request as the actor reads it."""
    subject = subject_of(tx, request)
    if not isinstance(subject, Model) or request.version is None or subject.browse_only:
        return Review(request=shown, present=None, metrics=[], since=[])
    asked = tx.versions.get(subject, request.version)
    number = None if request.alias is None else subject.aliases.get(request.alias)
    present = None if number is None or number == request.version else tx.versions.get(subject, number)
    since = _since(tx, request, subject)
    return Review(
        request=shown,
        present=number,
        metrics=metric_differences(asked, present),
        since=[told(each) for each in since],
        policies=policies,
    )


def metric_differences(asked: Version | None, present: Version | None) -> Sequence[MetricDifference]:
    """The metrics of two versions side by side, by name; a step that was logged later stands for the earlier ones."""
    ours, theirs = _latest(asked), _latest(present)
    return [
        MetricDifference(key=key, asked=ours.get(key), present=theirs.get(key)) for key in sorted(ours.keys() | theirs)
    ]


def _latest(version: Version | None) -> dict[str, float]:
    metrics = version.metrics if version is not None and version.metrics else ()
    return {each.key: each.value for each in sorted(metrics, key=lambda each: (each.step or 0, each.timestamp or 0))}


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
