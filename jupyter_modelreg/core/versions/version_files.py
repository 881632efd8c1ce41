"""The files of versions: look at them, copy them, load models from them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from jupyter_modelreg.core.catalog.lookup import (
    ReferenceLike,
    as_reference,
    deprecation_of,
    require_model,
    resolve_version,
)
from jupyter_modelreg.core.context import Topic
from jupyter_modelreg.core.entities.values import Deprecation, JsonValue
from jupyter_modelreg.core.entities.versions import FileEntry, Sent, Version, files_among
from jupyter_modelreg.core.errors import (
    FilesDamaged,
    InvalidState,
    NotFound,
)
from jupyter_modelreg.core.names import is_latest
from jupyter_modelreg.core.versions.copying_out import copy_out, new_folder


class VersionFiles(Topic):
    """What `registry.versions` has to do with files."""

    def files(self, reference: ReferenceLike) -> Sequence[FileEntry]:
        """The manifest of a governed version; empty for a workspace version, whose files stay where they were."""
        with self._context.read() as tx:
            return tx.versions.files(resolve_version(tx, reference).id)

    def signature(self, reference: ReferenceLike) -> Mapping[str, JsonValue] | None:
        """What a version takes and gives back, as MLflow writes it; None where there is none, or nobody can tell.

        The registry keeps that of a governed version. That of a workspace version is read from its MLmodel file where
        that is on this machine; nothing is downloaded for it.
        Raises InvalidInput, NotFound, SourceUnavailable (its files are not where they were).
        """
        with self._context.read() as tx:
            version = resolve_version(tx, reference)
        if version.signature is not None or version.managed:
            return version.signature
        return self._context.tracking.signature(version.source or version.reference, version.files_uri)

    def folder(self, reference: ReferenceLike) -> str:
        """The folder in which the registry keeps the files of a version, to be looked at; nobody may write there.

        Raises InvalidInput, NotFound, InvalidState (not READY, or its files are not kept by the registry).
        """
        version, _ = self._kept(reference)
        return str(self._context.files.path(version.id))

    def file(self, reference: ReferenceLike, path: str) -> Path:
        """Where one file of a version is, named by its `path` in the manifest; to be read from.

        Raises InvalidInput, NotFound (the manifest has no such file), InvalidState (see `folder`), FilesDamaged.
        """
        version, entries = self._kept(reference)
        entry_of(entries, reference, path)
        place = kept_file(self._context.files.path(version.id, [path]), path)
        if place is None:
            raise FilesDamaged(f"{path} of {reference} is missing", "maintenance.verify says what else is wrong")
        return place

    def location(self, reference: ReferenceLike) -> str:
        """Where the files of a version can be read from, as a URI; managed files are verified first.

        A model is to be loaded from its `working_copy` instead, since it may write beside itself.
        Raises InvalidInput, NotFound, InvalidState (not READY), FilesDamaged.
        """
        version, entries, _ = self._ready(reference)
        if version.managed:
            self._context.files.verify(version.id, entries)
            return self._context.files.path(version.id).as_uri()
        return version.files_uri

    def working_copy(self, reference: ReferenceLike, *, alias: str | None = None) -> str:
        """Where to load a version from, as a URI: for managed files a copy that this process may write to.

        It is gone when the process ends. Workspace versions are loaded from where their files are (MLflow). That it is
        used is noted; `alias` is the one by which the caller has found the version, where `reference` does not say.
        Of one that is deprecated it warns, once in a process.
        Raises InvalidInput, NotFound, InvalidState (not READY), FilesDamaged, RegistryUnavailable.
        """
        version, entries, told = self._ready(reference)
        place = version.files_uri
        if version.managed:
            place = self._context.files.working_copy(version.id, entries).as_uri()
        self._used(version, told, alias or as_reference(reference).alias)
        return place

    def fetched_by(self, reference: ReferenceLike, *, alias: str | None = None, notebook: str | None = None) -> Version:
        """A version whose files somebody is about to fetch one by one, as from a server: verified where they are kept.

        That it is used is noted, by the `notebook` that the caller names; for `alias` see `working_copy`. Raises
        InvalidInput, NotFound, InvalidState, FilesDamaged.
        """
        version, entries, told = self._ready(reference)
        if version.managed:
            self._context.files.verify(version.id, entries)
        self._used(version, told, alias or as_reference(reference).alias, notebook)
        return version

    def begin(
        self,
        model: str,
        source: str,
        *,
        tags: Mapping[str, str] | None = None,
        description: str | None = None,
        run_id: str | None = None,
        logged_model_id: str | None = None,
        reason: str | None = None,
    ) -> Version:
        """Make a PENDING version of a governed model that is there, whose files are sent afterwards; see `complete`.

        `source` is where they come from, as it will be told; nothing is read there. One whose files have not come
        within a day is taken for a failure by `maintenance.verify`.
        Raises InvalidInput, NotFound, PolicyRefused.
        """
        from jupyter_modelreg.core.versions.register import begin
        from jupyter_modelreg.core.versions.request import RegistrationRequest

        request = RegistrationRequest(
            name=model,
            source=source,
            tags=tags or {},
            description=description,
            run_id=run_id,
            logged_model_id=logged_model_id,
            create_model=False,
            reason=reason,
        )
        return begin(self._context, request)

    def complete(self, reference: ReferenceLike, sent: Sent, *, reason: str | None = None) -> Version:
        """Take over the files of a version that the actor has begun, as `sent` gives them, and make it READY.

        Raises InvalidInput (it awaits none, or they are none), NotFound, PermissionDenied (somebody else has begun it),
        PolicyRefused; then it awaits them still. RegistryUnavailable.
        """
        from jupyter_modelreg.core.versions.register import complete

        return complete(self._context, reference, sent, reason)

    def download(self, reference: ReferenceLike, folder: str | Path) -> Path:
        """Copy the files of a version into `folder`, which must not exist or be empty; returns it.

        Raises InvalidInput, NotFound, AlreadyExists (`folder` holds something), SourceUnavailable, FilesDamaged.
        """
        target = new_folder(folder)
        with self._context.read() as tx:
            version = resolve_version(tx, reference)
            told = deprecation_of(tx, require_model(tx, version.name), version)
        with self._context.tracking.fetch(self.location(version.reference), any_folder=True) as files:
            copy_out(files.folder, target)
        self._used(version, told, as_reference(reference).alias)
        return target

    def load(self, reference: ReferenceLike, *, alias: str | None = None) -> object:
        """The version as an MLflow pyfunc model; for `alias` see `working_copy`.

        Raises InvalidInput, NotFound, SourceUnavailable, FilesDamaged.
        """
        return self._context.tracking.load(self.working_copy(reference, alias=alias))

    def _kept(self, reference: ReferenceLike) -> tuple[Version, Sequence[FileEntry]]:
        """A version whose files the registry keeps, with their manifest. Raises what `folder` raises."""
        version, entries, _ = self._ready(reference)
        check_kept(version)
        return version, entries

    def _used(self, version: Version, told: Deprecation | None, alias: str | None, notebook: str | None = None) -> None:
        """Note that a version is used, and tell that it is deprecated, where it is `told` to be."""
        if told is not None:
            from jupyter_modelreg.core.versions.telling import tell_deprecated  # which few processes need

            tell_deprecated(self._context.store.uri, version, told)
        if self._context.usage is not None:
            self._context.usage.note(version, None if alias is None or is_latest(alias) else alias, notebook)

    def _ready(self, reference: ReferenceLike) -> tuple[Version, Sequence[FileEntry], Deprecation | None]:
        """A version that can be loaded, with the manifest of its managed files, and that it is deprecated.

        All of it is read at once: a load has begun then, and does not wait for others again.
        """
        with self._context.reading() as (tx, access):
            version = resolve_version(tx, reference)
            model = require_model(tx, version.name)
            if access is not None:
                access.authorise("versions.load", model)
            entries = tx.versions.files(version.id) if version.managed else []
            told = deprecation_of(tx, model, version)
        check_ready(version)
        return version, entries, told


def check_ready(version: Version) -> None:
    """Raise InvalidState for a version that cannot be loaded."""
    if version.status != "READY":
        raise InvalidState(
            f"{version.reference} is {version.status} and cannot be loaded",
            version.status_message or "wait until it is READY",
        )


def check_kept(version: Version) -> None:
    """Raise InvalidState for a version whose files the registry does not keep."""
    if not version.managed:
        raise InvalidState(
            f"the files of {version.reference} are not kept by the registry", f"they are at {version.files_uri}"
        )


def entry_of(manifest: Sequence[FileEntry], reference: ReferenceLike, path: str) -> FileEntry:
    """The file with that path in the manifest of a version. Raises NotFound."""
    found = next((entry for entry in files_among(manifest) if entry.path == path), None)
    if found is None:
        raise NotFound(f"{reference} has no file {path}", f"versions.files({str(reference)!r}) lists them")
    return found


def kept_file(folder: Path, path: str) -> Path | None:
    """Where the file of a version in `folder` is that has that `path` in its manifest; None where it is not there."""
    place = folder / path
    # Nothing but the registry writes there; what is there all the same must not lead elsewhere.
    return place if place.is_file() and place.resolve().is_relative_to(folder.resolve()) else None
