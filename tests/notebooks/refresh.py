"""`make notebooks`: run every tutorial in an empty home and store what it gives."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import nbformat
from nbclient import NotebookClient

from tests.notebooks.environment import NOTEBOOKS, tutorial_environment


def refresh(path: Path) -> None:
    """Run the tutorial at `path` and write it back with its outputs."""
    notebook = nbformat.read(path, as_version=4)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder).resolve()
        os.environ.clear()
        os.environ.update(tutorial_environment(home))
        client = NotebookClient(notebook, timeout=300, kernel_name="python3", resources={"metadata": {"path": folder}})
        client.execute()
        for cell in notebook.cells:
            cell.metadata.pop("execution", None)
        notebook.metadata.pop("widgets", None)
        notebook.metadata.language_info.pop("version", None)
        text = nbformat.writes(notebook).replace(str(home), "~")
    path.write_text(text + "\n")
    print(f"refreshed {path.name}")


if __name__ == "__main__":
    for tutorial in sorted(NOTEBOOKS.glob("*.ipynb")):
        refresh(tutorial)
