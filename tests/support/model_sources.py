"""Where models come from, as the tests of it ask: the sources, and what they fetch."""

from __future__ import annotations

from pathlib import Path

from jupyter_modelreg.core.entities.versions import ModelFiles
from jupyter_modelreg.mlflow_client.resolver import MlflowTracking

sources = MlflowTracking()


def fetch(source: str) -> ModelFiles:
    with sources.fetch(source) as files:
        return files


def names_in(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}
