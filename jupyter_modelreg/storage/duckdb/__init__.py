"""One DuckDB file for many processes.

DuckDB lets one process have a file. So a process takes a lease on it (`lease`), opens it late, and lets go as soon as
it is idle and wanted. Between two leases it remembers what it knew (`row_cache`) and asks the files whether that is
still true.

What a process has of the files (`file.State`), from left to right as it needs more:

    CLOSED                KNOWN                       ATTACHED
    nothing is known      the journal is read, rows   the same, and DuckDB
                          are remembered; DuckDB      has the database open
                          has let go of the database
      -------- refresh, where others have changed the database ------->
                            -- connection, ask, flush -->
                            <-------- detach ------------
      <----------------- invalidate, close ---------------------------

`refresh` of what is KNOWN, and unchanged but for new lines in the journal, attaches nothing. DuckDB itself is started
once and goes on running with nothing attached, until `close`. A process that was forked while its parent used the files
is left with ABANDONED, which leads nowhere: it makes a new `DatabaseFile`.

The life of one write:

1. `Lease.acquire` holds signals back, waits for the other threads, then for the other processes (`FairLock`), and has
   the file `refresh` what it knows: new lines of the journal are read, the database is read afresh only where it has
   changed.
2. The unit of work, a `Session` on the file, looks rows up: in its own changes, in the row cache, then in the database.
3. `Session.commit` hands a small change to its buffer, `DatabaseFile.append`: one line of the journal, flushed to
   disk, which holds the events of the unit. That is the moment at which it has happened. Large changes, and those the
   database has to judge, are a transaction of DuckDB; `note_commit` empties the journal after it.
4. The row cache (`RowCache`) holds rows as the database has them, and an overlay of what is in the journal only. It
   takes the changes of the unit to the overlay. Every other process that reads the line applies its events to its own
   overlay instead: to a row it does not know yet when it looks the row up, or enters it in the database.
5. `flush` enters the overlay in the database: before the next question that only the database can answer, when it is
   large, or once the registry is idle. Killed before or in the middle of it, nothing is lost: whoever opens the
   registry next finds the lines, and leaves out those that have entered it (`recovery`).
6. The lease is given up after its time slice if others wait, else by its watcher thread; `detach` has DuckDB write
   everything into the file.
"""
