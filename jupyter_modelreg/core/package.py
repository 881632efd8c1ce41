"""What is known of this package itself."""

from __future__ import annotations

from functools import cache


@cache
def own_version() -> str:
    """The version of this package."""
    from importlib.metadata import version  # which most commands need not

    return version("jupyter_modelreg")
