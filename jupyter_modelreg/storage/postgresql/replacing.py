"""Folders that change their place together with a transaction, whatever ends the process, the server or the power.

Before the first of them moves, a marker beside them says which moves there are, and with which transaction. The
database knows for good whether that was kept: then whoever comes next does what is left of the moves, and otherwise
takes them back.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal

import sqlalchemy as sa

from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.system.files import discard, free_name, sync_folder
from jupyter_modelreg.system.locks import ProcessLock, too_long, wait_limit

Moves = Sequence[tuple[Path, Path]]
Outcome = Literal["committed", "aborted"]
OutcomeOf = Callable[[str], Outcome | None]
"""What became of a transaction, by its number; None where that cannot be known now."""

_AGAIN_AFTER = 0.02  # seconds
_TRANSACTION = sa.text("SELECT pg_current_xact_id()::text")
# Writes into the server's own log, whatever it is used for; nobody has to read it.
_NOTED = sa.text("SELECT pg_logical_emit_message(true, 'modelreg', 'replacing')")
_OUTCOME = sa.text("SELECT pg_xact_status(CAST(CAST(:transaction AS text) AS xid8))")


def transaction_of(connection: sa.Connection) -> str:
    """The number of the transaction that is open, by which the server knows it for good.

    A server that crashes gives the numbers again that its log on the disk does not have. Another transaction, which is
    kept, brings this one there.
    """
    number = str(connection.scalar(_TRANSACTION))
    connection.execute(_NOTED)
    with connection.engine.connect() as another:
        another.execute(_NOTED)
        another.commit()
    return number


def outcome(connection: sa.Connection, transaction: str) -> Outcome | None:
    """What became of a transaction, by its number; None for one that the server does not know, or not any more.

    It has ended, or its connection is gone, which the server may be the last to notice.
    """
    deadline = time.monotonic() + wait_limit()
    while True:
        try:
            said: object = connection.scalar(_OUTCOME, {"transaction": transaction})
        except sa.exc.DataError:  # it never was: the database is another one
            said = None
        connection.rollback()
        if said != "in progress" or time.monotonic() > deadline:
            return "committed" if said == "committed" else "aborted" if said == "aborted" else None
        time.sleep(_AGAIN_AFTER)


class Replacement:
    """Folders that move as one transaction is kept, which the file `marker` tells; it is in the folder that has them.

    Raises RegistryUnavailable where the file system fails.
    """

    def __init__(self, marker: Path) -> None:
        self._marker = marker

    def pending(self) -> bool:
        """Whether some process has begun to move, and has not come to an end."""
        return self._marker.exists()

    @contextmanager
    def moving(self, along: Moves, aside: str, transaction: str, outcome_of: OutcomeOf) -> Iterator[None]:
        """Folders in their places, what was there aside; back where the block raises and `transaction` was not kept.

        Nothing is moved, and the marker stays, where nobody knows.
        """
        if not along:
            yield
            return
        moves = [move for old, new in along for move in _with_way(old, new, aside)]
        lock = ProcessLock(self._marker)
        try:
            with self._failing():
                self._marker.parent.mkdir(parents=True, exist_ok=True)
                _held(lock, lock.try_acquire)
                self._write(moves, transaction)
                try:
                    _forward(moves)
                except BaseException:
                    self._end(moves, "aborted")
                    raise
            try:
                yield
            except BaseException as error:
                became = outcome_of(transaction)
                with self._failing():
                    self._end(moves, became)
                if became != "committed" or not isinstance(error, Exception):
                    raise
                return  # it was kept, and only that could not be heard
            with self._failing():
                self._end(moves, "committed")
        finally:
            lock.release()

    def settle(self, outcome_of: OutcomeOf) -> None:
        """Come to an end with what another process has begun, once that is gone.

        Raises RegistryUnavailable, RegistryBusy where it is at work for longer than MODELREG_LOCK_TIMEOUT says.
        """
        lock, limit = ProcessLock(self._marker, create=False), wait_limit()
        try:
            if not _held(lock, lambda: lock.acquire(time.monotonic() + limit)):
                raise too_long(self._marker, limit, lock)
            if not self.pending():  # it has come to an end by itself
                return
            with self._failing():
                moves, transaction = self._read()
                became = outcome_of(transaction) if moves else "aborted"
                if became is None:
                    raise RegistryUnavailable(
                        f"a restore was cut short, and the database does not know how it ended: see {self._marker}",
                        "move that file away, and restore a backup with --force",
                    )
                self._end(moves, became)
        finally:
            lock.release()

    def _end(self, moves: Moves, became: Outcome | None) -> None:
        if became is None:
            return
        (_forward if became == "committed" else _back)(moves)
        for folder in {path.parent for move in moves for path in move}:
            with suppress(FileNotFoundError):  # a temporary one that is gone
                sync_folder(folder)
        self._marker.unlink()
        sync_folder(self._marker.parent)

    def _write(self, moves: Moves, transaction: str) -> None:
        folder = self._marker.parent
        told = [[os.path.relpath(path, folder) for path in move] for move in moves]
        with self._marker.open("r+", encoding="utf-8") as writer:
            json.dump({"transaction": transaction, "moves": told}, writer)
            writer.truncate()
            writer.flush()
            os.fsync(writer.fileno())
        sync_folder(folder)

    def _read(self) -> tuple[Moves, str]:
        text = self._marker.read_text(encoding="utf-8")
        if not text:  # the process ended before anything was moved
            return [], ""
        told = json.loads(text)
        folder = self._marker.parent
        return [(folder / old, folder / new) for old, new in told["moves"]], str(told["transaction"])

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise RegistryUnavailable(
                f"the folders beside {self._marker} cannot be put in place: {error}",
                "see that it can be written to, and try again",
            ) from error


def _with_way(old: Path, new: Path, aside: str) -> Iterator[tuple[Path, Path]]:
    if new.exists():
        yield new, free_name(new, aside)
    yield old, new


def _forward(moves: Moves) -> None:
    """Do those of the moves that have not been done."""
    for old, new in moves:
        if os.path.lexists(old) and not os.path.lexists(new):
            old.rename(new)


def _back(moves: Moves) -> None:
    """Take back those that have been done."""
    for old, new in reversed(moves):
        if os.path.lexists(new) and not os.path.lexists(old):
            if old.parent.exists():
                new.rename(old)
            else:  # a temporary one, which has been swept up meanwhile
                discard(new)


def _held(lock: ProcessLock, take: Callable[[], bool]) -> bool:
    """Whether the lock is ours now; where the file system knows none, or the file is gone, it counts as ours."""
    try:
        return take()
    except OSError:
        return True
