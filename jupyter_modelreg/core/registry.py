"""The facade of the domain: one object a topic, every write one unit of work."""

from __future__ import annotations

from jupyter_modelreg.core.catalog.aliases import Aliases
from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
from jupyter_modelreg.core.catalog.models import Models
from jupyter_modelreg.core.catalog.tags import Tags
from jupyter_modelreg.core.catalog.trash import Trash
from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.entities.values import RegistryStatus
from jupyter_modelreg.core.exchange import Exchange
from jupyter_modelreg.core.history.history import History
from jupyter_modelreg.core.maintenance.maintenance import Maintenance
from jupyter_modelreg.core.tracking import Sources
from jupyter_modelreg.core.versions.versions import Versions
from jupyter_modelreg.core.webhooks import Webhooks


class Registry:
    """A model registry, opened on behalf of one actor.

    Topics: `catalogs`, `schemas`, `models`, `versions`, `aliases`, `tags`, `history`, `sources`, `trash`, `exchange`,
    `webhooks`, `maintenance`. Every writing method takes `reason=`, which the activity log keeps. Every error is a
    `RegistryError`.

    Args:
        context: the database, the files, the tracking and the actor; nobody but the registry works with it.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self.catalogs = Catalogs(context)
        self.schemas = Schemas(context)
        self.models = Models(context)
        self.versions = Versions(context)
        self.aliases = Aliases(context)
        self.tags = Tags(context)
        self.history = History(context)
        self.sources = Sources(context)
        self.trash = Trash(context)
        self.exchange = Exchange(context)
        self.webhooks = Webhooks(context)
        self.maintenance = Maintenance(context)

    @property
    def uri(self) -> str:
        """What `mlflow.set_registry_uri` takes to reach this registry."""
        return self._context.store.uri

    @property
    def actor(self) -> str:
        """On whose behalf everything is done."""
        return self._context.actor

    def status(self) -> RegistryStatus:
        """Where the registry is, who is asking, and how much it holds (sizes in bytes)."""
        with self._context.read() as tx:
            counts = tx.counts()
        return RegistryStatus(
            uri=self.uri,
            actor=self.actor,
            database_bytes=self._context.store.size(),
            file_bytes=self._context.files.size(),
            **counts,
        )

    def close(self) -> None:
        """Let go of the database. A later call opens it again."""
        self._context.store.close()

    def __repr__(self) -> str:
        return f"<Registry {self.uri}>"
