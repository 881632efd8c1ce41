"""Repair: what processes that are gone have left is put right, and nothing else is touched."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.errors import InvalidInput, RegistryUnavailable
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of, root_of
from tests.support.database import sql
from tests.support.maintenance import findings
from tests.support.names import FRAUD
from tests.support.processes import run_with_registry

# A process that is killed in the middle of registering: before it copies, while it copies, after it has.
KILLED = """
    import jupyter_modelreg.artifacts.file_store as managed

    class Killed(ManagedFiles):
        def add(self, *arguments, **options):
            if sys.argv[3] == "before":
                os.kill(os.getpid(), 9)
            if sys.argv[3] == "while":
                managed.seal = managed.progress = lambda *_: os.kill(os.getpid(), 9)
            super().add(*arguments, **options)
            os.kill(os.getpid(), 9)

    context = open_context(sys.argv[1], "ben")
    context.files = Killed(context.files.path(0).parent)
    Registry(context).versions.register(sys.argv[2], "prod.ml_team.fraud", reason="doomed")
"""


def kill_while_registering(path: Path, source: Path, when: str) -> None:
    assert run_with_registry(KILLED, path, source, when).returncode == -signal.SIGKILL


@pytest.mark.parametrize("when", ["before", "while", "after"])
def test_a_registration_cut_short_becomes_failed(
    stocked: Registry, registry_path: Path, source: Path, kept: Path, when: str
) -> None:
    stocked.close()
    kill_while_registering(registry_path, source, when)
    stuck, *left = findings(stocked)
    assert (stuck.kind, stuck.subject, stuck.repairable) == ("stuck", f"{FRAUD}/4", True)
    assert stuck.message == f"{FRAUD}/4 is PENDING_REGISTRATION, and the process that registered it is gone"
    assert {finding.kind for finding in left} == {"garbage"}  # its claim, and what it had begun
    repaired = stocked.maintenance.repair(reason="the machine went down")
    assert repaired.sound
    assert all(finding.mended for finding in repaired.findings)
    version = stocked.versions.get(f"{FRAUD}/4")
    assert (version.status, version.status_message) == ("FAILED_REGISTRATION", "the process that registered it is gone")
    event = stocked.history.last()
    assert event is not None
    assert (event.action, event.version, event.reason) == ("version.status", 4, "the machine went down")
    assert findings(stocked) == []
    assert stocked.history.broken_at() is None
    assert not (kept / str(version.id)).exists()
    assert list((kept / ".staging").iterdir()) == []
    assert stocked.versions.register(str(source), FRAUD).version == 5


class Keeping(ManagedFiles):
    """Never comes to remove anything, as a process that is killed."""

    def remove(self, version_id: int) -> None:
        pass


def keeping(registry: Registry) -> Registry:
    return Registry(context_of(registry, files=Keeping(root_of(registry))))


def test_files_of_a_purged_version_are_removed(stocked: Registry, kept: Path) -> None:
    assert keeping(stocked).trash.purge().versions == 1
    [finding] = findings(stocked)
    assert finding.kind == "garbage"
    assert finding.message.endswith("holds files of a version that was purged")
    assert Path(finding.subject).exists()
    before = stocked.history.last()
    assert stocked.maintenance.repair().sound
    assert not Path(finding.subject).exists()
    assert stocked.history.last() == before
    assert findings(stocked) == []


def test_files_of_a_failed_registration_are_removed(stocked: Registry, kept: Path, source: Path) -> None:
    (source / "link").symlink_to("/etc/hostname")
    with pytest.raises(InvalidInput):
        stocked.versions.register(str(source), FRAUD)
    version = stocked.versions.get(f"{FRAUD}/latest")
    assert version.status == "FAILED_REGISTRATION"
    (kept / str(version.id)).mkdir()
    (kept / str(version.id) / "half.bin").write_bytes(b"half")
    [finding] = findings(stocked)
    assert finding.message == f"{kept / str(version.id)} holds files of {version.reference}, whose registration failed"
    stocked.maintenance.repair()
    assert not (kept / str(version.id)).exists()


def test_what_only_the_row_calls_failed_keeps_its_files(stocked: Registry, registry_path: Path, kept: Path) -> None:
    version = stocked.versions.get(f"{FRAUD}/2")
    sql(registry_path, f"UPDATE versions SET status = 'FAILED_REGISTRATION', managed = false WHERE id = {version.id}")
    assert [finding.kind for finding in findings(stocked)] == ["row"]
    assert stocked.maintenance.repair().sound
    assert (kept / str(version.id)).exists()
    assert stocked.versions.get(f"{FRAUD}/2").managed


class Lockless(ManagedFiles):
    """On a file system that knows no locks."""

    def claimed(self, version_id: int) -> bool | None:
        return None


def test_where_there_are_no_locks_only_age_tells(stocked: Registry, registry_path: Path, source: Path) -> None:
    stocked.close()
    kill_while_registering(registry_path, source, "before")
    started = stocked.versions.get(f"{FRAUD}/4").created_at
    hours = 3_600_000

    def after(age: int) -> Registry:
        files = Lockless(root_of(stocked))
        return Registry(context_of(stocked, files=files, clock=lambda: started + age))

    assert after(23 * hours).maintenance.verify().registering == 1
    assert after(25 * hours).maintenance.verify().findings[0].kind == "stuck"


def test_repair_says_what_it_cannot_remove(stocked: Registry, kept: Path) -> None:
    keeping(stocked).trash.purge()

    class Refusing(ManagedFiles):
        def remove(self, version_id: int) -> None:
            raise RegistryUnavailable(f"cannot keep model files in {kept}: read-only file system")

    refusing = Registry(context_of(stocked, files=Refusing(kept)))
    with pytest.raises(RegistryUnavailable, match="read-only file system"):
        refusing.maintenance.repair()
    assert not stocked.maintenance.verify().sound
