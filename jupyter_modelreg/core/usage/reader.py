"""Whoever loads models."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Reader:
    """Whoever loads: where from, and whether that may be noted; both are asked at each load.

    Attributes:
        notebook: gives the path of the notebook that loads; None for none.
        noted: gives whether usage is noted.
    """

    notebook: Callable[[], str | None] = lambda: None
    noted: Callable[[], bool] = lambda: True
