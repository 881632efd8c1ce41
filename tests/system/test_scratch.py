"""Temporary folders beside a registry: of processes at work, and of those that are gone."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from jupyter_modelreg.system.scratch import scratch_folder


def test_it_is_beside_the_registry_and_removed_at_the_end(tmp_path: Path) -> None:
    with scratch_folder(tmp_path / "registry.duckdb", "import") as folder:
        assert folder.parent == tmp_path
        assert folder.name.startswith("registry.duckdb.import-")
        (folder / "model.pkl").write_bytes(b"model")
    assert list(tmp_path.iterdir()) == []


def test_it_is_removed_after_a_failure(tmp_path: Path) -> None:
    def fail() -> None:
        with scratch_folder(tmp_path / "registry.duckdb", "import") as folder:
            (folder / "model.pkl").write_bytes(b"model")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_process_left_is_removed_and_what_is_in_use_is_not(tmp_path: Path) -> None:
    beside = tmp_path / "registry.duckdb"
    left, fresh = tmp_path / "registry.duckdb.import-left", tmp_path / "registry.duckdb.import-fresh"
    for folder in (left, fresh):
        folder.mkdir()
        (folder / "model.pkl").write_bytes(b"model")
    hour_ago = time.time() - 3600
    os.utime(left, (hour_ago, hour_ago))
    with scratch_folder(beside, "import") as used:
        os.utime(used, (hour_ago, hour_ago))
        assert sorted(tmp_path.iterdir()) == sorted([fresh, used])
        with scratch_folder(beside, "import"):
            assert used.is_dir()
