"""A file that a command writes: whole or not at all, and over another one only when that is asked for."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from jupyter_modelreg.core.errors import AlreadyExists, InvalidInput


def write_new(path: Path, write: Callable[[Path], object], *, force: bool) -> None:
    """Have `write` make the file, and put it at `path`, over what is there only with `force`.

    Raises AlreadyExists, InvalidInput.
    """
    if path.is_dir():
        raise InvalidInput(f"{path} is a folder", "name a file in it")
    if path.exists() and not force:
        raise AlreadyExists(f"{path} is there already", "name another file, or write over it: --force")
    try:
        with tempfile.TemporaryDirectory(prefix=".modelreg-", dir=path.parent) as folder:
            fresh = Path(folder) / path.name
            write(fresh)
            fresh.replace(path)
    except OSError as error:
        raise InvalidInput(
            f"{path} cannot be written: {error.strerror or error}", "name a file in a folder that you can write to"
        ) from error
