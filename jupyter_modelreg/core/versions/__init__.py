"""Versions of models, and the one way a version comes to be."""
