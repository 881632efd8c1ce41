"""Failures of the operating system, as errors that say what to do."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from jupyter_modelreg.core.errors import RegistryUnavailable, SourceUnavailable

FULL = (errno.ENOSPC, errno.EDQUOT)
_NOT_ALLOWED = (errno.EACCES, errno.EPERM, errno.EROFS)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn a failure of the operating system into SourceUnavailable, which names `path`."""
    try:
        yield
    except OSError as error:
        raise SourceUnavailable(
            f"cannot read {path}: {_reason(error)}", "check that it is there and that you may read it"
        ) from error


@contextmanager
def writing(root: Path, doing: str = "keep model files in") -> Iterator[None]:
    """Turn a failure of the operating system into RegistryUnavailable, which says that one cannot `doing` `root`."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            hint = "free some space there, or move the registry to a larger disk"
        elif error.errno in _NOT_ALLOWED:
            hint = f"{_who_may_write(root)}, or connect to a registry elsewhere"
        else:
            hint = "check the disk, and try again"
        raise RegistryUnavailable(f"cannot {doing} {root}: {_reason(error)}", hint) from error


def _who_may_write(root: Path) -> str:
    """What to do about a folder, or the nearest one above it that is there, which one may not write to."""
    there = next((folder for folder in (root, *root.parents) if folder.exists()), root)
    try:
        owner = there.owner()
    except (KeyError, OSError, NotImplementedError):  # an account without a name, or Windows
        return f"make {there} writable for you"
    return f"{there} belongs to {owner}, who can make it writable for you (chmod g+w, and umask 002 from then on)"


def _reason(error: OSError) -> str:
    return (error.strerror or str(error)).lower()
