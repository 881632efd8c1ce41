"""The trash: deleted models and versions, until they are purged."""

from __future__ import annotations

from collections.abc import Sequence

from jupyter_modelreg.core.bulk_unit import bulk_work
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.versions import Version

# How many rows a unit of work removes: others wait for so long, and no longer.
_AT_ONCE = 1000


class Trash(Topic):
    """`registry.trash`."""

    def purge(self, *, reason: str | None = None) -> int:
        """Remove for good everything in the trash, files included; returns how many versions went.

        It goes piece by piece, so that others get their turn, and can be called again when it was cut off. A copy of a
        purged version keeps its files: each version has links of its own.
        """
        count = 0
        while True:
            gone = self._purge_versions(reason)
            # Rows first: files without a row are litter, a row without files would be a lie.
            for version in gone:
                if version.managed:
                    self._context.files.remove(version.id)
            count += len(gone)
            if not gone and not self._purge_models(reason):
                return count

    def _purge_versions(self, reason: str | None) -> Sequence[Version]:
        with bulk_work(self._context, "trash.purge", reason) as work:
            gone = work.tx.versions.trashed(_AT_ONCE)
            work.tx.bulk.delete_versions([version.id for version in gone])
            for version in gone:
                # The id, which names its folder: proof that what may be left there belongs to nothing any more.
                work.gather("version.purged", version, before={"id": version.id})
        return gone

    def _purge_models(self, reason: str | None) -> bool:
        """Remove models whose versions are gone; whether there may be more to purge."""
        with bulk_work(self._context, "trash.purge", reason) as work:
            if work.tx.versions.trashed(1):  # of a model that was deleted just now
                return True
            gone = work.tx.models.trashed(_AT_ONCE)
            work.tx.bulk.delete_models([model.id for model in gone])
            for model in gone:
                work.gather("model.purged", model)
        return bool(gone)
