"""The folder of a model with a signature, made without MLflow, as large as a test needs it."""

from __future__ import annotations

from pathlib import Path

MLMODEL = """\
flavors: {}
signature:
  inputs: '[{"type": "double", "name": "x"}]'
  outputs: '[{"type": "long"}]'
"""


def plain_model(folder: Path, size: int) -> int:
    """Write a model with `size` bytes of weights into a new folder; gives the bytes of all its files."""
    folder.mkdir()
    (folder / "MLmodel").write_text(MLMODEL)
    (folder / "weights.bin").write_bytes(bytes(size))
    return size + len(MLMODEL)
