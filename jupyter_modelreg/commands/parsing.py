"""Splitting a command line as a shell does, with values from the notebook put in.

`$name`, `$name.attribute` and `{expression}` stand for values, except inside single quotes; `$$`, `{{` and `}}` are
the plain characters. Values are put in after splitting, so that one with spaces stays one argument.

A backslash takes from the next character what it means. On Windows, where paths are full of them, it does so only in
front of a quote, `$`, `{` or `}`, and is a plain character elsewhere; on other systems one in front of a letter or a
digit, which has nothing to lose, is questioned.
"""

from __future__ import annotations

import ast
import re
import shlex
import sys
from collections.abc import Callable

from jupyter_modelreg.core.errors import InvalidInput

Evaluate = Callable[[str], object]

_NAME = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*")
# A character that cannot be typed into a cell marks where a value goes while shlex splits the line.
_PLACE = re.compile("\0(\\d+)\0")


def split(line: str, evaluate: Evaluate) -> list[str]:
    """The arguments in `line`; `evaluate` gives the value of a Python expression.

    Raises InvalidInput for a quote that is not closed, and for an expression that fails.
    """
    values: list[str] = []
    marked = _mark(line, evaluate, values, windows=sys.platform == "win32")
    try:
        words = shlex.split(marked)
    except ValueError as error:
        if line.rstrip().endswith("\\"):
            raise InvalidInput(f"a line cannot end in a backslash: {line.strip()}", "write it twice") from error
        raise InvalidInput(
            f"a quote is not closed in: {line.strip()}", "put text that holds an apostrophe into double quotes"
        ) from error
    return [_PLACE.sub(lambda place: values[int(place[1])], word) for word in words]


def _mark(line: str, evaluate: Evaluate, values: list[str], *, windows: bool) -> str:
    """`line` with a mark in place of every value, and the values in `values`."""
    out: list[str] = []
    quote, at = "", 0

    def put(value: str) -> None:
        out.append(f"\0{len(values)}\0")
        values.append(value)

    while at < len(line):
        char, pair = line[at], line[at : at + 2]
        name = _NAME.match(line, at + 1) if char == "$" else None
        length = 1
        if quote == "'":
            out.append(char)
        elif pair in ("$$", "{{", "}}", "\\$", "\\{", "\\}"):
            put(pair[1])
            length = 2
        elif char == "\\" and windows and pair[1:] not in ("'", '"'):
            put(char)
        elif char == "\\":
            if not quote and pair[1:].isalnum():
                raise _eaten(line, at)
            out.append(pair)
            length = 2
        elif name is not None:
            put(_value(f"${name[0]}", name[0], evaluate))
            length = 1 + len(name[0])
        elif char == "{":
            expression = _expression(line[at:])
            put(_value(f"{{{expression}}}", expression.strip(), evaluate))
            length = len(expression) + 2
        else:
            out.append(char)
        if char in "'\"" and length == 1 and quote in ("", char):
            quote = "" if quote else char
        at += length
    return "".join(out)


def _eaten(line: str, at: int) -> InvalidInput:
    """What to say of the backslash at `at`, which would vanish without a trace."""
    start = max(line.rfind(" ", 0, at), line.rfind("\t", 0, at)) + 1
    word = line[start:].split()[0]
    return InvalidInput(
        f"the backslash in {word} would be lost",
        f"write {word.replace(chr(92), '/')} for a path, or put what holds a backslash into single quotes",
    )


def _expression(text: str) -> str:
    """The Python expression between the brace that `text` begins with and the one that closes it."""
    for end in (match.start() for match in re.finditer("}", text)):
        inner = text[1:end]
        try:
            ast.parse(inner.strip(), mode="eval")
        except (SyntaxError, ValueError):
            continue
        return inner
    shown = text if len(text) <= 40 else f"{text[:39]}…"
    raise InvalidInput(
        f"{shown} does not begin with a Python expression in braces",
        "write {{ and }} for plain braces, or single quotes",
    )


def _value(written: str, expression: str, evaluate: Evaluate) -> str:
    try:
        return str(evaluate(expression))
    except AttributeError as error:
        hint = (
            f"write {{{expression.partition('.')[0]}}} when what follows is plain text" if written[0] == "$" else None
        )
        raise InvalidInput(f"{written} cannot be filled in: {error}", hint) from error
    except Exception as error:  # the user's own expression may raise anything at all
        raise InvalidInput(f"{written} cannot be filled in: {type(error).__name__}: {error}") from error
