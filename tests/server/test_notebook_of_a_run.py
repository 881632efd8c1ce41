"""The notebook a run was made in: real kernels, started as JupyterLab starts them, and real runs of MLflow."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import mlflow
import pytest
from jupyter_server.serverapp import ServerApp
from mlflow.store.tracking.sqlalchemy_store import SqlAlchemyStore
from tornado.httpclient import HTTPResponse

from tests.server.conftest import Call

Run = Callable[..., Awaitable[str]]

# What a cell does: the id of the new run, printed.
START = "import mlflow\nwith mlflow.start_run({arguments}) as run: pass\nprint(run.info.run_id)"


@pytest.fixture(scope="session")
def empty_tracking(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tracking") / "empty.db"
    SqlAlchemyStore(f"sqlite:///{path}", str(path.parent)).engine.dispose()
    return path


@pytest.fixture(autouse=True)
def tracked(empty_tracking: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty tracking store for the server, which is this process, and its kernels."""
    shutil.copy(empty_tracking, tmp_path / "tracking.db")
    uri = f"sqlite:///{tmp_path}/tracking.db"
    monkeypatch.setenv("MLFLOW_TRACKING_URI", uri)
    # Another test of this process may have left one of its own.
    mlflow.set_tracking_uri(uri)
    yield
    mlflow.set_tracking_uri(None)


@pytest.fixture
def run(jp_serverapp: ServerApp, jp_fetch: Callable[..., Awaitable[HTTPResponse]]) -> Run:
    """Run code in the kernel of a new session, as JupyterLab makes one for what is opened; gives what it prints."""

    async def run(code: str, path: str = "work/fraud.ipynb", name: str = "fraud.ipynb") -> str:
        Path(jp_serverapp.root_dir, "work").mkdir(exist_ok=True)
        asked = {"path": path, "name": name, "type": "notebook", "kernel": {"name": "python3"}}
        session = json.loads((await jp_fetch("api", "sessions", method="POST", body=json.dumps(asked))).body)
        manager: Any = jp_serverapp.kernel_manager.get_kernel(session["kernel"]["id"])
        client = manager.client()
        client.start_channels()
        said: list[str] = []
        try:
            await client.wait_for_ready(timeout=60)
            reply = await client.execute_interactive(
                code,
                timeout=90,
                output_hook=lambda message: said.append(
                    message["content"].get("text", "") if message["content"].get("name") == "stdout" else ""
                ),
            )
            assert reply["content"]["status"] == "ok", reply["content"]
        finally:
            client.stop_channels()
            await jp_fetch("api", "sessions", session["id"], method="DELETE")
        return "".join(said).strip()

    return run


async def info(call: Call, run_id: str) -> dict[str, Any]:
    _, reply = await call("tracking.run", {"run_id": run_id})
    assert "result" in reply, reply
    found: dict[str, Any] = reply["result"]
    return found


async def test_a_run_knows_its_notebook(run: Run, call: Call, jp_serverapp: ServerApp) -> None:
    found = await info(call, await run(START.format(arguments="")))
    assert found["notebook"] == str(Path(jp_serverapp.root_dir, "work", "fraud.ipynb"))
    assert found["source_name"] == found["notebook"]


async def test_a_run_knows_its_cell_and_commit(run: Run, call: Call, jp_serverapp: ServerApp) -> None:
    folder = Path(jp_serverapp.root_dir, "work")
    folder.mkdir()
    (folder / "fraud.ipynb").write_text("{}")
    for line in (
        "init -q -b main",
        "add .",
        "-c user.name=ana -c user.email=ana@example.com commit -q -m first",
        "remote add origin https://ana:token@gitlab.example.com/risk/fraud.git",
    ):
        subprocess.run(["git", "-C", str(folder), *line.split()], check=True, capture_output=True)
    commit = (folder / ".git" / "refs" / "heads" / "main").read_text().strip()
    # What JupyterLab sends along with the code of a cell.
    told = "get_ipython().get_parent()['metadata']['cellId'] = '4f-2a'\n"
    found = await info(call, await run(told + START.format(arguments="")))
    assert (found["cell"], found["git_commit"]) == ("4f-2a", commit)
    assert found["commit_url"] == f"https://gitlab.example.com/risk/fraud/-/commit/{commit}"


async def test_what_the_caller_says_goes_before(run: Run, call: Call) -> None:
    tags = "tags={'mlflow.source.name': 'train.py', 'mlflow.source.type': 'LOCAL'}"
    found = await info(call, await run(START.format(arguments=tags)))
    assert (found["notebook"], found["source_name"]) == (None, "train.py")


async def test_vs_code_puts_the_path_into_the_namespace(run: Run, call: Call) -> None:
    code = "__vsc_ipynb_file__ = '/home/ana/churn.ipynb'\n" + START.format(arguments="")
    assert (await info(call, await run(code)))["notebook"] == "/home/ana/churn.ipynb"


async def test_the_drive_of_collaboration_is_no_part_of_the_path(run: Run, call: Call, jp_serverapp: ServerApp) -> None:
    """JupyterLab names a session by the last part of its path: with the drive, for a notebook in the top folder."""
    found = await info(call, await run(START.format(arguments=""), "RTC:fraud.ipynb", "RTC:fraud.ipynb"))
    assert found["notebook"] == str(Path(jp_serverapp.root_dir, "fraud.ipynb"))


async def test_a_script_that_a_cell_starts_is_no_notebook(run: Run, call: Call, tmp_path: Path) -> None:
    script = tmp_path / "train.py"
    script.write_text(START.format(arguments=""))
    code = f"import subprocess, sys\nprint(subprocess.check_output([sys.executable, {str(script)!r}], text=True))"
    found = await info(call, (await run(code)).split()[-1])
    assert (found["notebook"], found["source_name"]) == (None, str(script))


async def test_it_stays_out_where_it_knows_nothing_better(run: Run) -> None:
    provider = "from jupyter_modelreg.mlflow_plugin.run_context import NotebookContext as C\n"
    console = "print(*(tag for tag in C().tags() if not tag.startswith('modelreg.notebook.')))"
    assert await run(provider + console, "work/console-1-4f", "Console 1") == ""
    databricks = "import os\nos.environ['DATABRICKS_RUNTIME_VERSION'] = '15.4'\n"
    assert await run(provider + databricks + "print(C().in_context())") == "False"
