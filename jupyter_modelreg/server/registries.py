"""The registries a server may show: its own, and those its user has configured or connected to. No page adds one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from jupyter_modelreg.connection import open_registry
from jupyter_modelreg.core.errors import NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.recent import recent_registries
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
            settings, `recent` one that this user connected to.
        notebook: the notebook that connected to it last.
        used_at: when that was, in epoch milliseconds.
    """

    uri: str
    origin: Literal["server", "configured", "recent"]
    notebook: str | None = None
    used_at: int | None = None


class Registries:
    """Which registries there are.

    Args:
        own: the URI of the server's own registry.
        configured: the URIs of others, from its settings.
        recent: whether those are offered, too, that the server's user connected to with %modelreg connect.
    """

    def __init__(self, own: str, configured: Sequence[str] = (), *, recent: bool = True) -> None:
        self._own = own
        self._configured = configured
        self._recent = recent
        self._served: dict[str, Registry] = {}

    def known(self) -> Sequence[KnownRegistry]:
        """All of them, the server's own first, the rest by when it was used. One whose file is gone is left out."""
        found = {self._own: KnownRegistry(uri=self._own, origin="server")}
        for uri in self._configured:
            found.setdefault(uri, KnownRegistry(uri=uri, origin="configured"))
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

    def resolve(self, asked: str | None) -> str:
        """The URI of the registry a request is about: `asked` if it is a known one, without it the server's own.

        Raises UnknownRegistry: whoever can call this server must not have it open, or make, files wherever they like.
        """
        if asked is None or asked == self._own:
            return self._own
        if not any(each.uri == asked for each in self.known()):
            raise UnknownRegistry(
                f"this server does not offer the registry {asked}",
                "connect to it in a notebook with %modelreg connect, or add it to ModelregExtension.registries",
            )
        return asked
