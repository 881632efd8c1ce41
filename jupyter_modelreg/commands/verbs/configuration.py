"""Commands for governance as a file: apply, governance."""

from __future__ import annotations

from pathlib import Path

import click

from jupyter_modelreg.commands.asking import yes_option
from jupyter_modelreg.commands.command import command, reason_option
from jupyter_modelreg.commands.results.json_text import json_text
from jupyter_modelreg.commands.results.results import Note, Plain, Result
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.commands.verbs.access import new_option, place_text
from jupyter_modelreg.core.configuration.document import MisplacedValue
from jupyter_modelreg.core.configuration.records import ConfigurationChange
from jupyter_modelreg.core.entities.values import JsonValue
from jupyter_modelreg.core.errors import InvalidInput


@command(
    "apply",
    calls=["configuration.apply"],
    examples=[
        "apply governance.yml --dry-run",
        "apply governance.yml -m 'as reviewed'",
        "apply governance.yml --prune",
    ],
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Only say what differs; a shell gets 2 where something does.")
@click.option(
    "--prune",
    is_flag=True,
    help="Remove what FILE lacks, but for catalogs and schemas that hold something.",
)
@new_option
@yes_option
@reason_option
def apply(
    session: CommandSession, file: Path, dry_run: bool, prune: bool, new: bool, yes: bool, reason: str | None
) -> Result:
    """Make the governance of the registry be as a YAML file says.

    Catalogs, schemas, groups, owners, grants and policies: what differs is changed, all of it or nothing.
    governance export prints such a file. With --yes you may lose your own right to grant by it.
    """
    from jupyter_modelreg.commands.yaml_file import read_yaml  # which imports a parser that no other command needs

    found = read_yaml(file)
    if not isinstance(found.content, dict):
        raise InvalidInput(f"{file} does not say what anything is to be", "governance export prints such a file")
    try:
        changes = session.registry.configuration.apply(
            found.content, prune=prune, dry_run=dry_run, force=yes, new=new, reason=reason
        )
    except MisplacedValue as error:
        raise InvalidInput(f"{found.at(error.place)}: {error.what}", error.hint) from None
    if not changes:
        return Note(["nothing differs"], [], done=False)
    rows = [dict(vars(each)) for each in changes]
    lines = list(map(_line, changes))
    return _Difference(lines, rows, done=False) if dry_run else Note(lines, rows)


class _Difference(Note):
    """What a dry run has found to differ."""

    @property
    def exit_code(self) -> int:
        """2, for whoever checks that nothing does."""
        return 2


@command("governance", calls=["configuration.export"], examples=["governance export"])
@click.argument("action", type=click.Choice(["export"]))
def governance(session: CommandSession, action: str) -> Result:
    """Print the governance of the registry as YAML.

    It has catalogs, schemas, groups, owners, grants and policies, as apply takes them. It is for whoever
    administers the registry.
    """
    import yaml

    content = dict(session.registry.configuration.export())
    text = yaml.safe_dump(content, sort_keys=False, allow_unicode=True, default_flow_style=None, width=100)
    return _Document(text.rstrip("\n"), [content])


class _Document(Plain):
    """What is exported, which is one thing as JSON, too."""

    def to_json(self) -> str:
        """The document as a JSON object."""
        return json_text(self.rows[0])


def _line(change: ConfigurationChange) -> str:
    """`+ catalog prod: USE CATALOG to analysts`."""
    sign = "+" if change.before is None else "-" if change.after is None else "~"
    what = f"{change.aspect} " if change.aspect in ("description", "owner") else ""
    if change.policy is not None:
        what = f"policy {change.policy}: "
    told = [_told(each) for each in (change.before, change.after) if each not in (None, "")]
    to = "" if change.principal is None else f" to {change.principal}"
    said = f"{what}{' → '.join(told)}{to}" if told else ""
    return f"{sign} {place_text(change.kind, change.name)}" + (f": {said}" if said else "")


def _told(value: JsonValue) -> str:
    if isinstance(value, dict):
        return "; ".join(f"{name} {_told(each)}" for name, each in value.items())
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
