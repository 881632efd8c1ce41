"""In which notebook, and in which cell of it, this process works: for runs, for versions, and for models it loads."""

from __future__ import annotations

import json
import os
import sys
from functools import cache
from pathlib import Path, PurePath
from typing import Any, NamedTuple

_VSCODE = "__vsc_ipynb_file__"  # in the user's namespace
_VSCODE_CELL = "vscode-"  # how what VS Code calls a cell begins, which its file does not know
_JUPYTER = "JPY_SESSION_NAME"  # in the environment
_COLLABORATION = "RTC:"  # the drive through which jupyter-collaboration opens files
_PYTEST = "PYTEST_CURRENT_TEST"  # in the environment of a kernel that nbval has started
_PAPERMILL = ("PAPERMILL_OUTPUT_PATH", "PAPERMILL_INPUT_PATH")  # parameters that papermill sets when asked to
_RUNNERS = ("papermill", "jupyter-nbconvert", "jupyter-execute", "nbconvert", "execute")
_LARGEST = 50_000_000  # bytes of a notebook that is looked into for a cell


class Notebook(NamedTuple):
    """A notebook that is running.

    Attributes:
        path: of its file; a server may put its own folder before it.
        template: the notebook that it is a copy of, with parameters filled in.
    """

    path: str
    template: str | None = None


def notebook() -> str | None:
    """The path of the notebook whose kernel this process is; None when it is none, or the path is not known."""
    found = running()
    return None if found is None else found.path


def running() -> Notebook | None:
    """The notebook whose kernel this process is; None when it is none, or it is not known which.

    A front end tells the kernel when it starts it, or by a variable. What runs notebooks without a front end (nbval,
    papermill, nbconvert) does not, but what it was asked to run does. A script that a cell starts inherits the
    environment of the kernel, but is no notebook.
    """
    shell = _kernel_shell()
    if shell is None:
        return None
    told = shell.user_ns.get(_VSCODE)
    if _is_path(told):
        return Notebook(_plain(told))
    output, template = (shell.user_ns.get(name) for name in _PAPERMILL)
    if _is_notebook(output) or _is_notebook(template):
        return Notebook(str(output or template), str(template) if output and template else None)
    return _run_by_program(getattr(shell, "starting_dir", os.getcwd())) or _of_session()


def cell() -> str | None:
    """The id of the cell that is running; None where neither the front end has told it nor the notebook's file does."""
    metadata = _asked().get("metadata")
    found = metadata.get("cellId") if isinstance(metadata, dict) else None
    if isinstance(found, str) and found and not found.startswith(_VSCODE_CELL):
        return found
    source, place = cell_source(), notebook()
    return _cell_of(place, source) if source and place else None


def cell_source() -> str | None:
    """What the cell says that is running, or the input of a shell; None where there is none, or it is not known."""
    content = _asked().get("content")
    code = content.get("code") if isinstance(content, dict) else None
    if isinstance(code, str) and code.strip():
        return code
    return _typed() if _shell() is not None and _kernel_shell() is None else None


def _typed() -> str | None:
    """What was typed into the shell that runs this: what it notes among its inputs may be what was typed before."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if frame.f_code.co_name == "run_cell_async":
            code = frame.f_locals.get("raw_cell")
            return code if isinstance(code, str) and code.strip() else None
    return None


def session() -> str | None:
    """The session of this kernel; None in any other process."""
    found = getattr(getattr(getattr(_shell(), "kernel", None), "session", None), "session", None)
    return found if isinstance(found, str) and found else None


def in_shell() -> bool:
    """Whether this process is a shell of IPython without a notebook."""
    return _shell() is not None and _kernel_shell() is None


def _shell() -> Any:
    # Where IPython was never imported, this is no kernel; and it is not for us to import it.
    return getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()


def _kernel_shell() -> Any:
    shell = _shell()
    return shell if hasattr(shell, "kernel") else None


def _asked() -> dict[str, Any]:
    """The message in which the front end has asked for what is running."""
    shell = _shell()
    found = shell.get_parent() if hasattr(shell, "get_parent") else {}
    return found if isinstance(found, dict) else {}


# --- which notebook -----------------------------------------------------------------------------------------------


def _is_path(told: object) -> bool:
    # A console has a session too, with a name like `Console 1`.
    return isinstance(told, str) and bool(PurePath(told).suffix)


def _is_notebook(told: object) -> bool:
    return isinstance(told, str) and told.endswith(".ipynb")


def _plain(path: str) -> str:
    """A path without the name of a drive, which is before the name of the file, or before everything."""
    place = PurePath(path.removeprefix(_COLLABORATION))
    return str(place.with_name(place.name.removeprefix(_COLLABORATION)))


def _of_session() -> Notebook | None:
    """The notebook that a Jupyter server has started this kernel for, as it has told in the environment."""
    told = os.environ.get(_JUPYTER)
    if told is None or not _is_path(told) or told == _parent().session:
        return None  # a kernel that was started by a notebook's kernel has inherited the name of that one
    return Notebook(_plain(told))


@cache
def _run_by_program(folder: str) -> Notebook | None:
    """The notebook that a program runs which was asked to, where this kernel was started in `folder`."""
    words = _parent().words
    names = [PurePath(word).stem for word in words[:3]]
    if any(name in _RUNNERS for name in names):
        notebooks = [os.path.join(_parent().folder, word) for word in words if _is_notebook(word) and word[0] != "-"]
        if "papermill" in names:
            return Notebook(notebooks[1], notebooks[0]) if len(notebooks) == 2 else None
        return Notebook(notebooks[0]) if len(notebooks) == 1 else None
    test = os.environ.get(_PYTEST, "").partition("::")[0]
    path = os.path.join(folder, os.path.basename(test))  # nbval starts the kernel where the notebook is
    return Notebook(path) if _is_notebook(test) and os.path.isfile(path) else None


class _Program(NamedTuple):
    """The program that has started this one: its command line, its folder, and the session that it is in itself."""

    words: list[str]
    folder: str
    session: str | None


@cache
def _parent() -> _Program:
    psutil: Any = sys.modules.get("psutil")  # which a kernel has imported
    if psutil is None:
        return _Program([], "", None)
    try:
        parent = psutil.Process().parent()
        return _Program(parent.cmdline(), parent.cwd(), parent.environ().get(_JUPYTER))
    except (psutil.Error, OSError, AttributeError):  # there is none any more, or it is not ours to ask
        return _Program([], "", None)


def _cell_of(path: str, source: str) -> str | None:
    """The id of the one cell of a notebook that says `source`; None where none does, or several."""
    try:
        if os.path.getsize(path) > _LARGEST:
            return None
        cells = json.loads(Path(path).read_text(encoding="utf-8"))["cells"]
        found = [each.get("id") for each in cells if "".join(each.get("source", "")) == source]
    except (OSError, ValueError, KeyError, TypeError, AttributeError):  # it is elsewhere, or no notebook of this format
        return None
    return found[0] if len(found) == 1 and isinstance(found[0], str) else None
