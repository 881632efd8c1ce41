"""Lineage as the results of commands."""
