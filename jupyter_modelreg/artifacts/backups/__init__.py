"""A whole registry in one file: writing and reading it."""
