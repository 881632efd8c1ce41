"""Versions: the columns of their table, and several side by side."""
