"""A seal: where the activity log stood, as one short line to be kept elsewhere.

The hash of an event covers every event before it. So whoever has the line can tell later that nothing up to there was
altered, removed or put in another order, which somebody who can write the file could do to the log as a whole.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from jupyter_modelreg.core.entities.events import GENESIS, Event, chain_hash
from jupyter_modelreg.core.errors import InvalidInput

_LINE = re.compile(r"modelreg-seal:1:([0-9a-f]{12}):(\d{1,18}):([0-9a-f]{64})", re.ASCII)
_NEWER = re.compile(r"modelreg-seal:(?!1:)\d+:.*", re.ASCII)
_FIRST = 12  # characters of the first event's hash, which tell one registry from another


@dataclass(frozen=True)
class Seal:
    """Where a log stood.

    Attributes:
        registry: the beginning of the hash of its first event.
        seq, hash: the number and the hash of its last event.
    """

    registry: str
    seq: int
    hash: str

    @classmethod
    def of(cls, first: Event, last: Event) -> Seal:
        """The seal of a log that begins and ends with these events."""
        return cls(_name_of(first), last.seq, last.hash)

    @classmethod
    def read(cls, line: str) -> Seal:
        """Read what `str` of a seal has given. Raises InvalidInput."""
        found = _LINE.fullmatch(line.strip())
        if found is None:
            if _NEWER.fullmatch(line.strip()):
                raise InvalidInput("the seal is of a newer jupyter_modelreg", "pip install -U jupyter_modelreg")
            raise InvalidInput(f"{line[:60]!r} is no seal", "take the whole line that history --seal has printed")
        return cls(found[1], int(found[2]), found[3])

    def check(self, first: Event) -> None:
        """Raises InvalidInput for the seal of a registry that does not begin with `first`."""
        if _name_of(first) != self.registry:
            raise InvalidInput(
                "the seal is of another registry, or the first event of this one was altered",
                "connect to the registry that was sealed; verify without --seal looks at this one alone",
            )

    def __str__(self) -> str:
        return f"modelreg-seal:1:{self.registry}:{self.seq}:{self.hash}"


def _name_of(first: Event) -> str:
    """What tells a registry from others: the beginning of the hash of its first event."""
    return chain_hash(first, GENESIS)[:_FIRST]
