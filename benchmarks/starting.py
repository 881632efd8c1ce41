"""What starting takes: whole processes that begin, do little, and end."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from jupyter_modelreg.connection import open_registry

_SHELL = (
    "from IPython.core.interactiveshell import InteractiveShell as Shell\n"
    "run = Shell.instance().run_line_magic\n"
)  # fmt: skip
_LOAD = _SHELL + "run('load_ext', 'jupyter_modelreg')\n"
_VERSIONS = "modelreg versions prod.bench.model"
_STARTS = {
    "python": "pass",
    "import duckdb": "import duckdb",
    _VERSIONS: f"import sys\nsys.argv = {_VERSIONS.split()}\nfrom jupyter_modelreg.cli import main\nsys.exit(main())",
    "import jupyter_modelreg": "import jupyter_modelreg",
    "import mlflow": "import mlflow",
    "IPython": _SHELL,
    "IPython, %load_ext": _LOAD,
    "IPython, %load_ext, %modelreg models": _LOAD + "run('modelreg', 'models')\n",
}
# What a line takes on top of another.
_STEPS = {
    "import jupyter_modelreg": "python",
    "import mlflow": "python",
    "IPython, %load_ext": "IPython",
    "IPython, %load_ext, %modelreg models": "IPython, %load_ext",
}


def measure_starting(rounds: int) -> dict[str, dict[str, float]]:
    """Median ms of whole processes, and what each takes on top of one that does a step less; in turns.

    `of mlflow` is that step as a share of what `import mlflow` takes in the same run, `of_duckdb` the whole process as
    a multiple of one that imports DuckDB.
    """
    taken: dict[str, list[float]] = {what: [] for what in _STARTS}
    with tempfile.TemporaryDirectory() as folder:
        uri = f"modelreg:///{Path(folder).resolve()}/registry.duckdb"
        registry = open_registry(uri, "benchmark")
        registry.models.create("prod.bench.model")
        registry.close()
        for _ in range(rounds + 1):
            for what, code in _STARTS.items():
                taken[what].append(_run(code, uri, folder))
    # The first round brings the files of all this into memory.
    taken = {what: times[1:] for what, times in taken.items()}
    steps = {what: statistics.median(_differences(taken[what], taken[base])) for what, base in _STEPS.items()}
    found = {
        what: {"ms": statistics.median(times)}
        | ({"step_ms": steps[what], "of_mlflow": steps[what] / steps["import mlflow"]} if what in steps else {})
        for what, times in taken.items()
    }
    print(f"\n{'':34}{'process, ms':>12}{'step, ms':>12}{'of mlflow':>12}")
    for what, line in found.items():
        step = f"{line['step_ms']:12.0f}{line['of_mlflow']:12.2f}" if "step_ms" in line else ""
        print(f"{what:34}{line['ms']:12.0f}{step}", flush=True)
    found[_VERSIONS]["of_duckdb"] = statistics.median(
        more / less for more, less in zip(taken[_VERSIONS], taken["import duckdb"], strict=True)
    )
    print(f"{_VERSIONS} takes {found[_VERSIONS]['of_duckdb']:.1f} times what import duckdb takes", flush=True)
    return found


def _run(code: str, uri: str, folder: str) -> float:
    """The ms a process takes. It has a home of its own, so that no history or profile of a person plays into it."""
    environment = {"MODELREG_URI": uri, "HOME": folder, "PATH": "", "PYTHONPATH": ":".join(filter(None, sys.path))}
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", code], check=True, env=environment, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def _differences(longer: list[float], shorter: list[float]) -> list[float]:
    return [more - less for more, less in zip(longer, shorter, strict=True)]
