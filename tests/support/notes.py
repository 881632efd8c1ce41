"""What commands say of a change."""

from __future__ import annotations

import re

from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.core.entities.values import JsonValue

_WAY_BACK = re.compile(r"\S+ undo \d+ (takes this back|does it again)")


def done(result: Result) -> str:
    """What a change says it has done: all but its last line, which takes it back, and has to be there."""
    lines = repr(result).splitlines()
    assert _WAY_BACK.fullmatch(lines[-1]), lines
    return "\n".join(lines[:-1])


def changed(result: Result) -> list[dict[str, JsonValue]]:
    """The rows of a change, without what each has to have: the number that `undo` takes."""
    assert all(isinstance(row["undo"], int) for row in result.rows), result.rows
    return [{name: value for name, value in row.items() if name != "undo"} for row in result.rows]
