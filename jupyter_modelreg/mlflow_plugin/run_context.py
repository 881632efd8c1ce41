"""In which notebook a run was made: the entry point `mlflow.run_context_provider`.

MLflow's own provider asks every Jupyter server it finds over HTTP, and keeps the file name alone, which says little
where there are ten `train.ipynb`.
"""

from __future__ import annotations

import os

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

from jupyter_modelreg.notebook import cell, notebook


class NotebookContext(RunContextProvider):  # type: ignore[misc]  # MLflow comes without types
    """Tags new runs with the notebook and cell they are made in, and its commit; tags the caller gives go before."""

    def in_context(self) -> bool:
        """Whether this is the kernel of a notebook whose path is known. Databricks says itself where it is."""
        return not is_in_databricks_runtime() and notebook() is not None

    def tags(self) -> dict[str, str]:
        """MLflow's tags for the source of a run, and ours for the cell."""
        # MLflow imports this module whenever it starts, and what follows only in a notebook's kernel.
        from jupyter_modelreg.mlflow_client.runs import CELL_TAG

        place, within = notebook() or "", cell()
        return {
            MLFLOW_SOURCE_NAME: place,
            MLFLOW_SOURCE_TYPE: SourceType.to_string(SourceType.NOTEBOOK),
            **({CELL_TAG: within} if within else {}),
            **_git_tags(place),
        }


def _git_tags(notebook: str) -> dict[str, str]:
    """Commit, branch and remote of the repository that the notebook is in; MLflow's own look at that of the kernel."""
    if not os.path.isfile(notebook) or (commit := get_git_commit(notebook)) is None:
        return {}
    branch, remote = get_git_branch(notebook), get_git_repo_url(notebook)
    found = {MLFLOW_GIT_COMMIT: commit, MLFLOW_GIT_BRANCH: branch, MLFLOW_GIT_REPO_URL: remote}
    return {tag: value for tag, value in found.items() if value}
