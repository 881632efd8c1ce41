"""Looking after a registry: verify, repair, backup and restore."""
