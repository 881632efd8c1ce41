"""The domain: what a registry is, what may be done to it, and what is recorded of it. Imports no database and no host."""
