"""What importing a large MLflow registry takes: everything for the first time, and once more with everything there.

And what the file of the registry takes, with the log and without it.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import duckdb

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
        found |= _sizes(root)
    return found


def _sizes(folder: Path) -> dict[str, float]:
    """Bytes of the registry in `folder`: as the import has left it, and anew with all tables, and all but the log."""
    path = folder / "registry.duckdb"
    found = {"bytes": float(path.stat().st_size)}
    for what, without in (("bytes anew", ""), ("bytes without the log", "events")):
        copy = folder / f"{without or 'all'}.duckdb"
        with duckdb.connect() as connection:
            connection.execute(f"ATTACH '{path}' AS old (READ_ONLY)")
            connection.execute(f"ATTACH '{copy}' AS new (BLOCK_SIZE 16384)")  # as the registry has it
            tables = connection.execute("SELECT table_name, sql FROM duckdb_tables() WHERE database_name = 'old'")
            for name, made in tables.fetchall():
                if name != without:
                    connection.execute(f"USE new; {made}; INSERT INTO {name} SELECT * FROM old.{name}")
            connection.execute("USE memory; DETACH new")
        found[what] = copy.stat().st_size
    shown = "".join(
        f"{what}: {found[what] / 1e6:.1f} MB  " for what in ("bytes", "bytes anew", "bytes without the log")
    )
    print(f"{shown}({found['bytes anew'] / found['bytes without the log']:.2f} times as much with the log)", flush=True)
    return found
