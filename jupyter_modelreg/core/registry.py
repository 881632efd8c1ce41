"""The facade of the domain: one object a topic, every write one unit of work."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Generic, Self, TypeVar, overload

from jupyter_modelreg.core.catalog.counting import count
from jupyter_modelreg.core.catalog.resolve import resolve, resolve_container
from jupyter_modelreg.core.context import Context, Topic, checks_text, own_version
from jupyter_modelreg.core.entities.securables import EVERYBODY, Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Counts, Identity, RegistryIdentity, RegistryStatus
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.ports.store import whole
from jupyter_modelreg.core.rules.text import check_argument

if TYPE_CHECKING:
    from jupyter_modelreg.core.access.grants import Grants
    from jupyter_modelreg.core.access.groups import Groups
    from jupyter_modelreg.core.catalog.aliases import Aliases
    from jupyter_modelreg.core.catalog.catalogs import Catalogs, Schemas
    from jupyter_modelreg.core.catalog.models import Models
    from jupyter_modelreg.core.catalog.tags import Tags
    from jupyter_modelreg.core.catalog.trash import Trash
    from jupyter_modelreg.core.comparison.comparisons import Comparisons
    from jupyter_modelreg.core.configuration.configuration import Configuration
    from jupyter_modelreg.core.discussion.comments import Comments
    from jupyter_modelreg.core.discussion.requests import Requests
    from jupyter_modelreg.core.exchange.exchange import Exchange
    from jupyter_modelreg.core.governance.policies import Policies
    from jupyter_modelreg.core.governance.tag_policies import TagPolicies
    from jupyter_modelreg.core.history.history import History
    from jupyter_modelreg.core.identity.records import Caller
    from jupyter_modelreg.core.identity.tokens import Tokens
    from jupyter_modelreg.core.identity.users import Users
    from jupyter_modelreg.core.lineage.lineage import Lineage
    from jupyter_modelreg.core.maintenance.maintenance import Maintenance
    from jupyter_modelreg.core.ports.sql import SqlResult, SqlView
    from jupyter_modelreg.core.previews.previews import Previews
    from jupyter_modelreg.core.searches.searches import Searches
    from jupyter_modelreg.core.sync.sync import Sync
    from jupyter_modelreg.core.tracking import Tracking
    from jupyter_modelreg.core.usage.usage import Usage
    from jupyter_modelreg.core.versions.deprecations import Deprecations
    from jupyter_modelreg.core.versions.versions import Versions
    from jupyter_modelreg.core.webhooks import Webhooks

T = TypeVar("T", bound=Topic)

# Names in one question about counts; a tree asks about what is in sight.
MOST_COUNTED = 1000
# Callers of a server that are remembered with what they may do.
MOST_CALLERS = 1000


class TopicAttribute(Generic[T]):
    """A topic as an attribute of the registry: imported and made when it is first asked for.

    A process that runs one command needs two or three of them, and importing all takes longer than the command.

    Args:
        module: where the topic's class is, below `core`; that of `tag_policies` is called `TagPolicies`.
    """

    def __init__(self, module: str) -> None:
        self._module = module

    def __set_name__(self, owner: type[Registry], name: str) -> None:
        self._name = name

    @overload
    def __get__(self, registry: None, owner: type[Registry]) -> Self: ...

    @overload
    def __get__(self, registry: Registry, owner: type[Registry]) -> T: ...

    def __get__(self, registry: Registry | None, owner: type[Registry]) -> Self | T:
        if registry is None:
            return self
        # From now on the registry has it itself, and this is not asked again.
        topic = registry.__dict__[self._name] = self.topic(registry._context)
        return topic

    @property
    def topic(self) -> type[T]:
        """The topic's class."""
        module = import_module(f"jupyter_modelreg.core.{self._module}")
        found: type[T] = getattr(module, self._name.title().replace("_", ""))
        return found


class Registry:
    """A model registry, opened on behalf of one actor.

    A new topic is declared here, by name and module, and that is all. Every writing method takes `reason=`, which the
    activity log keeps. Every error is a `RegistryError`.

    Args:
        context: the database, the files, the tracking and the actor; nobody but the registry works with it.
    """

    catalogs: TopicAttribute[Catalogs] = TopicAttribute("catalog.catalogs")
    schemas: TopicAttribute[Schemas] = TopicAttribute("catalog.catalogs")
    models: TopicAttribute[Models] = TopicAttribute("catalog.models")
    versions: TopicAttribute[Versions] = TopicAttribute("versions.versions")
    aliases: TopicAttribute[Aliases] = TopicAttribute("catalog.aliases")
    tags: TopicAttribute[Tags] = TopicAttribute("catalog.tags")
    deprecations: TopicAttribute[Deprecations] = TopicAttribute("versions.deprecations")
    history: TopicAttribute[History] = TopicAttribute("history.history")
    comparisons: TopicAttribute[Comparisons] = TopicAttribute("comparison.comparisons")
    previews: TopicAttribute[Previews] = TopicAttribute("previews.previews")
    tracking: TopicAttribute[Tracking] = TopicAttribute("tracking")
    trash: TopicAttribute[Trash] = TopicAttribute("catalog.trash")
    lineage: TopicAttribute[Lineage] = TopicAttribute("lineage.lineage")
    usage: TopicAttribute[Usage] = TopicAttribute("usage.usage")
    maintenance: TopicAttribute[Maintenance] = TopicAttribute("maintenance.maintenance")
    exchange: TopicAttribute[Exchange] = TopicAttribute("exchange.exchange")
    sync: TopicAttribute[Sync] = TopicAttribute("sync.sync")
    grants: TopicAttribute[Grants] = TopicAttribute("access.grants")
    groups: TopicAttribute[Groups] = TopicAttribute("access.groups")
    users: TopicAttribute[Users] = TopicAttribute("identity.users")
    tokens: TopicAttribute[Tokens] = TopicAttribute("identity.tokens")
    comments: TopicAttribute[Comments] = TopicAttribute("discussion.comments")
    policies: TopicAttribute[Policies] = TopicAttribute("governance.policies")
    tag_policies: TopicAttribute[TagPolicies] = TopicAttribute("governance.tag_policies")
    searches: TopicAttribute[Searches] = TopicAttribute("searches.searches")
    configuration: TopicAttribute[Configuration] = TopicAttribute("configuration.configuration")
    requests: TopicAttribute[Requests] = TopicAttribute("discussion.requests")
    webhooks: TopicAttribute[Webhooks] = TopicAttribute("webhooks")

    def __init__(self, context: Context) -> None:
        self._context = context
        self._called_by: dict[Caller, Registry] = {}

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
        return RegistryIdentity(
            uri=self.uri, actor=self.actor, version=own_version(), read_only=self._context.read_only
        )

    def whoami(self) -> Identity:
        """On whose behalf everything is done, with the groups that they are in."""
        from jupyter_modelreg.core.access.access import Access

        with self._context.store.read() as tx:
            access = Access(tx, self._context.principal)
            groups = [name for name in access.principals if name not in (access.actor, EVERYBODY)]
            return Identity(
                actor=self.actor,
                groups=groups,
                admin=access.unrestricted,
                on_behalf_of=self._context.on_behalf_of,
            )

    def called_by(self, caller: Caller) -> Registry:
        """The registry as whoever has signed in at a server has it, on whose behalf it works. For servers.

        It is the same one for the same caller, which remembers what they may do.
        """
        found = self._called_by.get(caller)
        if found is None:
            if len(self._called_by) >= MOST_CALLERS:
                self._called_by.clear()
            found = self._called_by[caller] = Registry(self._context.called_by(caller))
        return found

    def acting_as(self, principal: str) -> Registry:
        """The registry as another principal sees it, and may change it; the log has both names.

        Raises InvalidInput (nobody has heard of them), PermissionDenied (the actor does not administer the registry).
        """
        from jupyter_modelreg.core.access.grants import check_principal

        self._context.authorise("registry.acting_as")
        with self._context.store.read() as tx:
            check_principal(tx, principal)
        return Registry(self._context.acting_as(principal))

    def status(self) -> RegistryStatus:
        """Where the registry is, who is asking, and how much it holds (sizes in bytes)."""
        with self._context.read() as tx:
            counts = tx.counts()
            moved_to = whole(tx).root.get().moved_to
        return RegistryStatus(
            uri=self.uri,
            actor=self.actor,
            database_bytes=self._context.store.size(),
            file_bytes=self._context.files.size(),
            moved_to=moved_to,
            **counts,
        )

    @checks_text
    def counts(self, catalogs: Sequence[str] = (), schemas: Sequence[str] = (), models: Sequence[str] = ()) -> Counts:
        """How many models these catalogs and schemas hold, and how many versions these models have.

        What is not there is left out. Raises InvalidInput for more than 1,000 names.
        """
        if len(catalogs) + len(schemas) + len(models) > MOST_COUNTED:
            raise InvalidInput(f"more than {MOST_COUNTED:,} names to count in", "ask in several calls")
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

    def as_of(self, time: int | str) -> Registry:
        """The registry as it was at `time`, with the same topics, to be looked at: nothing can be changed in it.

        What a version has as files is read as it is today; one that was purged since says so.

        Args:
            time: epoch milliseconds, or as people write it: `2026-03-01`, `yesterday 14:00`, `-7d`.

        Raises InvalidInput for a time nobody can read, or to come, InvalidState for one before the first event.
        """
        from jupyter_modelreg.core.history.past import past_context

        return Registry(past_context(self._context, time))

    def sql(self, statement: str, tables: Mapping[str, object] | None = None) -> SqlResult:
        """Ask in SQL what the actor may see of the registry: `sql("select owner, count(*) from models group by 1")`.

        It is DuckDB's SQL. It reads the views that `sql_views` tells, as they are in one moment, tables of the caller's
        own, and Parquet, CSV and JSON files that it names. It only reads, and holds up nobody while it runs.

        Args:
            statement: one SELECT, or whatever else reads.
            tables: by name: pandas, polars or Arrow tables, or relations of DuckDB.

        Raises InvalidInput for what is wrong with the statement, and for one that does not only read; InvalidState
        where the registry, or its past, cannot be asked so.
        """
        check_argument("statement", statement)
        return self._context.sql().ask(statement, tables or {}, self._context.sight)

    def sql_views(self) -> Sequence[SqlView]:
        """The views that `sql` reads, with their columns. Raises InvalidState."""
        return self._context.sql().views()

    def close(self) -> None:
        """Let go of the database. A later call opens it again."""
        self._context.store.close()

    def __repr__(self) -> str:
        return f"<Registry {self.uri}>"


def topics(registry: type[Registry]) -> dict[str, type[Topic]]:
    """The topics by name, in the order in which the class declares them; this imports all of them."""
    return {name: each.topic for name, each in vars(registry).items() if isinstance(each, TopicAttribute)}
