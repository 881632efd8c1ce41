"""Where a registry is, and who asks."""

from __future__ import annotations

import copy
import getpass
import multiprocessing
import os
import pickle
import pwd
import subprocess
import sys
import textwrap
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.uri import registry_address
from tests.support.processes import run_python


def test_uris_follow_sqlalchemys_slashes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert registry_address("modelreg:///a.duckdb").path == tmp_path / "a.duckdb"
    assert registry_address("modelreg:////data/a.duckdb").path == Path("/data/a.duckdb")
    assert registry_address("sub/a.duckdb").path == tmp_path / "sub" / "a.duckdb"


@pytest.mark.parametrize("uri", ["modelreg:", "modelreg://", "modelreg:///", None])
def test_without_a_path_it_is_the_users_own(uri: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert registry_address(uri).path.name == "registry.duckdb"
    assert registry_address(uri).path.parent.name == "jupyter_modelreg"


def test_the_environment_names_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{tmp_path}/team.duckdb")
    assert registry_address().path == tmp_path / "team.duckdb"
    assert registry_address("modelreg:////x.duckdb").path == Path("/x.duckdb")


@pytest.mark.parametrize("uri", ["sqlite:///x.db", "postgresql://host/db", "modelreg://x.duckdb", "modelreg:/x.duckdb"])
def test_other_uris_are_refused_with_the_right_spelling(uri: str) -> None:
    with pytest.raises(InvalidInput, match="is not the URI of a registry") as refused:
        jupyter_modelreg.connect(uri)
    assert "modelreg:///" in str(refused.value.hint)


def test_opening_does_not_touch_the_disk_until_asked(registry_path: Path) -> None:
    registry = jupyter_modelreg.connect(str(registry_path))
    assert not registry_path.exists()
    registry.models.list()
    assert registry_path.exists()


def test_the_actor_is_the_hub_user_else_the_system_user(registry_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert jupyter_modelreg.connect(str(registry_path)).actor == getpass.getuser()
    monkeypatch.setenv("JUPYTERHUB_USER", "ben")
    assert jupyter_modelreg.connect(str(registry_path)).actor == "ben"


def test_the_uri_opens_the_same_registry(registry_path: Path) -> None:
    registry = jupyter_modelreg.connect(str(registry_path))
    registry.models.create("fraud")
    assert jupyter_modelreg.connect(registry.uri).models.get("fraud").name == "fraud"


def test_a_bare_uri_means_the_default(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MODELREG_URI", f"modelreg:///{tmp_path}/team.duckdb")
    assert registry_address("modelreg:").path == tmp_path / "team.duckdb"
    monkeypatch.setenv("MODELREG_URI", "modelreg:")
    assert registry_address("modelreg:").path.name == "registry.duckdb"


def test_the_actor_that_is_named_goes_first(registry_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUPYTERHUB_USER", "ben")
    monkeypatch.setenv("MODELREG_ACTOR", "nightly-job")
    assert jupyter_modelreg.connect(str(registry_path)).actor == "nightly-job"
    assert jupyter_modelreg.connect(str(registry_path), actor="ana").actor == "ana"


def test_the_log_keeps_the_system_user_where_the_actor_is_called_otherwise(registry_path: Path) -> None:
    user = pwd.getpwuid(os.getuid()).pw_name
    jupyter_modelreg.connect(str(registry_path), actor="ana").models.create("fraud")
    registry = jupyter_modelreg.connect(str(registry_path), actor=user)
    registry.models.create("churn")
    registry.models.delete("fraud")
    assert [(event.actor, event.os_user) for event in registry.history.list()] == [("ana", user), *[(user, None)] * 2]
    assert registry.maintenance.verify().sound
    registry.close()
    with duckdb.connect(registry_path) as raw:
        raw.execute("UPDATE events SET os_user = 'eve' WHERE seq = 1")
    assert jupyter_modelreg.connect(str(registry_path)).history.broken_at() == 1


def test_whatever_the_variables_say_the_log_has_the_system_user(
    registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("LOGNAME", "USER", "MODELREG_ACTOR"):
        monkeypatch.setenv(name, "eve")
        registry = jupyter_modelreg.connect(str(registry_path))
        registry.models.create(name.lower())
        event = registry.history.last()
        assert event is not None
        assert (event.actor, event.os_user) == ("eve", pwd.getpwuid(os.getuid()).pw_name)


# Whom the operating system does not know: no entry in passwd, no name and no home folder in the environment.
NOBODY = """
import os, pwd, sys

for name in ("USER", "LOGNAME", "LNAME", "USERNAME", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME"):
    os.environ.pop(name, None)
def unknown(uid):
    raise KeyError(f"getpwuid(): uid not found: {uid}")
pwd.getpwuid = unknown
os.environ.pop("MODELREG_URI", None)
if len(sys.argv) > 1:
    os.environ["MODELREG_URI"] = f"modelreg:///{sys.argv[1]}"
from jupyter_modelreg.cli import main
import jupyter_modelreg
"""


def test_a_user_without_a_name_and_a_home_works_by_number(registry_path: Path) -> None:
    code = """
    registry = jupyter_modelreg.connect()
    assert registry.actor == f"uid-{os.getuid()}", registry.actor
    registry.models.create("fraud")
    assert main(["models"]) == 0
    assert main(["use", "prod"]) == 1
    """
    done = run_python(NOBODY + textwrap.dedent(code), registry_path)
    assert done.returncode == 0, done.stderr
    assert "no catalog prod" in done.stderr


def test_a_user_without_a_home_is_told_what_to_set() -> None:
    done = run_python(NOBODY + "sys.exit(main(['models']))")
    assert done.returncode == 1, done.stderr
    assert done.stderr.splitlines() == [
        "error: there is no registry of your own, since you have no home folder here",
        "set MODELREG_URI to where it is to be, like modelreg:////data/registry.duckdb, or set HOME",
    ]


def test_connecting_without_a_home_says_that_it_cannot_be_remembered(registry_path: Path) -> None:
    done = run_python(NOBODY + "sys.exit(main(['connect', sys.argv[1]]))", registry_path)
    assert done.returncode == 1, done.stderr
    assert "nothing can be remembered here" in done.stderr


def test_a_registry_goes_to_a_worker_by_uri_and_actor(registry_path: Path) -> None:
    registry = jupyter_modelreg.connect(str(registry_path), actor="ana")
    registry.models.create("fraud")
    for copied in (pickle.loads(pickle.dumps(registry)), copy.deepcopy(registry)):
        assert (copied.uri, copied.actor) == (registry.uri, "ana")
        assert copied.models.get("fraud").name == "fraud"
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        pool.submit(_create, registry, "from_a_worker").result()
    assert [event.actor for event in registry.history.list()] == ["ana", "ana"]
    assert registry.models.get("from_a_worker").owner == "ana"


def _create(registry: Registry, name: str) -> None:
    registry.models.create(name)


def test_a_process_for_one_command_goes_on_collecting_garbage(registry_path: Path) -> None:
    done = run_python(
        """
        import gc, sys
        from jupyter_modelreg.connection import open_once
        registry = open_once(sys.argv[1])
        registry.models.create("fraud")
        assert gc.isenabled() and gc.get_freeze_count()
        """,
        f"modelreg:///{registry_path}",
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_threads_that_ask_mlflow_at_once_wait_for_all_of_it() -> None:
    """Its modules import each other in circles: of two threads, one met half a module."""
    code = (
        "import sys, threading; from jupyter_modelreg.connection import mlflow_tracking; whole = []\n"
        "def ask():\n"
        "    mlflow_tracking(); whole.append(hasattr(sys.modules['mlflow'], 'set_tracking_uri'))\n"
        "threads = [threading.Thread(target=ask) for _ in range(4)]\n"
        "[each.start() for each in threads]; [each.join() for each in threads]\n"
        "assert whole == [True] * 4, whole"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)
