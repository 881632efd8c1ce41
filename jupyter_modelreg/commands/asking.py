"""Asking before something is done that cannot be taken back."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import Any

import click

from jupyter_modelreg.commands.results.results import Note
from jupyter_modelreg.commands.results.text import line
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput

LINE = f"{__name__}.line"


def yes_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--yes`, on everything that asks."""
    return click.option("-y", "--yes", is_flag=True, help="Do not ask first; needed in scripts.")(function)


def confirmed(
    session: CommandSession, facts: Sequence[str], question: str, *, needs: str, option: str = "--yes"
) -> bool:
    """The answer to `question`, put below `facts`.

    Raises InvalidInput where nobody can be asked, with the line that does it unasked, by `option`: `needs` says what it
    is that needs an answer, as the beginning of a sentence.
    """
    answer = session.host.ask("\n".join([*map(line, facts), line(question)]))
    if answer is None:
        raise InvalidInput(
            f"{needs} needs an answer, and nobody can be asked here", f"to do it all the same: {_line_with(option)}"
        )
    return answer


class Declined(Note):
    """What was asked about and not wanted; a shell gives 1 back."""

    def __init__(self, line: str) -> None:
        super().__init__([line], [], done=False)

    @property
    def exit_code(self) -> int:
        """1: what was asked for was not done."""
        return 1


def _line_with(option: str) -> str:
    """The line that is running, with `option`, as it can be typed again."""
    context = click.get_current_context().find_root()
    words: list[str] = context.meta[LINE]
    at = words.index("--") if "--" in words else len(words)
    return shlex.join([context.info_name or "", *words[:at], option, *words[at:]])
