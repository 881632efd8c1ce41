"""What the tests of registering share: a name, and what to look at afterwards."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlparse

from jupyter_modelreg.core.registry import Registry


def actions(registry: Registry) -> list[str]:
    return [event.action for event in registry.history.list()]


def folder_of(registry: Registry, reference: str) -> Path:
    return Path(unquote(urlparse(registry.versions.location(reference)).path))
