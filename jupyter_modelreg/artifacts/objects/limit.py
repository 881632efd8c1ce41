"""Where the cache is, and how much it may hold."""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput

_DEFAULT = 20 * 10**9  # bytes
_SHARE = 10  # of the disk, at most one of so many parts without being told
_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12}
_SIZE = re.compile(r"([0-9]+(?:\.[0-9]+)?)\s*([KMGT]?B?)", re.IGNORECASE)


def cache_folder() -> Path:
    """MODELREG_CACHE, else a folder of its own where the user's caches are. Raises InvalidInput for no home folder."""
    named = os.environ.get("MODELREG_CACHE")
    try:
        if named:
            return Path(named).expanduser().absolute()
        from platformdirs import user_cache_path

        return user_cache_path("jupyter_modelreg", appauthor=False)
    except RuntimeError as error:
        raise InvalidInput(
            "there is no place for files that are fetched, since you have no home folder here",
            "set MODELREG_CACHE to a folder, or set HOME",
        ) from error


def cache_limit(folder: Path) -> int:
    """Bytes that the cache in `folder` may hold: MODELREG_CACHE_SIZE, else 20 GB or a tenth of the disk.

    Raises InvalidInput for what is no size, OSError.
    """
    text = os.environ.get("MODELREG_CACHE_SIZE", "").strip()
    if not text:
        return min(_DEFAULT, shutil.disk_usage(folder).total // _SHARE)
    found = _SIZE.fullmatch(text)
    unit = found[2].upper() if found else "?"
    factor = _UNITS.get(unit, _UNITS.get(f"{unit}B"))
    if found is None or factor is None:
        raise InvalidInput(f"MODELREG_CACHE_SIZE is {text!r}, which is no size", "set it to one like 20GB, or unset it")
    return int(float(found[1]) * factor)
