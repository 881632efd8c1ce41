"""Where the files of a version that comes in are said to be: one place, shown, and none of the reader's own disk."""

from __future__ import annotations

from pathlib import Path

import pytest

from jupyter_modelreg.core.exchange.reports import Tally
from jupyter_modelreg.core.registry import Registry
from tests.support.bundles import with_value
from tests.support.contexts import context_of
from tests.support.names import FRAUD
from tests.support.plain_models import plain_model


@pytest.fixture
def remote(registry: Registry) -> Registry:
    """A workspace model whose files are in a bucket."""
    registry.versions.register("s3://nice/model", "nice", check_source=False)
    return registry


@pytest.fixture
def plain_folder(tmp_path: Path) -> Path:
    plain_model(tmp_path / "model", 100)
    return tmp_path / "model"


@pytest.fixture
def archive(remote: Registry, tmp_path: Path) -> Path:
    remote.exchange.export_to(tmp_path / "nice.zip", ["nice"])
    return tmp_path / "nice.zip"


@pytest.mark.parametrize("hidden", ["file:///etc", "/etc", "s3://evil/model"])
def test_a_location_that_is_not_the_source_is_dropped(
    archive: Path, other: Registry, tmp_path: Path, hidden: str
) -> None:
    odd = with_value(archive, tmp_path / "odd.zip", "versions", "location", hidden)
    other.exchange.import_from(str(odd))
    version = other.versions.get("nice/1")
    assert (version.source, version.location, version.files_uri) == ("s3://nice/model", None, "s3://nice/model")


@pytest.mark.parametrize("hidden", ["file:///etc", "s3://evil/model"])
def test_another_registry_cannot_hide_one_either(remote: Registry, other: Registry, hidden: str) -> None:
    with context_of(remote).write() as work:
        work.tx.versions.update(remote.versions.get("nice/1").id, {"location": hidden})
    remote.close()
    other.exchange.import_from(remote.uri)
    assert other.versions.get("nice/1").files_uri == "s3://nice/model"


@pytest.mark.parametrize("path", ["file:///etc", "/etc", "FILE:/etc", "etc/model", "~/.ssh", "C:/model"])
def test_a_path_of_another_machine_stays_away_unless_it_is_asked_for(
    archive: Path, other: Registry, tmp_path: Path, path: str
) -> None:
    odd = with_value(archive, tmp_path / "odd.zip", "versions", "source", path)
    report = other.exchange.import_from(str(odd))
    assert report.versions == Tally(skipped=1)
    (skipped,) = report.skipped
    assert skipped.why == f"its files are said to be at {path}, a path of the machine that it comes from"
    assert "--allow-local-files" in str(skipped.hint)
    assert other.versions.list("nice") == []
    assert other.exchange.import_from(str(odd), allow_local_paths=True).versions == Tally(imported=1)
    assert other.versions.get("nice/1").files_uri == path


def test_no_local_folder_becomes_a_governed_version(
    archive: Path, other: Registry, tmp_path: Path, plain_folder: Path
) -> None:
    """Its files would be copied from the reader's disk to where all may read them."""
    odd = with_value(archive, tmp_path / "odd.zip", "versions", "source", str(plain_folder))
    report = other.exchange.import_from(str(odd), into="prod.team")
    assert report.versions == Tally(skipped=1)
    assert "a path of the machine that it comes from" in report.skipped[0].why
    report = other.exchange.import_from(str(odd), into="prod.team", allow_local_paths=True)
    assert report.versions == Tally(imported=1)


@pytest.mark.parametrize(
    ("source", "location", "kept"),
    [
        ("runs:/1a2b/model", "s3://bucket/0/1a2b/artifacts/model", True),
        ("runs:/1a2b/model", "s3://bucket/0/1a2b/artifacts/other", False),
        ("runs:/1a2b/model", "s3://evil/model", False),
        ("models:/m-3c", "s3://bucket/0/models/m-3c/artifacts", True),
        ("models:/m-3c", "s3://bucket/0/models/m-4d/artifacts", False),
        ("s3://bucket/model", "s3://bucket/model/", True),
    ],
)
def test_a_location_that_follows_from_the_source_is_kept(
    archive: Path, other: Registry, tmp_path: Path, source: str, location: str, kept: bool
) -> None:
    odd = with_value(archive, tmp_path / "odd.zip", "versions", "source", source)
    odd = with_value(odd, tmp_path / "odder.zip", "versions", "location", location)
    other.exchange.import_from(str(odd))
    assert other.versions.get("nice/1").location == (location if kept else None)


def test_a_number_that_was_purged_here_does_not_come_back(
    registry: Registry, other: Registry, plain_folder: Path
) -> None:
    for _ in range(2):
        registry.versions.register(str(plain_folder), FRAUD)
        other.versions.register(str(plain_folder), FRAUD)
    (plain_folder / "more.bin").write_bytes(b"other bytes")
    registry.versions.register(str(plain_folder), FRAUD)
    other.versions.delete(f"{FRAUD}/1")
    other.trash.purge()
    report = other.exchange.import_from(registry.uri)
    assert report.versions == Tally(imported=1, there=1, skipped=1)
    assert report.skipped[0].name == f"{FRAUD}/1"
    assert "was used before, and no number is used twice" in report.skipped[0].why
    assert [version.version for version in other.versions.list(FRAUD)] == [3, 2]


@pytest.fixture
def copied(remote: Registry) -> Registry:
    """`remote` with a copy of its version, which comes before it by name, and a copy of that copy."""
    remote.versions.copy("nice/1", "a_copy")
    remote.versions.copy("a_copy/1", "second_copy")
    return remote


def _move(registry: Registry, reference: str, location: str, **more: str) -> None:
    with context_of(registry).write() as work:
        work.tx.versions.update(registry.versions.get(reference).id, {"location": location, **more})


@pytest.mark.parametrize("way", ["registry", "archive"])
def test_a_copy_keeps_the_place_of_its_original(copied: Registry, other: Registry, tmp_path: Path, way: str) -> None:
    if way == "archive":
        copied.exchange.export_to(tmp_path / "all.zip", ["nice", "a_copy", "second_copy"])
    report = other.exchange.import_from(copied.uri if way == "registry" else str(tmp_path / "all.zip"))
    assert report.versions == Tally(imported=3)
    assert {version.files_uri for version in other.versions.search()} == {"s3://nice/model"}


@pytest.mark.parametrize("into", [None, "prod.team"])
@pytest.mark.parametrize("way", ["registry", "archive"])
def test_a_copy_cannot_name_another_place(
    copied: Registry, other: Registry, tmp_path: Path, plain_folder: Path, way: str, into: str | None
) -> None:
    _move(copied, "a_copy/1", plain_folder.as_uri())
    source = copied.uri
    if way == "archive":
        source = str(tmp_path / "all.zip")
        copied.exchange.export_to(Path(source), ["a_copy"])
    copied.close()
    (skipped,) = [each for each in other.exchange.import_from(source, into=into).skipped if each.name == "a_copy/1"]
    assert (
        f"said to be at {plain_folder.as_uri()}, and nothing shows that they are those of models:/nice/1" in skipped.why
    )
    assert "--allow-local-files" in str(skipped.hint)
    report = other.exchange.import_from(source, into=into, allow_local_paths=True)
    assert "a_copy/1" not in {each.name for each in report.skipped}


@pytest.mark.parametrize(
    ("reference", "more"),
    [
        ("nice/1", {}),  # whose own location does not follow from its source, s3://nice/model
        ("nice/1", {"source": "models:/second_copy/1"}),  # in a circle
    ],
)
def test_nor_by_way_of_an_original_that_does(
    copied: Registry, other: Registry, reference: str, more: dict[str, str]
) -> None:
    for each in ("a_copy/1", "second_copy/1"):
        _move(copied, each, "file:///etc")
    _move(copied, reference, "file:///etc", **more)
    copied.close()
    report = other.exchange.import_from(copied.uri)
    assert {"a_copy/1", "second_copy/1"} <= {each.name for each in report.skipped}
    assert "file:///etc" not in {version.files_uri for version in other.versions.search()}


def test_nor_by_way_of_a_governed_version(copied: Registry, other: Registry, plain_folder: Path) -> None:
    """What a row says of a governed version's folder is nothing to go by: copies of it have files of their own."""
    copied.versions.register(str(plain_folder), FRAUD)
    _move(copied, f"{FRAUD}/1", "file:///etc")
    _move(copied, "a_copy/1", "file:///etc", source=f"models:/{FRAUD}/1")
    copied.close()
    report = other.exchange.import_from(copied.uri)
    assert "a_copy/1" in {each.name for each in report.skipped}
