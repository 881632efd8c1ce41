"""The registry in PostgreSQL: a schema of its own in any database, for as many processes and machines as like.

The tables are those of `storage.sql`, with an order of texts and indexes that only PostgreSQL needs (`schema`). A
process has a pool of connections; each remembers the rows it has looked up (`RowCache`), and before it believes them it
asks for the newest event, since whatever changes them adds one.

A read is a REPEATABLE READ transaction: it sees the registry as it was when it began, and waits for nobody.

A write goes like this:

1. `pg_advisory_xact_lock` makes writers take turns, as events are numbered without gaps and each has the hash of the
   one before. Who waits for longer than MODELREG_LOCK_TIMEOUT is told who writes (RegistryBusy).
2. The transaction is READ COMMITTED, so that it sees what was written while it waited; nobody else writes meanwhile.
3. The unit of work goes to the database in as few statements as it takes, at its end. There is no journal: PostgreSQL
   has its own.
4. COMMIT keeps it and lets the next writer in. A process that dies before leaves nothing: its connection takes the
   transaction and the lock along.

What replaces the whole registry (`load`) fills another schema (`loading`) and gives it the name of the one in use,
which keeps a name of its own. Folders that come along change their places with the same transaction (`replacing`).
"""
