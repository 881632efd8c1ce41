"""That the database is the registry that was here, with everything it had: see `journal` for how that is known."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb
import sqlalchemy as sa

from jupyter_modelreg.core.entities.events import Event
from jupyter_modelreg.core.errors import RegistryUnavailable
from jupyter_modelreg.storage.duckdb.engine import Database
from jupyter_modelreg.storage.duckdb.errors import RESTORE, wal_of
from jupyter_modelreg.storage.duckdb.journal import Journal, JournalState
from jupyter_modelreg.storage.sql import tables
from jupyter_modelreg.storage.sql.compiled import Statement
from jupyter_modelreg.storage.sql.unit import LoggedUnit

_TABLES = "SELECT table_name FROM duckdb_tables() WHERE database_name = 'registry'"
# Fails unless each name is that of a table, which is all that this function takes. A listing takes eight times as long:
# the first one in a process makes DuckDB's own hundred views.
_ALL_ARE_TABLES = " UNION ALL ".join(
    f"SELECT NULL FROM duckdb_table_sample('registry.main.{name}') WHERE false"  # noqa: S608 - our own names
    for name in tables.metadata.tables
)
_HASH = Statement(sa.select(tables.events.c.hash).where(tables.events.c.seq == sa.bindparam("by_seq")))


def check_only_name(path: Path) -> None:
    """Raises RegistryUnavailable for a file that has another name, too."""
    if path.is_file() and path.stat().st_nlink > 1:
        raise RegistryUnavailable(
            f"{path} is one file under several names (hard links): whoever uses another one has other locks and "
            "another journal, and so both would lose changes",
            "make a copy of its own, with its .journal beside it, and remove the other names",
        )
    if _is_mounted(path):
        raise RegistryUnavailable(
            f"{path} is mounted here as a single file: its locks and its journal stay outside, and so changes would "
            "be lost",
            "mount the folder that it is in",
        )


def _is_mounted(path: Path) -> bool:
    try:
        mounts = Path("/proc/self/mountinfo").read_text().splitlines()
    except OSError:  # only Linux has that
        return False
    # A blank in a name is written as \\040 there, and so on.
    name = re.sub(r"[ \t\n\\]", lambda found: f"\\{ord(found[0]):03o}", str(path))
    return any(line.split()[4:5] == [name] for line in mounts)


def check_tables(database: Database, path: Path) -> None:
    """Raises RegistryUnavailable where something else has the name of a table: a view shows what it likes."""
    try:
        database.ask(_ALL_ARE_TABLES, ())
    except duckdb.CatalogException:
        there = {row[0] for row in database.ask(_TABLES, ())}
        missing = sorted(set(tables.metadata.tables) - there)
        if not missing:
            raise
        raise RegistryUnavailable(
            f"{path} is no registry, or was altered: it has no table {missing[0]!r}",
            f"look into it with DuckDB, or {RESTORE}",
        ) from None


def check_before_opening(path: Path, journal: JournalState) -> None:
    """Raises RegistryUnavailable for what DuckDB would take for a new database, and so lose what was there."""
    wal = wal_of(path)
    if not path.exists():
        if journal.base is not None and (journal.base[0] or journal.units):
            raise RegistryUnavailable(
                f"the registry {path} is gone; its activity log went up to event {_reach(journal)}",
                f"put the file back, or restore a backup: modelreg restore FILE --force; "
                f"to begin anew, remove {Journal(path).path} and {path}.files",
            )
        if wal.exists() and wal.stat().st_size:
            raise RegistryUnavailable(
                f"the registry {path} is gone, but its write-ahead log {wal} is there",
                f"put the file back, or {RESTORE}; to begin anew, move {wal.name} away",
            )
    elif path.is_dir():
        raise RegistryUnavailable(f"{path} is a folder, not a DuckDB database", "name a file in it, or another one")
    elif path.stat().st_size == 0:
        raise RegistryUnavailable(f"{path} is empty, and so is not a DuckDB database any more", RESTORE)


def check_continuity(database: Database, path: Path, journal: JournalState, newest: Event | None) -> None:
    """Raises RegistryUnavailable when the open database is behind its journal, or has another history.

    `newest` is its last event.
    """
    if journal.base is None or (newest is not None and journal.base == (newest.seq, newest.hash)):
        return
    seq, expected = journal.base
    if seq == 0:
        return
    found = _hash_of(database, seq)
    if found == expected:
        return
    last = newest.seq if newest else 0
    anew = f"to go on without what is missing, remove {Journal(path).path}"
    if found is None and last < seq:
        missing = "its newest change is" if seq - last == 1 else f"its newest {seq - last:,} changes are"
        raise RegistryUnavailable(
            f"the registry {path} is older than it was: {missing} missing (the activity log ends at {last}, and went "
            f"up to {seq})",
            f"put back the right file and its .wal, or restore a backup: modelreg restore FILE --force; {anew}",
        )
    raise RegistryUnavailable(
        f"{path} is another registry than the one that was here, or was altered (event {seq} differs)",
        f"put back the right file, or restore a backup: modelreg restore FILE --force; {anew}",
    )


def without_stored(database: Database, path: Path, journal: JournalState, newest: Event | None) -> Sequence[LoggedUnit]:
    """The units in the journal that the database does not have; `newest` is its last event.

    A process that was killed may have left units that had just entered the database. Raises RegistryUnavailable when
    the database has gone on without them.
    """
    last = newest.seq if newest else 0
    stored = [unit for unit in journal.units if _seq(unit) <= last]
    missing = journal.units[len(stored) :]
    for unit in stored[-1:]:
        newest_stored = unit.events[-1]
        if _hash_of(database, newest_stored.seq) != newest_stored.hash:
            raise _strange(path)
    if missing and missing[0].events[0].seq != last + 1:
        raise _strange(path)
    return missing


def _hash_of(database: Database, seq: int) -> str | None:
    compiled = _HASH.on(database.backend)
    found = database.ask(compiled.sql, compiled.parameters({"by_seq": seq}))
    return found[0][0] if found else None


def _strange(path: Path) -> RegistryUnavailable:
    journal = Journal(path).path
    return RegistryUnavailable(
        f"the journal {journal} belongs to another registry than {path}, or to another state of it",
        f"put back the right file, or {RESTORE}; to go on without what is in the journal, move {journal.name} away",
    )


def _seq(unit: LoggedUnit) -> int:
    """The number of its last event."""
    return unit.events[-1].seq


def _reach(journal: JournalState) -> int:
    """The number of the newest event that the journal knows of."""
    if journal.units:
        return _seq(journal.units[-1])
    return journal.base[0] if journal.base else 0
