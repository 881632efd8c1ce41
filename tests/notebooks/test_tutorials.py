"""The tutorials run in their order, twice, in one registry, and give the outputs stored in them (nbval, strict)."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import nbformat
import pytest

from tests.notebooks.environment import NOTEBOOKS, TUTORIALS, tutorial_environment

SANITIZE = Path(__file__).with_name("sanitize.cfg")
STRICT = ("--nbval", "--nbval-sanitize-with", str(SANITIZE))
# Errors alone fail: in the second round versions have other numbers.
LAX = ("--nbval-lax",)
# MLflow finds out a model's requirements in another process, for four seconds each time. The first tutorial, in the first
# round, holds that; after that it is given no time, and MLflow takes those of the model's flavor.
HASTY = {"MLFLOW_REQUIREMENTS_INFERENCE_TIMEOUT": "0"}

pytestmark = pytest.mark.timeout(400)


class Runner:
    """Runs notebooks that lie in one folder, over one registry in a home of its own."""

    def __init__(self, place: Path) -> None:
        self.folder = Path(shutil.copytree(NOTEBOOKS, place / "notebooks"))
        self.home = place / "home-of-ana"

    def run(
        self, *names: str, options: Sequence[str], environment: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "--disable-plugin-autoload", "-p", "nbval.plugin", *options]
        command += ["--nbval-current-env", "-p", "no:cacheprovider", "-c", "/dev/null"]
        return subprocess.run(
            [*command, *(str(self.folder / name) for name in names)],
            cwd=self.folder,
            env={**tutorial_environment(self.home), **(environment or {})},
            capture_output=True,
            text=True,
            timeout=300,
        )

    def lying_there(self) -> dict[str, bytes]:
        return {str(path.relative_to(self.folder)): path.read_bytes() for path in self.folder.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def runner(tmp_path_factory: pytest.TempPathFactory) -> Runner:
    return Runner(tmp_path_factory.mktemp("tutorials"))


# pytest runs the tests of a file from top to bottom; each tutorial meets what those before it have left.
@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_tutorial_gives_what_is_stored_in_it(tutorial: Path, runner: Runner) -> None:
    result = runner.run(tutorial.name, options=STRICT, environment={} if tutorial == TUTORIALS[0] else HASTY)
    assert result.returncode == 0, result.stdout + result.stderr


def test_tutorials_run_again(runner: Runner) -> None:
    result = runner.run(*(tutorial.name for tutorial in TUTORIALS), options=LAX, environment=HASTY)
    assert result.returncode == 0, result.stdout + result.stderr


def test_tutorials_leave_nothing_beside_them(runner: Runner) -> None:
    assert (runner.home / ".local" / "share" / "jupyter_modelreg" / "registry.duckdb").exists(), "they ran here"
    assert TUTORIALS
    tracked = {str(path.relative_to(NOTEBOOKS)): path.read_bytes() for path in NOTEBOOKS.rglob("*") if path.is_file()}
    assert runner.lying_there() == tracked


@pytest.mark.parametrize("tutorial", TUTORIALS, ids=lambda path: path.stem)
def test_a_tutorial_is_stored_with_its_outputs_and_no_path_of_a_machine(tutorial: Path) -> None:
    notebook = nbformat.read(tutorial, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    assert "/tmp/" not in tutorial.read_text()
    assert "/home/" not in tutorial.read_text()
    assert not re.search(r"just now|\d+ \w+ ago", str([cell.outputs for cell in code])), "it will soon be untrue"


def test_a_changed_output_is_noticed(runner: Runner) -> None:
    notebook = nbformat.v4.new_notebook()
    cell = nbformat.v4.new_code_cell("1 + 1", execution_count=1)
    cell.outputs = [nbformat.v4.new_output("execute_result", {"text/plain": "3"}, execution_count=1)]
    notebook.cells.append(cell)
    nbformat.write(notebook, runner.folder / "wrong.ipynb")
    result = runner.run("wrong.ipynb", options=STRICT)
    assert result.returncode == 1, result.stdout + result.stderr
