"""Processes that are killed at work: the registry opens, nothing acknowledged is lost, no number is used twice.

`python -m tests.test_kills 200` makes 200 kills and prints what it found; `pytest` makes a few, or as many as
MODELREG_TEST_KILLS says.
"""

from __future__ import annotations

import hashlib
import json
import multiprocessing
import os
import random
import sys
import tempfile
import time
import traceback
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.context import ForkServerContext
from multiprocessing.process import BaseProcess
from pathlib import Path

import jupyter_modelreg
from jupyter_modelreg.core.entities.findings import Verification
from jupyter_modelreg.core.entities.versions import Version
from jupyter_modelreg.core.errors import InvalidState, NotFound, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from tests.support.plain_models import MLMODEL

KILLS = int(os.environ.get("MODELREG_TEST_KILLS", "25"))
IMPORTED = 20  # versions with files, and as many without
WORKERS = 3
# What a worker needs, imported once: that takes longer than its whole life.
PRELOADED = [
    "jupyter_modelreg.artifacts",
    "jupyter_modelreg.mlflow_client.resolver",
    "jupyter_modelreg.connection",
    "jupyter_modelreg.storage.duckdb.store",
    "mlflow.artifacts",
    "mlflow.models",
    "mlflow.pyfunc",
    "mlflow.tracking",
    "tqdm.auto",
]
GOVERNED = ["prod.team.a", "prod.team.b", "dev.team.a"]
NAMES = [*GOVERNED, "workspace"]
ALIASES = ["Champion", "Challenger", "Shadow"]
# What one worker may do to another one's plans: the version is gone, or not READY (yet).
EXPECTED = (NotFound, InvalidState)


# --- the workers ------------------------------------------------------------------------------------------------


AWAY = "away"
"""A file that is there once the registry's server has been away: calls may have failed for that."""


class Worker:
    """Works at random until it is killed; a line in `acks` says what the registry has acknowledged.

    Every call has a reason of its own, by which the activity log can be searched for it afterwards.
    """

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder = folder
        self.registry = open_in(folder, f"worker{seed}")
        self.sources = sorted((folder / "sources").iterdir())
        self.random = random.Random(seed)
        self.seed = seed
        self.count = 0

    def step(self) -> dict[str, object]:
        """Do one thing; returns what was acknowledged."""
        self.count += 1
        reason = f"{self.seed}-{self.count}"
        kinds = [self.register, self.copy, self.alias, self.tag, self.delete, self.purge, self.bring]
        work = self.random.choices(kinds, WEIGHTS)[0]
        return {"reason": reason, "work": work.__name__, **work(reason)}

    def register(self, reason: str) -> dict[str, object]:
        source = self.random.choice(self.sources)
        done = self.registry.versions.register(str(source), self.random.choice(NAMES), reason=reason)
        digest = hashlib.sha256((source / "model.pkl").read_bytes()).hexdigest()
        return {"model": done.name, "version": done.version, "sha256": digest}

    def copy(self, reason: str) -> dict[str, object]:
        source = self.ready(self.random.choice(GOVERNED))
        done = self.registry.versions.copy(source.reference, self.random.choice(GOVERNED), reason=reason)
        return {"model": done.name, "version": done.version}

    def alias(self, reason: str) -> dict[str, object]:
        model = self.random.choice(NAMES)
        version = self.ready(model)
        self.registry.aliases.set(model, self.random.choice(ALIASES), version.version, reason=reason)
        return {}

    def tag(self, reason: str) -> dict[str, object]:
        self.registry.tags.set(self.random.choice(NAMES), {"by": reason}, reason=reason)
        return {}

    def delete(self, reason: str) -> dict[str, object]:
        doomed = self.ready(self.random.choice(NAMES))
        gone = self.registry.versions.delete(doomed.reference, force=True, reason=reason)
        return {"gone": [version.reference for version in gone]}

    def ready(self, model: str) -> Version:
        """Any version that is whole; NotFound when there is none."""
        whole = [version for version in self.registry.versions.list(model) if version.status == "READY"]
        if not whole:
            raise NotFound(f"no version of {model} is READY")
        return self.random.choice(whole)

    def bring(self, reason: str) -> dict[str, object]:
        """Import another registry: most of it has come already."""
        return {"imported": self.registry.exchange.import_from(other_in(self.folder), reason=reason).versions.imported}

    def purge(self, reason: str) -> dict[str, object]:
        return {"purged": self.registry.trash.purge(reason=reason).versions}


WEIGHTS = [35, 15, 20, 15, 10, 5, 8]


def work(folder: Path, seed: int) -> None:
    """The life of a worker: until it is killed."""
    worker = Worker(folder, seed)
    with (folder / f"acks-{seed}.jsonl").open("a") as acks:
        while True:
            try:
                print(json.dumps(worker.step()), file=acks, flush=True)
            except EXPECTED:
                continue
            except BaseException as error:
                if was_away(folder, error):
                    time.sleep(0.05)
                    continue
                (folder / f"error-{seed}.txt").write_text(traceback.format_exc())
                raise


def was_away(folder: Path, error: BaseException) -> bool:
    """Whether a call has failed because the registry's server has been away."""
    return (folder / AWAY).exists() and isinstance(error, RegistryUnavailable) and "cannot be reached" in error.message


def open_in(folder: Path, actor: str) -> Registry:
    elsewhere = folder / "uri"  # of a registry that is in no file
    uri = elsewhere.read_text() if elsewhere.exists() else f"modelreg:///{folder}/registry.duckdb"
    return jupyter_modelreg.connect(uri, actor=actor)


def other_in(folder: Path) -> str:
    """The URI of the registry to import."""
    return f"modelreg:///{folder}/other.duckdb"


# --- the killing ------------------------------------------------------------------------------------------------


def prepare(folder: Path) -> None:
    """Some models to register; two of them take long enough to be killed at."""
    for number, size in enumerate((2_000, 50_000, 3_000_000, 8_000_000)):
        source = folder / "sources" / f"model{number}"
        source.mkdir(parents=True)
        (source / "MLmodel").write_text(MLMODEL)
        (source / "model.pkl").write_bytes(random.Random(number).randbytes(size))
    other = jupyter_modelreg.connect(other_in(folder), actor="other")
    for number in range(IMPORTED):
        other.versions.register(str(folder / "sources" / f"model{number % 3}"), f"other.team.m{number // 2}")
        other.versions.register(str(folder / "sources" / "model0"), f"other{number // 4}")
    other.close()


@contextmanager
def workers() -> Iterator[list[BaseProcess]]:
    """The running processes, in a list to be changed; what is left in it at the end is killed."""
    running: list[BaseProcess] = []
    try:
        yield running
    finally:
        for process in running:
            process.kill()
            process.join()


def worked(folder: Path, times: int) -> None:
    """Wait until that many calls have been acknowledged: on a busy machine the moments pass before anything is done."""
    deadline = time.monotonic() + 60
    while sum(path.read_bytes().count(b"\n") for path in folder.glob("acks-*.jsonl")) < times:
        assert time.monotonic() < deadline, "the workers do nothing"
        time.sleep(0.01)


def begin(folder: Path, context: ForkServerContext, seed: int) -> None:
    """One worker until it has worked, so that everything that takes long the first time has been done."""
    first = context.Process(target=work, args=(folder, seed), daemon=True)
    first.start()
    worked(folder, 1)
    first.kill()
    first.join()


def kill_many(folder: Path, kills: int, seed: int, between: Callable[[int], object] = lambda _: None) -> None:
    """Keep some workers at work, and kill one of them at a random moment, again and again.

    `between` is called with the number of kills so far, while the others are at work.
    """
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(PRELOADED)
    moments = random.Random(seed)
    with workers() as running:
        begin(folder, context, seed)
        for number in range(kills):
            while len(running) < WORKERS:
                started = seed * 100_000 + number * 10 + len(running)
                process = context.Process(target=work, args=(folder, started), daemon=True)
                process.start()
                running.append(process)
            time.sleep(moments.uniform(0.02, 0.7))
            worked(folder, number + 2)
            victim = running.pop(moments.randrange(WORKERS))
            victim.kill()
            victim.join()
            between(number + 1)


# --- what must hold afterwards ----------------------------------------------------------------------------------


@dataclass
class Found:
    """What there was after the kills."""

    acks: list[dict[str, object]] = field(default_factory=list)
    before: Verification | None = None
    failed: list[str] = field(default_factory=list)


def examine(folder: Path) -> Found:
    """Hold the registry against what was acknowledged; raises AssertionError."""
    errors = [path.read_text() for path in sorted(folder.glob("error-*.txt"))]
    assert not errors, f"{len(errors)} workers met an error, the first:\n{errors[0]}"
    found = Found(acks=[json.loads(line) for path in folder.glob("acks-*.jsonl") for line in whole_lines(path)])
    registry = open_in(folder, "judge")
    found.before = registry.maintenance.verify()
    assert {finding.kind for finding in found.before.findings} <= {"stuck", "garbage"}, found.before.findings
    stuck = {finding.subject for finding in found.before.findings if finding.kind == "stuck"}
    repaired = registry.maintenance.repair(reason="after the kills")
    assert repaired.sound
    assert not registry.maintenance.verify(rebuild=True).findings
    events = registry.history.list()
    found.failed = [
        f"{event.name}/{event.version}" for event in events if event.reason == "after the kills" and event.version
    ]
    assert sorted(found.failed) == sorted(stuck)
    check_log(registry, found.acks)
    check_versions(registry, found.acks)
    check_imported(registry, folder)
    registry.close()
    return found


def whole_lines(path: Path) -> list[str]:
    """Of a worker that was killed while it wrote a line, that line is not an acknowledgement."""
    return path.read_text().split("\n")[:-1]


def check_log(registry: Registry, acks: list[dict[str, object]]) -> None:
    events = registry.history.list()
    logged = {event.reason for event in events}
    # A purge of nothing changes nothing, and so has no event; so has setting what is set.
    quiet = {ack["reason"] for ack in acks if 0 in (ack.get("purged"), ack.get("imported"))}
    lost = {ack["reason"] for ack in acks} - logged - quiet
    assert not lost, f"acknowledged, and not in the log: {lost}"
    created = Counter((event.subject_id, event.version) for event in events if event.action == "version.created")
    twice = [number for number, times in created.items() if times > 1]
    assert not twice, f"numbers used twice: {twice}"


def check_versions(registry: Registry, acks: list[dict[str, object]]) -> None:
    deleted = {(event.name, event.version) for event in registry.history.list() if event.action == "version.deleted"}
    made = [(ack["model"], ack["version"]) for ack in acks if "version" in ack]
    assert len(made) == len(set(made)), "one number was acknowledged twice"
    for ack in acks:
        if "version" not in ack or (ack["model"], ack["version"]) in deleted:
            continue
        reference = f"{ack['model']}/{ack['version']}"
        assert registry.versions.get(reference).status == "READY", reference
        if "sha256" in ack and ack["model"] in GOVERNED:
            hashes = {entry.path: entry.sha256 for entry in registry.versions.files(reference)}
            assert hashes["model.pkl"] == ack["sha256"], reference


def check_imported(registry: Registry, folder: Path) -> None:
    """An import that was cut short, however often, goes on where it ended."""
    report = registry.exchange.import_from(other_in(folder))
    assert report.skipped == ()
    assert not registry.maintenance.verify(rebuild=True).findings
    for number in range(IMPORTED // 2):
        assert [version.status for version in registry.versions.list(f"other.team.m{number}")] == ["READY"] * 2


def test_killed_workers_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    prepare(tmp_path)
    kill_many(tmp_path, KILLS, seed=1)
    found = examine(tmp_path)
    assert len(found.acks) > KILLS, "the workers hardly worked"


def main() -> None:
    """`python -m tests.test_kills KILLS [SEED [URI]]`."""
    kills, seed = int(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 1
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        folder = Path(name)
        if len(sys.argv) > 3:
            (folder / "uri").write_text(sys.argv[3])
        prepare(folder)
        started = time.monotonic()
        kill_many(folder, kills, seed)
        print(f"{kills} kills in {time.monotonic() - started:.0f} s")
        found = examine(folder)
        done = Counter(str(ack["work"]) for ack in found.acks)
        print(f"{len(found.acks)} acknowledged: {', '.join(f'{n} {what}' for what, n in done.most_common())}")
        assert found.before is not None
        kinds = Counter(finding.kind for finding in found.before.findings)
        print(f"found: {dict(kinds) or 'nothing'}; set to FAILED_REGISTRATION: {', '.join(found.failed) or 'none'}")


if __name__ == "__main__":
    os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
    from tests import test_kills

    test_kills.main()  # so that the functions belong to a module that workers can import
