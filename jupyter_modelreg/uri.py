"""The URIs of registries, `modelreg:///file.duckdb`, and where the registry is when nothing says otherwise."""

from __future__ import annotations

import os
from pathlib import Path

from jupyter_modelreg.core.errors import InvalidInput

SCHEME = "modelreg"
_BARE = tuple(f"{SCHEME}:{slashes}" for slashes in ("", "//", "///"))


def registry_path(uri: str | None = None) -> Path:
    """The absolute path of the DuckDB file that `uri` names. Raises InvalidInput for another scheme."""
    text = uri if uri and uri not in _BARE else os.environ.get("MODELREG_URI", "")
    if not text or text in _BARE:
        return home()
    scheme, colon, rest = text.partition(":")
    if not colon or (len(scheme) == 1 and os.name == "nt"):
        return Path(text).expanduser().absolute()
    if scheme != SCHEME:
        raise InvalidInput(
            f"{text!r} is not the URI of a registry", "write modelreg:///file.duckdb or modelreg:////folder/file.duckdb"
        )
    if not rest.startswith("///"):
        raise InvalidInput(
            f"{text!r} is not the URI of a registry",
            f"a relative path takes three slashes, an absolute one four: modelreg:///{rest.lstrip('/')}",
        )
    return Path(rest[3:]).absolute()


def registry_uri(path: Path) -> str:
    """The URI of the registry at an absolute path: four slashes, as in SQLAlchemy's SQLite URLs."""
    return f"{SCHEME}:///{path.as_posix()}"


def home() -> Path:
    """Where the registry is when nothing says otherwise: the user's data folder."""
    from platformdirs import user_data_path

    return user_data_path("jupyter_modelreg", appauthor=False) / "registry.duckdb"
