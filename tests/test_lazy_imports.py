"""What opening a notebook costs: nothing heavy is imported before it is needed."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

import jupyter_modelreg

HEAVY = ("mlflow", "lark", "networkx", "sqlalchemy", "duckdb", "pandas", "numpy", "sklearn", "jupyterlab", "ipywidgets")

VERBS = Path(jupyter_modelreg.__file__).with_name("commands").glob("verbs/*.py")
# What a look at the registry has no use for.
UNUSED = (
    "click.shell_completion",
    "difflib",
    "jupyter_modelreg.artifacts",
    "jupyter_modelreg.commands.completion",
    *(f"jupyter_modelreg.commands.verbs.{verb.stem}" for verb in VERBS if verb.stem not in ("__init__", "browse")),
    "jupyter_modelreg.core.access.records",
    "jupyter_modelreg.core.catalog.tags",
    "jupyter_modelreg.core.catalog.trash",
    "jupyter_modelreg.core.discussion",
    "jupyter_modelreg.core.entities.findings",
    "jupyter_modelreg.core.entities.history",
    "jupyter_modelreg.core.entities.integrity",
    "jupyter_modelreg.core.entities.previews",
    "jupyter_modelreg.core.entities.runs",
    "jupyter_modelreg.core.entities.webhooks",
    "jupyter_modelreg.core.exchange",
    "jupyter_modelreg.core.history.history",
    "jupyter_modelreg.core.maintenance",
    "jupyter_modelreg.core.ports.exchange",
    "jupyter_modelreg.core.ports.records",
    "jupyter_modelreg.core.ports.tracking",
    "jupyter_modelreg.core.previews",
    "jupyter_modelreg.core.query.language",
    "jupyter_modelreg.core.tracking",
    "jupyter_modelreg.core.versions.register",
    "jupyter_modelreg.commands.results.html",
    "jupyter_modelreg.core.history.projection",
    "jupyter_modelreg.core.unit_of_work",
    "jupyter_modelreg.core.webhooks",
    "jupyter_modelreg.exchange",
    "jupyter_modelreg.mlflow_client",
    "jupyter_modelreg.recent",
    "jupyter_modelreg.storage.memory",
    "jupyter_modelreg.storage.sql.rows.bulk",
    "jupyter_modelreg.storage.sql.rows.integrity",
    "markupsafe",
)


def loaded_after(code: str, modules: Sequence[str] = HEAVY) -> set[str]:
    """Which of these modules a fresh process has loaded after running `code`."""
    report = f"import sys; print(*[name for name in {tuple(modules)!r} if name in sys.modules], sep=',')"
    result = subprocess.run(
        [sys.executable, "-c", f"{code}\n{report}"], capture_output=True, text=True, check=True, timeout=60
    )
    return set(result.stdout.splitlines()[-1].split(",")) - {""}


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


def test_a_look_imports_nothing_that_it_has_no_use_for(tmp_path: Path) -> None:
    uri = str(tmp_path / "registry.duckdb")
    registry = jupyter_modelreg.connect(uri)
    registry.models.create("fraud")
    registry.close()  # else the events in the journal are applied by whoever looks
    code = "from jupyter_modelreg.cli import main\n"
    code += f"assert main(['--registry', {uri!r}, 'versions', 'fraud']) == 0"
    assert loaded_after(code, UNUSED) == set()
