"""Which code works with the registry: the notebook and cell, or the script, of this process."""

from __future__ import annotations

from collections.abc import Callable

from jupyter_modelreg.core.lineage.records import Place

Provenance = Callable[[], Place | None]
"""Which code is running now, and the state of its repository; None where it is nobody's notebook, script or shell.

What is not known of it is None and never guessed. It raises nothing, and takes some tens of milliseconds at most.
"""
