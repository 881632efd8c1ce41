"""In which notebook a run was made: the entry point `mlflow.run_context_provider`.

MLflow's own provider asks every Jupyter server it finds over HTTP, and keeps the file name alone, which says little
where there are ten `train.ipynb`. The kernel was told the whole path when it was started.
"""

from __future__ import annotations

import os
import sys
from pathlib import PurePath

from mlflow.entities import SourceType
from mlflow.tracking.context.abstract_context import RunContextProvider
from mlflow.utils.databricks_utils import is_in_databricks_runtime
from mlflow.utils.mlflow_tags import MLFLOW_SOURCE_NAME, MLFLOW_SOURCE_TYPE

_VSCODE = "__vsc_ipynb_file__"  # in the user's namespace
_JUPYTER = "JPY_SESSION_NAME"  # in the environment
_COLLABORATION = "RTC:"  # the drive through which jupyter-collaboration opens files


class NotebookContext(RunContextProvider):  # type: ignore[misc]  # MLflow comes without types
    """Tags new runs with the path of the notebook they are made in; tags the caller gives go before."""

    def in_context(self) -> bool:
        """Whether this is the kernel of a notebook whose path is known. Databricks says itself where it is."""
        return not is_in_databricks_runtime() and _notebook() is not None

    def tags(self) -> dict[str, str]:
        """MLflow's tags for the source of a run."""
        return {
            MLFLOW_SOURCE_NAME: _notebook() or "",
            MLFLOW_SOURCE_TYPE: SourceType.to_string(SourceType.NOTEBOOK),
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
