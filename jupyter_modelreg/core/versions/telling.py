"""Telling whoever loads a version that it is deprecated: a command says so each time, a process once of a version."""

from __future__ import annotations

import sys
import warnings

from jupyter_modelreg.core.context import note_warning
from jupyter_modelreg.core.entities.values import ChangeWarning, Deprecation
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.rules.deprecations import deprecation_warning

# Who calls them is told, and not they themselves, nor what is between two of them.
_OURS = ("jupyter_modelreg", "mlflow", "contextlib")

# What was told in this process: of which registry, of which version, and since when that is so or in which words.
_told: set[tuple[str, int, int | str]] = set()


def tell_deprecated(uri: str, version: Version, told: Deprecation) -> None:
    """Warn that a version which is being loaded from the registry at `uri` is deprecated.

    It is a FutureWarning, which Python keeps for what users of a program are to see: a DeprecationWarning is for who
    writes it, and shows nowhere but in the notebook's own cells.
    """
    _tell((uri, version.id, told.at), deprecation_warning(version.reference, told))


def tell_as_told(uri: str, version: Version, warning: ChangeWarning) -> None:
    """The same, as the server at `uri` has put it."""
    _tell((uri, version.id, warning.message), warning)


def _tell(key: tuple[str, int, int | str], warning: ChangeWarning) -> None:
    if note_warning(warning) or key in _told:
        return
    _told.add(key)
    text = warning.message if warning.hint is None else f"{warning.message}; {warning.hint}"
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and str(frame.f_globals.get("__name__")).partition(".")[0] in _OURS:
        level, frame = level + 1, frame.f_back
    warnings.warn(text, FutureWarning, stacklevel=level)
