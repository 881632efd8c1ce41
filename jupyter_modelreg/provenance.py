"""Which code of whose this process runs: what is kept of where a version, or a run, came from."""

from __future__ import annotations

import os
import platform
import site
import sys
import sysconfig
from functools import cache

from jupyter_modelreg.core.lineage.records import MOST_SOURCE, Place, cut_source
from jupyter_modelreg.core.redact import text_without_credentials
from jupyter_modelreg.notebook import cell, cell_source, in_shell, running, session
from jupyter_modelreg.system.git import git_state

SETTING = "MODELREG_CELL_SOURCE"


def here() -> Place | None:
    """See `core.ports.provenance`."""
    found = running()
    path = script() if found is None else found.path
    source = None if path and found is None else kept_source()
    if path is None and source is None:
        return None
    return Place(
        kind="notebook" if found else "script" if path else "shell" if in_shell() else None,
        path=path,
        template=found and found.template,
        cell=cell() if source or found else None,
        source=source,
        session=session(),
        python=platform.python_version(),
        git=git_state(path or os.getcwd()) if path is None or os.path.exists(path) else None,
    )


def kept_source(most: int = MOST_SOURCE) -> str | None:
    """What the cell says that is running, without credentials in URLs; None where that is not to be kept."""
    if os.environ.get(SETTING, "").strip().lower() in ("off", "0", "false", "no"):
        return None
    source = cell_source()
    return None if source is None else cut_source(text_without_credentials(source), most)


def script() -> str | None:
    """The script of somebody's that this process runs; None for a program that was installed, and without a file."""
    path = getattr(sys.modules.get("__main__"), "__file__", None)
    if not isinstance(path, str) or not os.path.isfile(path):
        return None
    path = os.path.realpath(path)
    return None if path.startswith(_installed()) else path


@cache
def _installed() -> tuple[str, ...]:
    """The folders where programs are that were installed: a server, a test runner, our own command."""
    names = ("scripts", "purelib", "platlib", "stdlib")
    folders = {sysconfig.get_path(name) for name in names} | {os.path.dirname(sys.executable)}
    users = site.getuserbase()
    folders |= {site.getusersitepackages(), os.path.join(users, "bin"), os.path.join(users, "Scripts")}
    return tuple({f"{place}{os.sep}" for each in folders if each for place in (each, os.path.realpath(each))})
