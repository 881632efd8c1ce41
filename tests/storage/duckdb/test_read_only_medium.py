"""A registry on a medium that is mounted read-only: said in one sentence by every host, and nothing is lost."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import jupyter_modelreg
from jupyter_modelreg.core.errors import RegistryUnavailable
from tests.support.plain_models import MLMODEL

CLI = "import sys; from jupyter_modelreg.cli import main; sys.exit(main())"
Remount = Callable[[str], None]


@pytest.fixture
def remount(small_disk: Path) -> Remount:
    """Mounts the disk again, with an option."""
    if not small_disk.is_mount():
        pytest.skip("mounting takes root, and a system that lets it")

    def again(option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", small_disk], check=True)

    return again


@pytest.mark.parametrize(
    "command", ["models", "versions prod.risk.fraud", "register {source} prod.risk.fraud", "verify", "backup {file}"]
)
def test_every_command_says_so(small_disk: Path, remount: Remount, tmp_path: Path, command: str) -> None:
    source, path = tmp_path / "model", small_disk / "registry.duckdb"
    source.mkdir()
    (source / "MLmodel").write_text(MLMODEL)
    registry = jupyter_modelreg.connect(str(path), actor="ana")
    registry.versions.register(str(source), "prod.risk.fraud")
    registry.close()
    whole = path.read_bytes()
    words = command.format(source=source, file=tmp_path / "backup.zip").split()
    remount("ro")
    try:
        done = subprocess.run(
            [sys.executable, "-c", CLI, "--registry", str(path), *words], capture_output=True, text=True, check=False
        )
        with pytest.raises(RegistryUnavailable, match=r"(?i)read-only file system"):
            registry.models.create("more")
    finally:
        registry.close()
        remount("rw")
    said, hint = done.stderr.splitlines()
    assert done.returncode == 1
    assert said.startswith("error: ")
    assert "read-only file system" in said.lower()
    assert str(small_disk) in said
    assert "connect" in hint
    assert not (tmp_path / "backup.zip").exists()
    assert path.read_bytes() == whole
    assert registry.maintenance.verify().sound
    assert registry.versions.register(str(source), "prod.risk.fraud").version == 2
    registry.close()
