"""A version is the whole folder that was registered: empty folders and programs, too, whichever way it travels."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.registry import Registry

_MLMODEL = """flavors: {}
signature:
  inputs: '[{"name": "a", "type": "double"}]'
  outputs: '[{"type": "long"}]'
"""
FRAUD = "prod.risk.fraud"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    """A model with an empty folder, and with a program beside a file of the same content."""
    folder = tmp_path / "model"
    (folder / "data" / "cache").mkdir(parents=True)
    (folder / "MLmodel").write_text(_MLMODEL)
    for name in ("tool.sh", "tool.txt"):
        (folder / "data" / name).write_text("#!/bin/sh\necho 42\n")
    (folder / "data" / "tool.sh").chmod(0o755)
    return folder


@pytest.fixture
def registered(registry: Registry, model: Path) -> Registry:
    """A registry with that model."""
    registry.versions.register(str(model), FRAUD)
    return registry


def assert_whole(folder: Path) -> None:
    assert (folder / "data" / "cache").is_dir()
    assert list((folder / "data" / "cache").iterdir()) == []
    assert subprocess.check_output([folder / "data" / "tool.sh"]) == b"42\n"
    assert not (folder / "data" / "tool.txt").stat().st_mode & 0o111


def kept_in(registry: Registry, reference: str = f"{FRAUD}/1") -> Path:
    return Path(registry.versions.location(reference).removeprefix("file://"))


def test_kept_and_copied(registered: Registry) -> None:
    registered.versions.copy(f"{FRAUD}/1", "dev.risk.fraud")
    for reference in (f"{FRAUD}/1", "dev.risk.fraud/1"):
        assert_whole(kept_in(registered, reference))
        kinds = [(file.path, file.kind) for file in registered.versions.files(reference)]
        assert kinds == [
            ("MLmodel", "file"),
            ("data/cache", "folder"),
            ("data/tool.sh", "executable"),
            ("data/tool.txt", "file"),
        ]
    assert registered.maintenance.verify().sound


def test_downloaded(registered: Registry, tmp_path: Path) -> None:
    copy = registered.versions.download(f"{FRAUD}/1", tmp_path / "copy")
    assert_whole(copy)
    for path in copy.rglob("*"):
        assert path.stat().st_mode & stat.S_IWUSR


def test_exported_and_imported(registered: Registry, tmp_path: Path) -> None:
    registered.exchange.export_to(tmp_path / "archive.zip", [FRAUD])
    other = jupyter_modelreg.connect(f"modelreg:///{tmp_path}/other.duckdb", actor="bob")
    try:
        other.exchange.import_from(str(tmp_path / "archive.zip"))
        assert_whole(kept_in(other))
        assert other.versions.files(f"{FRAUD}/1") == registered.versions.files(f"{FRAUD}/1")
    finally:
        other.close()


def test_backed_up_and_restored(registered: Registry, tmp_path: Path) -> None:
    backup = registered.maintenance.backup(tmp_path / "backup.zip")
    assert backup.files == 3
    other = jupyter_modelreg.connect(f"modelreg:///{tmp_path}/other.duckdb", actor="bob")
    try:
        other.maintenance.restore(tmp_path / "backup.zip")
        assert_whole(kept_in(other))
        assert other.maintenance.verify().sound
    finally:
        other.close()


def test_the_backup_is_as_private_as_the_umask_says(registered: Registry, tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        registered.maintenance.backup(tmp_path / "backup.zip")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "backup.zip").stat().st_mode) == 0o600
