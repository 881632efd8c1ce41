"""The lease: which process holds the database file, and for how long."""
