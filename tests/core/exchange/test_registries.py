"""From one registry into another, directly and by way of an archive."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.errors import (
    FilesDamaged,
    PolicyRefused,
    RegistryError,
)
from jupyter_modelreg.core.exchange.reports import ImportReport, Tally
from jupyter_modelreg.core.registry import Registry
from tests.support.contents import content
from tests.support.contexts import context_of, folder_of
from tests.support.names import FRAUD

pytest_plugins = ["tests.support.commands"]

NAMES = (FRAUD, "plain", "greeting")


@pytest.mark.parametrize("way", ["registry", "file", "archive"])
def test_everything_arrives_as_it_was(full: Registry, other: Registry, archive: Path, way: str) -> None:
    source = {"registry": full.uri, "file": full.uri.removeprefix("modelreg:///"), "archive": str(archive)}[way]
    local = way == "archive"  # of this very machine
    report = other.exchange.import_from(source, allow_local_paths=local, reason="moving")
    assert (report.models, report.prompts, report.versions) == (Tally(imported=2), Tally(imported=1), Tally(imported=4))
    assert content(other, *NAMES) == content(full, *NAMES)
    assert other.versions.location(f"{FRAUD}/3") != full.versions.location(f"{FRAUD}/3")
    other.versions.load(f"{FRAUD}@Champion")
    assert other.history.broken_at() is None
    assert {(event.actor, event.reason) for event in other.history.list()} == {("ben", "moving")}
    again = other.exchange.import_from(source)
    assert (again.models, again.prompts, again.versions) == (Tally(there=2), Tally(there=1), Tally(there=4))
    assert other.versions.register("s3://b/m", "plain", check_source=False).version == 2
    assert other.models.get(FRAUD).last_version == 3


def test_copies_come_even_when_the_source_goes(full: Registry, other: Registry, archive: Path) -> None:
    other.exchange.import_from(full.uri)
    for version in full.versions.list(FRAUD):
        context_of(full).files.remove(version.id)
    other.versions.load(f"{FRAUD}/1")


def test_workspace_models_become_governed_ones(full: Registry, other: Registry) -> None:
    report = other.exchange.import_from(full.uri, into="staging.risk")
    assert not report.skipped
    version = other.versions.get("staging.risk.plain@Best")
    assert (version.managed, version.stage, dict(version.tags)) == (True, "None", {"stage": "Staging"})
    assert other.versions.get(f"{FRAUD}/3").managed  # which had a schema already
    assert other.models.get("staging.risk.greeting").is_prompt


def test_two_that_would_have_one_name(full: Registry, other: Registry) -> None:
    (skipped,) = [each for each in _with_clash(full, other).skipped if each.kind == "model"]
    assert skipped.why == f"fraud becomes {FRAUD}, so {FRAUD} cannot"


def _with_clash(full: Registry, other: Registry) -> ImportReport:
    full.versions.register("s3://b/m", "fraud", check_source=False)
    return other.exchange.import_from(full.uri, into="prod.ml_team", dry_run=True)


def test_a_prompt_and_a_model_of_one_name(full: Registry, other: Registry) -> None:
    other.models.create("greeting")
    (skipped,) = other.exchange.import_from(full.uri).skipped
    assert (skipped.kind, skipped.why) == ("prompt", "greeting is the name of a model here")


def test_no_more_aliases_than_a_governed_model_may_have(full: Registry, other: Registry) -> None:
    for number in range(12):
        full.aliases.set("plain", f"a{number:02}", 1)
    report = other.exchange.import_from(full.uri, into="x.y")
    assert [each.why for each in report.skipped] == ["a governed model has at most 10 aliases"] * 3
    assert len(other.models.get("x.y.plain").aliases) == 10


def test_damaged_files_do_not_come(full: Registry, other: Registry) -> None:
    version = full.versions.get(f"{FRAUD}/1")
    file = folder_of(full, version.reference) / "MLmodel"
    os.chmod(file, 0o644)
    file.write_text(f"{file.read_text()}\nhm: 1\n")
    report = other.exchange.import_from(full.uri)
    assert {each.name for each in report.skipped} == {f"{FRAUD}/1", f"{FRAUD}/3"}  # links of one file
    assert "are not what they were" in report.skipped[0].why
    assert other.versions.get(f"{FRAUD}/1").status == "FAILED_REGISTRATION"
    with pytest.raises(FilesDamaged, match="has changed since it was registered"):
        full.exchange.export_to(file.parent.parent / "x.zip", [FRAUD])


def test_what_references_take_along(full: Registry, other: Registry, tmp_path: Path) -> None:
    report = full.exchange.export_to(tmp_path / "some.zip", [f"{FRAUD}@Champion", f"{FRAUD}/3", "plain/1"])
    assert (report.models, report.versions) == (2, 2)
    assert report.size == (tmp_path / "some.zip").stat().st_size
    other.exchange.import_from(str(tmp_path / "some.zip"))
    assert [version.version for version in other.versions.list(FRAUD)] == [3]
    assert dict(other.models.get(FRAUD).aliases) == {"Champion": 3}
    full.exchange.export_to(tmp_path / "schema.zip", ["prod.ml_team", f"{FRAUD}/1-3"])
    assert other.exchange.import_from(str(tmp_path / "schema.zip")).versions == Tally(imported=1, there=1)
    assert [schema.name for schema in other.schemas.list()] == ["prod.ml_team"]


def test_signatures_are_asked_for_only_where_a_model_becomes_governed(
    registry: Registry, other: Registry, unsigned_folder: Path, tmp_path: Path
) -> None:
    registry.versions.register(str(unsigned_folder), "unsigned")
    with pytest.raises(PolicyRefused):
        registry.versions.copy("unsigned/1", "a.b.unsigned")
    skipped = other.exchange.import_from(registry.uri, into="a.b")
    assert skipped.versions == Tally(skipped=1)
    assert other.exchange.import_from(registry.uri, into="a.b", skip_signature_check=True).versions.imported == 1
    other.exchange.export_to(tmp_path / "a.zip", ["a.b.unsigned"])
    assert registry.exchange.import_from(str(tmp_path / "a.zip")).versions == Tally(imported=1)


def test_without_the_means(registry: Registry) -> None:
    bare = Registry(context_of(registry))
    with pytest.raises(RegistryError, match="can neither import nor export"):
        bare.exchange.import_from("x.zip")


def test_what_others_do_to_the_model_meanwhile_stays(
    full: Registry, other: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two steps of an import somebody registers in the same model, and sets an alias."""
    take_in = ManagedFiles.add
    busy = jupyter_modelreg.connect(other.uri, actor="carla")

    def meanwhile(self: ManagedFiles, *args: object, **options: object) -> object:
        monkeypatch.setattr(ManagedFiles, "add", take_in)
        made = busy.versions.register(str(model_folder), FRAUD)
        busy.aliases.set(FRAUD, "Carlas", made.version)
        return take_in(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ManagedFiles, "add", meanwhile)
    assert other.exchange.import_from(full.uri).skipped == ()
    assert [version.version for version in other.versions.list(FRAUD)] == [4, 3, 1]
    assert other.models.get(FRAUD).aliases == {"Carlas": 4, "Champion": 3, "Old": 1}
    assert other.versions.register(str(model_folder), FRAUD).version == 5


def test_a_version_that_another_import_has_begun_is_left_to_it(
    full: Registry, other: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = ManagedFiles.add
    reports: list[ImportReport] = []

    def meanwhile(self: ManagedFiles, *args: object, **options: object) -> object:
        monkeypatch.setattr(ManagedFiles, "add", take_in)
        reports.append(jupyter_modelreg.connect(other.uri, actor="carla").exchange.import_from(full.uri))
        return take_in(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ManagedFiles, "add", meanwhile)
    reports.append(other.exchange.import_from(full.uri))
    assert [skipped.why for skipped in reports[0].skipped] == ["another process is just registering it"]
    assert other.exchange.import_from(full.uri).skipped == ()
    assert [version.status for version in other.versions.list(FRAUD)] == ["READY"] * 2
    assert other.maintenance.verify().sound
