"""Marks on versions: pins, and links to where a version is deployed or used."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.catalog.lookup import ReferenceLike, require_model, resolve_versions
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.values import LinkChange, LinkKind, PinChange
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.redact import redacted
from jupyter_modelreg.core.rules.links import check_link, check_link_kind
from jupyter_modelreg.core.rules.sentences import listed


class VersionMarks(Topic):
    """What `registry.versions` has to do with marks. They are on the version: neither aliases nor copies take them."""

    def pin(self, reference: ReferenceLike, *, reason: str | None = None) -> Sequence[PinChange]:
        """Pin the versions named: they are not pruned, and are deleted by force only. Raises InvalidInput, NotFound."""
        return self._pin(reference, True, "versions.pin", reason)

    def unpin(self, reference: ReferenceLike, *, reason: str | None = None) -> Sequence[PinChange]:
        """Take away the pins of the versions named. Raises InvalidInput, NotFound."""
        return self._pin(reference, False, "versions.unpin", reason)

    def _pin(self, reference: ReferenceLike, pinned: bool, action: str, reason: str | None) -> Sequence[PinChange]:
        with self._context.write(reason) as work:
            found = resolve_versions(work.tx, reference)
            work.authorise(action, require_model(work.tx, found[0].name))
            for version in found:
                if version.pinned != pinned:
                    work.log_update("version.updated", version, {"pinned": pinned})
            return [PinChange(name=each.reference, before=each.pinned, after=pinned) for each in found]

    def link(
        self, reference: ReferenceLike, url: str, kind: LinkKind, *, reason: str | None = None
    ) -> Sequence[LinkChange]:
        """Say of the versions named that they are deployed or used at `url`, and what is there; it may change.

        An endpoint serves the version, so that it is not pruned, and is deleted by force only; a job, a report and an
        app are only told of. Raises InvalidInput (what is no address, or comes with a password), NotFound.
        """
        check_link(url)
        check_link_kind(kind)
        with self._context.write(reason) as work:
            found = resolve_versions(work.tx, reference)
            work.authorise("versions.link", require_model(work.tx, found[0].name))
            for version in found:
                before = version.links.get(url)
                if before != kind:
                    old = None if before is None else {url: before}
                    work.log("link.set", version, before=old, after={url: kind})
            return [_change(each.reference, url, each.links.get(url), kind) for each in found]

    def unlink(self, reference: ReferenceLike, url: str, *, reason: str | None = None) -> Sequence[LinkChange]:
        """Take a link away from those of the versions named that have it.

        Raises InvalidInput, NotFound (no such version, or none of them has the link).
        """
        with self._context.write(reason) as work:
            found = resolve_versions(work.tx, reference)
            work.authorise("versions.unlink", require_model(work.tx, found[0].name))
            linked = [version for version in found if url in version.links]
            if not linked:
                there = list(dict.fromkeys(each for version in found for each in version.links))
                raise NotFound(
                    f"{reference} has no link {redacted(url)}",
                    f"its links are {listed(there)}" if there else "it has no link at all",
                )
            for version in linked:
                work.log("link.deleted", version, before={url: version.links[url]})
            return [_change(each.reference, url, each.links[url], None) for each in linked]


def _change(name: str, url: str, before: LinkKind | None, after: LinkKind | None) -> LinkChange:
    return LinkChange(name=name, url=url, before=before, after=after)
