"""Models that write beside themselves, loaded and downloaded through MLflow's client."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.processes import obey_file_modes

# Registers a model that brings a database along and opens it for writing, and copies it to another name.
_SETUP = """
import os, sqlite3, sys, warnings
from pathlib import Path
warnings.filterwarnings("ignore")
base = Path(sys.argv[1])
os.environ["MLFLOW_TRACKING_URI"] = f"sqlite:///{base}/t.db"
os.environ["TQDM_DISABLE"] = "1"
import logging
logging.disable(logging.INFO)
import mlflow
import pandas as pd
from jupyter_modelreg.artifacts import working_copy
CODE = '''
import sqlite3
class Model:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("CREATE TABLE asked (what)")
        self.db.commit()
    def predict(self, data, params=None):
        return [self.db.execute("SELECT 42").fetchone()[0]]
def _load_pyfunc(path): return Model(path)
'''
model = base / "model"
(model / "code").mkdir(parents=True)
(model / "code" / "with_a_database.py").write_text(CODE)
with sqlite3.connect(model / "facts.db") as database:
    database.execute("CREATE TABLE facts (fact)")
(model / "MLmodel").write_text(
    "flavors: {python_function: {loader_module: with_a_database, code: code, data: facts.db, env: {}}}\\n"
    "signature:\\n  inputs: '[{\\"name\\": \\"a\\", \\"type\\": \\"double\\"}]'\\n"
    "  outputs: '[{\\"type\\": \\"long\\"}]'\\n"
)
mlflow.set_registry_uri(f"modelreg:///{base}/r.duckdb")
mlflow.register_model(str(model), "staging.risk.fraud")
mlflow.MlflowClient().copy_model_version("models:/staging.risk.fraud/1", "prod.risk.fraud")
STAGING, PROD = "models:/staging.risk.fraud/1", "models:/prod.risk.fraud/1"
rows = pd.DataFrame({"a": [1.0]})
import jupyter_modelreg
registry = jupyter_modelreg.connect(f"modelreg:///{base}/r.duckdb")
"""
_AS_ROOT_OR_NOT = pytest.mark.parametrize("prepare", [None, obey_file_modes], ids=["as it is", "obeying file modes"])


def run(code: str, folder: Path, prepare: Callable[[], None] | None) -> list[str]:
    """The last lines a process printed that ran `code` after the set-up."""
    command = [sys.executable, "-c", _SETUP + code, str(folder)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False, preexec_fn=prepare)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


@_AS_ROOT_OR_NOT
def test_loading_and_predicting_changes_nothing_that_is_kept(
    tmp_path: Path, prepare: Callable[[], None] | None
) -> None:
    code = """
for uri in (STAGING, STAGING, PROD):
    print(mlflow.pyfunc.load_model(uri).predict(rows))
print(registry.versions.load("prod.risk.fraud/1").predict(rows))
print(registry.maintenance.verify().sound)
"""
    assert run(code, tmp_path, prepare) == ["[42]", "[42]", "[42]", "[42]", "True"]


@_AS_ROOT_OR_NOT
def test_a_download_can_be_edited_and_repeated(tmp_path: Path, prepare: Callable[[], None] | None) -> None:
    code = """
for _ in range(2):
    copy = Path(mlflow.artifacts.download_artifacts(PROD, dst_path=f"{base}/out"))
    (copy / "code" / "with_a_database.py").open("a").write("#")
    one = Path(mlflow.artifacts.download_artifacts(f"{PROD}/code/with_a_database.py", dst_path=f"{base}/one"))
    one.open("a").write("#")
print(sorted(path.name for path in copy.iterdir()))
print(registry.maintenance.verify().sound)
"""
    found = ["['MLmodel', 'code', 'facts.db', 'registered_model_meta']", "True"]
    assert run(code, tmp_path, prepare) == found
