"""Calls that are interrupted at any moment: the next one works, here and elsewhere, and nothing acknowledged is lost.

`python -m tests.test_interrupts 5000` interrupts so many times and prints what it found; `pytest` does it a
hundred times.
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import KernelManager

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry

INTERRUPTS = 60
IMPORTED = 40
PRESSES = 10
NAMES = ("fraud", "churn", "prod.team.price")
# What comes of working at random, interrupted or not: a model is there already, or is not there yet.
EXPECTED = ("ALREADY_EXISTS", "NOT_FOUND", "INVALID_STATE")
ML_MODEL = """\
flavors:
  python_function:
    loader_module: mlflow.sklearn
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "double"}]'
"""


def registry_at(folder: Path, actor: str) -> Registry:
    return jupyter_modelreg.connect(f"modelreg:///{folder}/registry.duckdb", actor=actor)


def prepare(folder: Path) -> None:
    """A model to register, and a registry to import."""
    (folder / "model").mkdir()
    (folder / "model" / "MLmodel").write_text(ML_MODEL)
    (folder / "model" / "model.pkl").write_bytes(bytes(10_000))
    other = jupyter_modelreg.connect(f"modelreg:///{folder}/other.duckdb", actor="other")
    for number in range(IMPORTED):
        other.versions.register("s3://bucket/model", f"other{number % 8}")
    other.close()


# --- who is interrupted -----------------------------------------------------------------------------------------


class Interrupted:
    """Works at random, while a thread sends SIGINT to it at random moments, several at once at times."""

    def __init__(self, folder: Path, interrupts: int, seed: int) -> None:
        self.folder = folder
        self.random = random.Random(seed)
        self.registry = registry_at(folder, "worker")
        self.wanted = interrupts
        self.caught = 0
        self.count = 0
        self.acknowledged: list[str] = []
        self.done = Counter[str]()

    def work(self) -> None:
        """Do one thing after the other until there were enough interrupts."""
        # Python itself cannot import some libraries again whose import was interrupted, so all of it comes first.
        self.registry.versions.register(str(self.folder / "model"), "prod.team.price")
        self.registry.exchange.import_from(f"modelreg:///{self.folder}/other.duckdb")
        self.registry.maintenance.verify()
        sender = threading.Thread(target=self.send, args=(random.Random(self.wanted),), daemon=True)
        signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where tests run in the background
        sender.start()
        while self.caught < self.wanted:
            try:
                while self.caught < self.wanted:
                    self.step()
            except KeyboardInterrupt:
                self.caught += 1
        while signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # until its last interrupts have come
            try:
                sender.join()
                signal.signal(signal.SIGINT, signal.SIG_IGN)
            except KeyboardInterrupt:
                continue

    def send(self, chance: random.Random) -> None:
        """Interrupt the main thread."""
        while self.caught < self.wanted:
            undisturbed = self.count + chance.choice((0, 0, 1, 2, 5))
            while self.count < undisturbed and self.caught < self.wanted:
                time.sleep(0.0002)
            time.sleep(chance.choice((0.0002, 0.002, 0.02)) * chance.random() * 2)
            for _ in range(chance.choice((1, 1, 2, 5))):
                signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
                if chance.random() < 0.5:
                    time.sleep(chance.random() * 0.0005)

    def step(self) -> None:
        """Do one thing, and note the reason it was given when it is done."""
        self.count += 1
        reason, name, registry = f"call {self.count}", self.random.choice(NAMES), self.registry
        calls: list[Callable[[], object]] = [
            lambda: registry.models.create(name, reason=reason),
            *[lambda: registry.models.describe(name, reason, reason=reason)] * 4,
            *[lambda: registry.tags.set(name, {"call": reason}, reason=reason)] * 4,
            *[lambda: registry.versions.register("s3://bucket/model", "fraud", reason=reason)] * 3,
            lambda: registry.versions.register(str(self.folder / "model"), "prod.team.price", reason=reason),
        ]
        looks: list[Callable[[], object]] = [
            lambda: registry.models.get(name),
            lambda: registry.versions.search(limit=5),
            lambda: registry.history.recent(limit=5),
            lambda: registry.exchange.import_from(f"modelreg:///{self.folder}/other.duckdb"),
            registry.maintenance.verify,
            registry.close,
        ]
        looking = self.random.random() < 0.3
        call = self.random.choices(looks, (9, 6, 6, 1, 1, 2))[0] if looking else self.random.choice(calls)
        try:
            call()
        except RegistryError as error:
            if error.code not in EXPECTED:
                raise
        else:
            if not looking:
                self.acknowledged.append(reason)


def worker(folder: Path, interrupts: int, seed: int) -> None:
    """The life of who is interrupted; what it acknowledged is left in a file."""
    at_work = Interrupted(folder, interrupts, seed)
    at_work.work()
    at_work.registry.models.describe("fraud", "at the end")
    (folder / "acknowledged.json").write_text(json.dumps(at_work.acknowledged))
    print(at_work.caught, at_work.count)


# --- who looks on ----------------------------------------------------------------------------------------------


@dataclass
class Found:
    """What there was after the interrupts."""

    caught: int
    calls: int
    acknowledged: int
    elsewhere: list[float] = field(default_factory=list)  # seconds each call of another process took


def interrupt_many(folder: Path, interrupts: int, seed: int) -> Found:
    """Interrupt one process while this one works, too; raises AssertionError."""
    prepare(folder)
    here = registry_at(folder, "bystander")
    here.models.create("fraud")
    code = "import sys; from pathlib import Path; from tests.test_interrupts import worker; "
    code += f"worker(Path(sys.argv[1]), {interrupts}, {seed})"
    process = subprocess.Popen([sys.executable, "-c", code, str(folder)], stdout=subprocess.PIPE, text=True)
    elsewhere: list[float] = []
    try:
        while process.poll() is None:
            began = time.monotonic()
            here.models.describe("churn" if "churn" in names(here) else "fraud", f"look {len(elsewhere)}")
            elsewhere.append(time.monotonic() - began)
            time.sleep(0.1)
    finally:
        process.kill()
        out, _ = process.communicate()
    assert process.returncode == 0, "the interrupted process met an error"
    caught, calls = map(int, out.split())
    acknowledged = json.loads((folder / "acknowledged.json").read_text())
    check(here, acknowledged)
    return Found(caught, calls, len(acknowledged), elsewhere)


def names(registry: Registry) -> list[str]:
    return [model.name for model in registry.models.list()]


def check(registry: Registry, acknowledged: list[str]) -> None:
    verified = registry.maintenance.verify()
    assert {finding.kind for finding in verified.findings} <= {"stuck", "garbage"}, verified.findings
    assert registry.maintenance.repair().sound
    logged = Counter(event.reason for event in registry.history.list())
    lost = [reason for reason in acknowledged if reason not in logged]
    assert not lost, f"acknowledged, and not in the log: {lost}"
    report = registry.exchange.import_from(
        f"modelreg:///{Path(registry.uri[len('modelreg:///') :]).parent}/other.duckdb"
    )
    assert report.skipped == ()
    registry.close()


@pytest.mark.timeout(600)
def test_a_call_can_be_interrupted_at_any_moment(tmp_path: Path) -> None:
    found = interrupt_many(tmp_path, INTERRUPTS, seed=1)
    assert found.caught >= INTERRUPTS
    assert found.acknowledged > 20, "the interrupted process hardly worked"
    assert len(found.elsewhere) > 5


# --- a kernel ---------------------------------------------------------------------------------------------------

SETUP = """
import pathlib, signal, time
import jupyter_modelreg
folder = pathlib.Path({folder!r})
reg = jupyter_modelreg.connect(f"modelreg:///{{folder}}/registry.duckdb", actor="kernel")
calls = dict(
    tag=lambda: reg.tags.set("fraud", {{"a": "b"}}),
    describe=lambda: reg.models.describe("fraud", "x"),
    register=lambda: reg.versions.register("s3://bucket/model", "fraud"),
    search=lambda: reg.versions.search(limit=10),
    bring=lambda: reg.exchange.import_from(f"modelreg:///{{folder}}/other.duckdb"),
)
for call in calls.values():
    call()  # Python cannot import some libraries again whose import was interrupted
def work(call, interrupts):
    def press(number, frame):
        # As Python's own handler, but for the lines here: a second one of a burst would end the cell from there.
        while frame is not None:
            if frame.f_code is call.__code__:
                raise KeyboardInterrupt
            frame = frame.f_back
    signal.signal(signal.SIGINT, press)
    (folder / "begun").touch()
    caught = 0
    while caught < interrupts:
        try:
            while True:
                call()
        except KeyboardInterrupt:
            caught += 1
    (folder / "done").touch()
    while (folder / "done").exists():
        time.sleep(0.01)
"""


@contextmanager
def kernel() -> Iterator[tuple[KernelManager, BlockingKernelClient]]:
    """A real kernel, with somebody to talk to it."""
    manager = KernelManager(kernel_name="python3")
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    try:
        client.wait_for_ready(timeout=120)
        yield manager, client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.005)


def answer(client: BlockingKernelClient, sent: str) -> str:
    """The name of the error that the cell `sent` ended with."""
    while True:
        reply = client.get_shell_msg(timeout=120)
        if reply["parent_header"].get("msg_id") == sent:
            return str(reply["content"].get("ename", ""))


@pytest.mark.timeout(600)
def test_the_stop_button_of_a_kernel(tmp_path: Path) -> None:
    prepare(tmp_path)
    here = registry_at(tmp_path, "bystander")
    here.models.create("fraud")
    chance, begun, done = random.Random(5), tmp_path / "begun", tmp_path / "done"
    with kernel() as (manager, client):
        assert answer(client, client.execute(SETUP.format(folder=str(tmp_path)))) == ""
        for number, call in enumerate(("tag", "bring", "register", "search", "bring", "describe")):
            sent = client.execute(f"work(calls[{call!r}], {PRESSES})")
            wait_for(begun.exists)
            deadline = time.monotonic() + 120
            while not done.exists():
                time.sleep(chance.uniform(0, 0.2))
                for _ in range(chance.choice((1, 2, 4, 6))):
                    manager.interrupt_kernel()
                    time.sleep(chance.uniform(0, 0.01))
                assert time.monotonic() < deadline, "the kernel is not interrupted"
            begun.unlink()
            done.unlink()
            assert answer(client, sent) == ""
            assert answer(client, client.execute(f"reg.models.describe('fraud', '{number}')")) == ""
            assert here.models.get("fraud").description == str(number)
    assert here.maintenance.verify().sound
    here.close()


def main() -> None:
    """`python -m tests.test_interrupts INTERRUPTS [SEED]`."""
    interrupts, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        began = time.monotonic()
        found = interrupt_many(Path(name), interrupts, seed)
        print(f"{found.caught} interrupts of {found.calls} calls in {time.monotonic() - began:.0f} s")
        print(f"{found.acknowledged} acknowledged, none lost; another process made {len(found.elsewhere)} changes")
        print(f"the longest of which took {max(found.elsewhere):.2f} s")


if __name__ == "__main__":
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    main()
