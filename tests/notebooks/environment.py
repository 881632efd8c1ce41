"""Where tutorials run: an empty home, so that they meet no registry but the one they make."""

from __future__ import annotations

import os
from pathlib import Path

NOTEBOOKS = Path(__file__).parents[2] / "notebooks"
# In the order README names; they share a registry, as they do in `make lab`.
TUTORIALS = tuple(sorted(NOTEBOOKS.glob("*.ipynb")))


def tutorial_environment(home: Path) -> dict[str, str]:
    """The environment of a kernel that runs a tutorial as the user ana, with everything it writes below `home`."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("MLFLOW_", "MODELREG_", "XDG_"))}
    scratch = home / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    return {
        **kept,
        "HOME": str(home),
        "IPYTHONDIR": str(home / ".ipython"),
        "JUPYTERHUB_USER": "ana",
        "MLFLOW_DISABLE_TELEMETRY": "true",
        "MLFLOW_TRACKING_URI": f"sqlite:///{home}/mlflow.db",
        "MPLCONFIGDIR": str(home / ".matplotlib"),
        "TMPDIR": str(scratch),
        "TZ": "UTC",  # outputs name the zone
    }
