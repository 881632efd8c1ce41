"""Whole registries coming in, and parts of this one going out in an archive."""

from jupyter_modelreg.core.exchange.exchange import Exchange

__all__ = ["Exchange"]
