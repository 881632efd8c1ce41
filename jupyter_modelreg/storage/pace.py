"""How long a process may keep a file that others wait for."""

from __future__ import annotations

from dataclasses import dataclass

# A busy process hands over after this long, or after this many times what handing over takes, which is more on a busy
# machine: else most of the time would go into handing over. In seconds.
SLICE = 0.03
_SLICE_COSTS = 4
_LONGEST_SLICE = 0.3
# Who has done nothing for this long, or for as long as handing over takes, is idle. In seconds.
_PATIENCE = 0.004
_LONGEST_PATIENCE = 0.03


@dataclass
class Pace:
    """What opening and closing the database took the last time, in seconds, and what follows from that."""

    opening: float = 0.0

    @property
    def slice(self) -> float:
        """For how long a busy process goes on while others wait, in seconds."""
        return min(_LONGEST_SLICE, max(SLICE, _SLICE_COSTS * self.opening))

    @property
    def patience(self) -> float:
        """How long a process waits for more to do while others wait, in seconds."""
        return min(_LONGEST_PATIENCE, max(_PATIENCE, self.opening))
