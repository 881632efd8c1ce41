"""What was sent: nobody is believed to have sent a model, so it is looked at where they cannot write any more."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_modelreg.core.entities.versions import ModelFiles, Version
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.mlflow_client.resolver import MlflowTracking


@contextmanager
def read_model(folder: Path, version: Version) -> Iterator[ModelFiles]:
    """The model in a folder that nobody else writes to. Raises InvalidInput where there is none."""
    if not any(folder.iterdir()):
        raise InvalidInput(
            f"no files of {version.reference} have come",
            "write them to its storage_location; where that is a folder, client and server have to share the disk",
        )
    with MlflowTracking().fetch(str(folder)) as files:
        yield ModelFiles(folder=files.folder, disposable=True, signature=files.signature)


def copy_plainly(source: Path, target: Path) -> None:
    """Copy a folder that others write to meanwhile: plain files and folders, and no way out of it.

    Raises InvalidInput for anything else, links above all.
    """
    if not source.is_dir():
        return
    for path, folders, names, descriptor in os.fwalk(source, follow_symlinks=False):
        here = target / os.path.relpath(path, source)
        for name in folders:
            if not stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                raise _not_plain(name)
            (here / name).mkdir()
        for name in names:
            _copy_file(name, descriptor, here / name)


def _copy_file(name: str, folder: int, target: Path) -> None:
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK
    try:
        file = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        raise _not_plain(name) from error
    with os.fdopen(file, "rb") as reader:
        mode = os.fstat(file).st_mode
        if not stat.S_ISREG(mode):
            raise _not_plain(name)
        with target.open("wb") as writer:
            shutil.copyfileobj(reader, writer, 1 << 20)
    target.chmod(0o755 if mode & 0o100 else 0o644)


def _not_plain(name: str) -> InvalidInput:
    return InvalidInput(
        f"{name} among the files that were sent is no plain file that the server can read",
        "send files and folders alone",
    )
