"""How far the activity log went when it was last written, in a small file beside the database.

A database can lose its newest changes without a trace: its write-ahead log is removed or cut short after a crash, an
old copy of the file is put in its place, the file itself is deleted. DuckDB opens what is left as if nothing had
happened. The mark is what tells. It is written after each commit and never flushed, so it may lag behind the
database, but the database must never lag behind it.
"""

from __future__ import annotations

import logging
import os
from pathlib import Path

import sqlalchemy as sa

from jupyter_modelreg.core.entities import Event
from jupyter_modelreg.core.errors import RegistryUnusable
from jupyter_modelreg.storage import tables

_logger = logging.getLogger(__name__)


class Mark:
    """The mark of the database at `database`; to be used by whoever has the turn."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.mark")
        self._database = database

    def note(self, event: Event) -> None:
        """Remember `event` as the newest one. What is committed is committed: an error here is only logged."""
        try:
            handle = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o666)
            try:
                # Always of one length, so that a shorter one never leaves the end of a longer one behind.
                os.write(handle, f"{event.seq:020d} {event.hash}\n".encode())
            finally:
                os.close(handle)
        except OSError:
            _logger.warning("%s could not be written", self.path, exc_info=True)

    def check(self, connection: sa.Connection, newest: Event | None) -> None:
        """Raises RegistryUnusable when the open database is behind its mark, or has another history.

        `newest` is its last event.
        """
        noted = self._read()
        if noted is None or (newest is not None and noted == (newest.seq, newest.hash)):
            return
        seq, expected = noted
        events = tables.events
        with connection.begin():
            found = connection.execute(sa.select(events.c.hash).where(events.c.seq == seq)).scalar_one_or_none()
            if found == expected:
                return
            last = connection.execute(sa.select(sa.func.max(events.c.seq))).scalar_one() or 0
        if found is None and last < seq:
            missing = "its newest change is" if seq - last == 1 else f"its newest {seq - last:,} changes are"
            raise RegistryUnusable(
                f"the registry {self._database} is older than it was: {missing} missing (the activity log ends at "
                f"{last}, and went up to {seq})",
                f"put back the right file and its .wal, or restore a backup: modelreg restore FILE --force; "
                f"to go on without what is missing, remove {self.path}",
            )
        raise RegistryUnusable(
            f"{self._database} is another registry than the one that was here, or was altered (event {seq} differs)",
            f"put back the right file, or restore a backup: modelreg restore FILE --force; "
            f"to go on with this one, remove {self.path}",
        )

    def check_missing(self) -> None:
        """Raises RegistryUnusable when there is no database where there has been one."""
        noted = self._read()
        if noted is not None:
            raise RegistryUnusable(
                f"the registry {self._database} is gone; its activity log went up to event {noted[0]}",
                f"put the file back, or restore a backup: modelreg restore FILE --force; "
                f"to begin anew, remove {self.path} and {self._database}.files",
            )

    def _read(self) -> tuple[int, str] | None:
        """The number and the hash; None where there is no mark, or none that can be read."""
        try:
            seq, found = self.path.read_text(encoding="ascii").split()
            return int(seq), found
        except FileNotFoundError:
            return None
        except ValueError:  # cut short when the power failed
            _logger.warning("%s holds no mark", self.path)
            return None
