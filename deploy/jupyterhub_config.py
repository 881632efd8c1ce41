"""JupyterHub with the registry as one of its services: whoever has a notebook there has the registry, under their name.

    pip install jupyterhub 'jupyter_modelreg[lab]' && npm install --global configurable-http-proxy
    jupyterhub --config deploy/jupyterhub_config.py

Variables say what is to be otherwise: MODELREG_HUB_REGISTRY, the registry; MODELREG_HUB_ADMIN, who administers it;
MODELREG_HUB_URL, where users reach the Hub, by https:// where that is not this machine.
"""

import os
import sys
from pathlib import Path

c = get_config()  # noqa: F821  # JupyterHub's

URL = os.environ.get("MODELREG_HUB_URL", "http://127.0.0.1:8000")
REGISTRY = os.environ.get("MODELREG_HUB_REGISTRY", "/srv/modelreg/registry.duckdb")
ADMIN = os.environ.get("MODELREG_HUB_ADMIN", "admin")

c.JupyterHub.bind_url = URL
c.JupyterHub.services = [
    {
        "name": "modelreg",
        "url": "http://127.0.0.1:10101",
        "timeout": 180,  # in seconds; the Hub ends where it takes longer, and a busy machine needs more than its 30
        "command": [
            str(Path(sys.executable).with_name("modelreg")),
            *("--registry", REGISTRY, "server", "--jupyterhub", "--admin", ADMIN, "--log-format", "json"),
        ],
    }
]
# What notebooks, the sidebar and MLflow in them use; each shows the token that the Hub gives it.
c.Spawner.environment = {
    "MODELREG_URI": f"modelreg:{URL}/services/modelreg",
    "MLFLOW_TRACKING_URI": f"{URL}/services/modelreg",
    "MLFLOW_TRACKING_TOKEN": lambda spawner: spawner.api_token,
}
