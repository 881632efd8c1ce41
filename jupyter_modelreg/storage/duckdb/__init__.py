"""One DuckDB file that many processes share: the store, the lease on the file, and the journal."""
