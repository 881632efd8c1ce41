"""Opening what models are imported from, and writing archives: where storage, files and MLflow meet once more."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput, SourceUnavailable
from jupyter_modelreg.core.exchange.registry_source import RegistrySource
from jupyter_modelreg.core.ports.exchange import ArchiveContent, ImportSource
from jupyter_modelreg.core.ports.store import TableReader, TableWriter
from jupyter_modelreg.core.ports.tracking import TrackingFactory
from jupyter_modelreg.core.sync.peers import LocalPeer, Peer
from jupyter_modelreg.exchange.archive import work_folder, write_archive
from jupyter_modelreg.exchange.archive_source import open_archive
from jupyter_modelreg.exchange.parquet import ParquetReader, ParquetWriter
from jupyter_modelreg.system.progress import progress
from jupyter_modelreg.uri import SCHEME as OURS
from jupyter_modelreg.uri import RegistryAddress, local_path, registry_address, scheme_of, sqlite_uri

_SQLITE, _DUCKDB, _DUCKDB_AT = b"SQLite format 3\0", b"DUCK", 8
_PEERS = "name the file of a registry, modelreg:postgresql://…, or the https: address of a server"
_KINDS = "name an MLflow server or database, a registry (modelreg:///…), or an archive made by export"


class LocalExchangeGateway:
    """`core.ports.ExchangeGateway` on this machine.

    Args:
        open_context: opens what the registry at a URI works with, on behalf of an actor, where one is named.
        tracking: makes what fetches files that an archive only names.
        beside: the path of the registry that things come into, beside which temporary folders are made.
        open_server: opens the registry of the server at an address, to exchange with.
    """

    def __init__(
        self,
        open_context: Callable[..., Context],
        tracking: TrackingFactory,
        beside: Path,
        open_server: Callable[[str], AbstractContextManager[Peer]],
    ) -> None:
        self._beside = beside
        self._open_context = open_context
        self._open_server = open_server
        self._tracking = tracking

    def open_source(self, source: str) -> AbstractContextManager[ImportSource]:
        """What is at `source`: an archive, a registry of ours, or whatever MLflow makes of it.

        Raises InvalidInput for what is none of them, SourceUnavailable, FilesDamaged.
        """
        if scheme_of(source) == OURS:
            return self._registry(registry_address(source))
        file = _file(source)
        if file is None:
            return _mlflow(source)
        if not os.path.exists(file):  # unlike Path.exists also false for a name that is too long
            raise SourceUnavailable(f"{file} does not exist", _KINDS)
        if file.is_dir():
            return _mlflow(file.as_uri())
        with file.open("rb") as reader:
            start = reader.read(len(_SQLITE))
        if start == _SQLITE:
            return _mlflow(sqlite_uri(file))
        if start[_DUCKDB_AT : _DUCKDB_AT + len(_DUCKDB)] == _DUCKDB:
            return self._registry(registry_address(str(file)))
        if start.startswith(b"PK") or zipfile.is_zipfile(file):
            return open_archive(file, self._beside, self._tracking)
        raise InvalidInput(f"{file} is neither a registry nor an archive", _KINDS)

    @contextmanager
    def open_registry(self, uri: str) -> Iterator[Context]:
        """What a registry at `uri` works with. Raises InvalidInput."""
        context = self._open_context(uri)
        try:
            yield context
        finally:
            context.store.close()

    @contextmanager
    def open_peer(self, uri: str, actor: str, *, new: bool) -> Iterator[Peer]:
        """A registry to exchange with. Raises InvalidInput, SourceUnavailable, RegistryUnavailable."""
        address = registry_address(uri)
        if address.server is not None:
            with self._open_server(address.server) as peer:
                yield peer
            return
        if not new and not address.may_be_there:
            raise SourceUnavailable(f"there is no registry at {address.path}", _PEERS)
        context = self._open_context(uri, actor)
        try:
            yield LocalPeer(context)
        finally:
            context.store.close()

    def key_file(self, uri: str) -> Path:
        """Where the key of its webhooks' secrets is."""
        return registry_address(uri).key_file

    def write_archive(self, file: Path, content: ArchiveContent, about: Mapping[str, JsonValue]) -> int:
        """Write an archive; returns its size in bytes. Raises FilesDamaged, RegistryUnavailable."""
        with work_folder(self._beside, "export") as folder:
            return write_archive(file, content, about, folder)

    def table_writer(self, folder: Path) -> TableWriter:
        """Tables as Parquet files."""
        return ParquetWriter(folder)

    def table_reader(self, folder: Path) -> TableReader:
        """Tables from Parquet files."""
        return ParquetReader(folder)

    def progress(self, what: str, total: int, unit: str) -> AbstractContextManager[Callable[[int], None]]:
        """A bar, or news for whoever listens."""
        return progress(what, total, unit)

    @contextmanager
    def _registry(self, address: RegistryAddress) -> Iterator[ImportSource]:
        if not address.may_be_there:  # opening it would make an empty one
            raise SourceUnavailable(f"there is no registry at {address.path}", _KINDS)
        with self.open_registry(address.uri) as context:
            yield RegistrySource(context)


def _mlflow(uri: str) -> AbstractContextManager[ImportSource]:
    from jupyter_modelreg.mlflow_client.importing.source import open_mlflow_registry

    return open_mlflow_registry(uri)


def _file(source: str) -> Path | None:
    """The file or folder `source` names; None for the URI of something else. Raises InvalidInput."""
    file = local_path(source)
    if file is None:
        try:
            urlsplit(source)
        except ValueError as error:
            raise InvalidInput(f"the source is not a URI: {error}", _KINDS) from None  # it may hold a password
    return file
