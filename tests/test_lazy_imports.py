"""What opening a notebook costs: nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("mlflow", "sqlalchemy", "duckdb", "pandas", "numpy", "sklearn", "jupyterlab", "ipywidgets")


def loaded_after(code: str) -> set[str]:
    """The heavy packages a fresh process has loaded after running `code`."""
    report = f"import sys; print(*[name for name in {HEAVY!r} if name in sys.modules], sep=',')"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, timeout=60
    )
    return set(result.stdout.strip().split(",")) - {""}


@pytest.mark.parametrize(
    "code",
    [
        "import jupyter_modelreg",
        "import jupyter_modelreg.cli",
        "from IPython.core.interactiveshell import InteractiveShell\n"
        "InteractiveShell.instance().run_line_magic('load_ext', 'jupyter_modelreg')",
    ],
    ids=["import", "cli", "load_ext"],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    assert loaded_after(code) == set()


def test_status_needs_the_database_but_not_mlflow() -> None:
    code = "import jupyter_modelreg, tempfile, pathlib\n"
    code += "jupyter_modelreg.connect(str(pathlib.Path(tempfile.mkdtemp()) / 'r.duckdb')).status()"
    loaded = loaded_after(code)
    assert "sqlalchemy" in loaded
    assert "mlflow" not in loaded
