"""A registry whose files are being replaced: what is left to do when a process was killed in the middle of it."""

from __future__ import annotations

from pathlib import Path

from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.system.swap import finish


def intent_of(path: Path) -> Path:
    """Where it is written down that the database at `path`, and its files, are being replaced."""
    return path.with_name(f"{path.name}.replacing")


def finish_replacing(path: Path) -> None:
    """Do what a process has left that was killed while it replaced the database. Raises RegistryUnavailable.

    For whoever has the turn.
    """
    intent = intent_of(path)
    try:
        finish(intent)
    except (OSError, ValueError) as error:
        raise RegistryUnavailable(
            f"a restore of {path} was cut short, and cannot be completed: {error}",
            f"make its folder writable and try again; {intent} says which file goes where",
        ) from error
