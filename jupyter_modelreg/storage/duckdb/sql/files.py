"""Which files a statement may read: those of the user that it names itself, and none of the registry's own.

A file is named by a text that stands in the statement, so that what is put together while it runs opens nothing.
"""

from __future__ import annotations

import glob
import itertools
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jupyter_modelreg.storage.duckdb.sql.statements import tokens

# Files that one pattern may take in.
_MOST = 10_000
_LONGEST = 4096
# What looks like files there is the system itself.
_SYSTEM = tuple(map(Path, ("/proc", "/sys")))
# What stands before a text that may be the name of a file.
_BEFORE = frozenset({"FROM", "JOIN", ",", "(", "[", "=>", ":=", "TABLE"})
_MAGIC = b"DUCK"


@dataclass(frozen=True)
class Named:
    """The files that a statement names.

    Attributes:
        allowed: paths, and patterns of paths, that it may read.
        refused: why it may not read others, by what it calls them.
        absent: what it calls those that are not there.
    """

    allowed: Sequence[str] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    absent: Sequence[str] = ()


def files_named(statement: str, database: Path) -> Named:
    """The files that `statement` names; `database` is the registry's, beside which all its files are."""
    allowed: list[str] = []
    refused: dict[str, str] = {}
    absent: list[str] = []
    for text in _names(statement):
        # What `..` leads to behind a link is the system's business: that is what is looked at. DuckDB compares text.
        path = os.path.join(os.getcwd(), os.path.expanduser(text))
        # A file may have the letters of a pattern in its name.
        matched = [path] if os.path.lexists(path) or not glob.has_magic(text) else list(_matching(path))
        why = _too_many(matched) or next(filter(None, (_refusal(Path(each), database) for each in matched)), None)
        if why is None:
            allowed += dict.fromkeys(map(os.path.abspath, [path, *matched]))
        else:
            refused[text] = why
        if not any(map(os.path.lexists, matched)):
            absent.append(text)
    return Named(allowed, refused, absent)


def _names(statement: str) -> Iterator[str]:
    """What may be the name of a file in a statement, as it would be opened."""
    before = ""
    for piece, kind in tokens(statement):
        text = _unquoted(piece) if kind in ("string_const", "identifier") else None
        if text and before.upper() in _BEFORE and len(text) <= _LONGEST and "\0" not in text and "://" not in text:
            yield text
        if kind != "comment":
            before = piece


def _unquoted(piece: str) -> str | None:
    """What a quoted text says, for the two ways in which DuckDB writes the name of a file; else None."""
    for quote in "'\"":
        if len(piece) > 2 and piece[0] == piece[-1] == quote:
            return piece[1:-1].replace(2 * quote, quote)
    return None


def _matching(pattern: str) -> Iterator[str]:
    return itertools.islice(glob.iglob(pattern, recursive=True, include_hidden=True), _MOST + 1)


def _too_many(matched: Sequence[str]) -> str | None:
    return f"it takes in more than {_MOST:,} files" if len(matched) > _MOST else None


def _refusal(path: Path, database: Path) -> str | None:
    """Why a file is not to be read; None where it is."""
    try:
        real, own = path.resolve(), database.resolve()
        if _belongs(real, own):
            return f"{path} belongs to the registry, of which SQL reads the views"
        if not real.exists() or real.is_dir():
            return None  # DuckDB says so
        if not real.is_file() or any(real.is_relative_to(folder) for folder in _SYSTEM):
            return f"{path} is no file of data"
        if any(other.exists() and real.samefile(other) for other in _files_of(own)):
            return f"{path} is the registry, of which SQL reads the views"
        with real.open("rb") as file:
            if file.read(12)[8:] == _MAGIC:
                return f"{path} is a database of DuckDB"
    except (OSError, RuntimeError, ValueError) as error:
        return f"{path} cannot be looked at: {error}"
    return None


def _belongs(real: Path, own: Path) -> bool:
    """Whether a path is one of the registry's, or in a folder of its own: all have its name, and some letters more."""
    if not real.is_relative_to(own.parent):
        return False
    inside = real.relative_to(own.parent).parts
    return bool(inside) and (inside[0] == own.name or inside[0].startswith(f"{own.name}."))


def _files_of(own: Path) -> Iterator[Path]:
    yield own
    yield from own.parent.glob(f"{glob.escape(own.name)}.*")
