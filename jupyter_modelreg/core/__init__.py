"""The domain: what a registry is, what may be done to it, what is recorded. Imports no database and no host."""
