"""What whoever asks may do with the files of a version."""

from __future__ import annotations

from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.registry import Registry


def may(registry: Registry, operation: str, version: Version) -> bool:
    """Whether `operation` on a version would not be refused to whoever has `registry`."""
    return not any(operation in refusal.operations for refusal in registry.grants.refusals(version.name))
