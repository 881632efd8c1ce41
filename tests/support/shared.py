"""A registry that several people share: ana owns it, and what is not granted is not allowed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry

As = Callable[[str], Registry]


def close(registry: Registry) -> Registry:
    """Leave `registry`, which is open to everybody, to its owner alone; returns it."""
    registry.grants.revoke(["ALL PRIVILEGES", "MANAGE"], "registry", ["account users"])
    return registry


@pytest.fixture
def as_(registry: Registry) -> Iterator[As]:
    """The same registry, opened by somebody else."""
    opened: dict[str, Registry] = {}

    def of(actor: str) -> Registry:
        if actor not in opened:
            opened[actor] = jupyter_modelreg.connect(registry.uri, actor=actor)
        return opened[actor]

    yield of
    for each in opened.values():
        each.close()
