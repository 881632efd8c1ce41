"""The adapter that opens whole registries and archives to import from, and writes archives."""
