"""Taking what another registry offers: the models and versions that are lacking here, each under the rights here.

A version is known by when it was made, by whom and from what, whatever its number is. Where its number is taken it has
the next one that is free. What is in the trash here, or was purged, was deleted here, and does not come again.
"""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.context import Context, noting_units
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import RegistryBusy, RegistryError, RegistryUnavailable
from jupyter_modelreg.core.exchange.reports import ReportBuilder, Skipped
from jupyter_modelreg.core.ports.store import Transaction, whole
from jupyter_modelreg.core.sync.marks import OPEN, Marks, marks_of
from jupyter_modelreg.core.sync.receiving.known import identity, is_whole, known_versions, same_files
from jupyter_modelreg.core.sync.receiving.merging import Decisions, Merged, merge
from jupyter_modelreg.core.sync.receiving.models import Models, kind_of
from jupyter_modelreg.core.sync.receiving.options import ReceivingOptions
from jupyter_modelreg.core.sync.receiving.page import GiveFiles, Page
from jupyter_modelreg.core.sync.receiving.versions import Versions
from jupyter_modelreg.core.sync.records import Offer, Received, Renumbered, SyncReport


class Receiving:
    """What a registry does with offers of another one, one after the other."""

    def __init__(self, context: Context, options: ReceivingOptions, give: GiveFiles) -> None:
        self._context = context
        self._options = options
        self._give = give

    def take(self, offer: Offer) -> Received:
        """Take a page; what cannot come is reported, not raised. Raises InvalidInput for what is no offer."""
        page = Page.of(offer)
        with self._context.reading() as (tx, access):
            marks = marks_of(tx, offer.registry, None if access is None else access.actor)
        done = _Taking(self._context, self._options, page, self._give, marks)
        with noting_units() as units:
            done.run()
        with self._context.read() as tx:
            spans = [] if self._options.dry_run else [_span(whole(tx), unit) for unit in units]
        return Received(
            report=done.report(),
            units=spans,
            differing={**{name: [] for name in offer.complete}, **done.differing},
            news=done.news,
        )

    def lacking(self, offer: Offer) -> Sequence[Version]:
        """The offered versions whose files would have to be given. Raises InvalidInput for what is no offer."""
        page = Page.of(offer)
        with self._context.reading() as (tx, access):
            found = []
            for origin in page.models:
                local = tx.models.get(origin.name)
                known = {} if local is None else known_versions(tx, local)
                found += [
                    version
                    for version in page.versions.get(origin.name, ())
                    if version.managed and not is_whole(known.get(identity(version)))
                ]
            twins = same_files(tx, access, {each.id: page.files.get(each.id, ()) for each in found})
        return [version for version in found if version.id not in twins]


class _Taking:
    """The work on one page."""

    def __init__(self, context: Context, options: ReceivingOptions, page: Page, give: GiveFiles, marks: Marks) -> None:
        self._context = context
        self._options = options
        self._page = page
        self._marks = marks
        self._builder = ReportBuilder(options.sender, None, options.dry_run)
        self._models = Models(context, options, page, self._builder)
        self._versions = Versions(context, options, page, give, self._builder)
        self._merged: list[Merged] = []
        self._renumbered: list[Renumbered] = []
        self.differing: dict[str, list[str]] = {}
        self.news = False

    def run(self) -> None:
        """Do all of it."""
        decisions = Decisions(self._options.prefer, self._options.choices, self._options.dry_run, self._options.reason)
        for origin in self._page.models:
            name = origin.name
            try:
                target = self._models.target(origin)
            except (RegistryUnavailable, RegistryBusy):
                raise
            except RegistryError as error:
                self._builder.skip(Skipped.because(kind_of(origin), name, error))
                self._builder.left_out("version", len(self._page.versions.get(name, ())))
                self._differ(name, [OPEN])
                continue
            brought = self._versions.bring(target)
            self._renumbered += brought.renumbered
            self._differ(name, [OPEN] if brought.refused else [])
            self.news = self.news or target.fresh or brought.new
            if self._options.dry_run and target.fresh:
                continue
            merged = merge(
                self._context,
                target,
                brought.there,
                self._page.changes.get(name, ()),
                self._marks,
                decisions,
                self._options.sender,
                whole=name in self._page.complete,
            )
            self._merged.append(merged)
            self._differ(name, merged.differing)
            self.news = self.news or merged.news
            for skipped in merged.skipped:
                self._builder.skip(skipped)

    def report(self) -> SyncReport:
        """What there is to say."""
        told = self._builder.report()
        return SyncReport(
            sender=self._options.sender,
            receiver=self._options.receiver,
            dry_run=self._options.dry_run,
            models=told.models,
            prompts=told.prompts,
            versions=told.versions,
            applied=[each for merged in self._merged for each in merged.applied],
            kept=sum(len(merged.kept) for merged in self._merged),
            renumbered=self._renumbered,
            conflicts=[each for merged in self._merged for each in merged.conflicts],
            skipped=told.skipped,
        )

    def _differ(self, model: str, labels: Sequence[str]) -> None:
        if labels:
            found = self.differing.setdefault(model, [])
            found += [label for label in labels if label not in found]


def _span(tx: Transaction, unit: int) -> tuple[int, int]:
    [first] = tx.events.list(after=unit - 1, limit=1)
    return unit, unit + first.remaining
