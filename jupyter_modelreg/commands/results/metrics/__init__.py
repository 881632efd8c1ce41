"""Metrics over the versions of a model, in a notebook and on a terminal."""
