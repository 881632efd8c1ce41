"""In which notebook a run was made: the entry point `mlflow.run_context_provider`.

MLflow's own provider asks every Jupyter server it finds over HTTP, and keeps the file name alone, which says little
where there are ten `train.ipynb`. The kernel was told the whole path when it was started.
"""

from __future__ import annotations

import os
import sys
from pathlib import PurePath
from typing import Any

from mlflow.entities import SourceType
from mlflow.tracking.context.abstract_context import RunContextProvider
from mlflow.utils.databricks_utils import is_in_databricks_runtime
from mlflow.utils.git_utils import get_git_branch, get_git_commit, get_git_repo_url
from mlflow.utils.mlflow_tags import (
    MLFLOW_GIT_BRANCH,
    MLFLOW_GIT_COMMIT,
    MLFLOW_GIT_REPO_URL,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
)

_VSCODE = "__vsc_ipynb_file__"  # in the user's namespace
_JUPYTER = "JPY_SESSION_NAME"  # in the environment
_COLLABORATION = "RTC:"  # the drive through which jupyter-collaboration opens files


class NotebookContext(RunContextProvider):  # type: ignore[misc]  # MLflow comes without types
    """Tags new runs with the notebook and cell they are made in, and its commit; tags the caller gives go before."""

    def in_context(self) -> bool:
        """Whether this is the kernel of a notebook whose path is known. Databricks says itself where it is."""
        return not is_in_databricks_runtime() and _notebook() is not None

    def tags(self) -> dict[str, str]:
        """MLflow's tags for the source of a run, and ours for the cell."""
        # MLflow imports this module whenever it starts, and what follows only in a notebook's kernel.
        from jupyter_modelreg.mlflow_client.runs import CELL_TAG

        notebook = _notebook() or ""
        cell = _cell()
        return {
            MLFLOW_SOURCE_NAME: notebook,
            MLFLOW_SOURCE_TYPE: SourceType.to_string(SourceType.NOTEBOOK),
            **({CELL_TAG: cell} if cell else {}),
            **_git_tags(notebook),
        }


def _notebook() -> str | None:
    """The path of the notebook whose kernel this process is; None when it is none, or the path is not known.

    A script that a cell starts inherits the environment of the kernel, but is no notebook.
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


def _cell() -> str | None:
    """The id of the cell that is running, as the front end has told the kernel; None where it has not."""
    shell: Any = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
    asked = shell.get_parent() if hasattr(shell, "get_parent") else {}
    cell = asked.get("metadata", {}).get("cellId")
    return cell if isinstance(cell, str) and cell else None


def _git_tags(notebook: str) -> dict[str, str]:
    """Commit, branch and remote of the repository that the notebook is in; MLflow's own look at that of the kernel."""
    if not os.path.isfile(notebook) or (commit := get_git_commit(notebook)) is None:
        return {}
    branch, remote = get_git_branch(notebook), get_git_repo_url(notebook)
    found = {MLFLOW_GIT_COMMIT: commit, MLFLOW_GIT_BRANCH: branch, MLFLOW_GIT_REPO_URL: remote}
    return {tag: value for tag, value in found.items() if value}
