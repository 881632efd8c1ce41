"""Managed model files: one plain, read-only folder a version, taken in once, linked on copy, verified on load."""

from jupyter_modelreg.artifacts.managed import ManagedFiles

__all__ = ["ManagedFiles"]
