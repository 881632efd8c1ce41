"""Archives: what is in them, and that a damaged one is refused."""

from __future__ import annotations

import dataclasses
import json
import os
import random
import resource
import shutil
import zipfile
from pathlib import Path

import pytest

from jupyter_modelreg.artifacts.bundle import BundleReader
from jupyter_modelreg.core.errors import (
    AlreadyExists,
    FilesDamaged,
    InvalidInput,
    InvalidState,
    NotFound,
    RegistryUnavailable,
    SourceUnavailable,
)
from jupyter_modelreg.core.exchange.reports import Tally
from jupyter_modelreg.core.progress import Cancelled, Progress, listening
from jupyter_modelreg.core.registry import Registry
from tests.support.contents import content
from tests.support.contexts import context_of, folder_of, root_of
from tests.support.names import FRAUD
from tests.support.processes import WITH_REGISTRY, obey_file_modes, run_python

pytest_plugins = ["tests.support.commands"]


def test_each_content_is_in_the_archive_once(archive: Path) -> None:
    with zipfile.ZipFile(archive) as opened:
        names = opened.namelist()
        manifest = json.loads(opened.read("manifest.json"))
    assert len(names) == len(set(names)) == len(manifest["members"]) + 1
    assert (manifest["format"], manifest["version"]) == ("modelreg archive", 2)
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
    with pytest.raises(NotFound, match=r"no model prod\.ml_team\.frued; did you mean"):
        export(tmp_path / "a.zip", ["prod.ml_team.frued"])
    with pytest.raises(NotFound, match="no model or catalog prodd; did you mean prod"):
        export(tmp_path / "a.zip", ["prodd"])
    with pytest.raises(InvalidInput, match="nothing to export"):
        export(tmp_path / "a.zip", [])
    with pytest.raises(RegistryUnavailable, match="cannot write an archive of models into"):
        export(tmp_path / "no" / "folder.zip", ["plain"])
    export(tmp_path / "a.zip", ["plain"])
    with pytest.raises(AlreadyExists):
        export(tmp_path / "a.zip", ["plain"])
    (root_of(full) / "99").mkdir()
    with context_of(full).store.write() as tx:
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
            report = other.exchange.import_from(str(broken), dry_run=True, allow_local_paths=True)
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
    with pytest.raises(FilesDamaged, match=r"more in .* is not in its manifest"):
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
        written.writestr("manifest.json", json.dumps({**manifest, "version": 3}))
    with pytest.raises(InvalidInput, match="newer jupyter_modelreg") as caught:
        other.exchange.import_from(str(newer))
    assert caught.value.hint == "upgrade with: pip install -U jupyter_modelreg"


def test_a_path_that_leads_out_is_refused(full: Registry, other: Registry, tmp_path: Path) -> None:
    version = full.versions.get(f"{FRAUD}/1")
    entry = full.versions.files(version.reference)[0]
    with context_of(full).store.write() as tx:
        tx.versions.add_files(version.id, [dataclasses.replace(entry, path="../escaped")])
    shutil.copy(folder_of(full, version.reference) / entry.path, root_of(full) / "escaped")
    with pytest.raises(FilesDamaged, match="leads out of it"):
        full.exchange.export_to(tmp_path / "a.zip", [version.reference])


def test_a_dry_run_unpacks_no_file(
    full: Registry, other: Registry, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full.exchange.export_to(tmp_path / "some.zip", [FRAUD])
    unpacked: list[str] = []
    extract = BundleReader.extract

    def watched(self: BundleReader, name: str, *others: object) -> object:
        unpacked.append(name)
        return extract(self, name, *others)  # type: ignore[arg-type]

    monkeypatch.setattr(BundleReader, "extract", watched)
    report = other.exchange.import_from(str(tmp_path / "some.zip"), dry_run=True)
    assert report.versions == Tally(imported=2)
    assert {name.partition("/")[0] for name in unpacked} == {"tables"}
    assert other.exchange.import_from(str(tmp_path / "some.zip")).versions == Tally(imported=2)
    assert "files" in {name.partition("/")[0] for name in unpacked}


def test_no_room_to_unpack_is_said_and_nothing_is_left(
    full: Registry, other: Registry, model_folder: Path, tmp_path: Path
) -> None:
    (model_folder / "large.bin").write_bytes(random.Random(3).randbytes(5_000_000))
    large = full.versions.register(str(model_folder), FRAUD)
    full.exchange.export_to(tmp_path / "large.zip", [large.reference])
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, before[1]))
    try:
        with pytest.raises(RegistryUnavailable, match=r"cannot unpack the archive in .*: file too large"):
            other.exchange.import_from(str(tmp_path / "large.zip"))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not list(root_of(other).parent.glob("*.import-*"))
    assert other.exchange.import_from(str(tmp_path / "large.zip")).versions == Tally(imported=1)
    assert other.maintenance.verify().sound


@pytest.mark.parametrize(
    "call", ["reg.exchange.export_to(sys.argv[2], ['a'])", "reg.exchange.import_from(sys.argv[3])"]
)
def test_a_registry_folder_that_became_read_only_is_said(registry: Registry, tmp_path: Path, call: str) -> None:
    registry.models.create("a")
    registry.exchange.export_to(tmp_path / "a.zip", ["a"])
    registry.close()
    folder = tmp_path / "mine"
    folder.mkdir()
    code = f"reg.models.create('a'); os.chmod(os.path.dirname(sys.argv[1]), 0o555); {call}"
    done = run_python(
        f"{WITH_REGISTRY}{code}",
        folder / "registry.duckdb",
        tmp_path / "new.zip",
        tmp_path / "a.zip",
        preexec_fn=obey_file_modes,
    )
    folder.chmod(0o755)
    assert f"RegistryUnavailable: cannot work in {folder}: permission denied" in done.stderr


def test_everything_is_exported_when_nothing_is_named(full: Registry, other: Registry, tmp_path: Path) -> None:
    made = full.exchange.export_to(tmp_path / "all.zip")
    assert (made.models, made.versions) == (3, 4)
    report = other.exchange.import_from(str(tmp_path / "all.zip"), allow_local_paths=True, called="from ana")
    assert (report.source, report.models, report.versions) == ("from ana", Tally(imported=2), Tally(imported=4))
    assert content(other, FRAUD, "plain", "greeting") == content(full, FRAUD, "plain", "greeting")
    known = [event.after.get("imported_from") for event in other.history.list() if event.after]
    assert {*known} - {None} == {"from ana"}


def test_a_listener_stops_an_export_and_an_import(full: Registry, other: Registry, archive: Path) -> None:
    def stop(news: Progress) -> None:
        if news.done:
            raise Cancelled

    there = sorted(archive.parent.iterdir())
    with listening(stop), pytest.raises(Cancelled):
        full.exchange.export_to(archive.with_name("more.zip"), ["prod"])
    assert sorted(archive.parent.iterdir()) == there
    with listening(stop), pytest.raises(Cancelled):
        other.exchange.import_from(str(archive), allow_local_paths=True)
    assert list(other.models.list()) == []
    report = other.exchange.import_from(str(archive), allow_local_paths=True)
    assert (report.versions, report.skipped) == (Tally(imported=4), ())
    assert other.maintenance.verify().sound
