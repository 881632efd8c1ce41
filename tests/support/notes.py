"""What commands say of a change, and of one that they refuse."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.commands.results.results import Result
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import RegistryError
from jupyter_modelreg.core.registry import Registry

if TYPE_CHECKING:
    from tests.support.commands import Do

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


def check_refused(do: Do, registry: Registry, line: str, error: type[RegistryError], said: str) -> None:
    """Run a line that is to be refused, with these words, and to leave nothing behind."""
    before = registry.history.last()
    with pytest.raises(error) as refused:
        do(line)
    assert said in refused.value.message
    assert registry.history.last() == before
