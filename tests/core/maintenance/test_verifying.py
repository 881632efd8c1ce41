"""Verify: what it finds, what it says, what it leaves alone."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities.versions import FileEntry
from jupyter_modelreg.core.errors import FilesDamaged
from jupyter_modelreg.core.progress import Progress, listening
from jupyter_modelreg.core.registry import Registry
from tests.support.contexts import context_of, folder_of, root_of
from tests.support.database import sql
from tests.support.maintenance import findings, kinds
from tests.support.names import FRAUD


def change(file: Path) -> None:
    """Other bytes, as many as before."""
    file.chmod(0o644)
    file.write_bytes(bytes(byte ^ 1 for byte in file.read_bytes()))


def remove(file: Path) -> None:
    file.parent.chmod(0o755)
    file.unlink()


def cut(file: Path) -> None:
    file.chmod(0o644)
    file.write_bytes(file.read_bytes()[:-1])


def add(file: Path) -> None:
    file.parent.chmod(0o755)
    file.with_name("extra.py").write_text("surprise = True\n")


def remove_folder(file: Path) -> None:
    for folder in [file.parent, *file.parent.rglob("*")]:
        folder.chmod(0o755)
    shutil.rmtree(file.parent)


def test_a_sound_registry_is_counted(stocked: Registry) -> None:
    found = stocked.maintenance.verify()
    assert found.sound
    assert found.findings == []
    assert found.events == stocked.history.last().seq  # type: ignore[union-attr]
    assert (found.models, found.versions, found.files, found.registering) == (3, 5, 12, 0)
    assert found.bytes == 4 * sum(entry.size for entry in stocked.versions.files(f"{FRAUD}/1"))


def test_an_empty_registry_is_sound(registry: Registry) -> None:
    found = registry.maintenance.verify()
    assert found.sound
    assert (found.events, found.models, found.versions, found.files) == (0, 0, 0, 0)


def test_what_versions_share_is_read_once(stocked: Registry) -> None:
    heard: list[Progress] = []
    with listening(heard.append):
        found = stocked.maintenance.verify()
    copied = stocked.versions.get(f"{FRAUD}/1").size
    assert copied is not None
    assert heard[-1].done == heard[-1].total == found.bytes - copied


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (change, "has changed since it was registered"),
        (cut, "has 102,399 bytes, and had 102,400"),
        (remove, "model.pkl is missing"),
        (add, "extra.py does not belong to the model"),
        (remove_folder, "are gone"),
    ],
)
def test_damaged_files_are_named(stocked: Registry, damage: Callable[[Path], None], said: str) -> None:
    damage(folder_of(stocked, f"{FRAUD}/2") / "model.pkl")
    [finding] = findings(stocked)
    assert (finding.kind, finding.subject, finding.repairable) == ("files", f"{FRAUD}/2", False)
    assert said in finding.message
    with pytest.raises(FilesDamaged):
        stocked.versions.location(f"{FRAUD}/2")
    assert stocked.maintenance.repair().findings == [finding]


def test_damage_is_found_in_every_version_that_shares_the_file(stocked: Registry) -> None:
    change(folder_of(stocked, f"{FRAUD}/1") / "model.pkl")
    assert [finding.subject for finding in findings(stocked)] == [f"{FRAUD}/1", "dev.ml_team.fraud/1"]


def test_a_version_in_the_trash_is_checked_too(stocked: Registry, kept: Path) -> None:
    trashed = sorted(int(folder.name) for folder in kept.iterdir() if folder.name.isdecimal())[-1]
    change(kept / str(trashed) / "MLmodel")
    assert [finding.subject for finding in findings(stocked)] == [f"{FRAUD}/3"]


def test_the_folder_of_the_files_may_be_gone_altogether(stocked: Registry, kept: Path) -> None:
    for folder in [kept, *kept.rglob("*")]:
        if folder.is_dir():
            folder.chmod(0o755)
    shutil.rmtree(kept)
    assert {finding.subject for finding in findings(stocked)} == {
        f"{FRAUD}/1",
        f"{FRAUD}/2",
        f"{FRAUD}/3",
        "dev.ml_team.fraud/1",
    }
    assert stocked.versions.get("iris/1").status == "READY"


def test_bytecode_is_named_and_goes_with_the_next_load(stocked: Registry) -> None:
    folder = folder_of(stocked, f"{FRAUD}/2")
    (folder / "code").chmod(0o755)
    (folder / "code" / "__pycache__").mkdir()
    (folder / "code" / "__pycache__" / "fraud.cpython-311.pyc").write_bytes(b"derived")
    (folder / "registered_model_meta").write_text("model_name: x\n")
    [(kind, said)] = [(finding.kind, finding.message) for finding in stocked.maintenance.verify().findings]
    assert kind == "files"
    assert said.endswith("fraud.cpython-311.pyc does not belong to the model")
    assert stocked.versions.location(f"{FRAUD}/2")
    assert findings(stocked) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE events SET reason = 'nothing at all' WHERE seq = 4", "one of the events 1 to 4 of the activity log"),
        ("UPDATE events SET actor = 'eve' WHERE seq = 1", "one of the events 1 to 4 of the activity log"),
        ("DELETE FROM events WHERE seq = 3", "the activity log lacks event 3: event 4 comes next"),
        ("DELETE FROM events WHERE seq = 1", "the activity log lacks event 1: event 2 comes next"),
    ],
)
def test_an_altered_log_is_named(stocked: Registry, registry_path: Path, statement: str, said: str) -> None:
    sql(registry_path, statement)
    first = findings(stocked)[0]
    assert first.kind == "log"
    assert first.message.startswith(said)
    assert "restore" in first.hint


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM catalogs WHERE name = 'dev'", "the schema dev.ml_team has no catalog"),
        ("DELETE FROM schemas WHERE name = 'dev.ml_team'", "the model dev.ml_team.fraud has no schema"),
        ("DELETE FROM models WHERE name = 'iris'", "version 1 has no model"),
        (
            "INSERT INTO version_files VALUES (4711, 'a', 1, 'b', 'file'), (4711, 'c', 1, 'd', 'file')",
            "the manifest lists 2 files of version id 4711, which does not exist",
        ),
        (
            f"""UPDATE models SET aliases = '{{"Best": 9}}' WHERE name = '{FRAUD}'""",
            f"{FRAUD}@Best points at version 9, which does not exist",
        ),
        (
            f"""UPDATE models SET aliases = '{{"Best": 3}}' WHERE name = '{FRAUD}'""",
            f"{FRAUD}@Best points at version 3, which does not exist",
        ),
        ("UPDATE models SET last_version = 0 WHERE name = 'iris'", "iris counts 0 versions, and has a version 1"),
        (
            "DELETE FROM version_files WHERE version_id = (SELECT max(id) FROM versions v WHERE managed)",
            f"{FRAUD}/3 has no manifest",
        ),
    ],
)
def test_rows_that_lead_nowhere_are_named(stocked: Registry, registry_path: Path, statement: str, said: str) -> None:
    sql(registry_path, statement)
    [finding] = findings(stocked)
    assert finding.kind == "row"
    assert said in finding.message
    before = stocked.history.last()
    # The log knows what a model was like; what it does not have is left alone.
    assert finding.repairable == statement.startswith("UPDATE models")
    [after] = stocked.maintenance.repair().findings
    assert after == replace(finding, mended=finding.repairable)
    assert (stocked.history.last() == before) != finding.repairable
    assert (findings(stocked) == []) == finding.repairable


@pytest.mark.parametrize("status", ["FAILED_REGISTRATION", "PENDING_REGISTRATION", "BROKEN"])
def test_a_status_that_was_altered_costs_no_files(stocked: Registry, registry_path: Path, status: str) -> None:
    version = stocked.versions.get(f"{FRAUD}/1")
    sql(registry_path, f"UPDATE versions SET status = '{status}' WHERE id = {version.id}")
    [finding] = findings(stocked)
    assert (finding.kind, finding.repairable) == ("row", True)
    assert finding.message == f"{FRAUD}/1 is {status}, and has the manifest of a version that is READY"
    assert stocked.maintenance.repair().sound
    assert stocked.versions.get(f"{FRAUD}/1").status == "READY"
    assert findings(stocked) == []


def test_files_nobody_knows_are_named_and_never_removed(stocked: Registry, kept: Path) -> None:
    (kept / "4711").mkdir()
    (kept / "4711" / "model.pkl").write_bytes(b"of a newer registry?")
    (kept / "notes.txt").write_text("mine")
    found = stocked.maintenance.repair()
    assert [finding.kind for finding in found.findings] == ["unknown", "unknown"]
    assert "a version this registry has never had" in found.findings[0].message
    assert "notes.txt does not belong there" in found.findings[1].message
    assert not found.sound
    assert (kept / "4711" / "model.pkl").read_bytes() == b"of a newer registry?"
    assert (kept / "notes.txt").exists()


# --- others at work -------------------------------------------------------------------------------------------------


class Watched(ManagedFiles):
    """Calls back when files are about to be checked, or taken in."""

    def __init__(self, root: Path, before: Callable[[], None]) -> None:
        super().__init__(root)
        self._before = before

    def add(self, source: Path, version_id: int, *, move: bool = False) -> list[FileEntry]:
        self._before()
        return super().add(source, version_id, move=move)

    def check(self, manifests):  # type: ignore[no-untyped-def]
        self._before()
        return super().check(manifests)


def watched(registry: Registry, before: Callable[[], None]) -> Registry:
    files = Watched(root_of(registry), before)
    return Registry(context_of(registry, files=files))


def test_a_version_that_is_being_registered_is_no_finding(stocked: Registry, source: Path) -> None:
    seen = []
    watching = watched(stocked, lambda: seen.append(stocked.maintenance.repair()))
    watching.versions.register(str(source), FRAUD)
    [meanwhile] = seen
    assert meanwhile.findings == []
    assert meanwhile.registering == 1
    assert stocked.versions.get(f"{FRAUD}/4").status == "READY"


def test_a_version_purged_meanwhile_is_no_finding(stocked: Registry) -> None:
    def purge() -> None:
        stocked.trash.purge()

    assert watched(stocked, purge).maintenance.verify().findings == []
    assert kinds(stocked) == []


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("latest_metrics", '{"auc": 0.1}'),
        ("numeric_params", '{"depth": 9}'),
        ("inputs", '{"y": "long"}'),
        ("notebook", "/elsewhere.ipynb"),
        ("datasets", '{"loans": "name"}'),
    ],
)
def test_what_searches_know_is_held_against_what_it_follows_from(
    stocked: Registry, registry_path: Path, column: str, value: str
) -> None:
    other = stocked.versions.get("iris/1")
    sql(registry_path, f"UPDATE versions SET {column} = '{value}' WHERE id = {other.id}")
    message = f"searches know other {column} of iris/1 than it has"
    for found in (
        findings(stocked),
        stocked.maintenance.verify(rebuild=True).findings,
        stocked.maintenance.verify("iris").findings,
    ):
        assert [(each.kind, each.subject, each.message, each.repairable) for each in found] == [
            ("row", "iris/1", message, True)
        ]
    assert stocked.maintenance.verify("prod").sound
    mended = stocked.maintenance.repair(reason="somebody edited it")
    assert [each.mended for each in mended.findings] == [True]
    assert findings(stocked) == []
    assert stocked.versions.get("iris/1") == other
