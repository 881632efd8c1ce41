"""How to receive."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from jupyter_modelreg.core.sync.records import Side


@dataclass(frozen=True)
class ReceivingOptions:
    """How to receive.

    Attributes:
        sender, receiver: what the two are called.
        local: whether the paths that the sender names are paths of this machine.
        prefer, choices: whose value stands where both have changed something: for all, or by the name of the item.
        dry_run: only say what would be done.
        reason: why, for the log.
    """

    sender: str
    receiver: str
    local: bool = False
    prefer: Side | None = None
    choices: Mapping[str, Side] = field(default_factory=dict)
    dry_run: bool = False
    reason: str | None = None
