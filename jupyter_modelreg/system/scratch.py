"""Temporary folders beside a registry: on its disk, which has room for what it holds, and swept when left behind."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_modelreg.system.files import discard
from jupyter_modelreg.system.locks import ProcessLock

# A folder is locked at once when it is made; one that is older, and is not, belongs to nobody.
_AT_ONCE = 60  # seconds


@contextmanager
def scratch_folder(beside: Path, what: str) -> Iterator[Path]:
    """A new folder beside the path `beside`, removed at the end; `what` is a word for its name.

    Those that processes which are gone have left are removed, too. Raises OSError.
    """
    beside.parent.mkdir(parents=True, exist_ok=True)
    prefix = f"{beside.name}.{what}-"
    for left in beside.parent.glob(f"{prefix}*"):
        if _is_abandoned(left):
            discard(left)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=beside.parent))
    lock = ProcessLock(folder, create=False)
    try:
        lock.try_acquire()
        yield folder
    finally:
        lock.release()
        discard(folder)


def _is_abandoned(folder: Path) -> bool:
    try:
        if time.time() - folder.stat().st_mtime < _AT_ONCE:
            return False
        return not ProcessLock(folder, create=False).taken()
    except OSError:  # it has just gone, or is somebody else's
        return False
