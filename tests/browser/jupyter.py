"""A real Jupyter server in a process of its own, with a token, and nothing of the developer's settings."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import nbformat

from tests.support.processes import free_port

TOKEN = "a-token-for-tests"
START_SECONDS = 120.0
# What of JupyterLab no test needs: a fifth of what its page costs to open. The splash is drawn all the while.
UNUSED = (
    *("audio", "celltags", "debugger", "extensionmanager", "help", "hub", "inspector", "logconsole", "mermaid"),
    *("metadataform", "pdf", "pluginmanager", "running", "toc", "tooltip", "vega5", "video"),
)


@dataclass
class Jupyter:
    """A JupyterLab over the registry in `folder`; `start` may follow `stop`, on the same port.

    It is without its own extensions that are `UNUSED`, or else `whole`.
    """

    folder: Path
    whole: bool = False
    port: int = field(default_factory=free_port)
    options: tuple[str, ...] = ()
    variables: dict[str, str] = field(default_factory=dict)
    process: subprocess.Popen[bytes] | None = None

    @property
    def uri(self) -> str:
        """The registry of the server."""
        return f"modelreg:///{self.folder / 'registry.duckdb'}"

    def url(self, path: str = "lab") -> str:
        """The address of a page, token included."""
        return f"http://127.0.0.1:{self.port}/{path}?token={TOKEN}"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        for name in ("config", "data", "runtime", "settings", "workspaces", "notebooks", "ipython"):
            (self.folder / name).mkdir(exist_ok=True)
        self.say_no_news()
        self._leave_out()
        root = ["--allow-root"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
        command = [
            *(sys.executable, "-m", "jupyterlab", "--no-browser", *root),
            *("--ServerApp.ip=127.0.0.1", f"--ServerApp.port={self.port}", "--ServerApp.port_retries=0"),
            *(f"--IdentityProvider.token={TOKEN}", f"--ServerApp.root_dir={self.folder / 'notebooks'}"),
            "--LabApp.expose_app_in_browser=True",  # to change the theme of a page, for one
            *self.options,
        ]
        with (self.folder / "server.log").open("ab") as log:
            self.process = subprocess.Popen(command, env=self._environment(), stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError((self.folder / "server.log").read_text()[-3000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """End the server and wait until it is gone."""
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url("api/status"), timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def end_kernels(self) -> None:
        """Shut down the kernel of every notebook."""
        with urllib.request.urlopen(self.url("api/sessions"), timeout=10) as answer:
            sessions = json.load(answer)
        for session in sessions:
            address = self.url(f"api/sessions/{session['id']}")
            urllib.request.urlopen(urllib.request.Request(address, method="DELETE"), timeout=30).close()

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value for name, value in os.environ.items() if not name.startswith(("JUPYTER", "MODELREG", "MLFLOW"))
        }
        return {
            **kept,
            "MODELREG_URI": self.uri,
            "MLFLOW_DISABLE_TELEMETRY": "true",
            "JUPYTER_CONFIG_DIR": str(self.folder / "config"),
            "JUPYTER_DATA_DIR": str(self.folder / "data"),
            "JUPYTER_RUNTIME_DIR": str(self.folder / "runtime"),
            "JUPYTERLAB_SETTINGS_DIR": str(self.folder / "settings"),
            "JUPYTERLAB_WORKSPACES_DIR": str(self.folder / "workspaces"),
            "XDG_DATA_HOME": str(self.folder / "share"),
            "IPYTHONDIR": str(self.folder / "ipython"),
            **self.variables,
        }

    def say_no_news(self) -> None:
        """Keep JupyterLab from asking whether it may fetch news, in a note that covers the page."""
        self.setting("notification", {"fetchNews": "false", "checkForUpdates": False, "doNotDisturbMode": True})

    def _leave_out(self) -> None:
        """Leave out what starts Node, for language servers or to see whether to build, and extensions nobody needs."""
        config = self.folder / "config"
        (config / "labconfig").mkdir(exist_ok=True)
        server = {"ServerApp": {"jpserver_extensions": {"jupyter_lsp": False}}}
        (config / "jupyter_server_config.json").write_text(json.dumps(server))
        page: dict[str, object] = {"buildCheck": False}
        if not self.whole:
            unused = [*(f"@jupyterlab/{name}-extension" for name in UNUSED), "@jupyterlab/apputils-extension:splash"]
            page["disabledExtensions"] = dict.fromkeys(unused, True)
        (config / "labconfig" / "page_config.json").write_text(json.dumps(page))

    def notebook(self, name: str, *sources: str, ids: Sequence[str] = ()) -> None:
        """Write a notebook whose code cells hold `sources`, under `ids` of your own if you like."""
        cells = [nbformat.v4.new_code_cell(source) for source in sources]
        for cell, cell_id in zip(cells, ids, strict=False):
            cell["id"] = cell_id
        # Without a kernel's name JupyterLab asks for one.
        made = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": {"name": "python3", "display_name": "P"}})
        nbformat.write(made, self.folder / "notebooks" / name)

    def setting(self, name: str, values: dict[str, object]) -> None:
        """Write a settings file of JupyterLab's apputils, before the page that reads it is opened."""
        folder = self.folder / "settings" / "@jupyterlab" / "apputils-extension"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.jupyterlab-settings").write_text(json.dumps(values))

    def forget_settings(self) -> None:
        """Take back what a test has set for the panel in JupyterLab's settings editor."""
        shutil.rmtree(self.folder / "settings" / "jupyter-modelreg", ignore_errors=True)
