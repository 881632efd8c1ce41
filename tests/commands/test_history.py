"""history, rollback, undo, trash, purge as commands."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from jupyter_modelreg.core.errors import InvalidInput, InvalidState, NotFound
from jupyter_modelreg.core.registry import Registry
from jupyter_modelreg.core.times import moment
from tests.support.names import FRAUD
from tests.support.notes import done

if TYPE_CHECKING:
    from tests.support.commands import Do, RecordingHost

pytest_plugins = ["tests.support.commands"]


def test_of_two_deleted_models_of_one_name_either_is_restored_or_purged(do: Do, registry: Registry) -> None:
    for text in ("first", "second"):
        do("create model churn")
        do(f"describe churn {text}")
        do("delete churn --yes")
    second, first = [row["id"] for row in do("trash").rows]
    assert str(first) in repr(do("trash"))
    assert "removed 1 model" in repr(do(f"purge --id {second} --yes"))
    do("create model churn")
    do(f"restore churn --id {first} --as old")
    assert registry.models.get("old").description == "first"
    assert repr(do("trash")) == "the trash is empty"


def told(do: Do, line: str) -> list[tuple[object, object]]:
    return [(row["about"], row["what"]) for row in do(line).rows]


def test_history_is_told_in_plain_words(do: Do, stocked: Registry) -> None:
    do(f"alias {FRAUD}@Champion 2 -m drift")
    do(f"tag {FRAUD}/1 task=x")
    do(f"tag {FRAUD}/1 task=y")
    do(f"untag {FRAUD}/1 task")
    do(f"describe {FRAUD} text")
    do(f"rename {FRAUD} prod.ml_team.other --yes")
    do("delete prod.ml_team.other/1 --yes")
    assert told(do, "history prod.ml_team.other -n 7") == [
        ("prod.ml_team.other/1", "moved to the trash"),
        ("prod.ml_team.other", f"renamed from {FRAUD}"),
        (FRAUD, "described"),
        (f"{FRAUD}/1", "removed tag task=y"),
        (f"{FRAUD}/1", "tagged task: x → y"),
        (f"{FRAUD}/1", "tagged task: regression → x"),
        (f"{FRAUD}/2", "@Champion 1 → 2"),
    ]
    shown = repr(do("history prod.ml_team.other"))
    assert "@Champion 1 → 2" in shown
    assert "drift" in shown


def test_history_of_an_alias_a_version_a_namespace_and_what_is_gone(do: Do, stocked: Registry) -> None:
    do(f"alias {FRAUD}@Champion 2")
    assert told(do, f"history {FRAUD}@Champion")[0] == (f"{FRAUD}/2", "@Champion 1 → 2")
    assert {about for about, _ in told(do, f"history {FRAUD}/1")} == {f"{FRAUD}/1", f"{FRAUD}/2"}
    assert ("prod", "created the catalog") in told(do, "history prod")
    assert ("iris", "created the model") not in told(do, "history prod")
    do("delete iris --yes")
    do("purge iris --yes")
    assert told(do, "history iris")[0] == ("iris", "removed from the trash for good")
    with pytest.raises(NotFound, match="no model nobody"):
        do("history nobody")


def test_history_can_be_narrowed(do: Do, stocked: Registry) -> None:
    do(f"alias {FRAUD}@Champion 2")
    assert {row["action"] for row in do("history --action alias").rows} == {"alias.set", "alias.moved"}
    assert {row["action"] for row in do("history --action alias.moved --action tag").rows} <= {"alias.moved", "tag.set"}
    assert do("history --actor nobody").rows == []
    assert repr(do("history --actor nobody")) == "nothing in the activity log is like that"
    assert do("history --until yesterday").rows == []
    assert len(do("history --since -1d").rows) == len(do("history").rows)
    assert repr(do("history -n 2")).splitlines()[-1] == "the newest 2 events; -n 4 shows more"
    with pytest.raises(InvalidInput, match="'soon' is no time"):
        do("history --since soon")


def test_the_history_of_one_model_names_versions_and_leaves_room_for_why(do: Do, stocked: Registry) -> None:
    do(f'alias {FRAUD}@Champion 2 -m "better on the disputes of last month"')
    head, _, newest, *_ = do(f"history {FRAUD}").text(80).splitlines()
    assert head.split() == ["event", "when", "who", "what", "version", "why"]
    assert "  better on the d" in newest
    for line in ("history", "history prod", "history prod.ml_team -n 1"):
        assert do(line).text(80).splitlines()[2].endswith(f"  {FRAUD}/2"), line
    do(f"rename {FRAUD} prod.ml_team.other --yes")
    assert FRAUD in repr(do("history prod.ml_team.other")), "it had another name, which is worth saying"


def test_a_reason_is_whole_in_a_notebook(do: Do, stocked: Registry) -> None:
    reason = "better on the disputes of last month, " * 5
    do(f'alias {FRAUD}@Champion 2 -m "{reason}"')
    assert f'<td class="mreg-out-text">{reason.strip()}' in do(f"history {FRAUD}@Champion")._repr_html_()


def test_rollback(do: Do, stocked: Registry) -> None:
    do(f"alias {FRAUD}@Champion 2")
    assert done(do(f"rollback {FRAUD}@Champion -m drift")) == f"{FRAUD}@Champion: 2 → 1"
    assert done(do(f"rollback {FRAUD}@Champion --to 2")) == f"{FRAUD}@Champion: 1 → 2"
    with pytest.raises(InvalidState, match="pointed at no version at that time"):
        do(f"rollback {FRAUD}@Champion --to 2020-01-01")
    with pytest.raises(InvalidInput, match="names no alias"):
        do(f"rollback {FRAUD}")


def test_undo(do: Do, stocked: Registry) -> None:
    do(f"tag {FRAUD} a=b c=d")
    lines = repr(do("undo")).splitlines()
    assert [line.partition(" (")[2] for line in lines[:2]] == [f"{FRAUD}): tagged a=b", f"{FRAUD}): tagged c=d"]
    assert lines[2].startswith("modelreg undo ")
    assert "a" not in stocked.models.get(FRAUD).tags
    do(lines[2].removeprefix("modelreg ").removesuffix(" does it again"))
    assert stocked.models.get(FRAUD).tags["a"] == "b"
    # The numbers are those of the changes that were undone, and of the undo that was undone.
    first = int(lines[0].removeprefix("undid event ").partition(" ")[0])
    assert [what for _, what in told(do, f"history {FRAUD} -n 4")] == [
        f"tagged c=d, undoing {first + 2}",
        f"tagged a=b, undoing {first + 2}",
        f"removed tag a=b, undoing {first}",
        f"removed tag c=d, undoing {first}",
    ]


def test_trash_and_purge(do: Do, stocked: Registry, host: RecordingHost) -> None:
    assert repr(do("trash")) == "the trash is empty"
    assert repr(do("purge")) == "the trash holds nothing to purge"
    do(f"delete {FRAUD}/2 --yes")
    do("delete iris --yes")
    assert [row["reference"] for row in do("trash").rows] == ["iris", f"{FRAUD}/2"]
    assert [row["reference"] for row in do("trash prod").rows] == [f"{FRAUD}/2"]
    assert repr(do(f"purge {FRAUD}/2 --dry-run")).startswith("would remove 1 version (")
    assert repr(do("purge --older-than 30d")) == "the trash holds nothing to purge"
    host.answer = False
    assert repr(do("purge")) == "nothing was purged: the trash is as it was"
    assert "iris" in host.questions[-1]
    host.answer = True
    assert repr(do("purge")).startswith("removed 1 model and 2 versions (")
    assert do("trash").rows == []
    with pytest.raises(InvalidInput, match="is no length of time"):
        do("purge --older-than soon")


def test_restore_under_another_name(do: Do, stocked: Registry) -> None:
    do("delete iris --yes")
    do("create model iris")
    with pytest.raises(InvalidInput, match="is a file"):
        do("restore backup.zip --as x")
    assert done(do("restore iris --as old_iris")) == "restored old_iris from the trash"
    assert stocked.versions.get("old_iris/1").version == 1


def test_commands_look_at_the_past(do: Do, stocked: Registry, registry_path: Path) -> None:
    time.sleep(0.002)
    last = stocked.history.last()
    assert last is not None
    then = moment(last.time + 1).isoformat()
    time.sleep(0.002)
    do(f"alias {FRAUD}@Champion 2")
    do("delete iris --yes")
    assert do(f"show {FRAUD}@Champion --as-of {then}").rows[0]["version"] == 1
    assert "iris" in [row["name"] for row in do(f"models --as-of {then}").rows]
    assert [row["version"] for row in do(f"versions iris --as-of {then}").rows] == [1]
    assert do(f"load {FRAUD}@Champion --as-of {then}").rows[0]["reference"] == f"{FRAUD}/1"
    assert do(f"show {FRAUD}@Champion").rows[0]["version"] == 2


def test_a_seal(do: Do, stocked: Registry) -> None:
    line = repr(do("history --seal"))
    assert line == stocked.history.seal()
    do(f"tag {FRAUD} a=b")
    said = repr(do(f"verify --seal {line}"))
    assert "held against the seal: nothing is wrong" in said
    with pytest.raises(InvalidInput, match="does not go with --repair"):
        do(f"verify --repair --seal {line}")
