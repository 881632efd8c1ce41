"""How a command is declared: its options, its help, its examples, and the operations it stands for."""

from __future__ import annotations

import functools
import shlex
from collections.abc import Callable, Sequence
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from jupyter_modelreg.commands.results.results import Changed, Note, Plain, Result, WayBack
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.context import noting_units, noting_warnings
from jupyter_modelreg.core.errors import InvalidInput
from jupyter_modelreg.core.query.paging import Page

P = ParamSpec("P")
T = TypeVar("T")
Callback = Callable[P, Result]

DEFAULT_LIMIT = 50
# The most rows that somebody is advised to ask for in one go.
_MOST_AT_ONCE = 1_000
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}

_JSON = f"{__name__}.json"
_DIALOG = f"{__name__}.dialog"


class Answer(Exception):
    """Raised by an eager option (`--help`, `--version`) that answers in place of the command."""

    def __init__(self, result: Result) -> None:
        super().__init__()
        self.result = result


class HelpfulCommand(click.Command):
    """A click command whose `--help` is a result like any other, instead of a print and an exit."""

    _help: click.Option | None = None

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """The option, made once: click orders options by identity."""
        if self._help is None:
            self._help = click.Option(
                ctx.help_option_names,
                is_flag=True,
                is_eager=True,
                expose_value=False,
                callback=_answer_with_help,
                help="Show this page.",
            )
        return self._help


class DialogArgument(click.Argument):
    """An argument that may be left out with `--dialog`, which asks for it."""

    def value_is_missing(self, value: Any) -> bool:
        """Never with `--dialog`."""
        return super().value_is_missing(value) and not click.get_current_context().meta.get(_DIALOG)


class Command(HelpfulCommand):
    """One command.

    Args:
        calls: the operations it stands for, by name (`aliases.set`).
        examples: lines to show in its help, without the program's name.
        dialog: run instead of the command with `--dialog`, with the same parameters, those left out being None.
    """

    def __init__(
        self,
        *args: Any,
        calls: Sequence[str] = (),
        examples: Sequence[str] = (),
        dialog: Callable[..., Result] | None = None,
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.dialog = dialog
        if dialog is not None:
            self.params.append(_dialog_option())
        self.params.append(
            click.Option(
                ["--json"],
                is_flag=True,
                expose_value=False,
                callback=_remember_json,
                help="Print JSON instead of text.",
            )
        )
        self.calls = tuple(calls)
        self.examples = tuple(examples)

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The examples, as they would be typed here."""
        write_examples(ctx, formatter, self.examples)

    def invoke(self, ctx: click.Context) -> Result:
        """Run it, or its dialog; with `--json`, the result as JSON."""
        if "limit" in ctx.params and ctx.params["limit"] is None and not (ctx.meta.get(_JSON) or ctx.obj.host.piped):
            ctx.params["limit"] = DEFAULT_LIMIT
        result: Result
        with noting_units() as units, noting_warnings() as warnings:
            if self.dialog is not None and ctx.meta.get(_DIALOG):
                result = self.dialog(ctx.obj, **ctx.params)
            else:
                result = super().invoke(ctx)
        if isinstance(result, Note):
            result.warnings = list(dict.fromkeys([*result.warnings, *warnings]))
        if units and isinstance(result, Changed):
            result.way_back = WayBack(units[-1], as_typed(f"undo {units[-1]}"))
        return Plain(result.to_json(), result.rows, result.exit_code) if ctx.meta.get(_JSON) else result


def write_examples(ctx: click.Context, formatter: click.HelpFormatter, examples: Sequence[str]) -> None:
    """A section of example lines, with the name the program goes by in front."""
    program = ctx.find_root().info_name
    with formatter.section("Examples"):
        for line in examples:
            formatter.write(f"{'':>{formatter.current_indent}}{program} {line}\n")


def command(
    name: str, *, calls: Sequence[str], examples: Sequence[str], dialog: Callable[..., Result] | None = None
) -> Callable[[Callable[..., Any]], Command]:
    """Make a function a command: it gets the session first, and `--json` and `--dialog` are taken care of."""

    def declare(function: Callable[..., Any]) -> Command:
        make = click.command(
            name, cls=Command, calls=calls, examples=examples, dialog=dialog, context_settings=SETTINGS
        )
        return make(_with_session(function))

    return declare


def reason_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`-m REASON`, on everything that writes."""
    return click.option("-m", "--reason", metavar="REASON", help="Say why; the activity log shows it.")(function)


def limit_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`-n LIMIT`, on everything that lists. None, and so everything, is what a program gets that does not say."""
    return click.option(
        "-n",
        "--limit",
        type=click.IntRange(min=1),
        metavar="N",
        help=f"Show at most N. Default: {DEFAULT_LIMIT}; all with --json or in a pipe.",
    )(function)


def parse_tags(pairs: Sequence[str]) -> dict[str, str]:
    """`K=V` arguments as a dict. Raises InvalidInput for one without `=`."""
    tags = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise InvalidInput(f"tag {pair!r} has no value", f"write {pair}=value")
        tags[key] = value
    return tags


def how_to_see_more(page: Page[T], count: Callable[[], int], noun: str, listing: str | None = None) -> str | None:
    """The line under a list that was cut, `50 of 61 models; -n 61 shows all`, or None when it is whole.

    `count` gives how many there are, `listing` is a command that lists them, when this one does not.
    """
    if not page.token:
        return None
    total = count()
    asked = min(total, _MOST_AT_ONCE)
    limit = "" if listing and asked <= DEFAULT_LIMIT else f"-n {asked}"
    shown = " ".join(filter(None, (listing, limit)))
    return f"{len(page)} of {total:,} {noun}; {shown} shows {'all' if asked == total else 'more'}"


def as_typed(line: str) -> str:
    """`line` as it can be pasted: behind the name that the program goes by here, and for the registry that was named.

    `%modelreg models prod`, `modelreg --registry team.duckdb models prod`.
    """
    root = click.get_current_context().find_root()
    registry = root.params.get("registry")
    named = "" if registry is None else f"--registry {shlex.quote(registry)} "
    return f"{root.info_name} {named}{line}"


def _with_session(function: Callable[Concatenate[CommandSession, P], Result]) -> Callback[P]:
    @functools.wraps(function)
    def call(*args: P.args, **kwargs: P.kwargs) -> Result:
        return function(click.get_current_context().obj, *args, **kwargs)

    return call


def _dialog_option() -> click.Option:
    return click.Option(
        ["--dialog"],
        is_flag=True,
        is_eager=True,
        expose_value=False,
        callback=_remember_dialog,
        help="Ask in a dialog for what is left out (notebook only).",
    )


def _remember_dialog(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[_DIALOG] = value


def _remember_json(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    ctx.meta[_JSON] = value


def _answer_with_help(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        raise Answer(Plain(ctx.get_help()))


def as_of_option(function: Callable[Concatenate[CommandSession, P], Result]) -> Callable[..., Result]:
    """Give a command `--as-of`: its session has the registry as it was then. To stand below all other options."""

    @click.option("--as-of", metavar="T", help="As it was then: 2026-03-01, yesterday 14:00, -7d.")
    @functools.wraps(function)
    def call(session: CommandSession, *args: Any, as_of: str | None, **kwargs: Any) -> Result:
        return function(session if as_of is None else session.as_of(as_of), *args, **kwargs)

    return call
