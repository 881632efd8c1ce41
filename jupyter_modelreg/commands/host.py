"""What a host of the commands, a notebook or a shell, offers them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.registry import Registry


@dataclass(frozen=True, kw_only=True)
class ServerOptions:
    """How a registry is served.

    Attributes:
        host, port: where; only from this machine unless a host says otherwise.
        workers: processes; None for as many as suit the database.
        tracking: the URI of the database where MLflow tracks runs; None for one beside the registry.
        artifacts: where MLflow keeps the files of runs, a folder or a URI; None for a folder beside the registry.
        sources: from where else the server reads models: URIs up to any point in their path, and folders.
        uploads: where clients of Unity Catalog's REST send files to, a folder or `s3://…`; None for a folder beside the
            registry.
        credentials_role: the role whose credentials such clients get for an object store.
        proxy_header, proxies: the header by which a proxy says who asks, and the networks that proxies are in.
        prefix: the path below which a proxy in front has it, as `/services/modelreg`; None for none.
        jupyterhub: whether the JupyterHub whose service this is says who asks, and where it listens.
        sign_in: `module:function`, which says who asks.
        certificate, key: files for TLS.
        allowed_hosts: the names by which the server may be asked, with commas in between; None for MLflow's choice.
        administrator: who is let in first; None for the actor.
        log_format: `text` or `json`, in which it writes what it does on its stderr.
    """

    host: str
    port: int
    workers: int | None = None
    tracking: str | None = None
    artifacts: str | None = None
    sources: Sequence[str] = ()
    uploads: str | None = None
    credentials_role: str | None = None
    proxy_header: str | None = None
    proxies: str | None = None
    prefix: str | None = None
    jupyterhub: bool = False
    sign_in: str | None = None
    certificate: Path | None = None
    key: Path | None = None
    allowed_hosts: str | None = None
    administrator: str | None = None
    log_format: str = "text"


class Host(Protocol):
    """What differs between a notebook and a shell."""

    @property
    def piped(self) -> bool:
        """Whether answers go to another program, for which no list is cut."""

    def variable(self, name: str) -> Callable[[object], None]:
        """A function that puts a value into the user's variable `name`.

        Raises InvalidInput where there are no variables.
        """

    def tables(self, names: Collection[str]) -> Mapping[str, object]:
        """The user's variables of these names that hold tables: DataFrames and what else DuckDB reads as one."""

    def connected(self, uri: str) -> None:
        """Called after `connect`, with the URI of the registry that answers from now on."""

    def namespace(self, uri: str) -> str | None:
        """The namespace last set for the registry at `uri`, if any."""

    def set_namespace(self, uri: str, namespace: str | None) -> None:
        """Keep the namespace for the registry at `uri`; None clears it."""

    def mlflow(self, uri: str) -> str:
        """Whether MLflow's client uses the registry at `uri`, and what to do when it does not, as a sentence."""

    def explorer(self, registry: Registry, namespace: str | None) -> object | None:
        """The explorer of `registry` for the user to look at, `namespace` open; None where there is no place for it."""

    def dialog(self, registry: Registry, request: Mapping[str, JsonValue]) -> object | None:
        """The dialog that `request` (see `commands.verbs.dialogs`) asks for; None where there is no place for it."""

    def edit(self, text: str) -> str | None:
        """What the person makes of `text` in an editor, "" where they save nothing; None where there is no editor."""

    def serve(self, registry: Registry, options: ServerOptions) -> NoReturn:
        """Become a server of `registry`. Raises InvalidInput where that is nothing the host can do."""

    def secret(self, question: str) -> str | None:
        """What the person answers, unseen; None where nobody can be asked."""

    def ask(self, question: str) -> bool | None:
        """Put a question to the person, answered by yes or no; None where nobody can be asked.

        Its last line asks, those above it say what about.
        """
