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
from jupyter_modelreg.storage.duckdb.errors import not_written
from jupyter_modelreg.storage.sql.changes import Changes

_logger = logging.getLogger(__name__)
_FIRST = 20 + 1 + len(GENESIS) + 1  # bytes of the first line, always the same: a new one never leaves a rest of the old
_ROOM = 1 << 16
_sync = getattr(os, "fdatasync", os.fsync)


@dataclass
class Contents:
    """What a journal says.

    Attributes:
        base: the number and the hash of the newest event in the database when the journal was emptied last; None
            where that is not known.
        units: what was kept since, in order, when all of it was read; later ones are not added.
        end: bytes of all that.
        room: bytes from the beginning to the end of the zeros behind it, which are there to be written over; 0 where
            something else is behind it.
    """

    base: tuple[int, str] | None = None
    units: list[Changes] = field(default_factory=list)
    end: int = 0
    room: int = 0


class Journal:
    """The journal of the database at `database`; to be used by whoever has the turn."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(f"{database.name}.journal")
        self._database = database
        self._descriptor: int | None = None

    def read(self) -> Contents:
        """All of it. Raises RegistryUnavailable where it is damaged."""
        try:
            content = self.path.read_bytes()
        except FileNotFoundError:
            return Contents()
        except OSError as error:
            raise RegistryUnavailable(
                f"the journal {self.path} cannot be read: {error.strerror or error}",
                "check the permissions of the file and its folder",
            ) from error
        base = _base(content[:_FIRST])
        if base is None and content:
            _logger.warning("%s does not say how far the activity log went", self.path)
        if len(content) < _FIRST:
            return Contents()
        found = Contents(base, end=_FIRST)
        found.units.extend(self._units(content, found))
        found.room = len(content) if not content[found.end :].strip(b"\0") else 0
        return found

    def news(self, since: Contents) -> list[Changes] | None:
        """What others have kept since `since` was read, which is brought up to date; None if it was emptied since."""
        try:
            with self.path.open("rb") as file:
                if since.base is None or _base(file.read(_FIRST)) != since.base:
                    return None
                size = file.seek(0, os.SEEK_END)
                if size < since.end:
                    return None
                file.seek(since.end)
                tail = file.read()
        except OSError:  # whoever then reads all of it will say why it cannot be read
            return None
        beyond = Contents()
        units = list(self._units(tail, beyond))
        since.room = since.end + len(tail) if not tail[beyond.end :].strip(b"\0") else 0
        since.end += beyond.end
        return units

    def append(self, unit: Changes, contents: Contents, head: Event | None) -> Changes:
        """Keep a unit of work for good, behind `contents`; returns it as whoever reads it will see it.

        `head` is the newest event before it. Raises RegistryUnavailable, and then nothing has been kept.
        """
        text = unit.to_json().encode()
        line = b"%08x %s\n" % (zlib.crc32(text), text)
        try:
            descriptor = self._opened()
            if contents.end == 0:
                contents.base = (head.seq, head.hash) if head else (0, GENESIS)
                _write(descriptor, _first_line(contents.base), 0)
                contents.end = _FIRST
            try:
                if contents.end + len(line) > contents.room:
                    contents.room = _make_room(descriptor, contents.end, len(line))
                _write(descriptor, line, contents.end)
                _sync(descriptor)
            except BaseException:
                contents.room = 0
                os.ftruncate(descriptor, contents.end)
                raise
        except OSError as error:
            raise not_written(self._database, error) from error
        contents.end += len(line)
        return Changes.from_json(text)

    def empty(self, head: Event | None) -> Contents:
        """Everything is in the database now, up to `head`. An error here is only logged: what is committed is so."""
        contents = Contents((head.seq, head.hash) if head else (0, GENESIS), end=_FIRST)
        try:
            descriptor = self._opened()
            _write(descriptor, _first_line(contents.base), 0)
            os.ftruncate(descriptor, _FIRST)
        except OSError:
            _logger.warning("%s could not be written", self.path, exc_info=True)
            return Contents()
        return contents

    def close(self) -> None:
        """Let go of the file."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def _opened(self) -> int:
        if self._descriptor is None:
            self._descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666)
        return self._descriptor

    def _units(self, content: bytes, found: Contents) -> Iterator[Changes]:
        """The units in `content` from `found.end`, which moves behind the last whole line."""
        while True:
            end = content.find(b"\n", found.end) + 1
            if not end:
                return  # what is left was cut short, and so was never acknowledged
            unit = _unit(content[found.end : end])
            if unit is None:
                if not content[end:].strip(b"\0"):
                    return
                raise RegistryUnavailable(
                    f"the journal {self.path} is damaged: it holds changes that cannot be read",
                    "restore a backup: modelreg restore FILE --force; to go on without its newest changes, "
                    f"move {self.path.name} away",
                )
            yield unit
            found.end = end


def _make_room(descriptor: int, end: int, size: int) -> int:
    """Write zeros behind `end`, and nothing else; returns where they end.

    Writing over what is there is flushed in half the time of making a file longer.
    """
    os.ftruncate(descriptor, end)
    room = (end + size + _ROOM) // _ROOM * _ROOM
    _write(descriptor, bytes(room - end), end)
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


def _unit(line: bytes) -> Changes | None:
    checked, _, text = line[:-1].partition(b" ")
    if checked != b"%08x" % zlib.crc32(text):
        return None
    return Changes.from_json(text)


def _write(descriptor: int, content: bytes, at: int) -> None:
    os.lseek(descriptor, at, os.SEEK_SET)
    while content:
        content = content[os.write(descriptor, content) :]
