"""The extension of the Jupyter server; installing the package enables it."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

from jupyter_core.paths import jupyter_data_dir
from jupyter_server.extension.application import ExtensionApp
from traitlets import Bool, Int, List, Unicode

from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.errors import InvalidInput, RegistryError
from jupyter_modelreg.server.chosen import Chosen
from jupyter_modelreg.server.connecting import ConnectionHandler
from jupyter_modelreg.server.files import FileHandler
from jupyter_modelreg.server.handlers import OperationHandler, RegistriesHandler
from jupyter_modelreg.server.registries import Registries
from jupyter_modelreg.server.transfers.base import KeptFileHandler, TransferSettings
from jupyter_modelreg.server.transfers.importing import ImportHandler, UploadHandler
from jupyter_modelreg.server.transfers.kept import KeptFiles
from jupyter_modelreg.server.transfers.making import BackupHandler, ExportHandler
from jupyter_modelreg.uri import registry_address


class ModelregExtension(ExtensionApp):
    """Offers one registry to the panel, and names it to the kernels in `MODELREG_URI`, so that all see the same one."""

    name = "modelreg"
    app_name = "jupyter_modelreg"
    description = "A governed model registry in JupyterLab"

    uri = Unicode(
        "",
        help="The registry, as modelreg:///file.duckdb, modelreg:////folder/file.duckdb or a path. "
        "Empty: that of MODELREG_URI, else the one in the user's data folder.",
    ).tag(config=True)
    registries = List(
        Unicode(),
        help="More registries that the panel can be switched to, each as a URI or path. The panel opens no other file.",
    ).tag(config=True)
    offer_recent = Bool(
        True,
        help="Whether the panel can also be switched to the registries that the server's user has connected to with "
        "%modelreg connect, modelreg connect or the panel.",
    ).tag(config=True)
    connects = Bool(
        True,
        help="Whether those who may run code on this server may connect the panel to any other registry that its "
        "account can open or reach. Switch it off where people use the panel who may not run code, and the server does "
        "not say who they are.",
    ).tag(config=True)
    writable = Bool(
        True,
        help="Whether the panel may change the registry. Kernels are not concerned: who runs code there can write.",
    ).tag(config=True)

    largest_upload = Int(
        16 << 30,
        help="The most bytes of an archive that is uploaded to be imported. It is kept beside the registry meanwhile.",
    ).tag(config=True)
    server_sources = Bool(
        True,
        help="Whether the panel may import from a path or URI that the account of this server can read. Switch it off "
        "where people use the panel who may not run code on this server.",
    ).tag(config=True)

    def initialize_handlers(self) -> None:
        """A route for every operation, for files, for the list of registries, and for transfers."""
        self._settled = self._settle_uri()
        self._registries = Registries(
            self._settled,
            Chosen(Path(jupyter_data_dir(), "jupyter_modelreg")),
            self._configured(),
            recent=self.offer_recent,
            connects=self.connects,
        )
        given = {"registries": self._registries, "writable": self.writable}
        self.handlers.append((r"modelreg/api/([^/]+)", OperationHandler, given))
        self.handlers.append((r"modelreg/files/([^/]+)/([0-9]+)/(.+)", FileHandler, given))
        self.handlers.append((r"modelreg/registries", RegistriesHandler, given))
        self.handlers.append((r"modelreg/connection", ConnectionHandler, given))
        self._kept = KeptFiles()
        settings = TransferSettings(largest_upload=self.largest_upload, server_sources=self.server_sources)
        transfers = {**given, "kept": self._kept, "settings": settings}
        self.handlers.append((r"modelreg/transfers/export", ExportHandler, transfers))
        self.handlers.append((r"modelreg/transfers/backup", BackupHandler, transfers))
        self.handlers.append((r"modelreg/transfers/import", ImportHandler, transfers))
        self.handlers.append((r"modelreg/transfers/uploads", UploadHandler, transfers))
        self.handlers.append((r"modelreg/transfers/files/([\w-]+)", KeptFileHandler, transfers))

    async def _start_jupyter_server_extension(self, serverapp: object) -> None:
        """Get ready in the background, once the server runs."""
        await asyncio.to_thread(self._get_ready)

    async def stop_extension(self) -> None:
        """The server stops: nothing is kept for anybody any more."""
        await asyncio.to_thread(self._kept.close)

    def _get_ready(self) -> None:
        """Import the database and read once, so that the first look at the panel need not wait for that."""
        try:
            shown = self._registries.shown()
            registry = open_registry(shown)
            if registry_address(shown).may_be_there:
                registry.history.last()
                registry.close()
        except RegistryError as error:
            # Whoever opens the panel is told by its first request.
            self.log.debug("modelreg: %s", error)

    def _configured(self) -> Sequence[str]:
        """The URIs of the other registries in the settings, without those that are none."""
        found = []
        for each in self.registries:
            try:
                found.append(registry_address(each).uri)
            except InvalidInput as error:
                self.log.error("modelreg: %s", error)
        return found

    def _settle_uri(self) -> str:
        """The registry's URI with an absolute path, set for the kernels as well: their working folders differ."""
        try:
            found = registry_address(self.uri or None)
        except InvalidInput as error:
            # Every request will answer with the same error; the rest of the server is fine.
            self.log.error("modelreg: %s", error)
            return self.uri or os.environ.get("MODELREG_URI", "")
        if found.database is None:
            os.environ["MODELREG_URI"] = found.uri
        elif self.uri:  # as it was said, maybe with a password
            os.environ["MODELREG_URI"] = self.uri
        return found.uri
