"""The one table of commands, and how a host runs a line of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from keyword import iskeyword

import click

from jupyter_modelreg.commands.asking import LINE
from jupyter_modelreg.commands.command import SETTINGS, Answer, Command, HelpfulCommand, write_examples
from jupyter_modelreg.commands.results.results import Plain, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidInput, NotFound

# By what they are for: where each command is, below `verbs`. A command is imported when it is needed: running one takes
# less time than importing all of them.
_PLACES: Mapping[str, Sequence[str]] = {
    "Where you are": ("where.connect", "where.use", "where.status"),
    "Look": (
        "browse.catalogs",
        "browse.schemas",
        "browse.models",
        "browse.versions",
        "show.show",
        "find.find",
        "find.best",
        "sql.sql",
        "compare.diff",
        "compare.plot",
        "card.card",
        "lineage.lineage",
        "lineage.impact",
        "traces.traces",
        "traces.evaluations",
        "explore.explore",
    ),
    "Create and register": ("register.create", "register.register", "register.copy"),
    "Change": (
        "aliases.alias",
        "aliases.unalias",
        "tags.tag",
        "tags.untag",
        "change.describe",
        "change.rename",
        "lineage.refresh",
        "marks.pin",
        "marks.unpin",
        "marks.link",
        "marks.unlink",
        "marks.deprecate",
        "marks.undeprecate",
        "delete.delete",
        "prune.prune",
    ),
    "Discuss": (
        "comments.comment",
        "comments.comments",
        "requests.request",
        "requests.requests",
        "requests.approve",
        "requests.reject",
        "requests.cancel",
    ),
    "Share": (
        "access.grant",
        "access.revoke",
        "access.grants",
        "access.owner",
        "access.group",
        "access.whoami",
        "access.as",
        "configuration.apply",
        "configuration.governance",
    ),
    "Govern": ("policies.policy", "tag_policies.tag-policy"),
    "Look back": ("history.history", "history.rollback", "history.undo", "history.trash", "history.purge"),
    "Use": ("load.load", "load.download", "usage.usage"),
    "Move": ("sync.pull", "sync.push", "exchange.import", "exchange.export"),
    "Serve": ("server.server", "identity.user", "identity.token"),
    "Look after": ("maintenance.verify", "maintenance.backup", "maintenance.restore", "maintenance.move-to"),
}
_EXAMPLES = (
    "connect",
    "register runs:/4f1c0a/model prod.ml_team.fraud --alias Challenger",
    "alias prod.ml_team.fraud@Champion 3",
    "models prod.ml_team",
)
_COMPLETION = (
    'Completion in a shell: eval "$(_MODELREG_COMPLETE=bash_source modelreg)" in ~/.bashrc; zsh_source and '
    "fish_source likewise. In a notebook the Tab key completes by itself."
)


class BadUsage(InvalidInput):
    """A command line that does not fit the table: an unknown command or option, an argument missing or too many."""

    code = "USAGE"


class CommandGroup(HelpfulCommand, click.Group):
    """The group of all commands, shown by what they are for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """In the order of the table."""
        return [place.partition(".")[2] for places in _PLACES.values() for place in places]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name, if there is one."""
        places = (place for places in _PLACES.values() for place in places)
        return next((_command(place) for place in places if place.partition(".")[2] == cmd_name), None)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """A section for each purpose."""
        widest = max(map(len, self.list_commands(ctx)))
        for purpose, commands in commands_by_purpose().items():
            with formatter.section(purpose):
                formatter.write_dl(
                    [(f"{command.name:<{widest}}", command.get_short_help_str(formatter.width)) for command in commands]
                )

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Examples, and how to get completion in a shell."""
        write_examples(ctx, formatter, _EXAMPLES)
        formatter.write_paragraph()
        formatter.write_text(_COMPLETION)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command meant; for an unknown one the error names what is close."""
        names = self.list_commands(ctx)
        if args[0] not in names and args[0].lower() in names:  # GRANT, as SQL is written
            args = [args[0].lower(), *args[1:]]
        name = args[0]
        if name not in names and not ctx.resilient_parsing:
            from difflib import get_close_matches

            close = get_close_matches(name, names, n=1)
            raise click.UsageError(f"no command {name}" + (f"; did you mean {close[0]}?" if close else ""), ctx)
        return super().resolve_command(ctx, args)


def _version(ctx: click.Context, _param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        from importlib.metadata import version

        raise Answer(Plain(f"modelreg {version('jupyter_modelreg')}"))


@click.group("modelreg", cls=CommandGroup, invoke_without_command=True, context_settings=SETTINGS)
@click.option("--registry", metavar="URI", help="Use this registry, for this one command.")
@click.option("--version", is_flag=True, is_eager=True, expose_value=False, callback=_version, help="Show the version.")
@click.pass_context
def modelreg(ctx: click.Context, registry: str | None) -> Result | None:
    """A model registry in one file: names, versions, aliases, tags and history.

    REF names a model (prod.ml_team.fraud), a version (fraud/3, fraud/latest), an alias (fraud@Champion) or a range of
    versions (fraud/1-3); short names are looked up in the namespace set by use. Without a command: status.
    """
    if registry is not None:
        other = ctx.obj.elsewhere(registry)
        ctx.call_on_close(other.close)
        ctx.obj = other
    if ctx.invoked_subcommand is not None:
        return None
    result: Result = ctx.invoke(_command("where.status"))
    return result


def commands_by_purpose() -> dict[str, list[Command]]:
    """All commands, by what they are for; this imports all of them."""
    return {purpose: [_command(place) for place in places] for purpose, places in _PLACES.items()}


def run(args: Sequence[str], session: CommandSession, program: str) -> Result:
    """Run one command line, split into `args`; `program` is what it is called in help and in errors.

    Raises BadUsage, and every RegistryError of the command.
    """
    session.begin()
    try:
        with modelreg.make_context(program, list(args), obj=session) as ctx:
            ctx.meta[LINE] = list(args)
            return _invoke(ctx)
    except Answer as answer:
        return answer.result
    except click.UsageError as error:
        raise _bad_usage(error, program) from error


def _invoke(ctx: click.Context) -> Result:
    try:
        result: Result = modelreg.invoke(ctx)
    except NotFound as error:
        ctx.obj.explain(error)
        raise
    return result


def _bad_usage(error: click.UsageError, program: str) -> BadUsage:
    message = error.format_message().rstrip(".")
    message = message[:1].lower() + message[1:]
    if error.ctx is None or error.ctx.command is modelreg:
        return BadUsage(message, f"{program} --help lists the commands")
    return BadUsage(
        message, f"{' '.join(error.ctx.get_usage().split())}; --help says more".replace("Usage: ", "usage: ")
    )


def _command(place: str) -> Command:
    """The command at `place`, `exchange.import`; its function is called `import_`, since Python keeps that name.

    That of `tag-policy` is called `tag_policy`.
    """
    module, _, name = place.partition(".")
    found: Command = getattr(
        import_module(f"jupyter_modelreg.commands.verbs.{module}"),
        f"{name}_" if iskeyword(name) else name.replace("-", "_"),
    )
    return found
