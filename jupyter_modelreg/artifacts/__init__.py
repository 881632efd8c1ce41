"""Managed model files: one plain, read-only folder a version, added once, linked on copy, verified on load."""

from jupyter_modelreg.artifacts.file_store import ManagedFiles

__all__ = ["ManagedFiles"]
