"""`registry.exchange`: import a registry, export a part of this one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange.reports import ExportReport, ImportReport
from jupyter_modelreg.core.names import check_namespace


class Exchange(Topic):
    """`registry.exchange`."""

    def import_from(
        self,
        source: str,
        *,
        into: str | None = None,
        dry_run: bool = False,
        skip_signature_check: bool = False,
        allow_local_paths: bool = False,
        reason: str | None = None,
        called: str | None = None,
    ) -> ImportReport:
        """Import what another registry holds, or an archive; what cannot come is reported, not raised.

        A second run goes on where the first one ended. What is here already stays as it is.

        Args:
            source: the URI of an MLflow tracking server or database, a registry of ours, or the path of an archive.
            into: `catalog.schema`; each workspace model `fraud` becomes the governed model `catalog.schema.fraud`.
            dry_run: only say what would be done.
            skip_signature_check: let models without a signature become governed ones.
            allow_local_paths: take paths that a source on another machine names for paths of this one, and the files
                of a copy from where the source says, though nothing shows that they are those of the original.
            reason: why, for the activity log.
            called: what reports and events call the source, an uploaded file for one; otherwise where it is.

        Raises:
            InvalidInput: a malformed namespace, or a source of an unknown kind.
            SourceUnavailable: the source cannot be read; what has come in by then stays.
            FilesDamaged: the archive has been altered; nothing was imported.
            RegistryUnavailable: the disk is full, or cannot be written.
        """
        from jupyter_modelreg.core.exchange.importer import Import
        from jupyter_modelreg.core.exchange.managed_versions import ImportOptions

        if into is not None:
            check_namespace(into)
        with self._context.gateway.open_source(source) as incoming:
            if incoming.uri == self._context.store.uri:
                raise InvalidInput(f"{source} is this registry itself", "name another one")
            name = called or incoming.uri
            options = ImportOptions(into, dry_run, skip_signature_check, allow_local_paths, reason, name)
            return Import(self._context, incoming, options).run()

    def export_to(self, file: str | Path, references: Sequence[str] | None = None) -> ExportReport:
        """Write models, versions, schemas or catalogs, or all there is, into one archive, which `import_from` reads.

        References are models (`fraud`), versions (`fraud/3`, `fraud@Champion`, `fraud/1-3`), schemas and catalogs.
        Raises InvalidInput, NotFound, AlreadyExists (`file` is there), InvalidState (a version that is not READY),
        FilesDamaged, RegistryUnavailable.
        """
        from jupyter_modelreg.core.exchange.exporter import write_archive

        return write_archive(self._context, Path(file), references)
