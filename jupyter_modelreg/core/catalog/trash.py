"""The trash: deleted models and versions, until they are purged."""

from __future__ import annotations

from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.unit_of_work import UnitOfWork


class Trash(Topic):
    """`registry.trash`."""

    def purge(self, *, reason: str | None = None) -> int:
        """Remove for good everything in the trash, files included; returns how many versions went.

        A copy of a purged version keeps its files: each version has links of its own.
        """
        with self._context.write(reason) as work:
            work.authorise("trash.purge", None)
            gone = work.tx.versions.trashed()
            for version in gone:
                _purge_version(work, version)
            for model in work.tx.models.trashed():
                work.tx.models.delete(model.id)
                work.log("model.purged", "model", model.id, model.name)
        # Rows first: files without a row are litter, a row without files would be a lie.
        for version in gone:
            if version.managed:
                self._context.files.remove(version.id)
        return len(gone)


def _purge_version(work: UnitOfWork, version: Version) -> None:
    work.tx.versions.delete(version.id)
    # The id, which names its folder: proof that what may be left there belongs to nothing any more.
    before: dict[str, JsonValue] = {"id": version.id}
    work.log("version.purged", "model", version.model_id, version.name, version=version.version, before=before)
