"""Many processes and threads, one DuckDB file."""

from __future__ import annotations

import os
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

import jupyter_modelreg
from jupyter_modelreg.core.catalog.lookup import require_model
from jupyter_modelreg.core.errors import InvalidInput, RegistryBusy, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.lease.lease import IDLE_LIMIT, lease_on
from tests.support.contexts import context_of


def start(code: str, path: Path) -> subprocess.Popen[str]:
    """A Python process with `reg`, a registry on `path`, that prints what `code` prints."""
    setup = (
        "import jupyter_modelreg, sys, time\nfrom jupyter_modelreg.connection import open_context\n"
        f"reg = jupyter_modelreg.connect({str(path)!r})\n"
    )
    return subprocess.Popen(
        [sys.executable, "-c", setup + textwrap.dedent(code)], stdout=subprocess.PIPE, stdin=subprocess.PIPE, text=True
    )


def finish(process: subprocess.Popen[str]) -> str:
    out, _ = process.communicate(timeout=90)
    assert process.returncode == 0
    return out


def wait_for(condition: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.01)


def test_first_opening_by_many_processes_makes_one_registry(registry_path: Path) -> None:
    code = """
        reg.models.create(f"m{sys.argv[0] and __import__('os').getpid()}")
        print(reg.status().workspace_models >= 1)
    """
    processes = [start(code, registry_path) for _ in range(6)]
    assert [finish(process) for process in processes] == ["True\n"] * 6
    registry = jupyter_modelreg.connect(str(registry_path))
    assert registry.status().workspace_models == 6
    assert registry.history.broken_at() is None


def test_writers_in_many_processes_lose_nothing(registry_path: Path) -> None:
    jupyter_modelreg.connect(str(registry_path)).models.create("fraud")
    code = """
        for _ in range(15):
            print(reg.versions.register("s3://bucket/model", "fraud", create_model=False).version)
    """
    processes = [start(code, registry_path) for _ in range(4)]
    numbers = [int(line) for process in processes for line in finish(process).split()]
    assert sorted(numbers) == list(range(1, 61))
    assert jupyter_modelreg.connect(str(registry_path)).history.broken_at() is None


def test_an_idle_holder_lets_go_when_another_wants_the_file(registry: Registry, registry_path: Path) -> None:
    holder = start(
        """
        reg.models.create("fraud")
        print("holding", flush=True)
        for line in sys.stdin:
            print(reg.models.get("fraud").description, flush=True)
        """,
        registry_path,
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    assert holder.stdout.readline() == "holding\n"
    for text in ("first", "second", "third"):  # in turns, both staying open
        registry.models.describe("fraud", text)
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.stdout.readline() == f"{text}\n"
    holder.stdin.close()
    assert holder.wait(timeout=30) == 0


def test_an_idle_process_gives_the_file_back_by_itself(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    time.sleep(IDLE_LIMIT)
    wait_for(lambda: not lease_on(registry_path).held)
    with duckdb.connect(str(registry_path), read_only=True) as connection:  # as a DuckDB shell would
        assert connection.execute("select name from models").fetchall() == [("fraud",)]
    assert registry.models.get("fraud").name == "fraud"


def test_threads_take_turns(registry: Registry) -> None:
    registry.models.create("fraud")
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _ in range(10):
                registry.versions.register("s3://bucket/model", "fraud")
                registry.versions.search()
        except Exception as error:  # noqa: BLE001 - collected and asserted on below
            errors.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert registry.models.get("fraud").last_version == 40


def test_waiting_too_long_names_the_holder(
    registry: Registry, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    holder = start(
        """
        with open_context(reg.uri).store.write():
            print("holding", flush=True)
            sys.stdin.read()
        """,
        registry_path,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.3")
    with pytest.raises(RegistryBusy, match=f"process {holder.pid} "):
        registry.models.list()
    finish(holder)
    assert registry.models.list() == []


def test_a_foreign_holder_is_named_and_waited_for(
    registry: Registry, registry_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    registry.models.create("fraud")
    registry.close()
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(registry_path)!r}); print('open', flush=True); sys.stdin.read()"
    )
    shell = subprocess.Popen(
        [sys.executable, "-c", code],
        stdout=subprocess.PIPE,
        stdin=subprocess.PIPE,
        text=True,
    )
    assert shell.stdout is not None
    assert shell.stdout.readline() == "open\n"
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "0.3")
    with pytest.raises(RegistryBusy, match=f"process {shell.pid} "):
        registry.models.list()
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", "30")
    threading.Timer(0.3, lambda: shell.communicate()).start()
    assert [model.name for model in registry.models.list()] == ["fraud"]
    assert shell.wait(timeout=30) == 0


def test_a_killed_holder_leaves_the_file_to_the_others(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    holder = start(
        """
        with open_context(reg.uri).store.write() as tx:
            tx.models.update(1, {"description": "half-done"})
            print("holding", flush=True)
            time.sleep(60)
        """,
        registry_path,
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "holding\n"
    holder.kill()
    holder.wait(timeout=30)
    assert registry.models.get("fraud").description is None


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_child_starts_afresh(registry: Registry) -> None:
    registry.models.create("parent")
    child = os.fork()
    if child == 0:
        registry.models.create("child")
        registry.close()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    assert status == 0
    registry.models.create("parent-again")
    assert [model.name for model in registry.models.list()] == ["child", "parent", "parent-again"]


@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_fork_within_a_unit_of_work_leaves_it_to_the_parent(registry: Registry) -> None:
    registry.models.create("fraud")
    with context_of(registry).write() as work:
        work.authorise("models.describe", None)
        work.log_update("model.updated", require_model(work.tx, "fraud"), {"description": "the parent's"})
        child = os.fork()
        if child == 0:
            try:
                work.tx.models.update(1, {"description": "the child's"})
                work.tx.events.list()
            except RegistryUnavailable as error:
                os._exit(0 if "was in use when this process was forked" in error.message else 1)
            except BaseException:  # noqa: BLE001 - the parent is told, and nothing of pytest must run here
                os._exit(2)
            os._exit(3)
        _, status = os.waitpid(child, 0)
    assert os.waitstatus_to_exitcode(status) == 0
    assert registry.models.get("fraud").description == "the parent's"
    assert registry.maintenance.verify().sound


def test_a_stop_while_a_fork_waits_for_a_unit_of_work(registry_path: Path) -> None:
    code = f"""
        import os, signal, threading
        signal.signal(signal.SIGALRM, signal.default_int_handler)
        reg.models.create("there")
        other = jupyter_modelreg.connect({str(registry_path.with_name("other.duckdb"))!r})
        other.models.create("there")
        working = threading.Event()

        def work():
            with open_context({str(registry_path)!r}).read():
                working.set()
                time.sleep(1)

        thread = threading.Thread(target=work)
        thread.start()
        working.wait()
        signal.setitimer(signal.ITIMER_REAL, 0.3)  # as the stop button does, while the fork waits for the thread
        try:
            child = os.fork()
        except KeyboardInterrupt:
            child = None
        if child == 0:
            os._exit(0)
        if child is not None:
            os.waitpid(child, 0)
        thread.join()
        other.models.create("more")
        jupyter_modelreg.connect({str(registry_path.with_name("new.duckdb"))!r}).models.create("new")
        print(len(reg.models.list()), len(other.models.list()))
    """
    assert finish(start(code, registry_path)) == "1 2\n"


def test_a_closed_registry_takes_no_memory(registry_path: Path) -> None:
    code = f"""
        import resource
        def peak():
            return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # MiB, on Linux

        reg.models.create("first")
        began = peak()
        for number in range(40):
            other = jupyter_modelreg.connect({str(registry_path)!r} + f".{{number}}.duckdb")
            other.models.create("there")
            other.models.list()
            other.close()
        print(peak() - began < 40, peak() - began)
    """
    assert finish(start(code, registry_path)).startswith("True"), "they took 180 MiB when DuckDB went on running"


def test_a_failed_unit_of_work_leaves_nothing(registry: Registry) -> None:
    registry.models.create("fraud")

    def half_done() -> None:
        with context_of(registry).write() as work:
            work.authorise("models.describe", None)
            work.tx.models.update(1, {"description": "half-done"})
            work.log("model.updated", require_model(work.tx, "fraud"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    assert registry.models.get("fraud").description is None
    assert len(registry.history.list()) == 1


def test_a_process_that_used_a_registry_ends_quietly(registry_path: Path) -> None:
    code = f"import jupyter_modelreg; jupyter_modelreg.connect({str(registry_path)!r}).models.create('fraud')"
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60, check=True)
    assert (result.stdout, result.stderr) == ("", "")


@pytest.mark.parametrize("setting", ["soon", "-1", "nan"])
def test_a_limit_that_is_no_number_is_said_on_first_use(
    registry: Registry, monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("MODELREG_LOCK_TIMEOUT", setting)
    with pytest.raises(InvalidInput, match=f"MODELREG_LOCK_TIMEOUT is '{setting}'"):
        registry.models.list()


@pytest.mark.parametrize("held", [True, False])
def test_a_registry_that_is_moved_away_is_not_made_anew(registry: Registry, registry_path: Path, held: bool) -> None:
    registry.models.create("fraud")
    if not held:
        registry.close()
    away = registry_path.rename(registry_path.with_name("elsewhere.duckdb"))
    for call in (registry.models.list, lambda: registry.models.create("churn")):
        with pytest.raises(RegistryUnavailable, match="is gone"):
            call()
    assert not registry_path.exists()
    away.rename(registry_path)
    assert [model.name for model in registry.models.list()] == ["fraud"]


def test_a_connection_of_the_user_in_this_process_is_said(registry: Registry, registry_path: Path) -> None:
    registry.models.create("fraud")
    registry.close()
    with (
        duckdb.connect(str(registry_path), read_only=True),
        pytest.raises(RegistryBusy, match="open in this very process"),
    ):
        registry.models.list()
    assert [model.name for model in registry.models.list()] == ["fraud"]


def test_what_a_failed_unit_of_work_knew_is_forgotten(registry: Registry) -> None:
    registry.models.create("fraud")
    registry.versions.register("s3://bucket/model", "fraud")

    def half_done() -> None:
        with context_of(registry).write() as work:
            work.authorise("models.describe", None)
            work.tx.models.update(1, {"last_version": 7})
            work.log("model.updated", require_model(work.tx, "fraud"))
            assert work.tx.models.get("fraud") is not None
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        half_done()
    assert registry.versions.register("s3://bucket/model", "fraud").version == 2
    assert registry.history.broken_at() is None


def test_a_unit_of_work_reads_what_it_has_changed(registry: Registry) -> None:
    registry.models.create("fraud")
    with context_of(registry).write() as work:
        work.authorise("models.describe", None)
        work.tx.models.update(1, {"description": "new"})
        work.tx.models.update(1, {"owner": "bob"})
        work.log("model.updated", require_model(work.tx, "fraud"))
        found = work.tx.models.get("fraud")
        assert found is not None
        assert (found.description, found.owner) == ("new", "bob")
        assert [event.seq for event in work.tx.events.list()] == [1]  # its own are appended when it ends
    assert registry.models.get("fraud").owner == "bob"
    assert [event.seq for event in registry.history.list()] == [1, 2]
