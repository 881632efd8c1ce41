"""What a host keeps between commands: the registry it is connected to, and where short names resolve."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from dataclasses import replace
from keyword import iskeyword

from jupyter_modelreg.commands.host import Host
from jupyter_modelreg.core.entities.securables import Catalog, Schema
from jupyter_modelreg.core.entities.values import RegistryStatus
from jupyter_modelreg.core.errors import InvalidInput, NotFound, RegistryError
from jupyter_modelreg.core.references import Reference, parse_reference, qualify
from jupyter_modelreg.core.registry import Registry

Opener = Callable[[str | None], Registry]


class CommandSession:
    """One user's connection. The registry is opened on first use, by the host's `opener`.

    Args:
        opener: opens the registry at a URI; None is the one to take when nothing says otherwise.
        host: see `Host`.
        uri: the registry to begin with.
    """

    def __init__(self, opener: Opener, host: Host, uri: str | None = None) -> None:
        self.host = host
        self._opener = opener
        self._uri = uri
        self._registry: Registry | None = None
        self._qualified: dict[str, str] = {}

    @property
    def registry(self) -> Registry:
        """The registry commands work on."""
        if self._registry is None:
            self._registry = self._opener(self._uri)
        return self._registry

    @property
    def namespace(self) -> str | None:
        """`catalog` or `catalog.schema`, which goes in front of short names."""
        return self.host.namespace(self.registry.uri)

    def use(self, namespace: str | None) -> None:
        """Set the namespace, which must exist, or leave it (None)."""
        self.host.set_namespace(self.registry.uri, namespace)

    def connect(self, uri: str | None) -> RegistryStatus:
        """Work on the registry at `uri` from now on. Raises what opening it raises, and then nothing has changed."""
        opened = self._opener(uri)
        status = opened.status()
        self.close()
        self._registry, self._uri = opened, opened.uri
        self.host.connected(opened.uri)
        return status

    def elsewhere(self, uri: str) -> CommandSession:
        """A session on another registry, for one command."""
        return CommandSession(self._opener, self.host, uri)

    def as_of(self, time: str) -> CommandSession:
        """The same session on the registry as it was at `time`, for one command. Raises what `Registry.as_of` does."""
        past = copy(self)
        past._registry = self.registry.as_of(time)
        return past

    def variable(self, name: str) -> Callable[[object], None]:
        """A function that puts a value into the user's variable `name`. Raises InvalidInput for what cannot be one."""
        if not name.isidentifier() or iskeyword(name):
            raise InvalidInput(f"{name!r} cannot be the name of a variable", "write --as model")
        return self.host.variable(name)

    def acting_as(self, principal: str) -> CommandSession:
        """The same session as `principal` has it, for one command. Raises what `Registry.acting_as` does."""
        other = copy(self)
        other._registry = self.registry.acting_as(principal)
        return other

    def close(self) -> None:
        """Let go of the registry; it is opened again when needed."""
        if self._registry is not None:
            self._registry.close()

    # --- names ------------------------------------------------------------------------------------------------

    def reference(self, text: str) -> Reference:
        """Read a reference; the namespace goes in front of a short name, but not in `models:/…`.

        Raises InvalidInput for a malformed one.
        """
        parsed = parse_reference(text)
        if parsed.exact:
            return parsed
        full = qualify(parsed.model, self.namespace)
        if full != parsed.model:
            self._qualified[full] = parsed.model
        return replace(parsed, model=full)

    def model(self, text: str) -> str:
        """Read the name of a model. Raises InvalidInput when it names versions."""
        parsed = self.reference(text)
        if not parsed.whole_model:
            raise InvalidInput(f"{text} names a version, and this takes a model", f"write {parsed.model}")
        return parsed.model

    def find_namespace(self, text: str) -> Catalog | Schema:
        """The catalog or schema called `text`; a schema of the current catalog may go by its short name.

        Raises NotFound.
        """
        return self.registry.resolve_container(text, namespace=self.namespace)

    def begin(self) -> None:
        """A command begins: the short names of the one before are forgotten."""
        self._qualified.clear()

    def explain(self, error: NotFound) -> None:
        """Give `error` a better hint when a workspace model has the short name this command has looked up in vain."""
        for full, short in self._qualified.items():
            if not self._has(full) and self._has(short):
                error.hint = f"for the workspace model {short} write models:/{short}"
                return

    def _has(self, model: str) -> bool:
        try:
            self.registry.models.get(model)
        except RegistryError:
            return False
        return True
