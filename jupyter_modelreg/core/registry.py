"""The facade of the domain: one object a topic, every write one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import get_type_hints

from jupyter_modelreg.core.catalog.aliases import Aliases
from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
from jupyter_modelreg.core.catalog.counting import count
from jupyter_modelreg.core.catalog.models import Models
from jupyter_modelreg.core.catalog.resolve import resolve, resolve_container
from jupyter_modelreg.core.catalog.tags import Tags
from jupyter_modelreg.core.catalog.trash import Trash
from jupyter_modelreg.core.context import Context, Topic, checks_text
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Counts, RegistryIdentity, RegistryStatus
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.exchange import Exchange
from jupyter_modelreg.core.history.history import History
from jupyter_modelreg.core.maintenance.maintenance import Maintenance
from jupyter_modelreg.core.previews.previews import Previews
from jupyter_modelreg.core.tracking import Tracking
from jupyter_modelreg.core.versions.versions import Versions
from jupyter_modelreg.core.webhooks import Webhooks

# Names in one question about counts; a tree asks about what is in sight.
_MOST_COUNTED = 1000


class Registry:
    """A model registry, opened on behalf of one actor.

    A new topic is declared here, by name and class, and that is all. Every writing method takes `reason=`, which the
    activity log keeps. Every error is a `RegistryError`.

    Args:
        context: the database, the files, the tracking and the actor; nobody but the registry works with it.
    """

    catalogs: Catalogs
    schemas: Schemas
    models: Models
    versions: Versions
    aliases: Aliases
    tags: Tags
    history: History
    previews: Previews
    tracking: Tracking
    trash: Trash
    maintenance: Maintenance
    exchange: Exchange
    webhooks: Webhooks

    def __init__(self, context: Context) -> None:
        self._context = context
        for name, topic in TOPICS.items():
            setattr(self, name, topic(context))

    @property
    def uri(self) -> str:
        """What `mlflow.set_registry_uri` takes to reach this registry."""
        return self._context.store.uri

    @property
    def actor(self) -> str:
        """On whose behalf everything is done."""
        return self._context.actor

    def identity(self) -> RegistryIdentity:
        """Which registry this is, and who is asking; nothing is read for it."""
        return RegistryIdentity(uri=self.uri, actor=self.actor)

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

    @checks_text
    def counts(self, catalogs: Sequence[str] = (), schemas: Sequence[str] = (), models: Sequence[str] = ()) -> Counts:
        """How many models these catalogs and schemas hold, and how many versions these models have.

        What is not there is left out. Raises InvalidInput for more than 1,000 names.
        """
        if len(catalogs) + len(schemas) + len(models) > _MOST_COUNTED:
            raise InvalidInput(f"more than {_MOST_COUNTED:,} names to count in", "ask in several calls")
        with self._context.read() as tx:
            return count(tx, catalogs, schemas, models)

    @checks_text
    def resolve(self, name: str, *, namespace: str | None = None) -> Model | Schema | Catalog:
        """The securable that `name` means: a model, else the schema or catalog of that name.

        A reference to versions means their model. `namespace`, `catalog` or `catalog.schema`, goes in front of a short
        name. Raises InvalidInput, NotFound, which says what is close.
        """
        with self._context.read() as tx:
            return resolve(tx, name, namespace)

    @checks_text
    def resolve_container(self, name: str, *, namespace: str | None = None) -> Schema | Catalog:
        """The catalog or schema called `name`; a schema of the catalog in `namespace` may go by its short name.

        Raises NotFound.
        """
        with self._context.read() as tx:
            return resolve_container(tx, name, namespace)

    def close(self) -> None:
        """Let go of the database. A later call opens it again."""
        self._context.store.close()

    def __repr__(self) -> str:
        return f"<Registry {self.uri}>"


# The topics by name, in the order in which the class declares them.
TOPICS: Mapping[str, type[Topic]] = {
    name: hint for name, hint in get_type_hints(Registry).items() if issubclass(hint, Topic)
}
