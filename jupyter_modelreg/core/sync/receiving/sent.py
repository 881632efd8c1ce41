"""Files that have been sent, which say neither which of them are programs nor which folders are empty."""

from __future__ import annotations

import stat
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager

from jupyter_modelreg.core.entities.versions import FileEntry, ModelFiles


@contextmanager
def as_registered(sent: AbstractContextManager[ModelFiles], entries: Sequence[FileEntry]) -> Iterator[ModelFiles]:
    """`sent` with that made so, as `entries` have it: the folder is there for this alone."""
    with sent as files:
        root = files.folder.resolve()
        for entry in entries:
            path = (root / entry.path).resolve()
            if not path.is_relative_to(root):
                continue  # which is no file of the version, so that it is refused
            if entry.kind == "folder":
                path.mkdir(parents=True, exist_ok=True)
            elif entry.kind == "executable" and path.is_file():
                path.chmod(path.stat().st_mode | stat.S_IXUSR)
        yield ModelFiles(
            folder=files.folder, disposable=files.disposable, signature=files.signature, entries=list(entries) or None
        )
