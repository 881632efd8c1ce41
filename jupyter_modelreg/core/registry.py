"""The only door to the domain: one object a topic, every write one unit of work."""

from __future__ import annotations

from jupyter_modelreg.core.catalog.aliases import Aliases
from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
from jupyter_modelreg.core.catalog.models import Models
from jupyter_modelreg.core.catalog.tags import Tags
from jupyter_modelreg.core.catalog.trash import Trash
from jupyter_modelreg.core.context import Context, epoch_ms
from jupyter_modelreg.core.entities.values import RegistryStatus
from jupyter_modelreg.core.exchange import Exchange
from jupyter_modelreg.core.history.history import History
from jupyter_modelreg.core.maintenance.maintenance import Maintenance
from jupyter_modelreg.core.ports.exchange import ExchangeGatewayFactory
from jupyter_modelreg.core.ports.files import FileStore
from jupyter_modelreg.core.ports.store import Clock, Store
from jupyter_modelreg.core.ports.tracking import TrackingFactory
from jupyter_modelreg.core.tracking import Sources
from jupyter_modelreg.core.versions.versions import Versions
from jupyter_modelreg.core.webhooks import Webhooks


class Registry(Context):
    """A model registry, opened on behalf of one actor.

    Topics: `catalogs`, `schemas`, `models`, `versions`, `aliases`, `tags`, `history`, `sources`, `trash`,
    `exchange`, `webhooks`,
    `maintenance`.
    Every writing method takes `reason=`, which the activity log keeps. All raise `RegistryError`s.
    """

    def __init__(
        self,
        store: Store,
        files: FileStore,
        tracking: TrackingFactory,
        actor: str,
        clock: Clock = epoch_ms,
        gateway: ExchangeGatewayFactory | None = None,
    ) -> None:
        super().__init__(store, files, tracking, actor, clock, gateway)
        self.catalogs = Catalogs(self)
        self.schemas = Schemas(self)
        self.models = Models(self)
        self.versions = Versions(self)
        self.aliases = Aliases(self)
        self.tags = Tags(self)
        self.history = History(self)
        self.sources = Sources(self)
        self.trash = Trash(self)
        self.exchange = Exchange(self)
        self.webhooks = Webhooks(self)
        self.maintenance = Maintenance(self)

    @property
    def uri(self) -> str:
        """What `mlflow.set_registry_uri` takes to reach this registry."""
        return self.store.uri

    def status(self) -> RegistryStatus:
        """Where the registry is, who is asking, and how much it holds (sizes in bytes)."""
        with self.read() as tx:
            counts = tx.counts()
        return RegistryStatus(
            uri=self.uri,
            actor=self.actor,
            database_bytes=self.store.size(),
            file_bytes=self.files.size(),
            **counts,
        )

    def close(self) -> None:
        """Let go of the database. A later call opens it again."""
        self.store.close()

    def __repr__(self) -> str:
        return f"<Registry {self.uri}>"
