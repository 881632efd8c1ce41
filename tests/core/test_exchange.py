"""From one registry into another, directly and by way of an archive."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.artifacts import ManagedFiles
from jupyter_modelreg.core.entities import Version
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    InvalidInput,
    InvalidState,
    NotFound,
    PolicyRefused,
    RegistryError,
    RegistryUnusable,
    SourceUnavailable,
)
from jupyter_modelreg.core.exchange.records import ImportReport, Tally
from jupyter_modelreg.core.registry import Registry

pytest_plugins = ["tests.commands.fixtures"]

FRAUD = "prod.ml_team.fraud"
# What is another one in each registry.
OWN = {"id", "model_id", "location", "schema_id", "catalog_id"}


@pytest.fixture
def full(registry: Registry, model_folder: Path) -> Registry:
    """A governed model with versions 1 and 3, one copied from the other, a workspace model in a stage, a prompt."""
    for number in (1, 2, 3):
        source = str(model_folder) if number < 3 else f"models:/{FRAUD}/1"
        tags = {"number": str(number), "odd \u00e9": '"quoted"\n'}
        registry.versions.register(source, FRAUD, tags=tags, description=f"number {number}")
    registry.versions.delete(f"{FRAUD}/2")
    registry.aliases.set(FRAUD, "Champion", 3)
    registry.aliases.set(FRAUD, "Old", 1)
    registry.tags.set(FRAUD, {"team": "risk"})
    registry.schemas.describe("prod.ml_team", "what the team makes")
    registry.schemas.create("prod.empty")
    registry.versions.register(str(model_folder), "plain", aliases=["Best"])
    registry.versions.transition("plain", 1, "Staging")
    prompt = {"mlflow.prompt.is_prompt": "true"}
    registry.models.create("greeting", tags=prompt)
    registry.versions.register("dummy-source", "greeting", tags={**prompt, "mlflow.prompt.text": "Hello {{name}}"})
    return registry


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Registry]:
    """An empty registry of ben's."""
    opened = jupyter_modelreg.connect(str(tmp_path / "other" / "registry.duckdb"), actor="ben")
    yield opened
    opened.close()


@pytest.fixture
def archive(full: Registry, tmp_path: Path) -> Path:
    """The governed models of `full` in a file."""
    full.exchange.export_to(tmp_path / "prod.zip", ["prod", "plain", "greeting"])
    return tmp_path / "prod.zip"


def content(registry: Registry, *names: str) -> list[object]:
    """Everything about models, but for what has to differ between registries."""
    found: list[object] = [*registry.catalogs.list(), *registry.schemas.list()]
    for name in names:
        found.append(registry.models.get(name))
        for version in registry.versions.list(name):
            found += [version, list(registry.versions.files(version.reference))]
    return [_plain(each) for each in found]


def _plain(found: object) -> object:
    if not dataclasses.is_dataclass(found) or isinstance(found, type):
        return found
    known = {key: value for key, value in vars(found).items() if key not in OWN}
    if isinstance(found, Version) and not found.managed:
        known["location"] = found.location
    return known


NAMES = (FRAUD, "plain", "greeting")


@pytest.mark.parametrize("way", ["registry", "file", "archive"])
def test_everything_arrives_as_it_was(full: Registry, other: Registry, archive: Path, way: str) -> None:
    source = {"registry": full.uri, "file": full.uri.removeprefix("modelreg:///"), "archive": str(archive)}[way]
    report = other.exchange.import_from(source, reason="moving")
    assert (report.models, report.prompts, report.versions) == (Tally(imported=2), Tally(imported=1), Tally(imported=4))
    assert content(other, *NAMES) == content(full, *NAMES)
    assert other.versions.get(f"{FRAUD}/3").location != full.versions.get(f"{FRAUD}/3").location
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
        full.artifacts.remove(version.id)
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


def _with_clash(full: Registry, other: Registry) -> object:
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
    file = full.artifacts.path(version.id) / "MLmodel"
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


def test_each_content_is_in_the_archive_once(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        manifest = json.loads(opened.read("manifest.json"))
    assert len(names) == len(set(names)) == len(manifest["members"]) + 1
    assert (manifest["format"], manifest["version"]) == ("modelreg archive", 1)
    assert manifest["about"]["references"] == ["prod", "plain", "greeting"]


def test_many_files_travel_and_only_what_shrinks_is_deflated(
    full: Registry, other: Registry, tmp_path: Path, model_folder: Path
) -> None:
    folder = shutil.copytree(model_folder, tmp_path / "many")
    large = {"weights.bin": os.urandom(1 << 20), "zeros.bin": bytes(1 << 20), "empty.bin": b""}
    for name, data in large.items():
        (folder / name).write_bytes(data)
    for number in range(200):
        (folder / f"{number}.bin").write_bytes(os.urandom(number * 100))
    version = full.versions.register(str(folder), "prod.ml_team.many")
    full.exchange.export_to(tmp_path / "many.zip", ["prod.ml_team.many"])
    names = {entry.path: f"files/{entry.sha256}" for entry in full.versions.files(version.reference)}
    with zipfile.ZipFile(tmp_path / "many.zip") as opened:
        assert opened.getinfo(names["weights.bin"]).compress_type == zipfile.ZIP_STORED
        assert opened.getinfo(names["zeros.bin"]).compress_size < 10_000
    other.exchange.import_from(str(tmp_path / "many.zip"))
    assert content(other, "prod.ml_team.many")[-2:] == content(full, "prod.ml_team.many")[-2:]
    assert other.maintenance.verify().findings == []


def test_what_cannot_be_exported(full: Registry, tmp_path: Path, model_folder: Path) -> None:
    export = full.exchange.export_to
    with pytest.raises(NotFound, match=r"no model or schema prod\.ml_team\.frued; did you mean"):
        export(tmp_path / "a.zip", ["prod.ml_team.frued"])
    with pytest.raises(NotFound, match="no model or catalog prodd; did you mean prod"):
        export(tmp_path / "a.zip", ["prodd"])
    with pytest.raises(InvalidInput, match="nothing to export"):
        export(tmp_path / "a.zip", [])
    with pytest.raises(RegistryUnusable, match="cannot be written"):
        export(tmp_path / "no" / "folder.zip", ["plain"])
    export(tmp_path / "a.zip", ["plain"])
    with pytest.raises(AlreadyExists):
        export(tmp_path / "a.zip", ["plain"])
    full.artifacts.path(99).mkdir()
    with full.store.write() as tx:
        tx.versions.update(full.versions.get(f"{FRAUD}/1").id, {"managed": False, "status": "PENDING_REGISTRATION"})
    with pytest.raises(InvalidState, match="has no files to export"):
        export(tmp_path / "b.zip", [FRAUD])
    assert sorted(path.name for path in tmp_path.glob("*.zip*")) == ["a.zip"]
    assert not list(tmp_path.glob(".*.part"))


def test_a_changed_byte_is_refused(archive: Path, other: Registry, tmp_path: Path) -> None:
    """Many a byte, one at a time: the archive is refused, or it made no difference."""
    whole = archive.read_bytes()
    refused = 0
    for place in range(0, len(whole), max(97, len(whole) // 70)):
        changed = bytearray(whole)
        changed[place] ^= 0xFF
        broken = tmp_path / "broken.zip"
        broken.write_bytes(changed)
        try:
            report = other.exchange.import_from(str(broken), dry_run=True)
        except (FilesDamaged, InvalidInput) as error:
            refused += "broken.zip" in error.message
        else:
            assert (report.versions, report.skipped) == (Tally(imported=4), ())
    assert refused > 40
    assert other.status().events == 0


def test_the_refusal_names_the_member(archive: Path, other: Registry, tmp_path: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    for name in ("tables/versions.parquet", next(name for name in members if name.startswith("files/"))):
        for replaced in (members[name] + b" ", b"", None):
            path = tmp_path / f"{random.getrandbits(40)}.zip"
            with zipfile.ZipFile(path, "w") as written:
                for each, held in members.items():
                    if each != name or replaced is not None:
                        written.writestr(each, held if each != name or replaced is None else replaced)
            with pytest.raises(FilesDamaged, match=name):
                other.exchange.import_from(str(path))
    with zipfile.ZipFile(archive, "a") as added:
        added.writestr("more", b"")
    with pytest.raises(FilesDamaged, match="more does not belong"):
        other.exchange.import_from(str(archive))
    assert other.status().events == 0


def test_what_is_no_archive(other: Registry, tmp_path: Path, archive: Path) -> None:
    text, plain = tmp_path / "text.zip", tmp_path / "plain.zip"
    text.write_text("hello")
    with zipfile.ZipFile(plain, "w") as written:
        written.writestr("a", b"")
    with pytest.raises(InvalidInput, match="neither a registry nor an archive"):
        other.exchange.import_from(str(text))
    with pytest.raises(InvalidInput, match="not an archive of models"):
        other.exchange.import_from(str(plain))
    with pytest.raises(SourceUnavailable, match="does not exist"):
        other.exchange.import_from(str(tmp_path / "none.zip"))
    with pytest.raises(SourceUnavailable, match="there is no registry"):
        other.exchange.import_from(f"modelreg:///{tmp_path}/none.duckdb")
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read("manifest.json"))
    newer = tmp_path / "newer.zip"
    with zipfile.ZipFile(newer, "w") as written:
        written.writestr("manifest.json", json.dumps({**manifest, "version": 2}))
    with pytest.raises(InvalidInput, match="newer jupyter_modelreg") as caught:
        other.exchange.import_from(str(newer))
    assert caught.value.hint == "pip install -U jupyter_modelreg"


def test_a_path_that_leads_out_is_refused(full: Registry, other: Registry, tmp_path: Path) -> None:
    version = full.versions.get(f"{FRAUD}/1")
    entry = full.versions.files(version.reference)[0]
    with full.store.write() as tx:
        tx.versions.add_files(version.id, [dataclasses.replace(entry, path="../escaped")])
    shutil.copy(full.artifacts.path(version.id) / entry.path, full.artifacts.path(version.id).parent / "escaped")
    with pytest.raises(FilesDamaged, match="leads out of it"):
        full.exchange.export_to(tmp_path / "a.zip", [version.reference])


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
    bare = Registry(registry.store, registry.artifacts, lambda: registry.origins, "ana")
    with pytest.raises(RegistryError, match="can neither import nor export"):
        bare.exchange.import_from("x.zip")


def test_what_others_do_to_the_model_meanwhile_stays(
    full: Registry, other: Registry, model_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between two steps of an import somebody registers in the same model, and sets an alias."""
    take_in = ManagedFiles.take_in
    busy = jupyter_modelreg.connect(other.uri, actor="carla")

    def meanwhile(self: ManagedFiles, *args: object, **options: object) -> object:
        monkeypatch.setattr(ManagedFiles, "take_in", take_in)
        made = busy.versions.register(str(model_folder), FRAUD)
        busy.aliases.set(FRAUD, "Carlas", made.version)
        return take_in(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ManagedFiles, "take_in", meanwhile)
    assert other.exchange.import_from(full.uri).skipped == ()
    assert [version.version for version in other.versions.list(FRAUD)] == [4, 3, 1]
    assert other.models.get(FRAUD).aliases == {"Carlas": 4, "Champion": 3, "Old": 1}
    assert other.versions.register(str(model_folder), FRAUD).version == 5


def test_a_version_that_another_import_has_begun_is_left_to_it(
    full: Registry, other: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    take_in = ManagedFiles.take_in
    reports: list[ImportReport] = []

    def meanwhile(self: ManagedFiles, *args: object, **options: object) -> object:
        monkeypatch.setattr(ManagedFiles, "take_in", take_in)
        reports.append(jupyter_modelreg.connect(other.uri, actor="carla").exchange.import_from(full.uri))
        return take_in(self, *args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(ManagedFiles, "take_in", meanwhile)
    reports.append(other.exchange.import_from(full.uri))
    assert [skipped.why for skipped in reports[0].skipped] == ["another process is just registering it"]
    assert other.exchange.import_from(full.uri).skipped == ()
    assert [version.status for version in other.versions.list(FRAUD)] == ["READY"] * 2
    assert other.maintenance.verify().sound
