"""Object stores to keep files in, and a cache of their own."""

from __future__ import annotations

from pathlib import Path

import pytest


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is fetched is kept on this machine; nothing is there yet."""
    folder = tmp_path / "cache"
    monkeypatch.setenv("MODELREG_CACHE", str(folder))
    return folder
