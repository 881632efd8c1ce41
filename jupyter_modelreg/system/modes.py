"""File modes: what the umask leaves of them, without write permission where the registry keeps the files itself."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from threading import Lock

from jupyter_modelreg.core.entities.versions import EntryKind

PART_MODE = 0o600  # of what is not whole yet

_setting = Lock()


def umask() -> int:
    """The umask of this process.

    Linux tells it. Elsewhere it can only be read by setting it, to a strict one, since other threads may be creating
    files meanwhile.
    """
    try:
        with open("/proc/self/status", encoding="ascii", errors="replace") as status:
            for line in status:
                if line.startswith("Umask:"):
                    return int(line.split()[1], 8)
    except OSError:
        pass
    with _setting:
        found = os.umask(0o077)
        os.umask(found)
    return found


@dataclass(frozen=True)
class Modes:
    """The modes of files and folders under one umask; whoever owns them may read them in any case."""

    umask: int = field(default_factory=umask)

    def kept(self, kind: EntryKind) -> int:
        """Of what the registry keeps, which nobody may write to."""
        return self._masked(0o444 if kind == "file" else 0o555)

    def copied(self, kind: EntryKind) -> int:
        """Of a copy that is its owner's to change, as a new file or folder would have it."""
        return self._masked(0o666 if kind == "file" else 0o777)

    def _masked(self, mode: int) -> int:
        return (mode & ~self.umask) | (mode & 0o700)


def kind_of(mode: int) -> EntryKind:
    """Whether a file with these permissions is a program; Windows knows no such bit and says so of none."""
    return "executable" if os.name != "nt" and mode & 0o100 else "file"
