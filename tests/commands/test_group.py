"""The table of commands as a whole: help, usage errors, and that it fits the table of operations."""

from __future__ import annotations

import inspect
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import click
import pytest
from click.testing import CliRunner

from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.commands.command import Command
from jupyter_modelreg.commands.group import BadUsage, commands_by_purpose, modelreg
from jupyter_modelreg.commands.results.results import Plain
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

ALL = [command for commands in commands_by_purpose().values() for command in commands]
NAMES = [command.name or "" for command in ALL]

# A line for every operation a command says it stands for.
LINES = {
    "use": ["use prod", "use prod.ml_team"],
    "push": [f"push {{new}}.duckdb {FRAUD}", "push {new}.duckdb --ours"],
    "pull": ["push {new}.duckdb", "pull {new}.duckdb"],
    "status": ["status"],
    "catalogs": ["catalogs"],
    "schemas": ["schemas"],
    "models": ["models -n 1"],
    "versions": [f"versions {FRAUD} -n 1"],
    "find": [
        "find \"name like '%fraud'\" --models",
        "find 'version > 0' --save all",
        "find @all",
        "find --saved",
        "find --forget all",
    ],
    "best": [f"best {FRAUD} --by created"],
    "sql": ["sql 'from models'"],
    "show": [f"show {FRAUD}", f"show {FRAUD}/1"],
    "explore": ["explore"],
    "create": ["create catalog c", "create schema c.s", "create model c.s.m"],
    "register": ["register {model} c.s.m"],
    "copy": [f"copy {FRAUD}/1 c.s.m"],
    "alias": [f"alias {FRAUD}@Best latest"],
    "unalias": [f"unalias {FRAUD}@Champion"],
    "tag": [f"tag {FRAUD} a=b"],
    "untag": [f"untag {FRAUD} team"],
    "describe": ["describe prod x", "describe prod.ml_team x", f"describe {FRAUD} x", f"describe {FRAUD}/1 x"],
    "rename": [f"rename {FRAUD} prod.ml_team.other --yes"],
    "pin": [f"pin {FRAUD}/1"],
    "grant": [f"grant EXECUTE on {FRAUD} to ben"],
    "revoke": [f"revoke EXECUTE on {FRAUD} from ben"],
    "grants": [f"grants on {FRAUD}", f"grants on {FRAUD} --effective"],
    "owner": [f"owner {FRAUD} ben"],
    "group": [
        "group create analysts ben",
        "group add analysts cleo",
        "group remove analysts ben",
        "group show analysts",
        "group list",
        "group delete analysts",
    ],
    "user": [
        "user create ben --no-password",
        "user password ben",
        "user show ben",
        "user list",
        "user delete ben",
    ],
    "token": ["user create ana --no-password", "token create nightly", "token list", "token revoke {made}"],
    "whoami": ["whoami"],
    "policy": [
        "policy add owned required-tags owner on iris --mode warn",
        "policy show owned on iris",
        "policy list iris --effective",
        "policy add described required-description on iris --dry-run",
        "policy test iris",
        "policy rules",
        "policy remove owned on iris",
    ],
    "tag-policy": [
        "tag-policy create stage --values dev,prod",
        "tag-policy change stage --values dev",
        "tag-policy show stage",
        "tag-policy list",
        "tag-policy remove stage",
    ],
    "apply": ["apply {document}"],
    "governance": ["governance export"],
    "comment": [f"comment {FRAUD} 'a word'", "comment --edit {made} more", "comment --delete {made}"],
    "request": [
        f"request {FRAUD}/2 @Champion",
        "request iris/1 --stage Staging",
        'revoke "ALL PRIVILEGES", MANAGE on registry from "account users"',
        "grant BROWSE on registry to ben",
        f"as ben request access EXECUTE on {FRAUD}",
    ],
    "requests": ["requests", f"request {FRAUD}/2 @Champion", "requests {made}"],
    "approve": [f"as ben request {FRAUD}/2 @Champion", "approve {made}"],
    "reject": [f"as ben request {FRAUD}/2 @Champion", "reject {made} -m no"],
    "cancel": [f"request {FRAUD}/2 @Champion", "cancel {made}"],
    "comments": [f"comments {FRAUD}", "comments --to-me"],
    "as": ["as ben whoami"],
    "unpin": [f"unpin {FRAUD}/1"],
    "deprecate": [f"deprecate {FRAUD}/1 -m old"],
    "undeprecate": [f"deprecate {FRAUD}/1 -m old", f"undeprecate {FRAUD}/1"],
    "link": [f"link {FRAUD}/1 https://x.org --as endpoint"],
    "unlink": [f"link {FRAUD}/1 https://x.org --as app", f"unlink {FRAUD}/1 https://x.org"],
    "delete": [
        f"delete {FRAUD}/1 --force --yes",
        f"delete {FRAUD} --yes",
        "delete prod.ml_team --yes",
        "delete prod --yes",
    ],
    "prune": [f"unalias {FRAUD}@Champion", f"prune {FRAUD} --keep 1 --yes"],
    "history": ["history", "history --seal", f"history {FRAUD} --plot"],
    "rollback": [f"rollback {FRAUD}@Champion --to 2"],
    "undo": ["undo"],
    "trash": ["trash"],
    "purge": [f"delete {FRAUD}/2 --yes", "purge --yes"],
    "usage": [f"usage {FRAUD}"],
    "lineage": [f"lineage {FRAUD}/1", "register {model} iris", f"lineage {FRAUD}@Champion --up 1 --down 0"],
    "impact": [f"impact {FRAUD}/1", f"impact {FRAUD}"],
    "traces": [f"traces {FRAUD}/1", f"traces {FRAUD}@Champion -n 3"],
    "evaluations": [f"evaluations {FRAUD}/1"],
    "diff": [f"diff {FRAUD}/1-2", f"diff {FRAUD}@Champion {FRAUD}/1 --all"],
    "card": [f"card {FRAUD}", f"card {FRAUD}/1"],
    "plot": [f"plot {FRAUD}"],
    "load": [f"load {FRAUD}/1"],
    "download": [f"download {FRAUD}/1 {{new}}"],
    "import": ["import {archive}"],
    "export": [f"export {FRAUD} {{new}}"],
    "verify": ["verify", "verify --repair"],
    "backup": ["backup {new}"],
    "restore": [
        f"delete {FRAUD}/2 --yes",
        f"restore {FRAUD}/2",
        "backup {new}",
        "restore {new} --force --yes",
    ],
    "move-to": ["move-to {new}.duckdb"],
}


# What takes runs of MLflow's with datasets: test_lineage.py calls it.
OF_RUNS = {"lineage.dataset", "lineage.refresh"}


def test_the_table_holds_these_commands() -> None:
    commands = "connect use status catalogs schemas models versions show find best diff plot card create register"
    commands += " describe sql"
    later = (
        "alias unalias tag untag explore copy rename delete load download import export verify backup restore move-to"
    )
    share = "grant revoke grants owner group policy tag-policy whoami as apply governance"
    talk = "comment comments request requests approve reject cancel"
    back = "history rollback undo trash purge pin unpin link unlink deprecate undeprecate usage prune"
    serve = "server user token pull push"
    traces = "lineage impact refresh traces evaluations"
    assert sorted(NAMES) == sorted(
        [
            *commands.split(),
            *later.split(),
            *back.split(),
            *share.split(),
            *talk.split(),
            *traces.split(),
            *serve.split(),
        ]
    )


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_help_is_worth_reading(do: Do, command: Command) -> None:
    shown = do(f"{command.name} --help")
    assert isinstance(shown, Plain)
    assert f"Usage: modelreg {command.name}" in repr(shown)
    assert len(command.help or "") > 10
    assert command.get_short_help_str(62).removesuffix(".") == (command.help or "").partition("\n")[0].removesuffix(
        "."
    ), "too long for the list"
    assert command.examples
    for example in command.examples:
        assert f"  modelreg {example}\n" in f"{shown!r}\n"
    for param in command.params:
        if isinstance(param, click.Option):
            assert param.help, f"{command.name} {param.opts[0]} lacks help"


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_examples_are_lines_that_can_be_read(session: CommandSession, command: Command) -> None:
    for example in command.examples:
        name, *args = shlex.split(example)
        assert name == command.name
        command.make_context(name, args, obj=session)


def test_the_overview_lists_every_word_once(do: Do) -> None:
    overview = repr(do("--help"))
    for name in NAMES:
        assert sum(line.startswith(f"  {name} ") for line in overview.splitlines()) == 1
    assert "_MODELREG_COMPLETE=bash_source" in overview


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_shared_options_are_everywhere_they_belong(command: Command) -> None:
    options = {name for param in command.params if isinstance(param, click.Option) for name in param.opts}
    assert "--json" in options
    # What is said of a model needs no other reason.
    reasoned = any(OPERATIONS[call].writes for call in command.calls) and command.name != "comment"
    assert ({"-m", "--reason"} <= options) is reasoned
    lists = command.name in (
        "catalogs",
        "schemas",
        "models",
        "versions",
        "find",
        "best",
        "history",
        "lineage",
        "impact",
        "traces",
        "evaluations",
        "usage",
        "comments",
        "requests",
        "sql",
    )
    assert ({"-n", "--limit"} <= options) is lists


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """The operations that are called from outside the topics, by name, as it happens."""
    seen: set[str] = set()
    depth = 0

    def watched(name: str, method: Callable[..., object]) -> Callable[..., object]:
        def call(*args: object, **kwargs: object) -> object:
            nonlocal depth
            if depth == 0:
                seen.add(name)
            depth += 1
            try:
                return method(*args, **kwargs)
            finally:
                depth -= 1

        return call

    for name, operation in OPERATIONS.items():
        owner = inspect.getmodule(operation.method)
        topic = getattr(owner, operation.method.__qualname__.partition(".")[0])
        monkeypatch.setattr(topic, operation.verb, watched(name, operation.method))
    return seen


@pytest.mark.parametrize("command", ALL, ids=NAMES)
def test_a_command_calls_what_it_says(
    do: Do, stocked: Registry, called: set[str], command: Command, model_folder: Path, tmp_path: Path
) -> None:
    stocked.exchange.export_to(tmp_path / "archive", [FRAUD])
    document = tmp_path / "document.yml"
    document.write_text("groups: {analysts: [ben]}")
    called.clear()
    paths: dict[str, object] = {"model": model_folder, "new": tmp_path / "new", "archive": tmp_path / "archive"}
    for line in LINES.get(command.name or "", []):
        made = do(line.format(**paths, document=document, made=paths.get("id")))
        paths["id"] = made.rows[0].get("id") if made.rows else None
    missing = set(command.calls) - called - OF_RUNS
    assert not missing, f"{command.name} says it stands for {missing}, but its lines never call that"


def test_results_come_back_from_click_as_they_are(session: CommandSession) -> None:
    outcome = CliRunner().invoke(modelreg, ["catalogs"], obj=session, standalone_mode=False)
    assert outcome.output == "", "a command printed something"
    assert outcome.return_value.rows == []


@pytest.mark.parametrize(
    ("line", "message", "hint"),
    [
        ("modls", "no command modls; did you mean models?", "modelreg --help lists the commands"),
        ("frobnicate", "no command frobnicate", "modelreg --help lists the commands"),
        ("--nothing", "no such option", "modelreg --help lists the commands"),
        ("show", "missing argument 'REF'", "usage: modelreg show [OPTIONS] REF; --help says more"),
        ("show a b", "got unexpected extra argument", "usage: modelreg show [OPTIONS] REF; --help says more"),
        ("schemas --al", "no such option", "usage: modelreg schemas [OPTIONS] [CATALOG]; --help says more"),
        ("catalogs -n many", "invalid value for '-n'", "usage: modelreg catalogs [OPTIONS]; --help says more"),
    ],
)  # fmt: skip
def test_bad_usage_is_two_lines(do: Do, line: str, message: str, hint: str) -> None:
    with pytest.raises(BadUsage) as caught:
        do(line)
    assert message in caught.value.message
    assert caught.value.hint == hint
    assert "\n" not in str(caught.value.message)


def test_version(do: Do) -> None:
    from importlib.metadata import version

    assert repr(do("--version")) == f"modelreg {version('jupyter_modelreg')}"
