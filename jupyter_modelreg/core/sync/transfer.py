"""Carrying what a sender offers to a receiver, page by page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange.reports import Tally
from jupyter_modelreg.core.sync.concluding import Conclusion
from jupyter_modelreg.core.sync.marks import OPEN
from jupyter_modelreg.core.sync.peers import Receiver, Sender, SyncOptions
from jupyter_modelreg.core.sync.records import Offer, Received, SyncReport


def transfer(sender: Sender, receiver: Receiver, options: SyncOptions) -> SyncReport:
    """Bring over what is asked for; what cannot come is reported, not raised.

    What has been brought when it is cut off stays, and is noted; the next run goes on from there.
    Raises InvalidInput, NotFound (what is asked for), and what either side raises that cannot be reached.
    """
    if sender.uri == receiver.uri:
        raise InvalidInput(f"{sender.uri} is this registry itself", "name another one")
    known = receiver.known(sender.registry(), options.references)
    offers: list[Offer] = []
    received: list[Received] = []
    try:
        while not offers or offers[-1].next is not None:
            after, events = (offers[-1].next, offers[0].position) if offers else (None, None)
            offers.append(sender.offer(known, options.references, after, events))
            received.append(receiver.receive(offers[-1], sender, options))
            offers[-1] = replace(offers[-1], tables={})  # which may be large, and are done with
    except BaseException:
        # Of what was asked for only some has been looked at: that is all that is known now.
        names = [name for each in received for name, labels in each.differing.items() if OPEN not in labels]
        if names and not options.dry_run:
            _conclude(sender, receiver, replace(options, references=names), offers[0], known.began, received)
        raise
    if not options.dry_run and any(each.news or each.units for each in received):
        _conclude(sender, receiver, options, offers[0], known.began, received)
    return joined([each.report for each in received])


def _conclude(
    sender: Sender, receiver: Receiver, options: SyncOptions, offer: Offer, began: int, received: Sequence[Received]
) -> None:
    report = joined([each.report for each in received])
    counts = {what: getattr(report, what).imported for what in ("models", "prompts", "versions")}
    receiver.conclude(
        Conclusion(
            registry=offer.registry,
            called=sender.uri,
            position=offer.position,
            began=began,
            references=options.references,
            units={str(first): last for each in received for first, last in each.units},
            differing=_together(received),
            counts={**counts, "changes": len(report.applied)},
        ),
        options.reason,
    )


def _together(received: Sequence[Received]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for each in received:
        for name, labels in each.differing.items():
            found.setdefault(name, []).extend(label for label in labels if label not in found.get(name, ()))
    return found


def joined(reports: Sequence[SyncReport]) -> SyncReport:
    """Reports of pages, of which there is one at least, as one."""
    first = reports[0]
    return SyncReport(
        sender=first.sender,
        receiver=first.receiver,
        dry_run=first.dry_run,
        models=_sum([each.models for each in reports]),
        prompts=_sum([each.prompts for each in reports]),
        versions=_sum([each.versions for each in reports]),
        applied=[change for each in reports for change in each.applied],
        kept=sum(each.kept for each in reports),
        renumbered=[one for each in reports for one in each.renumbered],
        conflicts=[one for each in reports for one in each.conflicts],
        skipped=[one for each in reports for one in each.skipped],
    )


def _sum(tallies: Sequence[Tally]) -> Tally:
    return Tally(
        imported=sum(each.imported for each in tallies),
        there=sum(each.there for each in tallies),
        skipped=sum(each.skipped for each in tallies),
    )
