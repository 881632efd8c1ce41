"""What the tests of looking after a registry share."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from jupyter_modelreg.core.entities.findings import Finding
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.storage.duckdb.lease.lease import lease_on
from jupyter_modelreg.storage.sql import tables

FRAUD = "prod.ml_team.fraud"
ML_MODEL = """\
flavors:
  python_function:
    loader_module: mlflow.sklearn
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "double"}]'
"""
# A registry opened in another process, for code to work with.
SETUP = """
import jupyter_modelreg, os, sys
from jupyter_modelreg.artifacts import ManagedFiles
reg = jupyter_modelreg.connect(sys.argv[1], actor="ben")
"""
Dump = dict[str, list[tuple[object, ...]]]


def run(code: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", SETUP + textwrap.dedent(code), *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=90, check=False)


@contextmanager
def opened(path: Path) -> Iterator[sa.Connection]:
    """The database, with everything in it; whoever holds it forgets what it knew."""
    with lease_on(path).use() as file:
        file.flush()
        connection = file.database().connection
        with connection.begin():
            yield connection
        file.committed(None)


def sql(path: Path, statement: str) -> None:
    """Do to the database what nobody should."""
    with opened(path) as connection:
        connection.execute(sa.text(statement))


def dump(path: Path) -> Dump:
    """Every row of every table."""
    with opened(path) as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {name}"))), key=repr)
            for name in tables.metadata.tables
        }


def findings(registry: Registry) -> list[Finding]:
    return list(registry.maintenance.verify().findings)


def kinds(registry: Registry) -> list[str]:
    return [finding.kind for finding in findings(registry)]
