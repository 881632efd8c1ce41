"""What the topics of the registry have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jupyter_modelreg.core.registry import Registry


class Topic:
    """One topic of the registry; its public methods are the operations `topic.verb`."""

    def __init__(self, registry: Registry) -> None:
        self._registry = registry
