"""Completing a command line that is being typed, with click's own machinery: one set of candidates for all hosts."""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from click.shell_completion import BashComplete, CompletionItem, ShellComplete, split_arg_string

from jupyter_modelreg.commands.candidates import looked_up, reference_candidates, sql_candidates
from jupyter_modelreg.commands.group import modelreg
from jupyter_modelreg.commands.session import CommandSession

_NAME = re.compile(r"\w+$")
_SPECIAL = re.compile(r"[\s'\"\\${}]")
# What ends a string, or is more than a character, inside of each kind of quote: for bash and for %modelreg, and in a
# string of Python, which may be an f-string.
_ACTIVE = {"'": frozenset("'"), '"': frozenset('"\\$`!{}')}
_ACTIVE_IN_PYTHON = frozenset("'\"\\{}")

_BASH = """\
%(complete_func)s() {
    local type value
    COMPREPLY=()
    while IFS=, read -r type value; do
        case $type in
            dir) compopt -o dirnames ;;
            plain) COMPREPLY+=("$value")
                [[ $value == *[=@/] ]] && compopt -o nospace ;;
        esac
    done < <(COMP_LINE=${COMP_LINE:0:COMP_POINT} %(complete_var)s=bash_complete "$1")
}
complete -o nosort -F %(complete_func)s %(prog_name)s
"""


@dataclass(frozen=True)
class Completions:
    """What fits at the end of a line.

    Attributes:
        fragment: the end of the line that each candidate replaces.
        items: (text, what it is) of each candidate.
    """

    fragment: str
    items: Sequence[tuple[str, str]]


def complete_line(session: CommandSession, line: str) -> Completions:
    """What may come at the end of `line`, a command line without the program's name."""
    start, quote = _last_word(line)
    fragment = line[start:]
    if fragment[:1] in ("$", "{"):
        return Completions(fragment, ())
    shell = ShellComplete(modelreg, {"obj": session}, "modelreg", "")
    found = shell.get_completions(split_arg_string(line[:start]), fragment.removeprefix(quote))
    items = [entry for item in found for entry in _expand(item)]
    if quote:
        return Completions(fragment[1:], [item for item in items if _ACTIVE[quote].isdisjoint(item[0])])
    return Completions(fragment, [(_quoted(text), about) for text, about in items])


class Bash(BashComplete):
    """Completion in bash, which takes `@`, `=` and `:` for the ends of words: click's own stops short at them.

    Unlike zsh and fish, bash puts a candidate into the line as it is: it has to be quoted here.
    """

    source_template = _BASH
    _behind = 0
    _quote = ""

    def get_completion_args(self) -> tuple[list[str], str]:
        """The whole words of the line being typed, and the last one."""
        line = os.environ["COMP_LINE"].partition(" ")[2]
        start, quote = _last_word(line)
        incomplete = line[start:].removeprefix(quote)
        # What bash takes for the word begins behind `=` and `:`, but at `@` (readline's rl_special_prefixes).
        breaks = (incomplete.rfind("@"), incomplete.rfind("=") + 1, incomplete.rfind(":") + 1)
        self._behind = 0 if quote else max(0, *breaks)
        self._quote = quote
        return split_arg_string(line[:start]), incomplete

    def get_completions(self, args: list[str], incomplete: str) -> list[CompletionItem[Any]]:
        """The candidates; inside of quotes none that would end them."""
        found = super().get_completions(args, incomplete)
        return [item for item in found if _ACTIVE.get(self._quote, frozenset()).isdisjoint(item.value)]

    def format_completion(self, item: CompletionItem[Any]) -> str:
        """The part of a candidate that bash still has to write, which reads as text whatever it holds."""
        rest = item.value[self._behind :]
        quoted = rest if item.type != "plain" or self._quote or not rest else shlex.quote(rest)
        return f"{item.type},{quoted}"


def complete_reference(session: CommandSession, text: str) -> Completions:
    """What may come at the end of a `models:/…` URI in a string of Python; nothing that could leave the string."""
    ctx = click.Context(modelreg, obj=session, resilient_parsing=True)
    found = looked_up(ctx, lambda current: reference_candidates(current, text), text)
    items = [(item.value, item.help or "") for item in found if _ACTIVE_IN_PYTHON.isdisjoint(item.value)]
    return Completions(text, items)


def complete_sql(session: CommandSession, statement: str, typed: str) -> Completions:
    """What may come at the end of `typed`, the beginning of `statement`: names of views, and of their columns."""
    ctx = click.Context(modelreg, obj=session, resilient_parsing=True)
    head = _NAME.sub("", typed)
    fragment = typed[len(head) :]
    found = looked_up(ctx, lambda current: sql_candidates(current, statement, typed), typed)
    return Completions(fragment, [(item.value.removeprefix(head), item.help or "") for item in found])


def _last_word(line: str) -> tuple[int, str]:
    """Where the last word of `line` begins, and the quote it begins with when that is still open."""
    start, quote, at = 0, "", 0
    while at < len(line):
        char = line[at]
        if quote:
            quote = "" if char == quote else quote
        elif char in "'\"":
            quote = char
        elif char.isspace():
            start = at + 1
        at += 2 if char == "\\" and quote != "'" else 1
    return start, quote if line[start : start + 1] == quote else ""


def _quoted(text: str) -> str:
    return shlex.quote(text) if _SPECIAL.search(text) else text


def _expand(item: CompletionItem) -> list[tuple[str, str]]:
    """The candidate as it is; where click leaves paths to the shell, the paths."""
    if item.type not in ("dir", "file"):
        return [(item.value, item.help or "")]
    folder, _, name = item.value.rpartition("/")
    base = Path(f"{folder}/" if folder or item.value.startswith("/") else ".").expanduser()
    if not base.is_dir():
        return []
    inside = sorted(path for path in base.iterdir() if path.name.startswith(name) and not path.name.startswith("."))
    before = item.value.removesuffix(name)
    wanted = [path for path in inside if path.name.isprintable() and (path.is_dir() or item.type == "file")]
    return [(f"{before}{path.name}{'/' if path.is_dir() else ''}", "") for path in wanted]
