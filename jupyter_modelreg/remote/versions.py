"""The topics of which some is done on this machine: files come here, folders go there, and times are read here."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jupyter_modelreg.api.wire import MAX_ITEMS
from jupyter_modelreg.core.catalog.lookup import ReferenceLike, as_reference
from jupyter_modelreg.core.context import epoch_ms, noting_warnings
from jupyter_modelreg.core.entities.securables import Model
from jupyter_modelreg.core.entities.values import Deprecation
from jupyter_modelreg.core.entities.versions import FileEntry, Registered, Version
from jupyter_modelreg.core.errors import (
    InvalidInput,
    InvalidState,
    RegistryUnavailable,
    SourceUnavailable,
)
from jupyter_modelreg.core.times import find_zone, read_time
from jupyter_modelreg.core.versions.copying_out import copy_out, new_folder
from jupyter_modelreg.core.versions.telling import tell_as_told, tell_deprecated
from jupyter_modelreg.core.versions.version_files import check_kept, check_ready, entry_of
from jupyter_modelreg.remote.topics import Calls, RemoteTopic
from jupyter_modelreg.uri import local_path, registry_address, scheme_of

if TYPE_CHECKING:
    from jupyter_modelreg.core.ports.tracking import TrackingFactory
    from jupyter_modelreg.core.usage.reader import Reader
    from jupyter_modelreg.remote.files import RemoteFiles


class RemoteVersions(RemoteTopic):
    """`registry.versions`: see there for what its methods do and raise."""

    def __init__(self, calls: Calls, tracking: TrackingFactory, reader: Reader) -> None:
        super().__init__(calls, "versions")
        self._tracking = tracking
        self._reader = reader

    @cached_property
    def _files(self) -> RemoteFiles:
        from jupyter_modelreg.remote.files import RemoteFiles

        return RemoteFiles(self._calls.client)

    @property
    def _server(self) -> str:
        return self._calls.client.server

    def register(self, source: str, model: str, *, local_folder: str | None = None, **more: Any) -> Registered:
        """Register the model at `source`; one that the server cannot read, being on this machine, is sent to it."""
        from jupyter_modelreg.remote.sending import sent

        more.pop("check_source", None)  # a server looks at all
        with self._at_hand(source, local_folder) as folder:
            if folder is None:
                told: Registered = self._calls("versions.register", source, model, **more)
                return told
            # The server does not know what another one has tracked.
            more.pop("logged_model_id", None)
            self._calls("registry.identity")  # nobody need send gigabytes to learn that they are not let in
            with sent(self._calls.client, folder) as upload:
                try:
                    told = self._calls("versions.register", upload.source, model, **more)
                except RegistryUnavailable:  # it may have been registered, and a workspace version is read from there
                    upload.keep()
                    raise
                if not told.managed:
                    upload.keep()
                return told

    @contextmanager
    def _at_hand(self, source: str, local_folder: str | None) -> Iterator[Path | None]:
        """The folder of a model that has to be sent; None where the server reads `source` itself."""
        scheme = scheme_of(source)
        folder = local_path(source)
        if folder is not None and not folder.is_dir():
            raise SourceUnavailable(f"there is no folder {folder} on this machine", "name the folder of a model")
        if folder is not None:
            yield folder
        elif scheme not in ("runs", "models", "mlflow-artifacts") or _is_registered(source) or self._tracks():
            yield None
        elif local_folder is not None and Path(local_folder).is_dir():
            yield Path(local_folder)
        else:
            with self._tracking().fetch(source) as files:
                yield files.folder

    def _tracks(self) -> bool:
        """Whether what MLflow tracks here is tracked at the server; where nothing says otherwise, that is so."""
        mlflow = sys.modules.get("mlflow")
        said = os.environ.get("MLFLOW_TRACKING_URI") if mlflow is None else mlflow.get_tracking_uri()
        if not said:
            return True
        if scheme_of(said) not in ("http", "https"):
            return False
        try:
            return registry_address(said).server == self._server
        except InvalidInput:  # one that is asked without TLS, or with a password: no server of this kind
            return False

    def latest(self, models: Sequence[Model]) -> Mapping[int, Sequence[Version]]:
        """The newest version in each stage, by model id."""
        found: dict[int, list[Version]] = {model.id: [] for model in models}
        names = [model.name for model in models if not model.browse_only]
        for begin in range(0, len(names), MAX_ITEMS):
            for version in self._calls("versions.newest", names[begin : begin + MAX_ITEMS]):
                found.setdefault(version.model_id, []).append(version)
        return found

    def fetched_by(self, reference: ReferenceLike, *, alias: str | None = None, notebook: str | None = None) -> Version:
        """A version whose files are about to be fetched; that it is deprecated is told here."""
        if not self._reader.noted():
            return self._unnoted(reference)
        with noting_warnings() as warnings:
            version: Version = self._calls(
                "versions.fetched_by", reference, alias=alias, notebook=notebook or self._reader.notebook()
            )
        for warning in warnings:
            tell_as_told(self._server, version, warning)
        return version

    def _unnoted(self, reference: ReferenceLike) -> Version:
        """The same for somebody who does not want it noted; the server asks for each file whether they may load it."""
        version = self._ready(reference)
        told: Mapping[str, Deprecation] = self._calls("deprecations.of", [version.reference])
        for each in told.values():
            tell_deprecated(self._server, version, each)
        return version

    def working_copy(self, reference: ReferenceLike, *, alias: str | None = None) -> str:
        """Where to load a version from, as a URI, on this machine."""
        version = self.fetched_by(reference, alias=alias or as_reference(reference).alias)
        if version.managed:
            return self._files.working_copy(version, self._manifest(version)).as_uri()
        return self._loose(version)

    def location(self, reference: ReferenceLike) -> str:
        """Where the files of a version can be read from, as a URI: those that the registry keeps are brought here."""
        version = self._ready(reference)
        return self._kept_here(version).as_uri() if version.managed else self._loose(version)

    def folder(self, reference: ReferenceLike) -> str:
        """The folder, on this machine, with the files of a version that the registry keeps."""
        return str(self._kept_here(self._kept(reference)))

    def file(self, reference: ReferenceLike, path: str) -> Path:
        """Where one file of a version is, on this machine."""
        version = self._kept(reference)
        manifest = self._manifest(version)
        return self._files.file(version, manifest, entry_of(manifest, reference, path))

    def download(self, reference: ReferenceLike, folder: str | Path) -> Path:
        """Copy the files of a version into `folder`, which must not exist or be empty; returns it."""
        target = new_folder(folder)
        version = self.fetched_by(reference, alias=as_reference(reference).alias)
        if version.managed:
            copy_out(self._kept_here(version), target)
            return target
        with self._tracking().fetch(self._loose(version), any_folder=True) as files:
            copy_out(files.folder, target)
        return target

    def load(self, reference: ReferenceLike, *, alias: str | None = None) -> object:
        """The version as an MLflow pyfunc model."""
        return self._tracking().load(self.working_copy(reference, alias=alias))

    def _kept(self, reference: ReferenceLike) -> Version:
        version = self._ready(reference)
        check_kept(version)
        return version

    def _ready(self, reference: ReferenceLike) -> Version:
        version: Version = self._calls("versions.get", reference)
        check_ready(version)
        return version

    def _manifest(self, version: Version) -> Sequence[FileEntry]:
        told: Sequence[FileEntry] = self._calls("versions.files", version.reference)
        return told

    def _kept_here(self, version: Version) -> Path:
        return self._files.folder(version, self._manifest(version))

    def _loose(self, version: Version) -> str:
        """Where the files of a workspace version can be read from: what the server serves is brought here."""
        uri = version.files_uri
        return self._files.loose(uri).as_uri() if scheme_of(uri) == "mlflow-artifacts" else uri


class RemoteHistory(RemoteTopic):
    """`registry.history`."""

    def read_time(self, text: str, *, end: bool = False, zone: str | None = None) -> int:
        """The moment that somebody means who writes `text` here; the server's clocks may show another time."""
        return read_time(text, epoch_ms(), end=end, zone=None if zone is None else find_zone(zone))


class RemotePreviews(RemoteTopic):
    """`registry.previews`."""

    def register(self, source: str, model: str, **more: Any) -> Any:
        """What registering would do. Raises InvalidState for a folder on this machine, which the server cannot see."""
        if local_path(source) is not None:
            raise InvalidState(
                "what registering a folder would do is seen by a server when it is sent",
                "register it: a model that is refused leaves nothing behind",
            )
        return self._calls("previews.register", source, model, **more)


def _is_registered(source: str) -> bool:
    """Whether a `models:` source names a registered version, and no logged model."""
    rest = source.removeprefix("models:/").lstrip("/")
    return source.startswith("models:/") and ("/" in rest or "@" in rest)
