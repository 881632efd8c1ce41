"""What one installs: the wheel holds the panel, and making it takes no Node of the machine's own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

ROOT = Path(__file__).parents[1]
# What Git ignores: nothing built before may help.
LEFT_OUT = shutil.ignore_patterns(
    ".git", ".venv", ".lab", ".*_cache", "__pycache__", "node_modules", "lib", "build", "dist", "_static", "*.log"
)
# All that jlpm and its scripts ask for besides Python.
TOOLS = ("sh", "env", "uname", "dirname", "readlink", "sed")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """A wheel made from a source distribution, made from a fresh copy of this tree, with no `node` on the PATH."""
    folder = tmp_path_factory.mktemp("build")
    tree = shutil.copytree(ROOT, folder / "tree", ignore=LEFT_OUT)
    shutil.rmtree(tree / "jupyter_modelreg" / "labextension", ignore_errors=True)
    tools = folder / "bin"
    tools.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, f"this machine has no {name}"
        (tools / name).symlink_to(found)
    environment = {**os.environ, "PATH": str(tools)}
    assert shutil.which("node", path=environment["PATH"]) is None
    command = [sys.executable, "-m", "uv", "build", "--python", sys.executable, "--out-dir", str(folder / "out")]
    done = subprocess.run(
        command, cwd=tree, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=170
    )
    assert done.returncode == 0, done.stdout
    (built,) = (folder / "out").glob("*.whl")
    return zipfile.ZipFile(built)


def test_the_wheel_holds_both_bundles(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    assert {"jupyter_modelreg/_static/widget.js", "jupyter_modelreg/_static/widget.css"} <= set(names)
    shared = [name.partition(".data/data/")[2] for name in names if ".data/data/" in name]
    labextension = "share/jupyter/labextensions/jupyter-modelreg"
    assert f"{labextension}/package.json" in shared
    assert any(name.startswith(f"{labextension}/static/remoteEntry.") for name in shared)
    assert any(name.startswith(f"{labextension}/schemas/") for name in shared)


def test_installing_enables_the_server_extension(wheel: zipfile.ZipFile) -> None:
    (name,) = (
        name
        for name in wheel.namelist()
        if name.endswith(".data/data/etc/jupyter/jupyter_server_config.d/jupyter_modelreg.json")
    )
    enabled = json.loads(wheel.read(name))
    assert enabled["ServerApp"]["jpserver_extensions"] == {"jupyter_modelreg": True}


def test_the_wheel_is_small_and_holds_no_source_maps(wheel: zipfile.ZipFile) -> None:
    assert not [name for name in wheel.namelist() if name.endswith(".map")]
    # Comparing, plotting, lineage, SQL, evaluations, facets, object stores, moves, a server and sharing: 190 kB.
    assert Path(str(wheel.filename)).stat().st_size < 1_700_000


def test_the_panel_has_the_version_of_the_package() -> None:
    package = json.loads((ROOT / "labextension" / "package.json").read_text())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert package["version"] == project["version"]


@pytest.mark.parametrize(
    ("package", "oldest"),
    [
        ("jupyter_server", "2.18"),  # CVE-2026-40934, CVE-2026-40110
        ("jupyterlab", "4.5.7"),  # CVE-2026-42557: a button in Markdown ran any command
        ("notebook", "7.5.6"),  # the same
        ("cryptography", "44.0.1"),  # CVE-2024-12797
    ],
)
def test_nothing_with_a_known_hole_is_admitted(package: str, oldest: str) -> None:
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text())
    project = declared["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["lab"], *declared["dependency-groups"]["test"]]
    floors = [each for each in map(Requirement, asked) if each.name == package]
    assert floors
    for each in floors:
        lowest = [Version(part.version) for part in each.specifier if part.operator == ">="]
        assert max(lowest) >= Version(oldest)
