"""The last line of every change, which takes it back."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.api.operations import OPERATIONS
from jupyter_modelreg.commands.group import commands_by_purpose, run
from jupyter_modelreg.commands.results.results import Note, Plain
from jupyter_modelreg.commands.session import CommandSession
from jupyter_modelreg.core.errors import InvalidState
from jupyter_modelreg.core.registry import Registry
from tests.support.names import FRAUD
from tests.support.notes import changed, done

if TYPE_CHECKING:
    from tests.support.commands import Do

pytest_plugins = ["tests.support.commands"]

# For each command that has a way back, what is done before it, and lines that change something.
LINES: dict[str, tuple[list[str], list[str]]] = {
    "find": (
        ["find iris --save there"],
        ["find \"alias = 'Best'\" --save new", "find fraud --save there --replace", "find --forget there"],
    ),
    "create": ([], ["create catalog c", "create schema d.s", "create model e.s.m", "create model plain"]),
    "register": ([], ["register {model} iris", "register {model} c.s.m --alias Best --tag a=b"]),
    "copy": ([], [f"copy {FRAUD}/1 c.s.m", "copy iris/1 other"]),
    "alias": ([], [f"alias {FRAUD}@Best 1", f"alias {FRAUD}@Champion 2"]),
    "unalias": ([], [f"unalias {FRAUD}@Champion"]),
    "tag": ([], [f"tag {FRAUD} a=b c=d", f"tag {FRAUD}/1-2 task=x"]),
    "untag": ([], [f"untag {FRAUD} team"]),
    "describe": (
        ["create catalog c"],
        ["describe c x", "describe prod.ml_team x", f"describe {FRAUD} x", f"describe {FRAUD}/1-2 ''"],
    ),
    "rename": ([], ["rename iris flower", f"rename {FRAUD} prod.other.fraud --yes"]),
    "pin": ([], [f"pin {FRAUD}/1-2"]),
    "unpin": ([f"pin {FRAUD}/1"], [f"unpin {FRAUD}/1"]),
    "deprecate": (
        [],
        [
            f"deprecate {FRAUD}/1-2 -m old",
            f"deprecate {FRAUD}/1 --in-favour-of iris/1 -m old",
            f"deprecate {FRAUD} -m x",
        ],
    ),
    "undeprecate": ([f"deprecate {FRAUD}/1-2 -m old"], [f"undeprecate {FRAUD}/1", f"undeprecate {FRAUD}/1-2"]),
    "link": ([], [f"link {FRAUD}/1-2 https://x.org --as app", f"link {FRAUD}/1 https://x.org --as endpoint"]),
    "unlink": ([f"link {FRAUD}/1 https://x.org --as app"], [f"unlink {FRAUD}/1-2 https://x.org"]),
    "delete": (
        ["create catalog c", "create schema c.s"],
        [f"delete {FRAUD}/1-2 --force --yes", f"delete {FRAUD} --force --yes", "delete c.s --yes"],
    ),
    "apply": ([f"grant EXECUTE on {FRAUD} to ben"], ["apply {document}"]),
    "comment": (
        [f"comment {FRAUD} a"],
        [f"comment {FRAUD}/1 'looks *good*'", "comment --edit {id} b @ana", "comment --delete {id}"],
    ),
    "request": ([], [f"request {FRAUD}/2 @Champion", "request iris/1 --stage Staging --expires 7d"]),
    "approve": ([f"as ben request {FRAUD}/2 @Champion"], ["approve {id}"]),
    "reject": ([f"as ben request {FRAUD}/2 @Champion"], ["reject {id} -m no"]),
    "cancel": ([f"request {FRAUD}/2 @Champion"], ["cancel {id}"]),
    "grant": ([], [f"grant EXECUTE, apply_tag on {FRAUD} to ben, cleo", "grant MANAGE on registry to ben"]),
    "revoke": (
        [f"grant EXECUTE on {FRAUD} to ben"],
        [f"revoke EXECUTE on {FRAUD} from ben", 'revoke all, manage on registry from "account users"'],
    ),
    "owner": ([], [f"owner {FRAUD} ben", "owner schema prod.ml_team ben", "owner registry ben"]),
    "group": (
        ["group create analysts ben"],
        ["group create more analysts", "group add analysts cleo", "group remove analysts ben", "group delete analysts"],
    ),
    "policy": (
        ["policy add owned required-tags owner on catalog prod"],
        [
            "policy add owned required-tags owner,team on catalog prod --replace",
            "policy add good filter 'metrics.auc > 0.9' on iris@Champion --mode warn",
            "policy remove owned on prod",
        ],
    ),
    "tag-policy": (
        ["tag-policy create stage --values dev,prod --assign ana"],
        ["tag-policy create more --values a", "tag-policy change stage --values dev", "tag-policy remove stage"],
    ),
    "rollback": ([f"alias {FRAUD}@Champion 2"], [f"rollback {FRAUD}@Champion"]),
    "undo": ([], ["undo"]),
    "prune": ([f"alias {FRAUD}@Champion 2"], [f"prune {FRAUD} --keep 1 --yes"]),
    "import": (
        [f"export {FRAUD} iris {{archive}}", f"delete {FRAUD} --force --yes", "delete iris --yes"],
        ["import {archive} --into far.away"],
    ),
    "move-to": ([], ["move-to {place}"]),
    "pull": (["push {place}.duckdb", f"delete {FRAUD} --force --yes", "purge --yes"], ["pull {place}.duckdb"]),
    "restore": (["delete iris --yes", f"delete {FRAUD}/2 --yes"], ["restore iris", f"restore {FRAUD}/2"]),
}
# What has none: what it does is no change that could be undone as one.
NONE = {
    "purge": ["delete iris --yes", "purge --yes"],
    "verify": ["verify --repair"],
    "user": ["user create ben", "user password ben", "user delete ben"],
    "push": ["push {place}.duckdb"],
    "token": ["user create ana --no-password", "token create nightly"],
}


def state(registry: Registry) -> object:
    """What can be seen of a registry, apart from times and authors of changes."""
    models = registry.models.list()
    return (
        [(each.name, each.description) for each in registry.catalogs.list()],
        [(each.name, each.description, each.owner) for each in registry.schemas.list()],
        [(each.name, each.description, each.aliases, each.tags, each.owner, each.deprecated) for each in models],
        registry.grants.list(),
        [each.principal for each in registry.grants.effective("registry", of="ben") if each.privilege == "OWNER"],
        registry.groups.list(),
        [(each.id, each.reference, each.author, each.text, each.mentions) for each in registry.comments.list()],
        registry.tag_policies.list(),
        [(each.name, each.filter, each.order_by, each.kind) for each in registry.searches.list()],
        [(each.id, each.state, each.decided_by) for each in registry.requests.list(state=None)],
        registry.policies.list(),
        registry.status().moved_to,
        [
            (each.reference, each.description, each.tags, each.pinned, each.links, each.deprecated, each.aliases)
            for model in models
            for each in registry.versions.list(model.name)
        ],
    )


def test_each_command_that_changes_something_is_looked_at() -> None:
    commands = [command for commands in commands_by_purpose().values() for command in commands]
    writing = {command.name for command in commands if any(OPERATIONS[call].writes for call in command.calls)}
    assert writing == LINES.keys() | NONE.keys() | {"refresh"}  # which takes a run: see test_lineage.py


@pytest.mark.parametrize("name", LINES)
def test_the_line_takes_back_what_was_done_and_its_own_line_does_it_again(
    do: Do, stocked: Registry, model_folder: Path, tmp_path: Path, name: str
) -> None:
    before, lines = LINES[name]
    paths: dict[str, object] = {
        "model": model_folder,
        "archive": tmp_path / "archive.zip",
        "place": tmp_path / "moved.duckdb",
        "document": tmp_path / "document.yml",
    }
    (tmp_path / "document.yml").write_text("groups: {analysts: [ben]}\ncatalogs: {new: {grants: {ben: [BROWSE]}}}")
    for line in before:
        paths["id"] = do(line.format(**paths)).rows[0].get("id")
    for line in lines:
        was = state(stocked)
        said = repr(do(line.format(**paths))).splitlines()[-1]
        became = state(stocked)
        assert became != was, line
        back, _, does = said.partition(" takes this back" if name != "undo" else " does it again")
        assert does == "", said
        again = repr(do(back.removeprefix("modelreg "))).splitlines()[-1]
        assert state(stocked) == was, line
        assert again.endswith(" does it again" if name != "undo" else " takes this back")
        do(again.removeprefix("modelreg ").partition(" does")[0].partition(" takes")[0])
        assert state(stocked) == became, line


@pytest.mark.parametrize("name", NONE)
def test_where_there_is_no_way_back_nothing_is_said(do: Do, stocked: Registry, name: str, tmp_path: Path) -> None:
    for line in NONE[name]:
        said = do(line.format(place=tmp_path / "other"))
    assert " undo " not in repr(said)
    assert not any("undo" in row for row in said.rows)


@pytest.mark.parametrize(
    "line",
    [
        f"alias {FRAUD}@Champion 1",
        f"unalias {FRAUD}@Nobody",
        f"describe {FRAUD}/1 'the first'",
        f"tag {FRAUD} team=risk",
        f"untag {FRAUD} absent",
        f"unpin {FRAUD}/1",
    ],
)
def test_where_nothing_was_changed_nothing_is_said(do: Do, stocked: Registry, line: str) -> None:
    was = state(stocked)
    said = do(line)
    assert state(stocked) == was
    assert isinstance(said, Note)
    assert said.way_back is None
    assert " undo " not in repr(said)


def test_what_is_asked_or_looked_at_has_no_such_line(do: Do, stocked: Registry) -> None:
    for line in ("history", "history --seal", f"show {FRAUD}", "trash", "use prod", f"load {FRAUD}/1"):
        assert " takes this back" not in repr(do(line)), line


def test_json_has_the_number(do: Do, stocked: Registry) -> None:
    told = do(f"alias {FRAUD}@Best 2 --json")
    assert isinstance(told, Plain)
    assert "takes this back" not in told.content
    [row] = json.loads(told.content)
    assert row["undo"] == stocked.history.recent(limit=1)[0].unit
    do(f"undo {row['undo']}")
    assert "Best" not in stocked.models.get(FRAUD).aliases


def test_in_a_notebook_it_is_a_quiet_line_to_copy(do: Do, stocked: Registry) -> None:
    said = do(f"alias {FRAUD}@Best 2")
    [unit] = [row["undo"] for row in said.rows]
    assert str(said.html()).endswith(
        f'<div class="mreg-out-more"><code>modelreg undo {unit}</code> takes this back</div></div>'
    )
    assert said.text(colours=True).endswith(f"\x1b[2mmodelreg undo {unit} takes this back\x1b[0m")


def test_it_goes_by_the_name_of_its_host_and_to_the_registry_that_was_named(
    session: CommandSession, stocked: Registry, tmp_path: Path
) -> None:
    said = run(["alias", f"{FRAUD}@Best", "2"], session, "%modelreg")
    assert repr(said).splitlines()[-1].startswith("%modelreg undo ")
    other = str(tmp_path / "an other.duckdb")
    line = repr(run(["--registry", other, "create", "catalog", "c"], session, "modelreg")).splitlines()[-1]
    back = line.removesuffix(" takes this back")
    assert back == f"modelreg --registry '{other}' undo 1"
    assert changed(run(shlex.split(back)[1:], session, "modelreg"))[0]["action"] == "catalog.created"
    assert done(run(["alias", f"{FRAUD}@Best", "1"], session, "modelreg")) == f"{FRAUD}@Best: 2 → 1"


def test_after_somebody_has_built_on_it_the_line_is_refused(do: Do, stocked: Registry) -> None:
    said = do(f"alias {FRAUD}@Best 1")
    do(f"alias {FRAUD}@Best 2")
    with pytest.raises(InvalidState, match=r"Best of .* has changed since"):
        do(f"undo {said.rows[0]['undo']}")
