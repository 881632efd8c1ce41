"""The registries a server may show: its own, and those its user has configured, connected to or chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.recent import recent_registries
from jupyter_modelreg.server.chosen import Chosen
from jupyter_modelreg.uri import registry_address


class UnknownRegistry(NotFound):
    """A request is about a registry that this server does not offer."""

    code = "UNKNOWN_REGISTRY"


@dataclass(frozen=True, kw_only=True)
class KnownRegistry:
    """A registry this server may show.

    Attributes:
        uri: with an absolute path.
        origin: `server` is the one that is shown at first and named to the kernels, `configured` one of the server's
            settings, `recent` one that this user connected to, `chosen` one that is shown in place of the server's.
        notebook: the notebook that connected to it last.
        used_at: when that was, in epoch milliseconds.
    """

    uri: str
    origin: Literal["server", "configured", "chosen", "recent"]
    notebook: str | None = None
    used_at: int | None = None


class Registries:
    """Which registries there are.

    Args:
        own: the URI of the server's own registry.
        configured: the URIs of others, from its settings.
        recent: whether those are offered, too, that the server's user connected to.
        chosen: which one is shown in place of the server's own.
        connects: whether others may be connected to from here, by those who may run code on this server.

    Attributes:
        own: that URI.
        connects: see above.
    """

    def __init__(
        self, own: str, chosen: Chosen, configured: Sequence[str] = (), *, recent: bool = True, connects: bool = True
    ) -> None:
        self.own = own
        self.connects = connects
        self._chosen = chosen
        self._configured = configured
        self._recent = recent
        self._served: dict[str, Registry] = {}

    def known(self) -> Sequence[KnownRegistry]:
        """All of them, the server's own first, the rest by when it was used. One whose file is gone is left out."""
        found = {self.own: KnownRegistry(uri=self.own, origin="server")}
        for uri in self._configured:
            found.setdefault(uri, KnownRegistry(uri=uri, origin="configured"))
        chosen = self.shown()
        if chosen != self.own and registry_address(chosen).may_be_there:
            found.setdefault(chosen, KnownRegistry(uri=chosen, origin="chosen"))
        for each in recent_registries() if self._recent else ():
            before = found.get(each.uri)
            if before is None and not registry_address(each.uri).may_be_there:
                continue
            found[each.uri] = KnownRegistry(
                uri=each.uri,
                origin=before.origin if before else "recent",
                notebook=each.notebook,
                used_at=each.used_at,
            )
        return list(found.values())

    def served(self, uri: str) -> Registry:
        """The registry at another server, opened once: its connections are kept from one request to the next."""
        if uri not in self._served:
            self._served[uri] = open_registry(uri)
        return self._served[uri]

    def shown(self) -> str:
        """The URI of the one that is shown at first: the chosen one, else the server's own."""
        return self._chosen.get(self.own) or self.own

    def show(self, uri: str) -> None:
        """Have it shown from now on, also when the server is started again. Raises OSError when nothing can be kept."""
        self._chosen.put(self.own, None if uri == self.own else uri)

    def signed_in(self, uri: str) -> None:
        """Somebody has signed in at the server that has this registry: it is opened anew, on their behalf."""
        self._served.pop(uri, None)

    def resolve(self, asked: str | None) -> str:
        """The URI of the registry a request is about: `asked` if it is a known one, without it the server's own.

        Raises UnknownRegistry: whoever can call this server must not have it open, or make, files wherever they like.
        """
        if asked is None or asked == self.own:
            return self.own
        if not self.knows(asked):
            raise UnknownRegistry(
                f"this server does not offer the registry {asked}",
                "connect to it here or with %modelreg connect in a notebook, or add it to ModelregExtension.registries",
            )
        return asked

    def knows(self, uri: str) -> bool:
        """Whether it is one of those there are."""
        return any(each.uri == uri for each in self.known())
