"""Putting a registry together: the one place where core meets its storage, its files and MLflow."""

from __future__ import annotations

import copyreg
import gc
import getpass
import importlib
import os
import sys
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from jupyter_modelreg.core.context import Context
from jupyter_modelreg.core.errors import InvalidInput, InvalidState
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.usage.reader import Reader
from jupyter_modelreg.notebook import notebook
from jupyter_modelreg.uri import RegistryAddress, registry_address

if TYPE_CHECKING:  # what most commands never use
    from jupyter_modelreg.core.lineage.records import Place
    from jupyter_modelreg.core.ports.exchange import ExchangeGateway
    from jupyter_modelreg.core.ports.files import FileStore
    from jupyter_modelreg.core.ports.sql import SqlEngine
    from jupyter_modelreg.core.ports.store import Store
    from jupyter_modelreg.core.ports.tracking import Tracking
    from jupyter_modelreg.core.sync.peers import Peer
    from jupyter_modelreg.remote.signing_in import Ask

_importing = threading.Lock()


def open_registry(
    uri: str | None = None,
    actor: str | None = None,
    *,
    ask: Ask | None = None,
    token: str | None = None,
    follows: bool = False,
) -> Registry:
    """Open the registry at `uri`; see `jupyter_modelreg.connect`.

    `ask` asks a person for the token of a server, where there is none; `token` is it, in place of what is found. What
    `follows` is for whoever the environment names by now, as MLflow's store is.
    """
    address = registry_address(uri)
    if address.server is not None:
        if actor is not None:
            raise InvalidInput(
                f"{address.server} knows by your token who you are", "leave the actor out, or use registry.acting_as(…)"
            )
        from jupyter_modelreg.remote.registry import RemoteRegistry

        return RemoteRegistry(address.server, mlflow_tracking, _reader(), _open_peer, ask, token, follows=follows)
    if token is not None:
        raise InvalidInput(f"{address.uri} asks for no token", "a token is for a server: https://host")
    return Registry(_context(address, actor))


def open_once(uri: str | None = None, *, ask: Ask | None = None) -> Registry:
    """`open_registry` for a process that runs one command and ends: it starts and ends in less time.

    Going through what has been imported, which all stays, takes the garbage collector a quarter of such a process, most
    of it at the end. DuckDB comes after that: it complains of what it finds alive at the end.
    """
    gc.disable()
    try:
        if registry_address(uri).server is None:
            importlib.import_module("jupyter_modelreg.storage.sql.transaction")
        gc.freeze()
        return open_registry(uri, ask=ask)
    finally:
        gc.enable()


def ask_on_terminal(question: str) -> str | None:
    """What somebody types on the terminal, hidden; None where there is none, and in threads beside the main one."""
    if threading.current_thread() is not threading.main_thread() or sys.stdin is None or not sys.stdin.isatty():
        return None
    return getpass.getpass(question) or None


def open_context(uri: str | None = None, actor: str | None = None) -> Context:
    """What a registry at `uri` works with: its database, its files, MLflow, and `actor`, or whoever is logged in.

    Raises InvalidState for one that a server has.
    """
    address = registry_address(uri)
    if address.server is not None:
        raise InvalidState(
            f"{address.server} is a server, and this takes a registry that is opened here",
            "name its file or its database, on the machine where it is",
        )
    return _context(address, actor)


def _context(address: RegistryAddress, actor: str | None) -> Context:
    return Context(
        _store(address),
        partial(_files, address),
        mlflow_tracking,
        actor or current_actor(),
        gateway=partial(_gateway, address.path),
        past=_past,
        reader=_reader(),
        os_user=os_user(),
        provenance=_here,
        sql=partial(_sql, address.path),
        limit=_limited,
    )


def _store(address: RegistryAddress) -> Store:
    if address.database is None:
        from jupyter_modelreg.storage import DuckDBStore

        return DuckDBStore(address.path, address.uri)
    from jupyter_modelreg.storage import PostgreSQLStore

    return PostgreSQLStore(address.database, address.uri, address.schema, address.path)


def current_actor() -> str:
    """On whose behalf this process works: MODELREG_ACTOR, the JupyterHub user, else who is logged in."""
    named = os.environ.get("MODELREG_ACTOR") or os.environ.get("JUPYTERHUB_USER")
    if named:
        return named
    try:
        return getpass.getuser()
    except (KeyError, ImportError, OSError):  # Python before 3.13 raises the first; Windows without USERNAME the second
        return os_user()


@cache
def os_user() -> str:
    """The user that this process belongs to, whatever variables say, where the system tells.

    A user without a name, as containers often have, is `uid-` and the number.
    """
    try:
        import pwd
    except ImportError:  # Windows has none
        return os.environ.get("USERNAME") or "unknown"
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid-{os.getuid()}"


def _reader() -> Reader:
    return Reader(notebook=notebook, noted=_noted)


def _noted() -> bool:
    """Whether it is noted who loads models: unless MODELREG_USAGE is off."""
    return os.environ.get("MODELREG_USAGE", "").strip().lower() not in ("off", "0", "false", "no")


def mlflow_tracking() -> Tracking:
    """Where models come from, as MLflow knows it; MLflow itself is imported when it is asked.

    In a thread beside others it is imported at once, by one at a time: its modules import each other in circles, of
    which two threads that begin at different places see half.
    """
    from jupyter_modelreg.mlflow_client.resolver import MlflowTracking

    if threading.current_thread() is not threading.main_thread():
        with _importing:
            importlib.import_module("mlflow")
    return MlflowTracking()


def _limited(tracking: Tracking, places: Sequence[str]) -> Tracking:
    from jupyter_modelreg.mlflow_client.limited import LimitedTracking

    return LimitedTracking(tracking, places)


def _here() -> Place | None:
    """Which code works here; see `core.ports.provenance`."""
    from jupyter_modelreg.provenance import here

    return here()


def _past(store: Store, last: int, time: int) -> Store:
    from jupyter_modelreg.storage.memory.past import PastStore

    return PastStore(store, last, time)


def _sql(path: Path, store: Store) -> SqlEngine:
    from jupyter_modelreg.storage.duckdb.sql.engine import engine_of

    return engine_of(store, path)


def _files(address: RegistryAddress) -> FileStore:
    if address.objects is None:
        from jupyter_modelreg.artifacts import ManagedFiles

        return ManagedFiles(address.path.with_name(f"{address.path.name}.files"))
    from jupyter_modelreg.artifacts.objects import ObjectFiles

    return ObjectFiles(address.objects)


def _gateway(path: Path) -> ExchangeGateway:
    from jupyter_modelreg.exchange.open import LocalExchangeGateway

    return LocalExchangeGateway(open_context, mlflow_tracking, path, _server_peer)


def _open_peer(uri: str, *, new: bool) -> AbstractContextManager[Peer]:
    """Another registry, for one at a server to exchange with."""
    return _gateway(registry_address().path).open_peer(uri, current_actor(), new=new)


def _server_peer(server: str) -> AbstractContextManager[Peer]:
    from jupyter_modelreg.remote.sync import server_peer

    return server_peer(server, mlflow_tracking, ask_on_terminal)


def _reopen(registry: Registry) -> tuple[Callable[[str, str], Registry], tuple[str, str]]:
    return open_registry, (registry.uri, registry.actor)


# A registry goes to a worker process (joblib, Dask, Ray, multiprocessing) as its URI and its actor.
copyreg.pickle(Registry, _reopen)
