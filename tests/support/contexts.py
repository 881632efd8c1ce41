"""What a registry works with, opened once more beside it: for tests of what lies below its topics."""

from __future__ import annotations

from pathlib import Path

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.connection import mlflow_tracking, open_context
from jupyter_modelreg.core.context import Context, epoch_ms
from jupyter_modelreg.core.ports.files import FileStore
from jupyter_modelreg.core.ports.store import Clock
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.uri import registry_address


def context_of(
    registry: Registry,
    *,
    actor: str | None = None,
    files: FileStore | None = None,
    clock: Clock = epoch_ms,
    exchanging: bool = False,
) -> Context:
    """The database and the files of `registry`; on demand with another `actor`, other `files`, another `clock`.

    Only when `exchanging` can anything be imported or exported.
    """
    opened = open_context(registry.uri)
    return Context(
        opened.store,
        lambda: files or opened.files,
        mlflow_tracking,
        actor or registry.actor,
        clock,
        gateway=(lambda: opened.gateway) if exchanging else None,
    )


def root_of(registry: Registry) -> Path:
    """The folder that holds the folders of managed versions."""
    path = registry_address(registry.uri).path
    return path.with_name(f"{path.name}.files")


def folder_of(registry: Registry, reference: str) -> Path:
    """Where the files of a managed version are."""
    return ManagedFiles(root_of(registry)).path(registry.versions.get(reference).id)
