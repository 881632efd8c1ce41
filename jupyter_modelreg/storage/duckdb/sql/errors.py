"""What is wrong with a statement, in a sentence: DuckDB's own, with the place, and what was meant perhaps."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path

import duckdb

from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.storage.duckdb.sql.files import Named
from jupyter_modelreg.storage.duckdb.sql.views.view import View

_KIND = re.compile(r"^(\w+ )*(Error|Exception): ")
_PLACE = re.compile(r"^LINE (\d+): (.*)$", re.MULTILINE)
_NO_TABLE = re.compile(r"Table with name (.+?) does not exist")
_NO_COLUMN = re.compile(r'(?:Referenced )?[Cc]olumn "+([^"]+)"+ (?:not found|does not exist|referenced)')
_NO_FILE = re.compile(r'Cannot access (?:file|directory) "(.*?)"', re.DOTALL)
_NOTHING_THERE = re.compile(r'No files found that match the pattern "(.*?)"', re.DOTALL)
_LONGEST = 400


def unanswered(
    error: duckdb.Error,
    statement: str,
    views: Sequence[View],
    tables: Mapping[str, object],
    files: Named,
    *,
    above: int = 0,
) -> InvalidInput:
    """The sentence for an error of DuckDB on a statement, above which DuckDB had some lines more."""
    text = str(error)
    denied = _NO_FILE.search(text)
    if denied is not None:
        return _not_read(denied[1], files)
    nothing = _NOTHING_THERE.search(text)
    if nothing is not None:
        return _absent(nothing[1])
    first, _, rest = _KIND.sub("", text.strip()).partition("\n")
    # What follows may be a line of the statement, the stack, or advice of DuckDB's own, which does not know the views.
    missing = _NO_TABLE.search(first)
    message = first.rstrip("!. ")[:_LONGEST]
    place = _place(text, statement, above)
    if missing is not None:
        name = missing[1].rpartition(".")[2].strip('"')
        known = [view.name for view in views]
        close = get_close_matches(name.lower(), [*known, *tables], n=1)
        asked = f"; did you mean {close[0]}?" if close else ""
        return InvalidInput(f"there is no view or table {name}{place}{asked}", f"there are {', '.join(known)}")
    column = _NO_COLUMN.search(first)
    if column is not None:
        return InvalidInput(f"{message}{place}", _near_columns(column[1], rest, statement, views))
    return InvalidInput(f"{message}{place}", _advice(rest))


def _not_read(name: str, files: Named) -> InvalidInput:
    """The sentence for a file that was not to be read."""
    why = files.refused.get(name) or next((why for named, why in files.refused.items() if named in name), None)
    if why is not None:
        return InvalidInput(
            f"{name} is not read: {why}", "name files of yours: FROM 'data/*.parquet'; sql --schema lists the views"
        )
    absent = next((path for path in files.absent if name.startswith(path)), None)
    if absent is not None:
        return _absent(absent)
    if "://" in name:
        return InvalidInput(
            f"{name} is not read: nothing is fetched from elsewhere", "read it with Python, and ask the DataFrame"
        )
    return InvalidInput(
        f"{name} is not read: a file is named by one text that stands behind FROM, or in read_csv(…) and the like",
        "write its path out: FROM 'data/file.parquet'",
    )


def _absent(name: str) -> InvalidInput:
    return InvalidInput(f"there is no file {name}", f"paths begin in {Path.cwd()}")


def _place(text: str, statement: str, above: int) -> str:
    """` (line 2, column 8)`, where DuckDB says it; of one line only the column."""
    found = _PLACE.search(text)
    if found is None:
        return ""
    caret = text[found.end() :].split("\n")[1:2]
    if not caret or "^" not in caret[0]:
        return ""
    number, shown = int(found[1]) - above, found[2]
    at = caret[0].index("^") - len(f"LINE {found[1]}: ")
    lines = statement.split("\n")
    if 0 < number <= len(lines):
        # A long line is shown in part, with dots at its ends.
        part = shown.removeprefix("...").removesuffix("...")
        start = lines[number - 1].find(part)
        at += max(0, start) - (3 if shown.startswith("...") and start >= 0 else 0)
    where = f"column {at + 1}"
    return f" (line {number}, {where})" if len(lines) > 1 else f" ({where})"


def _near_columns(name: str, rest: str, statement: str, views: Sequence[View]) -> str | None:
    """Columns of the views that are asked which are near a name that is none, or all of them."""
    words = set(re.findall(r"\w+", statement.lower()))
    asked = [view for view in views if view.name in words]
    known = list(dict.fromkeys(column.name for view in asked for column in view.columns))
    close = get_close_matches(name.lower(), known, n=2)
    if close:
        return f"did you mean {' or '.join(close)}?"
    told = "; ".join(f"{view.name} has {', '.join(column.name for column in view.columns)}" for view in asked[:2])
    return told or _advice(rest)


def _advice(rest: str) -> str | None:
    """What DuckDB has to say besides, in a line."""
    kept = [line.strip() for line in rest.split("\n\n")[0].split("\n") if line.strip()]
    advice = " ".join(line for line in kept if not line.startswith(("LINE ", "^")))
    return advice[:_LONGEST] or None
