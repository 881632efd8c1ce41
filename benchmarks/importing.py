"""What importing a large MLflow registry takes: everything for the first time, and once more with everything there."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from benchmarks.filling import VERSIONS, fill_mlflow
from jupyter_modelreg.connection import open_registry


def measure_importing(models: int) -> dict[str, float]:
    """Seconds for `models` models of ten versions from SQLite, without their files; MLflow is imported before."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        fill_mlflow(root / "mlflow.db", models)
        fill_mlflow(root / "one.db", 1)
        registry = open_registry(str(root / "registry.duckdb"), "benchmark")
        registry.exchange.import_from(str(root / "one.db"), dry_run=True)  # imports MLflow
        found: dict[str, float] = {"versions": models * VERSIONS}
        for what in ("import", "import again"):
            began = time.perf_counter()
            report = registry.exchange.import_from(str(root / "mlflow.db"))
            found[what] = time.perf_counter() - began
            came = report.versions.imported if what == "import" else report.versions.there
            if came != models * VERSIONS:
                sys.exit(f"{what}: {came} of {models * VERSIONS} versions")
            print(f"{what:28}{found[what]:12.2f} s for {came:,} versions", flush=True)
        registry.close()
    return found
