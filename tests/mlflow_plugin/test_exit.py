"""How a script that uses the registry through MLflow ends."""

from __future__ import annotations

from pathlib import Path

from tests.support.processes import run_python

MODEL = """\
flavors:
  python_function: {loader_module: always_one, code: code, env: {}, python_version: 3.11.0}
signature:
  inputs: '[{"name": "x", "type": "double"}]'
  outputs: '[{"type": "long"}]'
"""
LOADER = """\
class AlwaysOne:
    def predict(self, data, params=None):
        return [1] * len(data)


def _load_pyfunc(path):
    return AlwaysOne()
"""
SCRIPT = """
import sys, warnings
import mlflow, pandas, pyarrow

warnings.filterwarnings("ignore")
model, uri = sys.argv[1:]
mlflow.set_tracking_uri(f"sqlite:///{model}.db")
mlflow.set_registry_uri(uri)
mlflow.register_model(model, "prod.risk.fraud")
rows = pandas.DataFrame({"x": [1.0, 2.0]})
print(mlflow.pyfunc.load_model("models:/prod.risk.fraud/1").predict(rows))
assert pyarrow.Table.from_pandas(rows).num_rows == 2
"""


def test_a_script_that_predicts_ends_without_a_word_from_duckdb(tmp_path: Path, registry_path: Path) -> None:
    model = tmp_path / "model"
    (model / "code").mkdir(parents=True)
    (model / "MLmodel").write_text(MODEL)
    (model / "code" / "always_one.py").write_text(LOADER)
    done = run_python(SCRIPT, model, f"modelreg:///{registry_path}")
    assert (done.returncode, done.stdout.splitlines()[-1]) == (0, "[1, 1]"), done.stderr
    assert "nanobind" not in done.stderr
    assert "leaked" not in done.stderr
