"""Which code registered a version, and which trained it: run as people run it, each with what it can tell."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import nbformat
import pytest
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore

import jupyter_modelreg
from jupyter_modelreg.core.lineage.records import Lineage, Place, Training
from tests.support.plain_models import plain_model

TRAIN = """\
import mlflow
mlflow.set_experiment("cards")
with mlflow.start_run(run_name="first") as run:
    mlflow.log_metric("auc", 0.9)"""
REGISTER = """\
import jupyter_modelreg
registered = jupyter_modelreg.connect().versions.register("model", "prod.risk.fraud", run_id=run.info.run_id)
print(registered.reference)"""
CELLS = ("# the beginning", TRAIN, "depth = 3", REGISTER)


@pytest.fixture(scope="session")
def empty_tracking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracking") / "empty.db"
    SqlAlchemyStore(f"sqlite:///{path}", str(path.parent)).engine.dispose()
    return path


@pytest.fixture
def work(empty_tracking: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder under Git with a model, for a registry and a tracking store of its own."""
    shutil.copy(empty_tracking, tmp_path / "tracking.db")
    folder = tmp_path / "work"
    folder.mkdir()
    plain_model(folder / "model", 10)
    variables = {
        "MODELREG_URI": f"modelreg:///{tmp_path}/registry.duckdb",
        "MLFLOW_TRACKING_URI": f"sqlite:///{tmp_path}/tracking.db",
        "MODELREG_ACTOR": "ana",
        "HOME": str(tmp_path),
        "PYTHONPATH": str(Path(jupyter_modelreg.__file__).parent.parent),
    }
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    for name in ("JPY_SESSION_NAME", "PYTEST_CURRENT_TEST"):
        monkeypatch.delenv(name, raising=False)
    return folder


def committed(folder: Path) -> str:
    own = ("-c", "user.name=ana", "-c", "user.email=ana@example.org", "-c", "commit.gpgsign=false")
    for words in (("init", "-b", "work", "."), ("add", "."), ("commit", "-m", "begin")):
        subprocess.run(["git", *own, *words], cwd=folder, check=True, capture_output=True)
    return subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=folder, check=True, capture_output=True, text=True
    ).stdout.strip()


def written(path: Path, cells: Sequence[str] = CELLS) -> Path:
    """A notebook whose cells are called `cell-0` and on."""
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": kernel})
    notebook.cells = [nbformat.v4.new_code_cell(source, id=f"cell-{at}") for at, source in enumerate(cells)]
    path.parent.mkdir(exist_ok=True)
    nbformat.write(notebook, path)
    return path


def run(folder: Path, *words: str, **variables: str) -> None:
    done = subprocess.run(
        words, cwd=folder, capture_output=True, text=True, timeout=150, env={**os.environ, **variables}, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def lineage(number: int = 1) -> Lineage:
    """What the registry knows of where a version comes from."""
    registry = jupyter_modelreg.connect()
    try:
        return Lineage.of(registry.versions.get(f"prod.risk.fraud/{number}").lineage)
    finally:
        registry.close()


def trained(found: Lineage) -> tuple[Training, Place]:
    assert found.training is not None
    assert found.training.place is not None
    assert (found.training.experiment, found.training.run_name) == ("cards", "first")
    return found.training, found.training.place


def placed(place: Place | None) -> Place:
    assert place is not None
    return place


def test_a_plain_script(work: Path) -> None:
    (work / "train.py").write_text(f"{TRAIN}\n{REGISTER}\n")
    commit = committed(work)
    run(work, sys.executable, "train.py")
    found = lineage()
    for place in (placed(found.registered), trained(found)[1]):
        assert (place.kind, place.path, place.cell, place.source) == ("script", str(work / "train.py"), None, None)
        assert place.git is not None
        assert (place.git.commit, place.git.branch, place.git.dirty) == (commit, "work", False)
    assert placed(found.registered).python == ".".join(map(str, sys.version_info[:3]))
    (work / "train.py").write_text(f"{TRAIN}\n{REGISTER}\n# changed\n")
    run(work, sys.executable, "train.py")
    again = lineage(2)
    assert [place.git.dirty for place in (placed(again.registered), trained(again)[1]) if place.git] == [True, True]


def test_a_module_and_what_is_no_script_of_anybodys(work: Path) -> None:
    (work / "train.py").write_text(f"{TRAIN}\n{REGISTER}\n")
    run(work, sys.executable, "-m", "train")
    assert placed(lineage().registered).path == str(work / "train.py")
    run(work, sys.executable, "-c", f"{TRAIN}\n{REGISTER}")
    assert lineage(2).registered is None
    run(work, str(Path(sys.executable).with_name("modelreg")), "register", "model", "prod.risk.fraud")
    assert lineage(3).registered is None


def test_nbval(work: Path) -> None:
    path = written(work / "notebooks" / "train.ipynb", [*CELLS[:3], REGISTER.replace('"model"', '"../model"')])
    commit = committed(work)
    run(work, sys.executable, "-m", "pytest", "-p", "nbval", "--nbval-lax", "notebooks/train.ipynb")
    found = lineage()
    for place, cell in ((placed(found.registered), "cell-3"), (trained(found)[1], "cell-1")):
        assert (place.kind, place.path, place.cell) == ("notebook", str(path), cell)
        assert place.git is not None
        assert place.git.commit == commit
    assert trained(found)[1].source == TRAIN
    assert placed(found.registered).source == REGISTER.replace('"model"', '"../model"')
    assert placed(found.registered).session


def test_papermill(work: Path) -> None:
    path = written(work / "train.ipynb", [*CELLS[:2], REGISTER])
    run(work, sys.executable, "-m", "papermill", str(path), "done.ipynb", "-p", "depth", "4")
    found = lineage()
    for place, cell, source in (
        (placed(found.registered), "cell-2", REGISTER),
        (trained(found)[1], "cell-1", TRAIN),
    ):
        assert (place.kind, place.path, place.cell) == ("notebook", str(work / "done.ipynb"), cell)
        assert place.source == source
    assert placed(found.registered).template == str(path)


def test_papermill_that_says_its_paths(work: Path) -> None:
    written(work / "train.ipynb")
    code = "import papermill; papermill.execute_notebook('train.ipynb', 'done.ipynb', parameters={paths})"
    paths = {"PAPERMILL_INPUT_PATH": "train.ipynb", "PAPERMILL_OUTPUT_PATH": "done.ipynb"}
    run(work, sys.executable, "-c", code.format(paths=paths))
    place = placed(lineage().registered)
    assert (place.path, place.template, place.cell) == ("done.ipynb", "train.ipynb", "cell-3")


def test_a_kernel_whose_notebook_nobody_tells(work: Path) -> None:
    """Papermill called from Python says nothing; nor is it the notebook that calls it, whose kernel's name it has."""
    written(work / "train.ipynb")
    code = "import papermill; papermill.execute_notebook('train.ipynb', 'done.ipynb')"
    run(work, sys.executable, "-c", code, JPY_SESSION_NAME="/home/ana/outer.ipynb")
    found = lineage()
    place = placed(found.registered)
    assert (place.kind, place.path, place.cell, place.source) == (None, None, None, REGISTER)
    assert (trained(found)[1].path, trained(found)[1].source) == (None, TRAIN)


def test_nbconvert(work: Path) -> None:
    path = written(work / "train.ipynb")
    run(work, sys.executable, "-m", "jupyter", "nbconvert", "--execute", "--to", "notebook", "train.ipynb")
    place = placed(lineage().registered)
    assert (place.path, place.cell, place.source) == (str(path), "cell-3", REGISTER)


def kernel(folder: Path, messages: Sequence[tuple[str, Mapping[str, Any]]], **variables: str) -> None:
    """Run code in a kernel, each with what a front end says of the cell, as a front end that asks it directly."""
    from jupyter_client.manager import KernelManager

    manager = KernelManager(kernel_name="python3")
    manager.start_kernel(cwd=str(folder), env={**os.environ, **variables})
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=60)
        for code, metadata in messages:
            content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}}
            message = client.session.msg("execute_request", {**content, "allow_stdin": False, "stop_on_error": True})
            message["metadata"] = dict(metadata)
            client.shell_channel.send(message)
            while (reply := client.get_shell_msg(timeout=90))["parent_header"].get("msg_id") != message["header"][
                "msg_id"
            ]:
                pass
            assert reply["content"]["status"] == "ok", reply["content"]
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def test_jupyterlab(work: Path) -> None:
    """JupyterLab tells the kernel the whole path when it starts it, and with each cell its id."""
    path = written(work / "train.ipynb")
    cells = [(source, {"cellId": f"cell-{at}"}) for at, source in enumerate(CELLS)]
    kernel(work, cells, JPY_SESSION_NAME=str(path))
    found = lineage()
    assert (placed(found.registered).path, placed(found.registered).cell) == (str(path), "cell-3")
    assert (trained(found)[1].path, trained(found)[1].cell, trained(found)[1].source) == (str(path), "cell-1", TRAIN)


def test_vs_code(work: Path) -> None:
    """VS Code sets a variable, and calls cells by names that the notebook's file does not know."""
    path = written(work / "train.ipynb")
    cells = [(source, {"cellId": f"vscode-notebook-cell:/train.ipynb#W{at}"}) for at, source in enumerate(CELLS)]
    kernel(work, [(f"__vsc_ipynb_file__ = {str(path)!r}", {}), *cells])
    place = placed(lineage().registered)
    assert (place.kind, place.path, place.cell, place.source) == ("notebook", str(path), "cell-3", REGISTER)
    written(path, [*CELLS, REGISTER])
    kernel(work, [(f"__vsc_ipynb_file__ = {str(path)!r}", {}), *cells[1:]])
    assert placed(lineage(2).registered).cell is None  # which of the two it was, nobody knows


def test_secrets_and_length_of_a_cell(work: Path) -> None:
    secret = "url = 'postgresql://ana:hunter2@db/x?sslpassword=hunter3'\n"
    long = "\n".join(f"x{at} = {'a' * 200!r}" for at in range(1_000))  # IPython reads a cell line by line, slowly
    cells: list[tuple[str, dict[str, Any]]] = [(f"{secret}{TRAIN}\n{long}", {}), (f"{secret}{REGISTER}\n{long}", {})]
    kernel(work, cells, JPY_SESSION_NAME=str(work / "train.ipynb"))
    found = lineage()
    for source, most in ((trained(found)[1].source, 8_000), (placed(found.registered).source, 100_000)):
        assert source is not None
        assert len(source) <= most
        assert "cut here" in source.splitlines()[-1]
        assert "hunter" not in source
    kernel(work, cells, JPY_SESSION_NAME=str(work / "train.ipynb"), MODELREG_CELL_SOURCE="off")
    again = lineage(2)
    assert (placed(again.registered).source, trained(again)[1].source) == (None, None)
    assert placed(again.registered).path == str(work / "train.ipynb")


def test_ipython_in_a_terminal(work: Path) -> None:
    shell = "from IPython.core.interactiveshell import InteractiveShell; shell = InteractiveShell.instance()"
    code = f"{shell}; [shell.run_cell(cell).raise_error() for cell in ({TRAIN!r}, {REGISTER!r})]"
    run(work, sys.executable, "-c", code)
    place = placed(lineage().registered)
    assert (place.kind, place.path, place.cell, place.source) == ("shell", None, None, REGISTER)
