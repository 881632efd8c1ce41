"""Searches and pages: what can be asked of the registry, independent of any query language."""
