"""Every tutorial runs from top to bottom and gives the outputs that are stored in it (nbval, strict)."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.environment import NOTEBOOKS, tutorial_environment

TUTORIALS = sorted(NOTEBOOKS.glob("*.ipynb"))
SANITIZE = Path(__file__).with_name("sanitize.cfg")


def run(notebook: Path, home: Path) -> subprocess.CompletedProcess[str]:
    options = ["--nbval", "--nbval-current-env", "--nbval-sanitize-with", str(SANITIZE)]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *options, "-p", "no:cacheprovider", "-c", "/dev/null", str(notebook)],
        cwd=home,
        env=tutorial_environment(home),
        capture_output=True,
        text=True,
        timeout=170,
    )


def test_there_are_tutorials() -> None:
    assert TUTORIALS


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_tutorial(tutorial: Path, tmp_path: Path) -> None:
    result = run(Path(shutil.copy(tutorial, tmp_path)), tmp_path)
    assert result.returncode == 0, result.stdout + result.stderr


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_is_stored_with_its_outputs_and_no_path_of_a_machine(tutorial: Path) -> None:
    notebook = nbformat.read(tutorial, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "/tmp/" not in tutorial.read_text()
    assert "/home/" not in tutorial.read_text()


def test_a_changed_output_is_noticed(tmp_path: Path) -> None:
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"}, execution_count=1)]
    notebook.cells.append(cell)
    path = tmp_path / "wrong.ipynb"
    nbformat.write(notebook, path)
    result = run(path, tmp_path)
    assert result.returncode == 1, result.stdout + result.stderr
