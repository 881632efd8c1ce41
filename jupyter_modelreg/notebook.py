"""In which notebook, and in which cell of it, this process works: for the runs it makes and the models it loads."""

from __future__ import annotations

import os
import sys
from pathlib import PurePath
from typing import Any

_VSCODE = "__vsc_ipynb_file__"  # in the user's namespace
_JUPYTER = "JPY_SESSION_NAME"  # in the environment
_COLLABORATION = "RTC:"  # the drive through which jupyter-collaboration opens files


def notebook() -> str | None:
    """The path of the notebook whose kernel this process is; None when it is none, or the path is not known.

    The kernel was told the whole path when it was started. A script that a cell starts inherits the environment of the
    kernel, but is no notebook.
    """
    # Where IPython was never imported, this is no kernel; and it is not for us to import it.
    shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    if shell is None or not hasattr(shell, "kernel"):
        return None
    for path in (shell.user_ns.get(_VSCODE), os.environ.get(_JUPYTER)):
        # A console has a session too, with a name like `Console 1`.
        if isinstance(path, str) and PurePath(path).suffix:
            place = PurePath(path.removeprefix(_COLLABORATION))  # a server may put its folder before it
            return str(place.with_name(place.name.removeprefix(_COLLABORATION)))
    return None


def cell() -> str | None:
    """The id of the cell that is running, as the front end has told the kernel; None where it has not."""
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    asked = shell.get_parent() if hasattr(shell, "get_parent") else {}
    found = asked.get("metadata", {}).get("cellId")
    return found if isinstance(found, str) and found else None
