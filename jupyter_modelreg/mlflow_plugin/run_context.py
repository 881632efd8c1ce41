"""In which notebook or script a run was made: the entry points `mlflow.run_context_provider`.

MLflow's own provider asks every Jupyter server it finds over HTTP, and keeps the file name alone, which says little
where there are ten `train.ipynb`.
"""

from __future__ import annotations

import os

from mlflow.entities import SourceType
from mlflow.tracking.context.abstract_context import RunContextProvider
from mlflow.utils.databricks_utils import is_in_databricks_runtime
from mlflow.utils.mlflow_tags import (
    MLFLOW_GIT_BRANCH,
    MLFLOW_GIT_COMMIT,
    MLFLOW_GIT_DIRTY,
    MLFLOW_GIT_REPO_URL,
    MLFLOW_SOURCE_NAME,
    MLFLOW_SOURCE_TYPE,
)
from mlflow.utils.validation import MAX_TAG_VAL_LENGTH

from jupyter_modelreg.notebook import cell, notebook, session


class NotebookContext(RunContextProvider):  # type: ignore[misc]  # MLflow comes without types
    """Tags new runs with the notebook and cell they are made in, and its commit; tags the caller gives go before."""

    def in_context(self) -> bool:
        """Whether this is the kernel of a notebook. Databricks says itself where it is."""
        return not is_in_databricks_runtime() and session() is not None

    def tags(self) -> dict[str, str]:
        """MLflow's tags for the source of a run, and ours for the cell."""
        # MLflow imports this module whenever it starts, and what follows only in a notebook's kernel.
        from jupyter_modelreg.mlflow_client.runs import CELL_SOURCE_TAG, CELL_TAG
        from jupyter_modelreg.provenance import kept_source

        place = notebook()
        found = {
            MLFLOW_SOURCE_NAME: place,
            MLFLOW_SOURCE_TYPE: place and SourceType.to_string(SourceType.NOTEBOOK),
            CELL_TAG: cell(),
            CELL_SOURCE_TAG: kept_source(MAX_TAG_VAL_LENGTH),
            **git_tags(place),
        }
        return {tag: value for tag, value in found.items() if value}


class ScriptContext(RunContextProvider):  # type: ignore[misc]
    """Tags new runs of a script with its path, of which MLflow keeps what was typed, and with its repository."""

    def in_context(self) -> bool:
        """Whether this process runs a script of somebody's."""
        if is_in_databricks_runtime() or session() is not None:
            return False
        from jupyter_modelreg.provenance import script

        return script() is not None

    def tags(self) -> dict[str, str]:
        """The whole path of the script; commit, branch, remote and state of the repository that it is in."""
        from jupyter_modelreg.provenance import script

        path = script()
        return {**({MLFLOW_SOURCE_NAME: path} if path else {}), **git_tags(path)}


def git_tags(path: str | None) -> dict[str, str]:
    """The repository that a notebook or script is in; MLflow's own look at that of the working folder."""
    from jupyter_modelreg.system.git import git_state

    found = git_state(path) if path and os.path.isfile(path) else None
    if found is None:
        return {}
    told = {MLFLOW_GIT_COMMIT: found.commit, MLFLOW_GIT_BRANCH: found.branch, MLFLOW_GIT_REPO_URL: found.remote}
    dirty = {} if found.dirty is None else {MLFLOW_GIT_DIRTY: str(found.dirty).lower()}
    return {**{tag: value for tag, value in told.items() if value}, **dirty}
