"""`Registry` at a server: the same topics, the same errors, and nothing of it on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NoReturn

from jupyter_modelreg.core.context import epoch_ms
from jupyter_modelreg.core.entities.securables import Catalog, Model, Schema
from jupyter_modelreg.core.entities.values import Counts, Identity, RegistryIdentity, RegistryStatus
from jupyter_modelreg.core.registry import Registry, TopicAttribute
from jupyter_modelreg.core.times import read_time
from jupyter_modelreg.remote.client import Client
from jupyter_modelreg.remote.signing_in import Ask
from jupyter_modelreg.remote.topics import Calls, RemoteTopic, has_to_run_there
from jupyter_modelreg.uri import SCHEME

if TYPE_CHECKING:
    from jupyter_modelreg.core.identity.records import Caller
    from jupyter_modelreg.core.ports.sql import SqlResult, SqlView
    from jupyter_modelreg.core.ports.tracking import TrackingFactory
    from jupyter_modelreg.core.usage.reader import Reader
    from jupyter_modelreg.remote.sync import OpenPeer


class RemoteRegistry(Registry):
    """The registry of the server at an address, on behalf of whom the token there is of.

    Nothing is asked before the first call. What has to be run where the registry is raises InvalidState. Every call
    may raise RegistryUnavailable, where the server does not answer, and PermissionDenied, where it knows nobody here.

    Args:
        server: the address, without a slash at its end.
        tracking: makes what reads models that are tracked elsewhere, to be sent to the server.
        reader: who loads models here.
        open_peer: opens another registry, to exchange with; see `core.ports.exchange.ExchangeGateway`.
        ask: asks a person for a token, where there is none; None asks nobody.
        token: what signs in there, in place of what is found; None looks for it.
        follows: whether whoever the environment names by now signs in; see `SignIn`.
    """

    def __init__(
        self,
        server: str,
        tracking: TrackingFactory,
        reader: Reader,
        open_peer: OpenPeer,
        ask: Ask | None = None,
        token: str | None = None,
        *,
        follows: bool = False,
    ) -> None:
        self._set_up(Client(server, ask, token, follows=follows), tracking, reader, open_peer, {})

    def _set_up(
        self,
        client: Client,
        tracking: TrackingFactory,
        reader: Reader,
        open_peer: OpenPeer,
        asked: Mapping[str, str],
    ) -> None:
        self._calls = Calls(client, asked)
        self._known: tuple[str | None, str] | None = None  # the actor, and by what they have signed in
        self._tracking = tracking
        self._reader = reader
        self._open_peer = open_peer
        for name, attribute in vars(Registry).items():
            if isinstance(attribute, TopicAttribute):
                self.__dict__[name] = self._topic(name)

    def _topic(self, name: str) -> RemoteTopic:
        from jupyter_modelreg.remote.versions import RemoteHistory, RemotePreviews, RemoteVersions

        if name == "sync":
            from jupyter_modelreg.remote.sync import RemoteSync

            return RemoteSync(self._calls, self._tracking, self._open_peer)
        if name == "versions":
            return RemoteVersions(self._calls, self._tracking, self._reader)
        kinds: Mapping[str, Callable[[Calls, str], RemoteTopic]] = {
            "history": RemoteHistory,
            "previews": RemotePreviews,
        }
        return kinds.get(name, RemoteTopic)(self._calls, name)

    def _asking(self, **more: str) -> RemoteRegistry:
        made = RemoteRegistry.__new__(RemoteRegistry)
        asked = {**self._calls.asked, **more}
        made._set_up(self._calls.client, self._tracking, self._reader, self._open_peer, asked)
        return made

    @property
    def server(self) -> str:
        """The address of the server."""
        return self._calls.client.server

    @property
    def uri(self) -> str:
        """What `mlflow.set_registry_uri` takes to reach this registry."""
        return f"{SCHEME}:{self.server}"

    @property
    def actor(self) -> str:
        """On whose behalf everything is done: whose token it is."""
        shown = self._calls.client.shown()
        if self._known is None or self._known[0] != shown:
            self._known = shown, self.identity().actor
        return self._known[1]

    def identity(self) -> RegistryIdentity:
        """Which registry this is, and who is asking."""
        told: RegistryIdentity = self._calls("registry.identity")
        return replace(told, uri=self.uri)

    def whoami(self) -> Identity:
        """On whose behalf everything is done, with the groups that they are in."""
        told: Identity = self._calls("registry.whoami")
        return told

    def status(self) -> RegistryStatus:
        """Where the registry is, who is asking, and how much it holds (sizes in bytes)."""
        told: RegistryStatus = self._calls("registry.status")
        return replace(told, uri=self.uri)

    def counts(self, catalogs: Sequence[str] = (), schemas: Sequence[str] = (), models: Sequence[str] = ()) -> Counts:
        """How many models these catalogs and schemas hold, and how many versions these models have."""
        told: Counts = self._calls("registry.counts", catalogs, schemas, models)
        return told

    def resolve(self, name: str, *, namespace: str | None = None) -> Model | Schema | Catalog:
        """The securable that `name` means; see `Registry.resolve`."""
        told: Model | Schema | Catalog = self._calls("registry.resolve", name, namespace=namespace)
        return told

    def resolve_container(self, name: str, *, namespace: str | None = None) -> Schema | Catalog:
        """The catalog or schema called `name`; see `Registry.resolve_container`."""
        told: Schema | Catalog = self._calls("registry.resolve_container", name, namespace=namespace)
        return told

    def as_of(self, time: int | str) -> Registry:
        """The registry as it was at `time`; see `Registry.as_of`. What people write is meant by the clocks here."""
        wanted = read_time(time, epoch_ms()) if isinstance(time, str) else time
        past = self._asking(as_of=str(wanted))
        past.identity()  # which raises for a moment that cannot be looked at
        return past

    def acting_as(self, principal: str) -> Registry:
        """The registry as another principal sees it, and may change it; see `Registry.acting_as`."""
        other = self._asking(**{"as": principal})
        other.identity()
        return other

    def called_by(self, caller: Caller) -> NoReturn:
        """Refused: a server works on a registry that it opens itself."""
        raise has_to_run_there("a server", self.server)

    def sql(self, statement: str, tables: Mapping[str, object] | None = None) -> SqlResult:
        """Refused: DuckDB asks the registry's file."""
        raise has_to_run_there("sql", self.server)

    def sql_views(self) -> Sequence[SqlView]:
        """Refused, as `sql`."""
        raise has_to_run_there("sql", self.server)

    def close(self) -> None:
        """Let go of the connection. A later call connects again."""
        self._calls.client.close()

    def __reduce__(self) -> tuple[Callable[..., RemoteRegistry], tuple[object, ...]]:
        # The token stays behind: another process finds its own, in its environment or in the keyring.
        return _again, (self.server, self._tracking, self._reader, self._open_peer, dict(self._calls.asked))


def _again(
    server: str, tracking: TrackingFactory, reader: Reader, open_peer: OpenPeer, asked: Mapping[str, str]
) -> RemoteRegistry:
    return RemoteRegistry(server, tracking, reader, open_peer)._asking(**asked)
