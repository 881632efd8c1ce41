"""The journal: units of work that are safe on disk and not yet in the database.

A transaction of the database costs ten times what a line at the end of a file does, flushed to disk. So a small change
becomes a line here, and enters the database later, with others: before the next question that only the database can
answer, once the registry is not in use, or when they are many. Whoever opens the registry reads the journal first, so
nobody sees a registry without it, and a process that is killed loses nothing that was acknowledged.

The first line says how far the activity log went when the journal was emptied last. That is also what tells when a
database has lost its newest changes: its write-ahead log is removed or cut short after a crash, an old copy of the file
is put in its place, the file itself is deleted. DuckDB opens what is left as if nothing had happened. The line is
written after the database has committed, so it may lag behind the database, but the database must never lag behind it.
"""

from __future__ import annotations

import logging
import os
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_modelreg.core.entities.events import GENESIS, Event
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.storage.duckdb.errors import journal_of, not_written
from jupyter_modelreg.storage.sql.unit import LoggedUnit
from jupyter_modelreg.system.files import OwnFile, sync_folder

_logger = logging.getLogger(__name__)
_FIRST = 20 + 1 + len(GENESIS) + 1  # bytes of the first line, always the same: a new one never leaves a rest of the old
_ROOM = 1 << 16  # the file has the first line only, or a multiple of so many bytes: else somebody has cut it
_sync = getattr(os, "fdatasync", os.fsync)


@dataclass
class JournalState:
    """What a journal says.

    Attributes:
        there: whether there is one.
        base: the number and the hash of the newest event in the database when the journal was emptied last; None
            where that is not known.
        units: those appended since, in order, when all of it was read; later ones are not added.
        end: bytes of all that.
        room: bytes from the beginning to the end of the zeros behind it, which are there to be written over; 0 where
            something else is behind it.
    """

    there: bool = False
    base: tuple[int, str] | None = None
    units: list[LoggedUnit] = field(default_factory=list)
    end: int = 0
    room: int = 0


class Journal:
    """The journal of the database at `database`; to be used by whoever has the lease."""

    def __init__(self, database: Path) -> None:
        self.path = journal_of(database)
        self._database = database
        self._file: OwnFile | None = None

    def read(self) -> JournalState:
        """All of it. Raises RegistryUnavailable where it is damaged, or cannot be read and written."""
        try:
            file = self._opened(make=False)
            size = os.fstat(file.fileno()).st_size
            content = file.read(size)
        except FileNotFoundError:
            return JournalState()
        except OSError as error:
            raise RegistryUnavailable(
                f"the journal {self.path} cannot be read and written: {error.strerror or error}",
                "check the permissions of the file and its folder, and that it is a plain file",
            ) from error
        if not size:  # whoever made it was killed
            return JournalState(there=True)
        if size != _FIRST and (size < _FIRST or size % _ROOM):
            raise self._damaged("was cut short, so that changes may be missing")
        base = _base(content[:_FIRST])
        if base is None:
            _logger.warning("%s does not say how far the activity log went", self.path)
        found = JournalState(there=True, base=base, end=_FIRST)
        found.units.extend(self._units(content, found))
        found.room = len(content) if not content[found.end :].strip(b"\0") else 0
        return found

    def news(self, since: JournalState) -> list[LoggedUnit] | None:
        """What others have appended since `since` was read, which is brought up to date; None if it was emptied."""
        try:
            file = self._opened(make=False)
            if since.base is None or _base(file.read(_FIRST)) != since.base:
                return None
            size = os.fstat(file.fileno()).st_size
            if size < since.end:
                return None
            tail = file.read(size - since.end, since.end)
        except OSError:  # whoever then reads all of it will say why it cannot be read
            return None
        beyond = JournalState()
        units = list(self._units(tail, beyond))
        since.room = since.end + len(tail) if not tail[beyond.end :].strip(b"\0") else 0
        since.end += beyond.end
        return units

    def append(self, unit: LoggedUnit, state: JournalState, last: Event | None) -> None:
        """Write a unit of work for good, behind `state`.

        `last` is the newest event before it. Raises RegistryUnavailable, and then nothing has been written.
        """
        text = unit.to_json().encode()
        line = b"%08x %s\n" % (zlib.crc32(text), text)
        try:
            file = self._opened()
            if state.end == 0:
                state.base = (last.seq, last.hash) if last else (0, GENESIS)
                file.write(_first_line(state.base))
                state.end = _FIRST
            if state.end + len(line) > state.room:
                state.room = _make_room(file, state.end, len(line))
            try:
                file.write(line, state.end)
                _sync(file.fileno())
            except BaseException:
                state.room = 0
                file.write(bytes(len(line)), state.end)
                raise
        except OSError as error:
            raise not_written(self._database, error) from error
        state.end += len(line)

    def empty(self, last: Event | None) -> JournalState:
        """Everything is in the database now, up to `last`. An error here is only logged: what is committed is so."""
        state = JournalState(there=True, base=(last.seq, last.hash) if last else (0, GENESIS), end=_FIRST)
        try:
            file = self._opened()
            file.write(_first_line(state.base))
            os.ftruncate(file.fileno(), _FIRST)
        except OSError as error:
            _logger.warning("%s could not be written: %s", self.path, error.strerror or error)
            return JournalState()
        return state

    def close(self) -> None:
        """Let go of the file."""
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _opened(self, *, make: bool = True) -> OwnFile:
        if self._file is None:
            try:
                self._file = OwnFile(self.path, os.O_RDWR)
            except FileNotFoundError:
                if not make:
                    raise
                self._file = OwnFile(self.path)
                sync_folder(self.path.parent)
        return self._file

    def _units(self, content: bytes, found: JournalState) -> Iterator[LoggedUnit]:
        """The units in `content` from `found.end`, which moves behind the last whole line.

        A line is written over zeros. So one that only reached the disk in part, and was never acknowledged, still has
        some of them, or lacks its end; whatever else cannot be read is damage.
        """
        unreadable = self._damaged("is damaged: it holds changes that cannot be read")
        while True:
            end = content.find(b"\n", found.end) + 1
            if not end:
                rest = content[found.end :].rstrip(b"\0")
                if _checked(rest[:-1]) is not None:  # all but its end
                    raise unreadable
                return
            text = _checked(content[found.end : end - 1])
            if text is None:
                if b"\0" in content[found.end : end] and not content[end:].strip(b"\0"):
                    return
                raise unreadable
            yield self._unit(text)
            found.end = end

    def _unit(self, text: bytes) -> LoggedUnit:
        try:
            return LoggedUnit.from_json(text)
        except LookupError as error:
            raise RegistryUnavailable(
                f"the journal {self.path} was written by a newer jupyter_modelreg (it has {error.args[0]!r})",
                "upgrade with: pip install -U jupyter_modelreg",
            ) from error
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise self._damaged("holds changes that are none of a registry's") from error

    def _damaged(self, how: str) -> RegistryUnavailable:
        return RegistryUnavailable(
            f"the journal {self.path} {how}",
            "restore a backup: modelreg restore FILE --force; to go on without its newest changes, "
            f"move {self.path.name} away",
        )


def _make_room(file: OwnFile, end: int, size: int) -> int:
    """Write zeros behind `end`, and nothing else; returns where they end.

    Writing over what is there is flushed in half the time of making a file longer.
    """
    before = os.fstat(file.fileno()).st_size
    room = max((end + size + _ROOM) // _ROOM * _ROOM, before // _ROOM * _ROOM)
    try:
        os.ftruncate(file.fileno(), room)  # at once, so that nobody ever finds another size
        file.write(bytes(room - end), end)
    except OSError:
        os.ftruncate(file.fileno(), before)
        raise
    return room


def _first_line(base: tuple[int, str] | None) -> bytes:
    seq, hashed = base or (0, GENESIS)
    return f"{seq:020d} {hashed}\n".encode()


def _base(line: bytes) -> tuple[int, str] | None:
    try:
        seq, hashed = line.decode("ascii").split()
        return (int(seq), hashed) if len(line) == _FIRST else None
    except ValueError:
        return None


def _checked(line: bytes) -> bytes | None:
    """What a line holds; None where its checksum is another one."""
    checksum, _, text = line.partition(b" ")
    return text if checksum == b"%08x" % zlib.crc32(text) else None
