"""Members of a zip file, read by several threads at once."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from threading import Lock
from zipfile import BadZipFile, ZipFile

from jupyter_modelreg.artifacts.hashing import CHUNK

_opening = Lock()


def unpacked(archive: ZipFile, name: str, limit: int = sys.maxsize) -> Iterator[bytes]:
    """The first `limit` bytes of a member of an archive, or all there are, in pieces; for several threads at once.

    Raises KeyError when there is no such member, and what zipfile raises when it is damaged.
    """
    with _opening:  # zipfile lets threads read at once, but counts what is open without a lock
        try:
            member = archive.open(name)
        except OSError as error:
            if error.errno != errno.EINVAL:
                raise
            raise BadZipFile(f"{name} begins outside the file") from error
    try:
        while chunk := member.read(min(CHUNK, limit)):
            yield chunk
            limit -= len(chunk)
    finally:
        with _opening:
            member.close()
