"""A disk that fills up while governed versions are registered: said each time, and nothing acknowledged is lost."""

from __future__ import annotations

import random
import subprocess
from pathlib import Path

import jupyter_modelreg
from tests.support.names import FRAUD
from tests.support.plain_models import MLMODEL
from tests.support.processes import run_with_registry

FILLING = """
    import resource, signal

    if sys.argv[3] != "mounted":
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
    print("ready")
    for number in range(40):
        try:
            print(reg.versions.register(sys.argv[2], "prod.ml_team.fraud", description="x" * 20_000).reference)
        except jupyter_modelreg.RegistryError as error:
            print(type(error).__name__, error.message)
"""


def test_what_was_acknowledged_is_there_and_the_rest_is_failed(small_disk: Path, tmp_path: Path) -> None:
    source = tmp_path / "model"
    source.mkdir()
    (source / "MLmodel").write_text(MLMODEL)
    (source / "model.pkl").write_bytes(random.Random(1).randbytes(300_000))
    path = small_disk / "registry.duckdb"
    done = run_with_registry(FILLING, path, source, "mounted" if small_disk.is_mount() else "limited")
    ready, *said = done.stdout.splitlines()
    assert ready == "ready", done.stderr
    made = [line for line in said if line.startswith(FRAUD)]
    refused = [line for line in said if not line.startswith(FRAUD)]
    assert made
    assert refused
    for line in refused:
        assert line.startswith("RegistryUnavailable")
        assert "no space left" in line or "is full" in line or "file too large" in line
    if small_disk.is_mount():
        subprocess.run(["mount", "-o", "remount,size=30m", small_disk], check=True)
    registry = jupyter_modelreg.connect(str(path))
    assert {finding.kind for finding in registry.maintenance.verify().findings} <= {"stuck", "garbage"}
    assert registry.maintenance.repair().sound
    assert registry.maintenance.verify().findings == []
    whole = [version for version in registry.versions.list(FRAUD) if version.status == "READY"]
    assert sorted(version.reference for version in whole) == sorted(made)
    again = registry.versions.register(str(source), FRAUD)
    assert again.version == max(version.version for version in registry.versions.list(FRAUD))
    assert registry.versions.location(again.reference)
    registry.close()
