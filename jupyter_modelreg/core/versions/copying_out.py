"""Copying a model's files out of the registry, for somebody to have and to change."""

from __future__ import annotations

import os
import shutil
import stat
from pathlib import Path

from jupyter_modelreg.core.errors import AlreadyExists
from jupyter_modelreg.core.ports.files import MLFLOW_NOTE


def new_folder(folder: str | Path) -> Path:
    """Where something can be copied to: what is not there yet, or an empty folder. Raises AlreadyExists."""
    target = Path(folder)
    if target.is_dir() and any(target.iterdir()):
        raise AlreadyExists(f"folder {target} is not empty", "name a new one")
    if target.exists() and not target.is_dir():
        raise AlreadyExists(f"{target} is a file", "name a new folder")
    return target


def copy_out(folder: Path, target: Path) -> None:
    """Copy a model's files, its empty folders, and who may run what; the copy can be changed. MLflow's note stays."""
    for parent, _, names in os.walk(folder):
        here = target / Path(parent).relative_to(folder)
        here.mkdir(parents=True, exist_ok=True)
        for name in names:
            if Path(parent, name) == folder / MLFLOW_NOTE:
                continue
            shutil.copyfile(Path(parent, name), here / name)
            if Path(parent, name).stat().st_mode & stat.S_IXUSR:
                mode = (here / name).stat().st_mode
                (here / name).chmod(mode | (mode & 0o444) >> 2)  # whoever may read it may run it
