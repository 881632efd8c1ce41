"""Why a registry cannot be opened, in a sentence; and for how long that is tried."""

from __future__ import annotations

import errno
import math
import os
import threading
from pathlib import Path

import duckdb

from jupyter_modelreg.core.errors import InvalidInput, RegistryBusy, RegistryUnusable
from jupyter_modelreg.storage.duckdb.errors import unusable

# How long to wait for other processes, in seconds, unless MODELREG_LOCK_TIMEOUT says otherwise.
WAIT_LIMIT = 30.0
# What a filesystem without locks answers.
_NO_LOCKS = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


def wait_limit() -> float:
    """How long to wait for other processes, in seconds. Raises InvalidInput for a setting that is not a number."""
    text = os.environ.get("MODELREG_LOCK_TIMEOUT")
    if not text:
        return WAIT_LIMIT
    try:
        seconds = float(text)
    except ValueError:
        seconds = math.nan
    if not 0 <= seconds <= threading.TIMEOUT_MAX:
        raise InvalidInput(
            f"MODELREG_LOCK_TIMEOUT is {text!r}, which is no number of seconds", "set it to one like 30, or unset it"
        )
    return seconds


def not_opened(path: Path, error: OSError) -> RegistryUnusable:
    """The folder or its lock files cannot be used."""
    if error.errno in _NO_LOCKS:
        return no_locks(path, error)
    return RegistryUnusable(
        f"the registry {path} cannot be opened: {error.strerror or error} ({error.filename or path.parent})",
        "choose a folder you can write to, like: connect modelreg:////folder/registry.duckdb; to look into a registry "
        "that cannot be written to, copy it there, with its .files",
    )


def no_locks(path: Path, error: OSError | None = None) -> RegistryUnusable:
    """Processes could not take turns, and would overwrite what the others have written."""
    why = f": {error.strerror or error}" if error else ""
    return RegistryUnusable(
        f"the registry {path} is on a filesystem that keeps no file locks{why}",
        "put it on a local disk, or share it through a server: mlflow server --registry-store-uri modelreg:////…",
    )


def not_attached(path: Path, error: duckdb.Error) -> RegistryUnusable | RegistryBusy:
    """DuckDB does not open the file."""
    if isinstance(error, duckdb.ResourceInUseException):
        return RegistryBusy(
            f"{path} is open in this very process, through a DuckDB connection that is not the registry's",
            "close that connection, then try again",
        )
    return unusable(path, error)


def unfit_journal(path: Path, journal: Path, error: duckdb.Error) -> RegistryUnusable:
    """The database does not take what was kept for it; nothing is lost by saying so."""
    return RegistryUnusable(
        f"what is in {journal} does not go into {path}: {error}",
        f"keep a copy of both; to go on without those changes, move {journal.name} away",
    )
