"""`make notebooks`: run the tutorials in their order, in one empty home, and store what they give."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.notebooks.environment import TUTORIALS, tutorial_environment


def refresh(path: Path, home: Path) -> None:
    """Run the tutorial at `path` and write it back with its outputs."""
    (home / "notebooks").mkdir(exist_ok=True)
    notebook = nbformat.read(path, as_version=4)
    client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": str(home)}})
    # As JupyterLab tells a kernel which notebook it is of; a copy, as in the test, is in no repository.
    os.environ["JPY_SESSION_NAME"] = str(shutil.copy(path, home / "notebooks"))
    client.execute()
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
    notebook.metadata.pop("widgets", None)
    notebook.metadata.language_info.pop("version", None)
    text = nbformat.writes(notebook).replace(str(home), "~")
    path.write_text(re.sub(r"scratch/tmp\w{8}", "scratch", text) + "\n")
    print(f"refreshed {path.name}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        where = Path(folder).resolve()
        environment = tutorial_environment(where)
        os.environ.clear()
        os.environ.update(environment)
        for tutorial in TUTORIALS:
            refresh(tutorial, where)
