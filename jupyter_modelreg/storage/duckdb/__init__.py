"""One DuckDB file for many processes.

DuckDB lets one process have a file. So a process takes a lease on it (`lease`), opens it late, and lets go as soon as
it is idle and wanted. Between two leases it remembers what it knew (`row_cache`) and asks the files whether that is
still true.

What a process has of the files (`file.DatabaseFile`), from left to right as it needs more:

    CLOSED            KNOWN                       ATTACHED
    nothing is known  the journal is read, rows   DuckDB has the database
                      may be remembered; DuckDB
                      is not asked
        -- refresh --->    ------ database ----->
        <- invalidate --   <------ detach ------
        <------------------ close ---------------

The life of one write:

1. `Lease.acquire` holds signals back, waits for the other threads, then for the other processes (`FairLock`), and has
   the file `refresh` what it knows: new lines of the journal are read, the database is read afresh only where it has
   changed.
2. The unit of work looks rows up: in its own changes, in the row cache, then in the database.
3. `Session.commit` hands a small change to `DatabaseFile.append`: one line of the journal, flushed to disk. That is the
   moment at which it has happened. Large changes, and those the database has to judge, are a transaction of DuckDB;
   `note_commit` empties the journal after it.
4. The row cache applies the line, as every other process will that reads it.
5. `flush` enters the lines in the database: before the next question that only the database can answer, when they are
   many, or once the registry is idle. Killed before or in the middle of it, nothing is lost: whoever opens the registry
   next finds the lines, and leaves out those that have entered it (`recovery`).
6. The lease is given up after its time slice if others wait, else by its watcher thread; `detach` has DuckDB write
   everything into the file.
"""
