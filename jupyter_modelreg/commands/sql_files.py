"""Writing what a statement has found to a file: whole, or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path

from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput
from jupyter_modelreg.core.ports.sql import FileFormat, SqlResult


def write_new(found: SqlResult, path: Path, format: FileFormat, force: bool) -> None:
    """Write to `path`, over what is there only with `force`. Raises AlreadyExists, InvalidInput."""
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder", "name a file in it")
    if path.exists() and not force:
        raise AlreadyExists(f"{path} is there already", "name another file, or write over it: --force")
    try:
        with tempfile.TemporaryDirectory(prefix=".modelreg-", dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            found.write(fresh, format)
            fresh.replace(path)
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be written: {error.strerror or error}", "name a file in a folder that you can write to"
        ) from error


def written(found: SqlResult, format: FileFormat) -> str:
    """What would be in the file, as text."""
    with tempfile.TemporaryDirectory(prefix="modelreg-") as folder:
        path = Path(folder) / "found"
        found.write(path, format)
        return path.read_text(encoding="utf-8")
